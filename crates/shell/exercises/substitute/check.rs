//! What stands for `$(command)`, compared with sh, and which descriptors the command has.

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::exercise::substitute;

/// Set in a copy of this program that shall substitute one command.
const ROLE: &str = "SUBSTITUTE";

pub fn main() {
    if let Ok(command) = env::var(ROLE) {
        let text = substitute(&command).expect("sh runs");
        io::stdout()
            .write_all(text.as_bytes())
            .expect("the check listens");
        return;
    }

    for command in [
        "echo word",
        "printf 'a\\n\\nb\\n\\n\\n'",
        "printf '\\n\\n'",
        "printf '  blanks  \\n'",
        "printf '\\tone\\ntwo\\t'",
        "exit 3",
    ] {
        let script = format!("printf %s \"$({command})\"");
        let sh = Command::new("sh")
            .args(["-c", &script])
            .output()
            .expect("sh runs");
        let expected = String::from_utf8(sh.stdout).expect("text");
        let found = substitute(command).expect("sh runs");
        assert_eq!(
            found, expected,
            "a shell puts the second in place of $({command})"
        );
    }
    println!("✓ newlines at the end go, all else stays");

    // The command line of this process says which program it is to be.
    let mut child = Command::new(env::current_exe().expect("this program"));
    child
        .args(env::args_os().skip(1))
        .env(ROLE, "cat; echo an error >&2");
    child
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = child.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    // Nobody may want it: that is what is checked.
    let _ = input.write_all(b"from the shell's input\n");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "from the shell's input",
        "$(cat) reads the standard input of the shell"
    );
    println!("✓ the command reads the shell's input");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "an error\n",
        "an error message goes where the shell's messages go"
    );
    println!("✓ its errors are not swallowed");
}
