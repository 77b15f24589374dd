//! A corpus of scripts has the same output and the same status in this shell and in `sh`.
//!
//! No document says all that shells do; what they do says it. So a shell is tested by running the same
//! text in another one. Each of these scripts is about something that is easily got wrong: when a quote
//! ends, in which order redirections happen, what runs in a copy of the shell, and whose status counts.
//!
//! This program looks for the shell beside itself, where `cargo` puts the programs of the examples'
//! package.
//!
//! Needs: sh

use std::path::Path;
use std::process::{Command, Stdio};

const CORPUS: &[&str] = &[
    r#"echo "a   b" 'c  d' e\ f"#,
    r#"x='a  b'; echo $x; echo "$x""#,
    "x=1; (x=2; echo $x); echo $x",
    "echo first | { read x; echo got $x; }; echo ${x-unset}",
    "for i in 1 2 3; do echo $i; done | wc -l | tr -d ' '",
    "false | true; echo $?; true | false; echo $?; ! true; echo $?",
    "set -- 'a b' c; for i; do echo [$i]; done; echo $#",
    "f() { echo $1 $#; return 3; }; f x y; echo $?",
    "case abc in a*c) echo yes;; *) echo no;; esac",
    "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); [ $i = 2 ] && continue; echo $i; done",
    "cat <<END\n$((6 * 7)) $(echo in)\nEND\ncat <<'END'\n$HOME\nEND",
    "(echo out; echo err >&2) 2>&1 >/dev/null",
    "(echo out; echo err >&2) >/dev/null 2>&1; echo $?",
    "x=file.tar.gz; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${#x}",
    "echo ${none:-default} ${none:+set}; : ${none:=now}; echo $none",
    "trap 'echo bye' EXIT; echo hello; exit 4",
    "set -e; false || echo caught; false; echo never",
    "nosuchcommand 2>/dev/null; echo $?; /dev/null 2>/dev/null; echo $?",
    "echo `echo \\`echo nested\\``; echo $(echo $(echo nested))",
    "eval 'x=\"a b\"'; set -- $x; echo $#; IFS=:; y=a:b::c; set -- $y; echo $#",
    "sh -c 'kill -TERM $$'; echo $?",
    "if true; then echo then; fi )",
];

fn main() -> anyhow::Result<()> {
    let example = std::env::current_exe()?;
    let shell = example.parent().and_then(|folder| folder.parent());
    let Some(shell) = shell
        .map(|folder| folder.join("shell"))
        .filter(|shell| shell.is_file())
    else {
        println!("skipped: the shell is not built; run cargo build -p shell");
        return Ok(());
    };
    for script in CORPUS {
        let ours = run(&shell, script)?;
        let theirs = run(Path::new("sh"), script)?;
        assert_eq!(ours, theirs, "{script}");
    }
    println!("{} scripts: the same output, the same status", CORPUS.len());
    Ok(())
}

/// What a script prints, and its status. Messages are each shell's own.
fn run(shell: &Path, script: &str) -> anyhow::Result<(String, Option<i32>)> {
    let mut command = Command::new(shell);
    command
        .args(["-c", script])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.env("LC_ALL", "C").output()?;
    Ok((String::from_utf8(output.stdout)?, output.status.code()))
}
