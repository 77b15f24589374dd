//! `echo "a b"` is two words, not three: quotes decide where a word ends, and blanks only outside them.
//!
//! The first idea, to split a line at white space, works until somebody has a file with a blank in its
//! name. A shell reads byte by byte and knows whether it is inside quotes. It also keeps what it has
//! learnt: a word is a row of *parts*, some of them quoted, because it matters later. An unquoted `*` matches
//! files, a quoted one is a star; an unquoted `$x` is split into fields, a quoted one is not.
//!
//! Operators need no blanks around them, and a newline in quotes is a character like others.

use shell::syntax::ast::{Command, Part, Simple};
use shell::syntax::parse;

fn main() {
    let line = r#"echo "a b""#;
    assert_eq!(line.split_whitespace().count(), 3);
    assert_eq!(command(line).words.len(), 2);

    for (line, words) in [
        ("echo a\\ b", 2),
        ("echo 'it'\\''s one'", 2),
        ("echo $(date +%Y; echo \")\") \"$(ls 'a b')\"", 3),
        ("echo a>file", 2),
        ("echo 'two\nlines'", 2),
        ("echo # a b c", 1),
    ] {
        let found = command(line).words.len();
        println!(
            "{found} words, {} at white space: {line:?}",
            line.split_whitespace().count()
        );
        assert_eq!(found, words, "{line}");
    }

    // The quotes are understood, and not forgotten.
    let words = command("rm *.o '*.o' \"$x\" $x").words;
    let [_, star, quoted_star, quoted, bare] = &words[..] else {
        panic!("{words:?}");
    };
    assert_eq!(star.parts, [Part::Literal(b"*.o".to_vec())]);
    assert_eq!(quoted_star.parts, [Part::Quoted(b"*.o".to_vec())]);
    assert!(matches!(&quoted.parts[..], [Part::DoubleQuoted(inner)] if inner.len() == 1));
    assert!(matches!(&bare.parts[..], [Part::Parameter(_)]));
}

/// The one simple command of a line.
fn command(line: &str) -> Simple {
    let mut list = parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
    match list.remove(0).and_or.first.commands.remove(0) {
        Command::Simple(simple) => simple,
        other => panic!("{line}: {other:?}"),
    }
}
