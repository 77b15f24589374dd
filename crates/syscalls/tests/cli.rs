//! The tool as a reader and a script drive it.

use std::process::{Command, Output, Stdio};

fn syscalls(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syscalls"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    syscalls(arguments).output().expect("the tool starts")
}

fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Standard error, and the status it must have.
fn fails(arguments: &[&str], status: i32) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    let parse = |line| serde_json::from_str(line).expect("a line is an object");
    text.lines().map(parse).collect()
}

#[test]
fn table_by_name_number_and_part() {
    let words: Vec<String> = stdout(&["table", "openat"])
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    assert_eq!(
        words,
        [
            "call", "x86-64", "arm64", "macos", "openat", "257", "56", "463"
        ]
    );
    let one = stdout(&["table", "64", "--arch", "arm64"]);
    assert_eq!(
        one.lines().last().map(str::trim_end),
        Some("write                         64")
    );
    let part = stdout(&["table", "xattr"]);
    assert!(
        part.contains("\nfgetxattr ") && part.contains("\nlistxattr "),
        "{part}"
    );
    assert!(stdout(&["table"]).lines().count() > 400);
}

#[test]
fn table_as_json() {
    let objects = json_lines(&stdout(&["table", "--json", "epoll_wait"]));
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["x86-64"], 232);
    assert!(objects[0]["arm64"].is_null());
}

#[test]
fn what_is_not_in_the_table_is_an_error() {
    assert_eq!(fails(&["table", "nosuch"], 1), "syscalls: no call nosuch\n");
    assert_eq!(
        fails(&["table", "9999", "--arch", "arm64"], 1),
        "syscalls: no call 9999 on arm64\n"
    );
    assert!(fails(&["table", "--arch", "vax"], 2).contains("x86-64, arm64 and macos"));
}

#[test]
fn errno_by_number_name_and_text() {
    let enoent = "ENOENT             2  No such file or directory\n";
    for query in ["2", "-2", "ENOENT", "enoent", "no such file"] {
        assert_eq!(stdout(&["errno", query]), enoent, "{query}");
    }
    assert!(stdout(&["errno", "EWOULDBLOCK"]).ends_with("(also EWOULDBLOCK)\n"));
    assert!(stdout(&["errno"]).lines().count() > 100);
    let objects = json_lines(&stdout(&["errno", "--json", "2"]));
    assert_eq!(objects[0]["name"], "ENOENT");
    assert_eq!(
        fails(&["errno", "ENOSUCH"], 1),
        "syscalls: no error ENOSUCH\n"
    );
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &["trace"][..],
        &["trace", "-p", "0"],
        &["trace", "-p", "1", "ls"],
        &["trace", "-c", "--json", "ls"],
        &["trace", "--nosuch", "ls"],
        &["nosuch"],
    ] {
        fails(arguments, 2);
    }
    let error = fails(&["trace", "-e", "opennat", "ls"], 2);
    assert!(
        error.contains("no call opennat (did you mean openat?)"),
        "{error}"
    );
}

#[test]
fn help_has_examples() {
    for command in ["trace", "table", "errno"] {
        assert!(
            stdout(&[command, "--help"]).contains("Examples:"),
            "{command}"
        );
    }
}

#[test]
fn the_demonstration_ends_with_what_to_try() {
    let text = stdout(&[]);
    assert!(text.contains("Try next:"), "{text}");
    if cfg!(target_os = "linux") {
        assert!(
            text.contains("\"/no/such/file\", O_RDONLY|O_CLOEXEC) = -1 ENOENT"),
            "{text}"
        );
        assert!(text.contains("write(1, "), "{text}");
    }
}

#[test]
#[cfg(target_os = "macos")]
fn tracing_needs_linux() {
    assert!(fails(&["trace", "ls"], 1).contains("tracing needs Linux"));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let child = syscalls(&["table"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn();
    let output = child
        .expect("the tool starts")
        .wait_with_output()
        .expect("ends");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
}

/// Needs a kernel that lets us trace.
#[cfg(target_os = "linux")]
mod trace {
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;
    use std::thread;
    use std::time::{Duration, Instant};

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// The trace of a program that succeeds.
    fn traced(arguments: &[&str]) -> String {
        let output = run(&[&["trace"], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).expect("text")
    }

    fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < deadline, "waited for {what}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// A file of its own for each test, in a folder that goes away.
    fn with_file(test: impl FnOnce(&str, &Path)) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("out");
        test(path.to_str().expect("text"), &path);
    }

    #[test]
    fn lines_are_as_strace_prints_them() {
        let text = traced(&["true"]);
        let first = text.lines().next().expect("a line");
        assert!(first.starts_with("execve(\""), "{text}");
        assert!(first.ends_with(" = 0"), "{text}");
        assert!(
            text.ends_with(&format!(
                "{:<40}= ?\n+++ exited with 0 +++\n",
                "exit_group(0)"
            )),
            "{text}"
        );
    }

    #[test]
    fn the_status_is_the_programs() {
        let output = run(&["trace", "sh", "-c", "exit 42"]);
        assert_eq!(output.status.code(), Some(42));
        let text = String::from_utf8(output.stderr).expect("text");
        assert!(text.ends_with("+++ exited with 42 +++\n"), "{text}");
    }

    #[test]
    fn the_death_is_the_programs() {
        let output = run(&["trace", "sh", "-c", "kill -TERM $$"]);
        assert_eq!(output.status.signal(), Some(Signal::SIGTERM as i32));
        let text = String::from_utf8(output.stderr).expect("text");
        assert!(text.ends_with("+++ killed by SIGTERM +++\n"), "{text}");
    }

    #[test]
    fn a_program_that_there_is_not() {
        let expected = "syscalls: cannot execute nosuch: No such file or directory\n";
        assert_eq!(fails(&["trace", "nosuch"], 1), expected);
    }

    #[test]
    fn options_of_the_program_are_the_programs() {
        for arguments in [
            &["trace", "-e", "none", "sh", "-c", "exit 3"][..],
            &["trace", "-enone", "--", "sh", "-c", "exit 3"],
            &["trace", "-fqq", "-enone", "sh", "-c", "exit 3"],
        ] {
            assert_eq!(run(arguments).status.code(), Some(3), "{arguments:?}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_is_known_before_the_program_runs() {
        with_file(|_, path| {
            let witness = path.to_str().expect("text");
            let error = fails(&["trace", "-o", "/no/such/out", "touch", witness], 1);
            let expected = "syscalls: cannot open /no/such/out: No such file or directory\n";
            assert_eq!(error, expected);
            assert!(!path.exists());
        });
    }

    #[test]
    fn into_a_file_with_every_task_named() {
        with_file(|out, path| {
            let output = run(&["trace", "-f", "-o", out, "sh", "-c", "ls / | wc -l"]);
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{output:?}"
            );
            let counted: u32 = String::from_utf8_lossy(&output.stdout)
                .trim()
                .parse()
                .expect("wc");
            assert!(counted > 3);
            let text = fs::read_to_string(path).expect("was written");
            let mut ends = 0;
            for line in text.lines() {
                let (pid, rest) = line.split_once(' ').expect("a number and a line");
                assert!(pid.parse::<i32>().is_ok(), "{line}");
                ends += u32::from(rest.trim_start() == "+++ exited with 0 +++");
            }
            assert_eq!(ends, 3, "sh, ls and wc:\n{text}");
        });
    }

    #[test]
    fn the_counts_are_those_of_the_lines() {
        let text = traced(&["-C", "-qq", "ls", "/"]);
        let (lines, table) = text.split_once("% time").expect("a table");
        let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
        for line in lines.lines() {
            let (name, _) = line.split_once('(').expect("a call");
            *expected.entry(name).or_default() += 1;
        }
        let mut rows: BTreeMap<&str, u64> = table
            .lines()
            .skip(2)
            .filter(|line| !line.starts_with('-'))
            .map(|line| {
                let words: Vec<_> = line.split_whitespace().collect();
                let calls = words[3].parse().expect("a number of calls");
                (words[words.len() - 1], calls)
            })
            .collect();
        let total = rows.remove("total").expect("a total");
        assert_eq!(rows, expected);
        assert_eq!(rows.values().sum::<u64>(), total);
    }

    #[test]
    fn only_counts_means_no_lines() {
        let text = traced(&["-c", "true"]);
        assert!(text.starts_with("% time"), "{text}");
        assert!(text.trim_end().ends_with("total"), "{text}");
    }

    #[test]
    fn filters() {
        let text = traced(&["-qq", "-e", "%network", "true"]);
        assert_eq!(text, "");
        let text = traced(&["-qq", "-e", "execve,exit_group", "true"]);
        assert_eq!(text.lines().count(), 2, "{text}");
        let failed = run(&["trace", "-qq", "-Z", "-e", "openat", "cat", "/no/such/file"]);
        let text = String::from_utf8(failed.stderr).expect("text");
        assert!(text.contains("\"/no/such/file\", O_RDONLY"), "{text}");
        assert!(!text.contains(" = 3"), "{text}");
    }

    #[test]
    fn json_for_programs() {
        let objects = json_lines(&traced(&["--json", "sh", "-c", "exit 0"]));
        let first = &objects[0];
        assert_eq!(
            (&first["call"], &first["result"]),
            (&"execve".into(), &0.into())
        );
        assert!(first["time"].as_f64() > Some(1e9) && first["pid"] == first["tid"]);
        let last = &objects[objects.len() - 1];
        assert_eq!(
            (&last["event"], &last["status"]),
            (&"exited".into(), &0.into())
        );
    }

    #[test]
    fn times_and_durations() {
        let text = traced(&["-ttt", "-T", "-e", "execve", "true"]);
        let line = text.lines().next().expect("a line");
        let (time, rest) = line.split_once(' ').expect("a time");
        assert!(time.parse::<f64>().expect("seconds") > 1e9, "{line}");
        let (_, took) = rest.rsplit_once(" <").expect("a duration");
        assert!(took.trim_end_matches('>').parse::<f64>().is_ok(), "{line}");
    }

    /// The program has more to say than a pipe holds, and nobody reads.
    #[test]
    fn a_reader_who_has_gone_is_no_failure() {
        let mut child = syscalls(&["trace", "sh", "-c", "while :; do kill -0 $$; done"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let mut stderr = child.stderr.take().expect("a pipe");
        let mut first = [0; 64];
        stderr.read_exact(&mut first).expect("a line");
        let program = traced_by(child.id()).expect("a program is traced");
        drop(stderr);
        let status = child.wait().expect("ends");
        assert!(status.success(), "{status}");
        // Left to itself, it loops for ever.
        let _ = kill(program, Signal::SIGKILL);
    }

    /// A process whose tracer is `tracer`.
    fn traced_by(tracer: u32) -> Option<Pid> {
        let processes = fs::read_dir("/proc").ok()?;
        let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let mut traced = pids.filter(|pid: &i32| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("TracerPid:"));
            line.and_then(|pid| pid.trim().parse().ok()) == Some(tracer)
        });
        traced.next().map(Pid::from_raw)
    }

    #[test]
    fn an_interrupt_leaves_an_attached_process_alone() {
        let mut program = Command::new("sleep")
            .arg("60")
            .spawn()
            .expect("sleep starts");
        let pid = program.id().to_string();
        let mut tracer = syscalls(&["trace", "-p", &pid])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let mut lines = BufReader::new(tracer.stderr.take().expect("a pipe")).lines();
        let first = lines.next().expect("a line").expect("text");
        assert_eq!(first, format!("syscalls: process {pid} attached"));
        let tool = Pid::from_raw(tracer.id() as i32);
        kill(tool, Signal::SIGINT).expect("the tool is there");
        let last = lines.last().expect("more lines").expect("text");
        assert_eq!(last, format!("syscalls: process {pid} detached"));
        let status = tracer.wait().expect("ends");
        assert_eq!(status.signal(), Some(Signal::SIGINT as i32), "{status}");
        assert!(
            program.try_wait().expect("our child").is_none(),
            "it still sleeps"
        );
        program.kill().expect("our child");
        let status = program.wait().expect("our child");
        assert_eq!(status.signal(), Some(Signal::SIGKILL as i32));
    }

    #[test]
    fn the_keyboards_interrupt_is_for_the_program_to_answer() {
        let mut tracer = syscalls(&["trace", "-e", "none", "sleep", "60"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        wait_until("the program to run", || {
            traced_by(tracer.id()).is_some_and(|pid| {
                let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
                name == "sleep\n" && ignores_interrupts(tracer.id())
            })
        });
        let tool = Pid::from_raw(tracer.id() as i32);
        let program = traced_by(tracer.id()).expect("runs");
        kill(tool, Signal::SIGINT).expect("the tool is there");
        // A demand to the tool is passed on; the interrupt before it did nothing.
        kill(tool, Signal::SIGTERM).expect("the tool is there");
        let status = tracer.wait().expect("ends");
        assert_eq!(status.signal(), Some(Signal::SIGTERM as i32), "{status}");
        assert!(kill(program, None).is_err(), "it has ended");
    }

    /// Whether SIGINT is among the ignored signals of a process.
    fn ignores_interrupts(pid: u32) -> bool {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & (1 << (Signal::SIGINT as u64 - 1)) != 0)
    }
}
