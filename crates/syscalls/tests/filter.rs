//! Filter expressions, and the classes against strace's own.

use syscalls::errno::Errno;
use syscalls::event::Outcome;
use syscalls::filter::Filter;
use syscalls::table::Architecture;

fn filter(expressions: &[&str]) -> Filter {
    let mut filter = Filter::default();
    for expression in expressions {
        filter.add(expression).expect(expression);
    }
    filter
}

fn refused(expression: &str) -> String {
    let error = Filter::default().add(expression);
    error.expect_err(expression).to_string()
}

fn admits<const N: usize>(expressions: &[&str], names: [&str; N]) -> [bool; N] {
    names.map(|name| filter(expressions).admits(name))
}

#[test]
fn all_without_expressions() {
    let all = Filter::default();
    assert!(all.every_call() && all.admits("openat") && all.admits("syscall_0x1c5"));
    assert_eq!(all.numbers(Architecture::HERE), None);
}

#[test]
fn names_with_and_without_trace() {
    for expression in ["trace=openat,write", "openat,write", "t=openat,write"] {
        let admitted = admits(&[expression], ["openat", "write", "read"]);
        assert_eq!(admitted, [true, true, false], "{expression}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn numbers_stand_for_their_calls() {
    let number = Architecture::HERE.number("close").expect("has a number");
    assert_eq!(
        admits(&[&number.to_string()], ["close", "read"]),
        [true, false]
    );
}

#[test]
fn the_exclamation_mark_negates_the_list() {
    let names = ["mmap", "close", "read"];
    assert_eq!(
        admits(&["trace=!%memory,close"], names),
        [false, false, true]
    );
    assert_eq!(admits(&["!close"], names), [true, false, true]);
    assert_eq!(admits(&["!!close"], names), [false, true, false]);
}

#[test]
fn all_and_none() {
    let names = ["read", "syscall_0x1c5"];
    for everything in ["all", "trace=close,all", "!none"] {
        assert_eq!(admits(&[everything], names), [true, true], "{everything}");
        assert!(filter(&[everything]).every_call());
    }
    for nothing in ["none", "!all"] {
        assert_eq!(admits(&[nothing], names), [false, false], "{nothing}");
    }
}

/// strace does so: the last list replaces the others.
#[test]
fn the_last_list_counts() {
    let names = ["openat", "close", "read"];
    assert_eq!(admits(&["openat", "close"], names), [false, true, false]);
    assert_eq!(admits(&["openat", "!close"], names), [true, false, true]);
}

#[test]
fn a_call_that_there_may_not_be() {
    assert_eq!(admits(&["?nosuch,close"], ["close", "read"]), [true, false]);
}

#[test]
fn errors_name_the_word_and_what_is_near() {
    assert_eq!(
        refused("trace=read,opennat"),
        "no call opennat (did you mean openat?)"
    );
    assert_eq!(refused("%fiel"), "no class %fiel (did you mean %file?)");
    assert!(refused("%qqqqqq").contains("%memory"));
    assert_eq!(refused("xyzzyplugh"), "no call xyzzyplugh");
    assert!(refused("status=bad").contains("successful, failed"));
    assert!(refused("signal=none").contains("strace's"));
    assert!(refused("/^open").contains("regular expressions"));
    assert!(refused("read,!write").contains("whole list"));
    assert!(refused("read,none").contains("alone"));
    assert!(refused("").contains("missing"));
}

#[test]
fn a_call_of_another_architecture_is_named_as_such() {
    let (word, place) = match Architecture::HERE {
        Architecture::Darwin => ("epoll_wait", "x86-64"),
        Architecture::X86_64 | Architecture::Aarch64 => ("kqueue", "macos"),
    };
    assert!(refused(word).contains(&format!("only on {place}")));
}

#[test]
fn a_wrong_expression_changes_nothing() {
    let mut one = filter(&["openat"]);
    assert!(one.add("opennat").is_err());
    assert_eq!(one, filter(&["openat"]));
}

#[test]
fn outcomes() {
    let outcomes = [
        Outcome::Value {
            value: 0,
            text: "0".to_owned(),
        },
        Outcome::Error(Errno::from_number(2)),
        Outcome::Restart("ERESTARTSYS"),
        Outcome::Never,
    ];
    let shown = |expression: &str| {
        let filter = filter(&[expression]);
        outcomes.each_ref().map(|o| filter.admits_outcome(o))
    };
    assert_eq!(shown("all"), [true, true, true, true]);
    assert_eq!(shown("status=successful"), [true, false, false, false]);
    assert_eq!(shown("status=failed"), [false, true, true, false]);
    assert_eq!(shown("status=!failed"), [true, false, false, true]);
    assert_eq!(
        shown("status=unfinished,successful"),
        [true, false, false, true]
    );
    assert_eq!(shown("status=none"), [false, false, false, false]);
}

#[test]
fn numbers_for_the_kernel() {
    let chosen = filter(&["openat,close"]);
    let here = Architecture::HERE;
    let mut expected: Vec<_> = ["openat", "close"].map(|name| here.number(name)).into();
    expected.sort_unstable();
    let numbers = chosen.numbers(here).expect("some are left out");
    assert_eq!(numbers.into_iter().map(Some).collect::<Vec<_>>(), expected);
}

/// Asks strace which calls it takes for members of a class: a program makes each call there is, and
/// strace, attached to it, has the kernel refuse them all, with one error those of the class and with
/// another the rest.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod strace {
    use std::collections::BTreeSet;
    use std::env;
    use std::fs;
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, ChildStdin, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Reads a line, makes the calls that it is given, and says how to be ended.
    const PROGRAM: &str = "$| = 1; print \"ready\\n\"; my $go = <STDIN>; \
        for my $n (@ARGV) { syscall(int($n), 0, 0, 0, 0, 0, 0) } syscall(39); sleep(60) while 1;";

    /// Ends the child whatever becomes of the test.
    struct Guard(Child);

    impl Drop for Guard {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn has(program: &str) -> bool {
        let found = Command::new(program)
            .arg("-V")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok();
        if !found {
            assert!(env::var_os("CI").is_none(), "CI needs {program}");
            println!("skipped: classes_are_those_of_strace needs {program}");
        }
        found
    }

    fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < deadline, "waited for {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn probe(numbers: &[u64]) -> (Guard, ChildStdin) {
        let mut child = Command::new("perl")
            .args(["-e", PROGRAM])
            .args(numbers.iter().map(u64::to_string))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("perl starts");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = child.stdout.take().expect("a pipe");
        let child = Guard(child);
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        assert!(read.is_ok() && line == "ready\n", "perl says {line:?}");
        (child, stdin)
    }

    /// The calls of `numbers` that strace counts among `class`.
    fn members(class: &str, numbers: &[u64]) -> BTreeSet<String> {
        let (probe, mut stdin) = probe(numbers);
        let pid = probe.0.id();
        let output = tempfile::NamedTempFile::new().expect("a temporary file");
        let tracer = Command::new("strace")
            .args(["-e", "inject=all:error=ENOSYS"])
            .args(["-e", &format!("inject={class}:error=EXDEV")])
            .arg("-o")
            .arg(output.path())
            .args(["-p", &pid.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .expect("strace starts");
        let mut tracer = Guard(tracer);
        wait_until("strace to attach", || {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            status.lines().any(|line| {
                line.strip_prefix("TracerPid:")
                    .is_some_and(|pid| pid.trim() != "0")
            })
        });
        // In the call that it began before strace came, the program reads this.
        stdin.write_all(b"go\n").expect("perl reads");
        // Its endless end is refused as well, again and again: so many lines are behind all calls.
        wait_until("perl to have made all calls", || {
            let lines = fs::read_to_string(output.path()).unwrap_or_default();
            lines.matches("getpid").count() > 1 && lines.lines().count() > 2 * numbers.len()
        });
        drop(probe);
        let _ = tracer.0.wait();
        let text = fs::read_to_string(output.path()).expect("strace wrote");
        text.lines()
            .filter(|line| line.contains("EXDEV"))
            .filter_map(|line| line.split_once('('))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    #[test]
    fn classes_are_those_of_strace() {
        if !has("strace") || !has("perl") {
            return;
        }
        // Up to the last that strace 6.1 knows. The kernel kills for uretprobe where it does not
        // belong.
        let here = Architecture::HERE;
        let numbers: Vec<u64> = here
            .calls()
            .map(|call| call.0)
            .filter(|number| *number <= 450 && !(335..=336).contains(number))
            .collect();
        for class in [
            "%file", "%desc", "%network", "%net", "%process", "%memory", "%signal", "%ipc",
            "%creds", "%clock", "%stat", "%lstat", "%fstat", "%%stat", "%statfs", "%fstatfs",
            "%%statfs", "%pure",
        ] {
            let ours = filter(&[class]);
            let ours: BTreeSet<String> = numbers
                .iter()
                .filter_map(|number| here.name(*number))
                .filter(|name| ours.admits(name))
                .map(str::to_owned)
                .collect();
            assert_eq!(members(class, &numbers), ours, "{class}");
        }
    }
}
