//! Children in pseudo-terminals, and the tool in one of its own: a small expect loop over a controller.

mod common;

use std::fs;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::Stdio;
use std::time::Instant;

use common::{DEADLINE, output_of, tool, wait};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::termios::{LocalFlags, Termios, tcgetattr};
use nix::unistd::{getpgrp, tcgetpgrp, tcsetpgrp};
use process::exit::Status;
use process::pty::{Pty, Session};
use process::spawn::{Group, Spawn};
use process::terminal::{self, Size};

const SIZE: Size = Size {
    rows: 31,
    columns: 97,
};

/// Somebody who sits at a terminal.
struct Expect {
    session: Session,
    seen: String,
}

impl Expect {
    #[track_caller]
    fn new(program: &Spawn) -> Self {
        let session = Pty::open(SIZE).expect("a pty").spawn(program);
        Self {
            session: session.expect("it starts"),
            seen: String::new(),
        }
    }

    /// Reads until `text` is there, and forgets all up to its end. Gives what came before it.
    #[track_caller]
    fn until(&mut self, text: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(at) = self.seen.find(text) {
                let before = self.seen[..at].to_owned();
                self.seen.drain(..at + text.len());
                return before;
            }
            assert!(Instant::now() < deadline, "no {text:?} in {:?}", self.seen);
            assert!(self.read(), "ended without {text:?}: {:?}", self.seen);
        }
    }

    /// False at the end.
    fn read(&mut self) -> bool {
        let mut fds = [PollFd::new(
            self.session.controller.as_fd(),
            PollFlags::POLLIN,
        )];
        let timeout = PollTimeout::try_from(DEADLINE).expect("a time");
        let ready = poll(&mut fds, timeout).expect("poll");
        assert!(ready > 0, "nothing more came than {:?}", self.seen);
        let mut bytes = [0; 4096];
        let count = self.session.controller.read(&mut bytes).unwrap_or(0);
        self.seen += &String::from_utf8_lossy(&bytes[..count]);
        count > 0
    }

    #[track_caller]
    fn types(&mut self, keys: &str) {
        self.session
            .controller
            .write_all(keys.as_bytes())
            .expect("it is typed");
    }

    fn settings(&self) -> Termios {
        tcgetattr(&self.session.controller).expect("a terminal")
    }

    /// What is left to read, and the status.
    #[track_caller]
    fn end(mut self) -> (String, Status) {
        while self.read() {}
        (self.seen, self.session.child.wait().expect("our child"))
    }
}

fn sh(script: &str) -> Spawn {
    let mut spawn = Spawn::new("/bin/sh");
    spawn.args(["-c", script]);
    spawn
}

fn our_tool(arguments: &[&str]) -> Spawn {
    let mut spawn = Spawn::new(env!("CARGO_BIN_EXE_process"));
    spawn.args(arguments);
    spawn
}

#[test]
fn the_child_leads_a_session_on_a_terminal_of_that_size() {
    let script = "tty; stty size; ps -o sid= -p $$ | tr -d ' '; echo $$; exit 5";
    let (text, status) = Expect::new(&sh(script)).end();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("/dev/"), "{text}");
    assert_eq!(lines[1], SIZE.to_string().replace('x', " "));
    assert_eq!(lines[2], lines[3], "{text}");
    assert_eq!(status, Status::Exited(5));
}

#[test]
fn control_c_is_a_signal_and_a_hang_up_too() {
    let mut expect = Expect::new(&sh("echo ready; exec sleep 60"));
    expect.until("ready");
    expect.types("\x03");
    assert_eq!(expect.end().1.shell_code(), 128 + Signal::SIGINT as i32);

    let mut expect = Expect::new(&sh("echo ready; exec sleep 60"));
    expect.until("ready");
    let Session {
        controller,
        mut child,
    } = expect.session;
    drop(controller);
    let ended = child.wait().expect("our child");
    assert_eq!(ended.shell_code(), 128 + Signal::SIGHUP as i32);
}

#[test]
fn a_new_size_is_told() {
    let script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done";
    let mut expect = Expect::new(&sh(script));
    expect.until("ready");
    let size = Size {
        rows: 10,
        columns: 20,
    };
    terminal::set_size(&expect.session.controller, size).expect("a terminal");
    expect.until("10 20");
    assert_eq!(terminal::size(&expect.session.controller), Ok(size));
}

#[test]
fn the_tool_shows_colours_to_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("blue")).expect("a folder");
    let path = folder.path().to_str().expect("text");
    let ls = ["pty", "--", "ls", "--color=auto", path];
    if cfg!(target_os = "linux") {
        let coloured = output_of(tool(&ls).env("TERM", "xterm").env_remove("LS_COLORS"));
        let coloured = String::from_utf8(coloured).expect("text");
        assert!(coloured.contains("\x1b[01;34mblue"), "{coloured:?}");
        let plain = output_of(
            tool(&["pty", "--strip", "--", "ls", "--color=auto", path]).env("TERM", "xterm"),
        );
        assert_eq!(plain, b"blue\n");
    }
}

#[test]
fn the_tool_passes_a_status_on() {
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)] {
        let status = wait(
            &mut tool(&["pty", "--", "sh", "-c", script])
                .spawn()
                .expect("the tool"),
        );
        assert_eq!(status.code(), Some(code), "{script}");
    }
    let output = tool(&["pty", "--", "/no/such/program"])
        .output()
        .expect("the tool");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        said,
        "process: cannot start /no/such/program: No such file or directory\n"
    );
}

#[test]
fn the_tool_types_its_input_and_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("input");
    // The longest line that a terminal takes, many lines, none, and half a one.
    let lines: String = (0..20_000).map(|number| format!("{number}\n")).collect();
    for text in [
        "",
        "one\n",
        "one\ntwo",
        "no end",
        lines.as_str(),
        &"x".repeat(1000),
    ] {
        fs::write(&input, text).expect("written");
        let mut command = tool(&["pty", "--", "cat"]);
        command.stdin(fs::File::open(&input).expect("a file"));
        let output = String::from_utf8(output_of(&mut command)).expect("text");
        assert!(output == text, "{} bytes of {}", output.len(), text.len());
    }
}

/// A file is at its end for everybody who reads it; a terminal's end is taken by one.
#[test]
fn every_reader_sees_the_end_of_the_input() {
    let output = output_of(&mut tool(&[
        "pty",
        "--",
        "sh",
        "-c",
        "cat; cat; cat; echo all",
    ]));
    assert_eq!(output, b"all\n");
    // This one throws away what was typed before its change of the mode.
    let flush = "sleep 0.1; stty -echo; cat; echo all";
    assert_eq!(
        output_of(&mut tool(&["pty", "--", "sh", "-c", flush])),
        b"all\n"
    );
}

#[test]
fn the_last_output_is_not_lost() {
    for _ in 0..20 {
        let output = output_of(&mut tool(&["pty", "--", "sh", "-c", "seq 3000"]));
        assert!(output.ends_with(b"\n3000\n"));
        assert_eq!(output.iter().filter(|byte| **byte == b'\n').count(), 3000);
    }
}

#[test]
fn one_who_stays_behind_does_not_hold_the_tool() {
    let output = output_of(&mut tool(&[
        "pty",
        "--",
        "sh",
        "-c",
        "trap '' HUP; sleep 3 & echo done",
    ]));
    assert_eq!(output, b"done\n");
}

#[test]
fn a_pipe_that_is_closed_ends_the_tool_quietly() {
    let mut child = tool(&["pty", "--", "yes"]).spawn().expect("the tool");
    let mut first = [0; 2];
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut first).expect("a line");
    drop(stdout);
    assert_eq!(&first, b"y\n");
    assert_eq!(wait(&mut child).code(), Some(0));
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut said)
        .expect("text");
    assert_eq!(said, "");
}

#[test]
fn the_tool_says_what_is_wrong_with_a_size() {
    let mut command = tool(&["pty", "--size", "wide", "--", "true"]);
    let output = command.stdin(Stdio::null()).output().expect("the tool");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ROWSxCOLUMNS"));
    let size = output_of(&mut tool(&["pty", "--size", "12x34", "--", "stty", "size"]));
    assert_eq!(size, b"12 34\n");
}

/// Our pty, in it the tool, in it a pty, in it a shell.
#[test]
fn a_terminal_in_a_terminal() {
    let mut expect = Expect::new(&our_tool(&[
        "pty",
        "--",
        "sh",
        "-c",
        "stty size; read line; echo got $line",
    ]));
    let before = SIZE.to_string().replace('x', " ");
    expect.until(&before);
    let raw = expect.settings();
    assert!(
        !raw.local_flags
            .intersects(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG)
    );
    // The inner terminal edits the line and echoes it; the outer one does neither.
    expect.types("helo\x7flo\r");
    expect.until("got hello");
    let (_, status) = expect.end();
    assert_eq!(status, Status::Exited(0));
}

#[test]
fn a_new_size_is_passed_on_and_keys_are_signals_in_there() {
    let script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done";
    let mut expect = Expect::new(&our_tool(&["pty", "--", "sh", "-c", script]));
    expect.until("ready");
    let size = Size {
        rows: 9,
        columns: 8,
    };
    terminal::set_size(&expect.session.controller, size).expect("a terminal");
    expect.until("9 8");
    expect.types("\x03");
    assert_eq!(expect.end().1, Status::Exited(128 + Signal::SIGINT as i32));
}

/// After each end the shell that started the tool finds the terminal as it was.
#[test]
fn raw_mode_is_undone_at_every_end() {
    let tool = env!("CARGO_BIN_EXE_process");
    let ends = [
        ("exit 3", None),
        ("kill -9 $$", None),
        ("echo inside; exec sleep 60", Some(Signal::SIGTERM)),
        ("echo inside; exec sleep 60", Some(Signal::SIGHUP)),
        ("echo inside; exec sleep 60", Some(Signal::SIGINT)),
        ("echo inside; exec sleep 60", Some(Signal::SIGQUIT)),
    ];
    for (script, signal) in ends {
        let script = script.replace('$', "\\$");
        let inner = format!("exec '{tool}' pty -- sh -c '{script}'");
        let shell = sh(&format!(
            "echo before; read x; sh -c \"{inner}\"; echo ended; read x"
        ));
        let mut expect = Expect::new(&shell);
        expect.until("before");
        let before = expect.settings();
        expect.types("\r");
        if let Some(signal) = signal {
            expect.until("inside");
            assert_ne!(expect.settings(), before);
            let group = tcgetpgrp(&expect.session.controller).expect("a group");
            let leader = expect.session.child.id();
            assert_eq!(group, leader);
            signal_tool(leader, signal);
        }
        expect.until("ended");
        assert_eq!(expect.settings(), before, "{script} {signal:?}");
    }
}

/// Signals the tool alone, which is a child of `shell`.
fn signal_tool(shell: nix::unistd::Pid, signal: Signal) {
    let listing = std::process::Command::new("ps")
        .args(["-eo", "pid=,ppid="])
        .output()
        .expect("ps");
    let listing = String::from_utf8(listing.stdout).expect("text");
    let child = listing.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let pid: i32 = words.next()?.parse().ok()?;
        (words.next()?.parse() == Ok(shell.as_raw())).then_some(pid)
    });
    let child = nix::unistd::Pid::from_raw(child.expect("the tool runs"));
    nix::sys::signal::kill(child, signal).expect("alive");
}

/// Whoever reads from the terminal without being in the foreground is stopped.
#[test]
fn a_child_is_in_the_foreground_before_it_reads() {
    let mut shell = Spawn::new(std::env::current_exe().expect("this program"));
    shell
        .args(["--exact", "as_a_shell", "--nocapture"])
        .env("AS_A_SHELL", "1");
    let mut expect = Expect::new(&shell);
    expect.types("line\n");
    expect.until("in front: Exited(0)");
    expect.until(&format!("behind: Stopped({})", Signal::SIGTTIN as i32));
    assert_eq!(expect.end().1, Status::Exited(0));
}

#[test]
fn as_a_shell() {
    if std::env::var_os("AS_A_SHELL").is_none() {
        return;
    }
    let terminal = std::io::stdin();
    let mut head = Spawn::new("head");
    head.search_path(true).args(["-n", "1"]).group(Group::New);
    let behind = head.clone();
    let mut child = head
        .foreground(terminal.as_fd())
        .spawn()
        .expect("it starts");
    println!("in front: {:?}", child.wait_untraced().expect("our child"));

    // A shell takes its place back; it is in the background, and must not be stopped for that.
    let mut sigttou = SigSet::empty();
    sigttou.add(Signal::SIGTTOU);
    sigttou.thread_block().expect("blocked");
    tcsetpgrp(&terminal, getpgrp()).expect("our terminal");

    let mut child = behind.spawn().expect("it starts");
    println!("behind: {:?}", child.wait_untraced().expect("our child"));
    child.signal(Signal::SIGKILL).expect("alive");
    child.wait().expect("our child");
}
