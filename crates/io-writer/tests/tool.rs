//! The tool from outside: real children, real files, real sockets, and coreutils' tee beside it.

mod common;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread;

use common::{collect, gunzip, have, read_all, run, tcp_peer, text, tool, wait};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn errors(output: &Output) -> Vec<&str> {
    str::from_utf8(&output.stderr).unwrap().lines().collect()
}

#[track_caller]
fn assert_clean(output: &Output) {
    assert_eq!((output.status.code(), errors(output)), (Some(0), vec![]));
}

fn path(directory: &tempfile::TempDir, name: &str) -> String {
    directory.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn every_sink_gets_every_byte() {
    let directory = tempfile::tempdir().unwrap();
    let input = text(8 << 20);
    let (address, tcp) = tcp_peer(read_all);
    let listener = UnixListener::bind(path(&directory, "socket")).unwrap();
    let unix = thread::spawn(move || read_all(listener.accept()?.0));
    let (file, packed) = (path(&directory, "out"), path(&directory, "out.gz"));

    let mut command = tool(&["tee", &file, &packed]);
    command.arg(format!("tcp:{address}"));
    command.arg(format!("unix:{}", path(&directory, "socket")));
    let output = run(&mut command, &input);

    assert_clean(&output);
    assert!(output.stdout == input);
    assert!(fs::read(&file).unwrap() == input);
    assert!(gunzip(Path::new(&packed)).unwrap() == input);
    assert!(tcp.join().unwrap().unwrap() == input);
    assert!(unix.join().unwrap().unwrap() == input);
    if have("gzip") {
        let tested = Command::new("gzip").args(["-t", &packed]).status().unwrap();
        assert!(tested.success());
    }
}

#[test]
fn it_does_as_coreutils_does() {
    if !have("tee") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    for input in [&b""[..], b"no newline", &text(1 << 20)] {
        for append in [&[][..], &["-a"]] {
            let (ours, theirs) = (path(&directory, "ours"), path(&directory, "theirs"));
            let mut command = tool(&["tee"]);
            let our_output = run(command.args(append).arg(&ours), input);
            let mut command = Command::new("tee");
            command.args(append).arg(&theirs);
            let piped = || Stdio::piped();
            command.stdin(piped()).stdout(piped()).stderr(piped());
            let their_output = run(&mut command, input);
            assert_eq!(our_output.status, their_output.status);
            assert!(our_output.stdout == their_output.stdout);
            assert!(our_output.stderr == their_output.stderr);
            assert!(fs::read(ours).unwrap() == fs::read(theirs).unwrap());
        }
    }
}

#[test]
fn append_adds_to_files_and_members_to_gz() {
    let directory = tempfile::tempdir().unwrap();
    let (file, packed) = (path(&directory, "out"), path(&directory, "out.gz"));
    for part in ["first ", "second ", "third"] {
        assert_clean(&run(
            &mut tool(&["tee", "--append", &file, &packed]),
            part.as_bytes(),
        ));
    }
    assert_eq!(fs::read(&file).unwrap(), b"first second third");
    assert_eq!(gunzip(Path::new(&packed)).unwrap(), b"first second third");
}

#[test]
fn levels_are_passed_on() {
    let directory = tempfile::tempdir().unwrap();
    let input = text(1 << 20);
    let size = |level: &str| {
        let packed = path(&directory, &format!("{level}.gz"));
        assert_clean(&run(&mut tool(&["tee", "--level", level, &packed]), &input));
        assert!(gunzip(Path::new(&packed)).unwrap() == input);
        fs::metadata(packed).unwrap().len()
    };
    let sizes = [size("0"), size("1"), size("9")];
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
}

#[test]
fn a_peer_that_breaks_off_is_named_and_the_others_complete() {
    let directory = tempfile::tempdir().unwrap();
    let input = text(16 << 20);
    let (steady, peer) = tcp_peer(read_all);
    let (fickle, _) = tcp_peer(|connection| read_all(connection.take(1 << 20)).map(drop));
    let (file, packed) = (path(&directory, "out"), path(&directory, "out.gz"));
    let mut command = tool(&["tee", &file]);
    command
        .arg(format!("tcp:{fickle}"))
        .arg(format!("tcp:{steady}"))
        .arg(&packed);
    let output = run(&mut command, &input);

    assert_eq!(output.status.code(), Some(1));
    let [error] = errors(&output)[..] else {
        panic!("{output:?}");
    };
    let rest = error
        .strip_prefix(&format!("io-writer: tcp:{fickle}: accepted "))
        .unwrap();
    let (accepted, cause) = rest.split_once(" bytes, then: ").unwrap();
    assert!(
        (1 << 20..16 << 20).contains(&accepted.parse().unwrap()),
        "{error}"
    );
    assert!(
        cause.starts_with("Connection reset") || cause.starts_with("Broken pipe"),
        "{error}"
    );
    assert!(output.stdout == input);
    assert!(fs::read(&file).unwrap() == input);
    assert!(gunzip(Path::new(&packed)).unwrap() == input);
    assert!(peer.join().unwrap().unwrap() == input);
}

#[test]
fn a_peer_that_stops_reading_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    // More than the buffers of both ends can grow to.
    let input = text(48 << 20);
    let (ended, end) = std::sync::mpsc::channel::<()>();
    let (address, peer) = tcp_peer(move |connection| {
        let _ = end.recv();
        drop(connection);
        Ok(())
    });
    let file = path(&directory, "out");
    let mut command = tool(&["tee", "--stall", "1", &file]);
    let output = run(command.arg(format!("tcp:{address}")), &input);
    drop(ended);
    peer.join().unwrap().unwrap();

    assert_eq!(output.status.code(), Some(1));
    let [error] = errors(&output)[..] else {
        panic!("{output:?}");
    };
    assert!(
        error.starts_with(&format!("io-writer: tcp:{address}: accepted ")),
        "{error}"
    );
    assert!(
        error.ends_with(" bytes, then: accepted nothing for 1 s"),
        "{error}"
    );
    assert!(output.stdout == input);
    assert!(fs::read(&file).unwrap() == input);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let (file, full) = (path(&directory, "out"), path(&directory, "full.gz"));
    std::os::unix::fs::symlink("/dev/full", &full).unwrap();
    let input = text(3 << 20);
    let output = run(&mut tool(&["tee", "/dev/full", &full, &file]), &input);
    assert_eq!(output.status.code(), Some(1));
    let no_space = "No space left on device (os error 28)";
    let mut lines = errors(&output);
    lines.sort();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(
        lines[0],
        format!("io-writer: /dev/full: accepted 0 bytes, then: {no_space}")
    );
    assert!(
        lines[1].starts_with(&format!("io-writer: {full}: accepted ")),
        "{lines:?}"
    );
    assert!(lines[1].ends_with(no_space), "{lines:?}");
    assert!(output.stdout == input);
    assert!(fs::read(&file).unwrap() == input);
}

/// A disk that is full when the last few compressed bytes are written shows at the very end only.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_at_the_end_is_named_too() {
    let directory = tempfile::tempdir().unwrap();
    let full = path(&directory, "full.gz");
    std::os::unix::fs::symlink("/dev/full", &full).unwrap();
    let output = run(&mut tool(&["tee", &full]), b"little");
    assert_eq!(output.status.code(), Some(1));
    let expected = format!("io-writer: {full}: accepted 6 bytes, then: No space left on device");
    assert!(errors(&output)[0].starts_with(&expected), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_named_and_the_sinks_complete() {
    let directory = tempfile::tempdir().unwrap();
    let file = path(&directory, "out");
    let input = text(3 << 20);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = run(tool(&["tee", &file]).stdout(full), &input);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        errors(&output),
        [
            "io-writer: standard output: accepted 0 bytes, then: No space left on device (os error 28)"
        ]
    );
    assert!(fs::read(&file).unwrap() == input);
}

#[test]
fn sinks_that_cannot_be_opened_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let (file, missing) = (path(&directory, "out"), path(&directory, "no/such"));
    let itself = path(&directory, "");
    let output = run(
        &mut tool(&["tee", &missing, &file, &itself, "tcp:127.0.0.1:0"]),
        b"text",
    );
    assert_eq!(output.status.code(), Some(1));
    let lines = errors(&output);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(
        lines[0],
        format!("io-writer: {missing}: cannot open: No such file or directory (os error 2)")
    );
    assert!(
        lines[1].starts_with(&format!("io-writer: {itself}: cannot open: ")),
        "{lines:?}"
    );
    assert!(
        lines[2].starts_with("io-writer: tcp:127.0.0.1:0: cannot connect: "),
        "{lines:?}"
    );
    assert_eq!(output.stdout, b"text");
    assert_eq!(fs::read(&file).unwrap(), b"text");
}

/// Feeds `child` lines until it takes no more, and returns what was fed.
fn feed_until_closed(mut stdin: ChildStdin) -> Vec<u8> {
    let mut fed = Vec::new();
    loop {
        let line = format!("line {}\n", fed.len());
        if stdin.write_all(line.as_bytes()).is_err() {
            return fed;
        }
        fed.extend_from_slice(line.as_bytes());
    }
}

fn read_a_line(child: &mut Child) -> String {
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    line
    // Standard output's reading end is closed here, as by `head -1`.
}

#[test]
fn a_closed_standard_output_ends_it_quietly() {
    let directory = tempfile::tempdir().unwrap();
    let (file, packed) = (path(&directory, "out"), path(&directory, "out.gz"));
    let mut child = tool(&["tee", &file, &packed]).spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let feeder = thread::spawn(move || feed_until_closed(stdin));
    assert_eq!(read_a_line(&mut child), "line 0\n");
    let output = collect(child);
    assert_clean(&output);
    // The sinks have what was read, complete and equal.
    let fed = feeder.join().unwrap();
    let written = fs::read(&file).unwrap();
    assert!(!written.is_empty() && fed.starts_with(&written));
    assert!(gunzip(Path::new(&packed)).unwrap() == written);
}

#[test]
fn with_p_the_sinks_are_fed_to_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let file = path(&directory, "out");
    let mut child = tool(&["tee", "-p", &file]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = text(8 << 20);
    let fed = input.clone();
    let feeder = thread::spawn(move || stdin.write_all(&fed));
    assert_eq!(
        read_a_line(&mut child).as_bytes(),
        &input[..=input.iter().position(|&b| b == b'\n').unwrap()]
    );
    assert_clean(&collect(child));
    feeder.join().unwrap().unwrap();
    assert!(fs::read(&file).unwrap() == input);
}

#[test]
fn lines_come_through_one_by_one() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = tool(&["tee", &path(&directory, "out")]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for n in 0..20 {
        // Nobody waits for a chunk to be full: the answer comes before the next line is written.
        writeln!(stdin, "line {n}").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("line {n}\n"));
    }
    drop(stdin);
    assert!(wait(&mut child).success());
}

/// Starts the tool, waits until it has passed on a line, and interrupts it.
fn interrupted(arguments: &[&str]) -> (Child, ChildStdin) {
    let mut child = tool(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"before\n").unwrap();
    let mut line = [0; 7];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut line)
        .unwrap();
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    (child, stdin)
}

#[test]
fn interrupts_end_it_or_are_ignored() {
    use std::os::unix::process::ExitStatusExt;

    let directory = tempfile::tempdir().unwrap();
    let packed = path(&directory, "out.gz");
    // A shell without job control has its background jobs, and all they start, ignore interrupts.
    let shell = Command::new("sh")
        .args(["-c", "kill -INT $$"])
        .status()
        .unwrap();
    if shell.signal() == Some(Signal::SIGINT as i32) {
        let (mut child, _stdin) = interrupted(&["tee", &packed]);
        assert_eq!(wait(&mut child).signal(), Some(Signal::SIGINT as i32));
    }

    let (child, mut stdin) = interrupted(&["tee", "-i", &packed]);
    stdin.write_all(b"after\n").unwrap();
    drop(stdin);
    assert_clean(&collect(child));
    assert_eq!(gunzip(Path::new(&packed)).unwrap(), b"before\nafter\n");
}

#[test]
fn a_read_error_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let file = path(&directory, "out");
    let mut command = tool(&["tee", &file]);
    command.stdin(File::open(directory.path()).unwrap());
    let output = collect(command.spawn().unwrap());
    assert_eq!(output.status.code(), Some(1));
    let [error] = errors(&output)[..] else {
        panic!("{output:?}");
    };
    assert!(
        error.starts_with("io-writer: cannot read standard input: Is a directory"),
        "{error}"
    );
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn non_blocking_standard_streams_are_waited_for() {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};

    // As somebody else in the pipeline may have left them.
    let (stdin, mut feed) = io::pipe().unwrap();
    let (mut outcome, stdout) = io::pipe().unwrap();
    fcntl(&stdin, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    fcntl(&stdout, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    let mut command = tool(&["tee", "/dev/null"]);
    let mut child = command.stdin(stdin).stdout(stdout).spawn().unwrap();
    drop(command);
    let input = text(1 << 20);
    let fed = input.clone();
    let feeder = thread::spawn(move || feed.write_all(&fed));
    let mut passed_on = Vec::new();
    outcome.read_to_end(&mut passed_on).unwrap();
    feeder.join().unwrap().unwrap();
    assert!(wait(&mut child).success());
    assert!(passed_on == input);
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &["tee"][..],
        &["tee", "tcp:nowhere"],
        &["tee", "tcp:::1:80"],
        &["tee", "--level", "10", "x"],
        &["tee", "--stall", "0", "x"],
        &["tee", "--stall", "soon", "x"],
        &["tee", "--frobnicate", "x"],
        &["frobnicate"],
    ] {
        let output = run(&mut tool(arguments), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn help_has_examples() {
    let output = run(&mut tool(&["tee", "--help"]), b"");
    assert_clean(&output);
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(
        help.contains("Examples:") && help.contains("tcp:HOST:PORT"),
        "{help}"
    );
}

#[test]
fn the_demonstration_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(tool(&[]).env("TMPDIR", directory.path()), b"");
    assert_clean(&output);
    let shown = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "60000 write(2)",
        "8388608 when unpacked",
        "8388608 bytes arrived",
        "Try next",
    ] {
        assert!(shown.contains(expected), "{shown}");
    }
    assert!(
        shown.contains(" bytes, then: "),
        "the broken peer is named: {shown}"
    );
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn the_demonstration_ends_quietly_when_nobody_reads() {
    let mut child = tool(&[]).spawn().unwrap();
    drop(child.stdout.take());
    assert_clean(&collect(child));
}
