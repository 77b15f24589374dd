//! Only what came out of a variable is split and matched, and only outside of quotes.
//!
//! The order explains it. First `$file` is replaced. Then what was replaced, and not what was written,
//! is cut at the characters of IFS. Then each piece that has a `*` becomes names of files. Quotes go
//! last, so that they protect from all of that. A file called `my notes` is two files to `rm $file`, and a
//! file called `*` is every file. Hence the rule that each `$` belongs in double quotes.

use std::env;
use std::error::Error;
use std::fs::File;

use shell::exec::Shell;
use shell::expand::{field, split};
use shell::state::{Positional, Variables};
use shell::syntax::name::Name;
use shell::syntax::parse;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for name in ["one", "two"] {
        File::create(folder.path().join(name))?;
    }
    env::set_current_dir(&folder)?;
    let mut shell = Shell::new(Variables::new(), Positional::default());
    for (name, value) in [("file", "my notes *"), ("path", "/bin::/sbin")] {
        shell.variables.set(Name::new(name), value.into())?;
    }

    for (line, pieces, arguments) in [
        (
            "rm $file",
            vec!["my", "notes", "*"],
            vec!["my", "notes", "one", "two"],
        ),
        ("rm \"$file\"", vec!["my notes *"], vec!["my notes *"]),
        (
            "rm 'a b'$file",
            vec!["a bmy", "notes", "*"],
            vec!["a bmy", "notes", "one", "two"],
        ),
        (
            "rm $file'*'",
            vec!["my", "notes", "**"],
            vec!["my", "notes", "**"],
        ),
        ("rm $path", vec!["/bin::/sbin"], vec!["/bin::/sbin"]),
    ] {
        check(&mut shell, line, &pieces, &arguments)?;
    }
    println!("and with IFS=:");
    shell.variables.set(Name::new("IFS"), b":".to_vec())?;
    check(
        &mut shell,
        "ls $path",
        &["/bin", "", "/sbin"],
        &["/bin", "", "/sbin"],
    )?;
    // What was written is not split, whatever IFS says.
    check(&mut shell, "ls a:b", &["a:b"], &["a:b"])
}

/// Compares both stages: the pieces, and the arguments.
fn check(
    shell: &mut Shell,
    line: &str,
    pieces: &[&str],
    arguments: &[&str],
) -> Result<(), Box<dyn Error>> {
    let list = parse(line.as_bytes())?;
    let word = &list[0].simple().ok_or("no simple command")?.words[1];
    let found = split(shell, word).map_err(|failure| format!("{failure:?}"))?;
    let found = texts(found.into_iter().map(|field| field.text));
    let mut names = Vec::new();
    field(shell, word, &mut names).map_err(|failure| format!("{failure:?}"))?;
    let names = texts(names.into_iter());
    println!("{line:14} {found:?} -> {names:?}");
    assert_eq!(found, pieces, "{line}");
    assert_eq!(names, arguments, "{line}");
    Ok(())
}

fn texts(bytes: impl Iterator<Item = Vec<u8>>) -> Vec<String> {
    let texts = bytes.map(|text| String::from_utf8_lossy(&text).into_owned());
    texts.collect()
}
