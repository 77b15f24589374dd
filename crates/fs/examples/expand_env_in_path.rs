//! `${HOME}` in a path is expanded by the shell or by the program, never by the kernel.
//!
//! A path from a settings file has seen no shell. Go has `os.ExpandEnv`; std has nothing, and the
//! pattern that comes to mind, `\$\{(.+)\}`, is greedy: of two variables in one string it makes one
//! that has a strange name. What is unset becomes empty, as in the shell, and that is a trap: with
//! `${CACHE}/old` something may be removed from `/old`. Ask for the variable yourself where it matters.

use std::io;
use std::process::Command;

use ::fs::path::{Lossy, expand};

const VARIABLES: [(&str, &str); 2] = [("PROJECT", "/srv/shop"), ("STAGE", "test")];

fn value(name: &[u8]) -> Option<&'static str> {
    let known = VARIABLES.iter().find(|(key, _)| key.as_bytes() == name);
    known.map(|&(_, value)| value)
}

/// What the shell makes of it, between double quotes.
fn by_shell(text: &str) -> io::Result<Vec<u8>> {
    let output = Command::new("sh")
        .args(["-c", &format!("printf %s \"{text}\"")])
        .env_remove("NOBODY_SET_THIS")
        .envs(VARIABLES)
        .output()?;
    Ok(output.stdout)
}

/// From the first `${` to the last `}`, as a greedy pattern has it.
fn greedy_name(text: &str) -> Option<&str> {
    let start = text.find("${")? + 2;
    Some(&text[start..text.rfind('}')?])
}

fn main() -> io::Result<()> {
    for (text, expected) in [
        ("${PROJECT}/${STAGE}/log", "/srv/shop/test/log"),
        ("$PROJECT/$STAGE.log", "/srv/shop/test.log"),
        ("${NOBODY_SET_THIS}/old", "/old"),
        ("5$ or 5 $", "5$ or 5 $"),
    ] {
        let expanded = expand(text.as_bytes(), value);
        println!("{text:<26}{}", Lossy(&expanded));
        assert_eq!(expanded, expected.as_bytes());
        assert_eq!(by_shell(text)?, expected.as_bytes());
    }

    let strange = greedy_name("${PROJECT}/${STAGE}/log");
    println!("a greedy pattern looks for {strange:?}");
    assert_eq!(strange, Some("PROJECT}/${STAGE"));

    // Go's expansion is not the shell's in all: this asks for a variable with the name "STAGE:-x".
    assert_eq!(by_shell("${STAGE:-x}")?, b"test");
    assert_eq!(expand(b"${STAGE:-x}", value), &b""[..]);
    Ok(())
}
