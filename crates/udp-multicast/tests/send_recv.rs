//! `send` and `recv` as processes of their own, over the loopback.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, output_of, tool, wait};
use serde_json::Value;
use tempfile::TempDir;
use udp_multicast::link::Random;

struct Room {
    directory: TempDir,
}

impl Room {
    /// A folder with a file of so many bytes in it.
    fn new(length: usize) -> Self {
        let directory = tempfile::tempdir().expect("a folder");
        let room = Room { directory };
        let mut random = Random::new(length as u64);
        let bytes: Vec<u8> = (0..length).map(|_| random.number() as u8).collect();
        fs::write(room.path("in"), bytes).expect("a file");
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().expect("a plain path").into()
    }

    #[track_caller]
    fn assert_equal(&self) {
        let read = |name| fs::read(self.path(name)).expect("the file is there");
        assert!(
            read("in") == read("out"),
            "what arrived is not what was sent"
        );
        assert!(!self.path("out.part").exists());
        assert!(!self.path("out.part.facts").exists());
    }
}

/// A receiver, and the address that it has printed.
fn receiver(room: &Room, at: &str, options: &[&str]) -> (Child, String) {
    let out = room.name("out");
    let arguments = [&["recv", at, &out][..], options].concat();
    let mut child = tool(&arguments).spawn().expect("the tool starts");
    if !at.ends_with(":0") {
        return (child, at.into());
    }
    let mut stdout = BufReader::new(child.stdout.as_mut().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening on ");
    let address = address
        .unwrap_or_else(|| panic!("no address: {line}"))
        .to_owned();
    (child, address)
}

/// A sender that needs seconds, so that it can be killed before it is done.
fn slow_sender(room: &Room, address: &str) -> Child {
    let mut command = tool(&["send", &room.name("in"), address, "--delay", "20"]);
    command.spawn().expect("the tool starts")
}

/// An address that was free a moment ago.
fn free_address() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("an address").to_string()
}

/// Waits until at least `bytes` have been stored.
fn wait_for_part(path: &Path, bytes: u64) {
    let deadline = Instant::now() + DEADLINE;
    while fs::metadata(path).map_or(0, |metadata| metadata.len()) < bytes {
        assert!(
            Instant::now() < deadline,
            "{} does not grow",
            path.display()
        );
        thread::sleep(Duration::from_millis(2));
    }
}

fn kill(mut child: Child) {
    child.kill().expect("it lives");
    child.wait().expect("it ends");
}

fn json(output: &[u8]) -> Value {
    serde_json::from_slice(output).expect("JSON")
}

#[test]
fn a_file_arrives_over_a_bad_network() {
    let room = Room::new(2_000_000);
    let (mut recv, address) = receiver(&room, "127.0.0.1:0", &["--loss", "0.05"]);
    let chart = room.name("chart.svg");
    let line = output_of(&mut tool(&[
        "send",
        &room.name("in"),
        &address,
        "--loss",
        "0.05",
        "--delay",
        "1",
        "--json",
        "--chart",
        &chart,
    ]));
    assert!(wait(&mut recv).success());
    room.assert_equal();
    let summary = json(&line);
    assert_eq!(summary["bytes"], 2_000_000);
    assert_eq!(summary["resumed"], 0);
    assert!(summary["seconds"].as_f64() > Some(0.0));
    assert!(summary["goodput"].as_f64() > Some(0.0));
    assert!(summary["retransmissions"].as_u64() > Some(0));
    let svg = fs::read_to_string(chart).expect("a chart");
    assert!(svg.starts_with("<svg") && svg.contains("<path") && svg.ends_with("</svg>\n"));
}

#[test]
fn an_empty_file_arrives_and_replaces_the_old_one() {
    let room = Room::new(0);
    fs::write(room.path("out"), "old").expect("a file");
    let (mut recv, address) = receiver(&room, "127.0.0.1:0", &[]);
    output_of(&mut tool(&["send", &room.name("in"), &address]));
    assert!(wait(&mut recv).success());
    room.assert_equal();
}

#[test]
fn it_goes_over_ipv6() {
    if UdpSocket::bind("[::1]:0").is_err() {
        println!("skipped: no IPv6 on the loopback");
        return;
    }
    let room = Room::new(100_000);
    let (mut recv, address) = receiver(&room, "[::1]:0", &[]);
    output_of(&mut tool(&["send", &room.name("in"), &address]));
    assert!(wait(&mut recv).success());
    room.assert_equal();
}

#[test]
fn a_killed_sender_is_started_again_and_goes_on() {
    let room = Room::new(4_000_000);
    let (mut recv, address) = receiver(&room, "127.0.0.1:0", &[]);
    let slow = slow_sender(&room, &address);
    wait_for_part(&room.path("out.part"), 100_000);
    kill(slow);
    assert!(!room.path("out").exists(), "half a file has no place there");
    let line = output_of(&mut tool(&["send", &room.name("in"), &address, "--json"]));
    assert!(wait(&mut recv).success());
    room.assert_equal();
    assert!(
        json(&line)["resumed"].as_u64() >= Some(100_000),
        "from the start again"
    );
}

#[test]
fn a_killed_receiver_is_started_again_and_goes_on() {
    let room = Room::new(4_000_000);
    let (recv, address) = receiver(&room, "127.0.0.1:0", &[]);
    let mut slow = slow_sender(&room, &address);
    wait_for_part(&room.path("out.part"), 100_000);
    kill(recv);
    let (mut again, _) = receiver(&room, &address, &["--json"]);
    assert!(wait(&mut slow).success());
    assert!(wait(&mut again).success());
    room.assert_equal();
    let mut line = Vec::new();
    let mut stdout = again.stdout.take().expect("a pipe");
    stdout.read_to_end(&mut line).expect("a line");
    assert!(
        json(&line)["resumed"].as_u64() >= Some(100_000),
        "from the start again"
    );
}

#[test]
fn nobody_there_is_said_so() {
    let room = Room::new(10);
    let refused = tool(&["send", &room.name("in"), &free_address()]).output();
    let refused = refused.expect("the tool starts");
    assert_eq!(refused.status.code(), Some(1));
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        text.starts_with("udp-multicast: cannot send: nobody receives at 127.0.0.1:"),
        "{text}"
    );
    assert_eq!(text.matches("refused").count(), 1, "{text}");

    // Somebody is there, and says nothing.
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = silent.local_addr().expect("an address").to_string();
    let unanswered = tool(&["send", &room.name("in"), &address, "--timeout", "0.3"]).output();
    let unanswered = unanswered.expect("the tool starts");
    assert_eq!(unanswered.status.code(), Some(1));
    let text = String::from_utf8_lossy(&unanswered.stderr).into_owned();
    assert!(
        text.contains("no answer") && text.contains("300ms"),
        "{text}"
    );
}

#[test]
fn wrong_files_and_addresses_are_said_so() {
    let room = Room::new(10);
    for (arguments, status, message) in [
        (
            vec!["send", "/nonexistent", "127.0.0.1:9"],
            1,
            "udp-multicast: cannot open /nonexistent: No such file or directory (os error 2)\n",
        ),
        (
            vec!["send", "/", "127.0.0.1:9"],
            1,
            "cannot send /: it is not a regular file",
        ),
        (vec!["recv", "127.0.0.1:0", "/"], 1, "cannot replace /: "),
        (
            vec!["recv", "192.0.2.1:4000", "/tmp/x"],
            1,
            "cannot bind 192.0.2.1:4000: ",
        ),
        (
            vec!["send", "x", "127.0.0.1:9", "--loss", "1"],
            2,
            "less than 1",
        ),
        (
            vec!["send", "x", "127.0.0.1:9", "--timeout", "0"],
            2,
            "more than 0",
        ),
    ] {
        let output = tool(&arguments).current_dir(room.directory.path()).output();
        let output = output.expect("the tool starts");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        assert!(text.contains(message), "{arguments:?}: {text}");
    }
}

#[test]
fn two_receivers_do_not_write_one_file() {
    let room = Room::new(1000);
    let (mut first, address) = receiver(&room, "127.0.0.1:0", &[]);
    // The first has its lock when it answers; until then it is the second's as well as its.
    wait_for_part(&room.path("out.part"), 0);
    let second = tool(&["recv", "127.0.0.1:0", &room.name("out")]).spawn();
    let mut second = second.expect("the tool starts");
    let deadline = Instant::now() + DEADLINE;
    let loser = loop {
        assert!(Instant::now() < deadline, "both hold the lock");
        if second.try_wait().expect("it can be asked").is_some() {
            break &mut second;
        }
        if first.try_wait().expect("it can be asked").is_some() {
            break &mut first;
        }
        thread::sleep(Duration::from_millis(2));
    };
    let mut text = String::new();
    let mut stderr = loser.stderr.take().expect("a pipe");
    stderr.read_to_string(&mut text).expect("text");
    assert!(text.contains("another receiver is writing it"), "{text}");
    drop(address);
    for mut child in [first, second] {
        let _ = child.kill();
        child.wait().expect("it ends");
    }
}

/// A disk of 64 KiB: a tmpfs in a mount namespace of the receiver's own.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_on_both_sides() {
    use std::process::{Command, Stdio};

    let room = Room::new(1_000_000);
    let disk = room.path("disk");
    fs::create_dir(&disk).expect("a folder");
    let script =
        "mount -t tmpfs -o size=64k none \"$1\" && exec \"$2\" recv 127.0.0.1:0 \"$1/out\"";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh"]).arg(&disk);
    command.arg(env!("CARGO_BIN_EXE_udp-multicast"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut recv = command.spawn().expect("unshare starts");
    let mut line = String::new();
    BufReader::new(recv.stdout.as_mut().expect("a pipe"))
        .read_line(&mut line)
        .expect("a line");
    let Some(address) = line.trim().strip_prefix("listening on ") else {
        wait(&mut recv);
        println!("skipped: no namespaces for us here");
        return;
    };
    let send = tool(&["send", &room.name("in"), address]).output();
    let send = send.expect("the tool starts");
    assert_eq!(wait(&mut recv).code(), Some(1));
    let mut text = String::new();
    let mut stderr = recv.stderr.take().expect("a pipe");
    stderr.read_to_string(&mut text).expect("text");
    assert!(text.contains("out.part: No space left on device"), "{text}");
    assert_eq!(send.status.code(), Some(1));
    let text = String::from_utf8_lossy(&send.stderr).into_owned();
    assert!(text.contains("cannot go on with its file"), "{text}");
}
