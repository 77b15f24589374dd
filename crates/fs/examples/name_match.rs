//! Go's `Match` and the shell's patterns agree on the common ones, and on few of the odd ones.
//!
//! Both match a name as a whole, and neither star crosses a slash (the shell's with FNM_PATHNAME). But
//! Go negates a set with `^`, where POSIX has `!` and leaves `^` to the implementation; Go's sets match
//! a slash; `]` cannot be a set's first member; there are no classes; and what is malformed is an
//! error, while in the shell it stands for itself.
//!
//! Go's matcher goes back to the last star only. The obvious one, which tries each star anew for
//! each before it, doubles its time with every star in `*a*a*a*b`.

use ::fs::fnmatch::{Options, fnmatch};
use ::fs::path::{BadPattern, matches};

fn main() {
    let as_paths = Options {
        pathname: true,
        ..Options::default()
    };
    println!("{:<16}{:<14}{:<26}fnmatch", "pattern", "name", "Go");
    for (pattern, name, go, shell) in [
        ("*sampl[^a]*", "a sample.go", Ok(true), true),
        ("*sampl[^a]*", "samplar", Ok(false), false),
        ("*.go", "main.go", Ok(true), true),
        ("*.go", "src/main.go", Ok(false), false),
        ("?", "é", Ok(true), true),
        ("[a-c]\\*", "b*", Ok(true), true),
        ("*", ".hidden", Ok(true), true),
        // From here on they differ.
        ("a[^b]c", "a/c", Ok(true), false),
        ("[!a]", "b", Ok(false), true),
        ("[!a]", "!", Ok(true), true),
        ("[[:digit:]]", "7", Ok(false), true),
        ("[[:digit:]]", "d]", Ok(true), false),
        ("[]]", "]", Err(BadPattern), true),
        ("[", "[", Err(BadPattern), true),
    ] {
        let ours = matches(pattern.as_bytes(), name.as_bytes());
        let theirs = fnmatch(pattern, name, as_paths);
        let shown = match ours {
            Ok(yes) => yes.to_string(),
            Err(error) => error.to_string(),
        };
        println!("{pattern:<16}{name:<14}{shown:<26}{theirs}");
        assert_eq!((ours, theirs), (go, shell), "{pattern} {name}");
    }

    // Malformed, but nobody got that far.
    assert_eq!(matches(b"a*[", b"b"), Ok(false));
    assert_eq!(matches(b"a*[", b"ab"), Err(BadPattern));

    let (pattern, name) = ("*a".repeat(40) + "*b", "a".repeat(200));
    assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), Ok(false));
    println!("40 stars, 200 letters, no match: told at once");
}
