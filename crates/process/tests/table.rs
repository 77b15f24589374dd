//! The table says what is so, and what it cannot know it says in order.

mod common;

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{DEADLINE, cases, output_of, tool, wait};
use process::environment::Environment;
use process::exit::Status;
use process::limits::Limits;
use process::table::stat::{Units, parse};
use process::table::{Error, Fields, State, Table, procargs, status};
use proptest::prelude::*;
use serde_json::Value;

const UNITS: Units = Units {
    ticks: 100,
    page: 4096,
};

const REST: &str = "S 7 42 42 34816 43 4194304 5 0 6 0 150 25 0 0 20 0 3 0 1000 8192 2 \
    18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";

proptest! {
    #![proptest_config(cases(256))]

    /// Whatever a program calls itself, the fields after its name are found.
    #[test]
    fn any_name_is_read(name in prop::collection::vec(1u8.., 0..64)) {
        let line = [b"42 (", &name[..], b") ", REST.as_bytes(), b"\n"].concat();
        let process = parse(&line, UNITS).unwrap();
        prop_assert_eq!(&process.name, &name);
        prop_assert_eq!((process.pid, process.parent, process.state), (42, 7, State::Sleeping));
        prop_assert_eq!(process.user_time, Duration::from_millis(1500));
        prop_assert_eq!(process.started, Duration::from_secs(10));
        prop_assert_eq!((process.threads, process.resident), (3, 8192));
        prop_assert_eq!(process.terminal.unwrap().to_string(), "pts/0");
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, UNITS);
        let _ = status::parse(&bytes);
        let _ = procargs::split(&bytes);
        let _ = Limits::parse(&bytes);
        let _ = Environment::parse(&bytes);
    }

    /// A file that is cut, as that of a process which ends: no process, or the same one.
    #[test]
    fn a_cut_line_is_refused(at in 0usize..REST.len()) {
        let line = format!("42 (x) {}", &REST[..at]);
        if let Some(process) = parse(line.as_bytes(), UNITS) {
            prop_assert_eq!(process.pid, 42);
        }
    }

    /// The status of wait(2), put together by hand.
    #[test]
    fn statuses_are_told_apart(code in 0i32..256, signal in 1i32..65) {
        prop_assert_eq!(Status::from_raw(code << 8), Status::Exited(code));
        let killed = Status::from_raw(signal | 0x80);
        prop_assert_eq!(killed, Status::Signaled { signal, core_dumped: true });
        prop_assert_eq!(killed.shell_code(), 128 + signal);
        prop_assert_eq!(Status::from_raw(signal << 8 | 0x7f), Status::Stopped(signal));
    }
}

#[test]
fn a_process_that_has_gone_is_an_error_of_its_own() {
    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let pid = child.id() as i32;
    let mut table = Table::open().unwrap();
    assert_eq!(
        table.process(pid, Fields::NONE).unwrap().parent,
        std::process::id() as i32
    );
    child.wait().unwrap();
    assert!(matches!(table.process(pid, Fields::STATUS), Err(Error::Gone(gone)) if gone == pid));
    assert!(matches!(table.descriptors(pid), Err(Error::Gone(_))));
    assert!(matches!(table.environment(pid), Err(Error::Gone(_))));
}

/// Children come and go while the table is read again and again; nothing is ever missing that
/// stays.
#[test]
fn reading_survives_what_ends_meanwhile() {
    let mut churn = Command::new("sh");
    let script = "i=0; while [ $i -lt 20 ]; do true & true | true; i=$((i+1)); done; wait";
    churn.args(["-c", script]);
    let mut churn = churn.spawn().unwrap();
    let mut table = Table::open().unwrap();
    let fields = Fields::STATUS | Fields::COMMAND_LINE | Fields::OWNER | Fields::WAIT_CHANNEL;
    let mut rounds = 0;
    while rounds < 20 || churn.try_wait().unwrap().is_none() {
        let processes = table.processes(fields).unwrap();
        assert!(
            processes
                .iter()
                .any(|process| process.pid == std::process::id() as i32)
        );
        rounds += 1;
    }
    assert!(wait(&mut churn).success());
}

#[test]
fn what_a_child_has_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let mut command = Command::new("cat");
    command
        .current_dir(&folder)
        .env_clear()
        .env("COLOUR", "blue");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id() as i32;
    let mut table = Table::open().unwrap();
    assert_eq!(table.working_directory(pid).unwrap(), folder);
    let program = table.executable(pid).unwrap();
    assert!(program.is_absolute() && program.exists());
    let open = table.descriptors(pid).unwrap();
    assert!(
        open.iter().take(2).all(|open| open.kind() == "pipe"),
        "{open:?}"
    );
    if cfg!(target_os = "linux") {
        let environment = table.environment(pid).unwrap();
        assert_eq!(
            environment.iter().collect::<Vec<_>>(),
            [("COLOUR".as_ref(), "blue".as_ref())]
        );
        let limits = table.limits(pid).unwrap();
        assert_eq!(
            limits,
            Limits::parse(&std::fs::read(format!("/proc/{pid}/limits")).unwrap())
        );
        assert_eq!(
            limits.get("nofile"),
            Limits::current().unwrap().get("nofile")
        );
        assert!(
            table
                .namespaces(pid)
                .unwrap()
                .iter()
                .any(|space| space.name == "pid")
        );
    }
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_page_tells_who_started_it_and_what_is_open() {
    let mut child = Command::new("sleep")
        .arg("600")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let pid = child.id().to_string();
    let text = String::from_utf8(output_of(&mut tool(&["info", &pid]))).unwrap();
    let json = output_of(&mut tool(&["info", "--json", "--environment", &pid]));
    child.kill().unwrap();
    child.wait().unwrap();

    assert!(
        text.starts_with(&format!("process {pid}: sleep\n")),
        "{text}"
    );
    assert!(
        text.contains(&format!("({}) <- ", std::process::id())),
        "{text}"
    );
    assert!(text.contains("command     sleep 600"), "{text}");
    assert!(text.contains("/dev/null"), "{text}");
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["arguments"], serde_json::json!(["sleep", "600"]));
    assert_eq!(json["ancestors"][0], std::process::id());
    assert_eq!(json["descriptors"][0]["kind"], "device");
    assert_eq!(json["environment"]["PATH"], std::env::var("PATH").unwrap());

    let gone = tool(&["info", "999999999"]).output().unwrap();
    assert_eq!(gone.status.code(), Some(1));
    assert_eq!(gone.stderr, b"process: no process 999999999\n");
}

#[test]
fn limits_are_what_the_shell_sees() {
    let limited = |wishes: &[&str], script: &str| {
        let mut command = tool(&["limits"]);
        command.args(wishes).args(["--", "sh", "-c", script]);
        String::from_utf8(output_of(&mut command)).unwrap()
    };
    assert_eq!(limited(&["nofile=77"], "ulimit -n"), "77\n");
    assert_eq!(
        limited(&["nofile=77:99"], "ulimit -Sn; ulimit -Hn"),
        "77\n99\n"
    );
    assert_eq!(
        limited(&["core=0:0", "nofile=50"], "ulimit -c; ulimit -n"),
        "0\n50\n"
    );
    assert_eq!(
        limited(&["fsize=1K"], "ulimit -f"),
        "2\n",
        "in blocks of 512"
    );

    let raised = tool(&["limits", "nofile=9:8", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(raised.status.code(), Some(1));
    let said = String::from_utf8(raised.stderr).unwrap();
    assert!(
        said.starts_with("process: cannot set the limit nofile: EINVAL"),
        "{said}"
    );
    for (arguments, status) in [
        (&["nosuch=1", "--", "true"][..], 2),
        (&["nofile=x", "--", "true"], 2),
        (&["nofile=10"], 2),
        (&["nofile=50", "--", "/nowhere/program"], 127),
        (&["--", "/"], 126),
        (&["--", "sh", "-c", "exit 5"], 5),
    ] {
        let output = tool(&["limits"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
    let json: Value = serde_json::from_slice(&output_of(&mut tool(&["limits", "--json"]))).unwrap();
    let own = Limits::current().unwrap().get("nofile").unwrap();
    assert_eq!(json["nofile"]["soft"].as_u64(), own.soft);
}

#[test]
fn the_demonstration_ends_by_itself() {
    let start = std::time::Instant::now();
    let mut command = tool(&[]);
    let mut child = command.spawn().unwrap();
    let mut text = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(wait(&mut child).success());
    assert!(start.elapsed() < DEADLINE);
    assert!(text.contains("Try next:"), "{text}");
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let mut command = tool(&["ps", "-e"]);
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let status = wait(&mut child);
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(status.success(), "{said}");
    assert_eq!(said, "");
}
