//! Where POSIX leaves a choice, or other shells differ among themselves: what this one does.

mod common;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use common::{output_of, tool};

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        let mut command = tool(&["-c", script]);
        let output = command.env("HOME", "/home/me").output().unwrap();
        let output = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output, *expected, "{script}");
    }
}

#[test]
fn echo_replaces_escapes_and_knows_n() {
    check(&[
        (r"echo 'a\tb\0101'", "a\tbA\n"),
        (r"echo -n a; echo -e b", "a-e b\n"),
        (r"echo 'a\cb' c; echo d", "ad\n"),
        ("echo -- -", "-- -\n"),
    ]);
}

#[test]
fn printf_takes_arguments_by_number() {
    check(&[
        (r"printf '%2$s %1$s\n' a b c d", "b a\nd c\n"),
        (r"printf '%2$*1$d|\n' 4 7", "   7|\n"),
        (r"printf '[%c%3c]\n' '' x", "[  x]\n"),
        (r"printf '%d %d\n' ' 7' 0x1F; echo $?", "7 31\n0\n"),
        (
            r"printf '%d\n' 1x 2>&1 >/dev/null; echo $?",
            "shell: line 1: printf: 1x: not a number to its end\n1\n",
        ),
        (
            r"printf '%.0f %.1e %g %#x\n' 2.5 12345 1e10 255",
            "2 1.2e+04 1e+10 0xff\n",
        ),
    ]);
}

#[test]
fn lists_can_be_read_back() {
    let script = r#"
        export A="it's" B='two
lines' C=plain D
        readonly E=1
        listing=$(export -p; readonly -p)
        unset A B C
        eval "$(printf '%s\n' "$listing" | sed 's/^readonly E.*/:/')"
        printf '<%s>' "$A" "$B" "$C" "${D-unset}"
    "#;
    check(&[(script, "<it's><two\nlines><plain><unset>")]);
    check(&[(
        "set -eu; options=$(set +o); set +eu -f; eval \"$options\"; case $- in *f*|*[!ceu]*) echo no;; *) echo yes;; esac",
        "yes\n",
    )]);
}

#[test]
fn local_variables_begin_unset_and_end_with_the_function() {
    check(&[
        (
            "x=1; f() { local x; echo ${x-unset}; x=2; }; f; echo $x",
            "unset\n1\n",
        ),
        (
            "f() { local x=2; g; }; g() { echo $x; }; x=1; f; g",
            "2\n1\n",
        ),
        (
            "f() { local IFS=:; x=a:b; echo $x; }; f; x=a:b; echo $x",
            "a b\na:b\n",
        ),
        ("local x=1 2>/dev/null; echo ${x-unset}", "unset\n"),
        (
            "A=1; export A; f() { local A=2; env | grep ^A=; }; f; env | grep ^A=",
            "A=2\nA=1\n",
        ),
    ]);
}

#[test]
fn getopts_goes_on_within_an_argument_and_begins_anew() {
    let grouped =
        "while getopts ab:c o -a -cb val rest; do echo $o ${OPTARG-none}; done; echo $OPTIND";
    check(&[
        (grouped, "a none\nc none\nb val\n4\n"),
        (
            "getopts ab o -ab; getopts ab o -ab; echo $o; OPTIND=1; getopts ab o -ab; echo $o",
            "b\na\n",
        ),
        (
            "f() { getopts x o \"$@\"; echo $o $?; }; f -x; f -y 2>/dev/null",
            "x 0\n? 1\n",
        ),
    ]);
}

#[test]
fn arithmetic_beyond_posix() {
    check(&[
        (
            "x=5; echo $((x++)) $((--x)) $((3--x)) $((3- -x)) $x",
            "5 5 8 8 5\n",
        ),
        (
            "echo $((1, 2)) $(()) $((9223372036854775807 + 1))",
            "2 0 -9223372036854775808\n",
        ),
        ("x=y y=2; echo $((x)) 2>/dev/null; echo not reached", ""),
        (
            "(set -u; : $((nothing + 1))) 2>/dev/null || echo refused",
            "refused\n",
        ),
    ]);
}

#[test]
fn a_home_that_ends_with_a_slash_makes_no_two() {
    check(&[(
        "HOME=/; echo ~/x; HOME=/home/; echo ~/x ~",
        "/x\n/home/x /home/\n",
    )]);
}

/// From a pipe, byte by byte; from a file, by blocks and back.
#[test]
fn read_leaves_what_follows_to_others() {
    let script = "read -r a; read -r b; cat; echo \"$a|$b\"";
    let input = "one\ntwo\nthree\nfour\n";
    let expected = "three\nfour\none|two\n";

    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), input).unwrap();
    let mut from_file = tool(&["-c", script]);
    from_file.stdin(fs::File::open(file.path()).unwrap());
    assert_eq!(
        String::from_utf8(output_of(&mut from_file)).unwrap(),
        expected
    );

    let mut from_pipe = tool(&["-c", script]).stdin(Stdio::piped()).spawn().unwrap();
    from_pipe
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = from_pipe.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

/// A script on standard input shares it with its commands.
#[test]
fn read_in_a_script_on_standard_input_takes_the_next_line() {
    let script = "read x\nhello there\necho \"got $x\"\n";
    let mut child = tool(&[]).stdin(Stdio::piped()).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "got hello there\n"
    );

    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), script).unwrap();
    let mut from_file = Command::new(env!("CARGO_BIN_EXE_shell"));
    from_file.stdin(fs::File::open(file.path()).unwrap());
    assert_eq!(output_of(&mut from_file), b"got hello there\n");
}
