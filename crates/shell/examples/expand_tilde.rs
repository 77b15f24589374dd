//! The shell replaces `~` at the start of a word, and after `=` and `:` of an assignment; nowhere else.
//!
//! `~/x` and `PATH=~/bin:~/sbin` work, `a~` and `--file=~/x` do not: the word does not begin with it. What
//! comes in its place is as good as quoted, so that a home directory with a space in its name stays one
//! argument. HOME says where home is, not the user database: whoever changes HOME moves `~`.

use std::error::Error;
use std::process::Command;

use shell::exec::Shell;
use shell::expand::{fields, text};
use shell::state::{Positional, Variables};
use shell::syntax::name::Name;
use shell::syntax::parse;

const HOME: &str = "/home/of two words";

const LINES: [(&str, &str); 6] = [
    ("printf %s, ~", "/home/of two words,"),
    ("printf %s, ~/x", "/home/of two words/x,"),
    ("printf %s, a~ x/~", "a~,x/~,"),
    ("printf %s, '~' \"~\" \\~", "~,~,~,"),
    ("printf %s, --file=~/x", "--file=~/x,"),
    ("printf %s, ~no_such_user", "~no_such_user,"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut variables = Variables::new();
    variables.set(Name::new("HOME"), HOME.into())?;
    let mut shell = Shell::new(variables, Positional::default());
    for (line, expected) in LINES {
        let list = parse(line.as_bytes())?;
        let command = list[0].simple().ok_or("no simple command")?;
        let mut words = Vec::new();
        fields(&mut shell, &command.words, &mut words).map_err(|failure| format!("{failure:?}"))?;
        let words: Vec<_> = words
            .iter()
            .map(|word| String::from_utf8_lossy(word))
            .collect();
        println!("{line:30} {:?}", &words[2..]);
        assert_eq!(words[2..].join(",") + ",", expected, "{line}");
        assert_eq!(by_sh(line)?, expected, "{line}");
    }

    let list = parse(b"P=~/bin:~/sbin:a~")?;
    let assignment = &list[0].simple().ok_or("no simple command")?.assignments[0];
    let value = text(&mut shell, &assignment.value).map_err(|failure| format!("{failure:?}"))?;
    let value = String::from_utf8(value)?;
    println!("P=~/bin:~/sbin:a~              {value:?}");
    assert_eq!(value, format!("{HOME}/bin:{HOME}/sbin:a~"));
    assert_eq!(by_sh("P=~/bin:~/sbin:a~; printf %s \"$P\"")?, value);
    Ok(())
}

fn by_sh(line: &str) -> Result<String, Box<dyn Error>> {
    let output = Command::new("sh")
        .args(["-c", line])
        .env("HOME", HOME)
        .output()?;
    Ok(String::from_utf8(output.stdout)?)
}
