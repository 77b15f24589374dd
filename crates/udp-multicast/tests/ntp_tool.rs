//! The tool and Debian's chrony ask each other; and servers that must not be believed.

mod common;

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, tool};
#[cfg(target_os = "linux")]
use {
    common::{have, output_of},
    std::path::Path,
    std::process::{Command, Stdio},
};

use udp_multicast::ntp::{Mode, Offset, Packet, Responder, Server, Timestamp};

/// A child that does not outlive its test.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Our server, and where it listens.
fn serve(arguments: &[&str]) -> (Daemon, String) {
    let mut child = tool(&["ntp", "serve", "--port", "0"])
        .args(arguments)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ");
    (Daemon(child), address.expect("it says where").to_owned())
}

fn query(server: &str, arguments: &[&str]) -> Output {
    let mut query = tool(&["ntp", "query", server]);
    if !arguments.contains(&"--interval") {
        query.args(["--interval", "0.02"]);
    }
    query.args(arguments).output().unwrap()
}

#[track_caller]
fn offset_of(output: &Output) -> f64 {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let first = stdout.lines().next().expect("there is a line");
    first.parse().expect("the first line is the offset alone")
}

/// Samples are taken until one had a delay that allows for no more than a few milliseconds of error:
/// on a busy machine the first may not.
#[track_caller]
fn assert_finds(server: &str, expected: f64) {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let output = query(server, &["--samples", "4", "--json"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let number = |name: &str| report[name].as_f64().unwrap();
        let wrong = (number("offset") - expected).abs();
        assert!(wrong <= number("delay") / 2.0 + 0.001, "{report}");
        assert_eq!(report["samples"].as_array().unwrap().len(), 4);
        if wrong < 0.002 {
            return;
        }
        assert!(Instant::now() < deadline, "never within 2 ms: {report}");
    }
}

#[test]
fn a_known_offset_is_found() {
    for offset in ["0", "2.5", "-86400", "0.25"] {
        let (_server, address) = serve(&["--offset", offset]);
        assert_finds(&address, offset.parse().unwrap());
    }
}

#[test]
fn details_come_after_the_first_line() {
    let (_server, address) = serve(&["--offset", "-7", "--stratum", "1"]);
    let output = query(&address, &["-v", "--samples", "2"]);
    assert_eq!(offset_of(&output).round(), -7.0);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[1],
        format!("server: {address}, stratum 1, reference LOCL")
    );
    assert_eq!(lines[2], "leap: None, version: 4");
    assert!(lines[3].starts_with("delay: "));
    assert!(lines[4].starts_with("time: "));
    assert_eq!(lines.len(), 7);
    let quiet = query(&address, &[]).stdout;
    assert_eq!(String::from_utf8(quiet).unwrap().lines().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn our_client_asks_chrony() {
    if !have("chronyd") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (_chronyd, address) = start_chronyd(directory.path());
    assert_finds(&address, 0.0);
    let output = query(&address, &["-v"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("stratum 10, reference 127.127.1.1"), "{text}");
}

/// chronyd wants to know its port beforehand. Another program may take it between our asking the
/// system for one and its start; then it ends, and gets another.
#[cfg(target_os = "linux")]
fn start_chronyd(directory: &Path) -> (Daemon, String) {
    for _ in 0..5 {
        let free = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let config = format!(
            "port {}\nbindaddress 127.0.0.1\nallow 127.0.0.1\nlocal stratum 10\n",
            address.port()
        );
        let mut child = chronyd(directory, &config)
            .arg("-d")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + DEADLINE;
        while child.try_wait().unwrap().is_none() {
            if query(&address.to_string(), &["--timeout", "0.2"])
                .status
                .success()
            {
                return (Daemon(child), address.to_string());
            }
            assert!(Instant::now() < deadline, "chronyd does not answer");
            thread::sleep(Duration::from_millis(10));
        }
    }
    panic!("chronyd does not start");
}

#[cfg(target_os = "linux")]
#[test]
fn chrony_asks_our_server() {
    if !have("chronyd") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (_server, address) = serve(&["--offset", "-3.5"]);
    let address: SocketAddr = address.parse().unwrap();
    let config = format!(
        "server 127.0.0.1 port {} iburst maxsamples 1\n",
        address.port()
    );
    let deadline = Instant::now() + DEADLINE;
    loop {
        let output = chronyd(directory.path(), &config)
            .args(["-Q", "-t", "30"])
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{log}");
        let (_, found) = log.split_once("System clock wrong by ").expect(&log);
        let (found, _) = found.split_once(" seconds").expect(&log);
        let found: f64 = found.parse().unwrap();
        // chrony's first sample is made while it is still starting.
        assert!((found + 3.5).abs() < 0.5, "{log}");
        if (found + 3.5).abs() < 0.005 {
            return;
        }
        assert!(Instant::now() < deadline, "never within 5 ms: {log}");
    }
}

/// With -x it never touches the clock, with -U it needs not be root.
///
/// It is a copy: some distributions confine the one in its place (AppArmor) to files of its own. And it
/// is made by another program, as ours may start a child meanwhile, which then has the file open for
/// writing for a moment: "text file busy".
#[cfg(target_os = "linux")]
fn chronyd(directory: &Path, config: &str) -> Command {
    let file = directory.join("chrony.conf");
    let pidfile = directory.join("chrony.pid");
    let config = format!("{config}cmdport 0\npidfile {}\n", pidfile.display());
    std::fs::write(&file, config).unwrap();
    let user = output_of(Command::new("id").arg("-un"));
    let copy = directory.join("chronyd");
    let script = r#"cp "$(command -v chronyd)" "$0""#;
    if !copy.exists() {
        output_of(Command::new("sh").args(["-c", script]).arg(&copy));
    }
    let mut chronyd = Command::new(copy);
    chronyd.args(["-x", "-U", "-u"]);
    chronyd.arg(String::from_utf8(user).unwrap().trim_end());
    chronyd.arg("-f").arg(file);
    chronyd
}

/// A server of this process, that answers each question as `reply` has it, from a thread that lives
/// as long as the test.
fn rogue(mut reply: impl FnMut(&UdpSocket, Packet, SocketAddr) + Send + 'static) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut buffer = [0; 100];
        while let Ok((len, client)) = socket.recv_from(&mut buffer) {
            let question = Packet::decode(&buffer[..len]).unwrap();
            let now = Timestamp::now();
            let answer = Packet {
                mode: Mode::Server,
                stratum: 2,
                origin: question.transmit,
                receive: now,
                transmit: now,
                ..question
            };
            reply(&socket, answer, client);
        }
    });
    address
}

#[track_caller]
fn assert_refused(server: &str, why: &str) {
    let output = query(server, &["--timeout", "0.3"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(
        text,
        format!("udp-multicast: {}\n", why.replace("SERVER", server))
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn an_answer_that_is_refused_is_a_failure_with_its_reason() {
    let server = rogue(|socket, answer, client| {
        let stratum = 16;
        let _ = socket.send_to(&Packet { stratum, ..answer }.encode(), client);
    });
    assert_refused(
        &server,
        "refused the answer of SERVER: the server is not synchronised (stratum 16, the largest is 15)",
    );
}

#[test]
fn who_has_not_seen_the_question_is_not_heard() {
    let server = rogue(|socket, answer, client| {
        let origin = Timestamp::from_bits(answer.origin.to_bits() ^ 1);
        let _ = socket.send_to(&Packet { origin, ..answer }.encode(), client);
    });
    assert_refused(
        &server,
        "SERVER did not answer within 0.3 s; what came was dropped: \
         it answers another question (the origin timestamp is not ours)",
    );
}

#[test]
fn a_forgery_does_not_keep_the_answer_from_being_heard() {
    let server = rogue(|socket, answer, client| {
        let _ = socket.send_to(b"short", client);
        let origin = Timestamp::ZERO;
        let _ = socket.send_to(&Packet { origin, ..answer }.encode(), client);
        let _ = socket.send_to(&answer.encode(), client);
    });
    offset_of(&query(&server, &[]));
}

#[test]
fn an_answer_from_another_address_is_not_heard() {
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = rogue(move |_, answer, client| {
        let _ = other.send_to(&answer.encode(), client);
    });
    assert_refused(&server, "SERVER did not answer within 0.3 s");
}

#[test]
fn denied_once_is_never_asked_again_and_rated_is_asked_more_slowly() {
    let counting_kisser = |code: [u8; 4]| {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let server = rogue(move |socket, answer, client| {
            counter.fetch_add(1, Ordering::SeqCst);
            let kiss = Packet {
                stratum: 0,
                reference_id: code,
                ..answer
            };
            let _ = socket.send_to(&kiss.encode(), client);
        });
        (server, asked)
    };
    let (server, asked) = counting_kisser(*b"DENY");
    let output = query(&server, &["--samples", "5"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.ends_with("kiss of death DENY: it wants to be asked no more\n"),
        "{text}"
    );
    assert_eq!(
        (output.status.code(), asked.load(Ordering::SeqCst)),
        (Some(1), 1)
    );

    let (server, asked) = counting_kisser(*b"RATE");
    let start = Instant::now();
    let output = query(&server, &[]);
    // 20 ms between two questions became 40, 80 and 160.
    assert!(start.elapsed() >= Duration::from_millis(40 + 80 + 160));
    assert_eq!(
        (output.status.code(), asked.load(Ordering::SeqCst)),
        (Some(1), 4)
    );
}

#[test]
fn a_server_with_a_rate_is_asked_until_it_answers_again() {
    let (_server, address) = serve(&["--min-gap", "0.1"]);
    let output = query(&address, &["-v", "--samples", "2", "--interval", "0.06"]);
    offset_of(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("sample: ").count(), 2, "{text}");
}

#[test]
fn a_server_outlives_its_clients() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut server = Server::new(socket, Responder::new(2), Offset::ZERO);
    let address = server.local_addr().unwrap();
    for turn in 0..3 {
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        let from = client.local_addr().unwrap();
        client
            .send_to(&Packet::default().encode(), address)
            .unwrap();
        drop(client);
        assert_eq!(server.serve_one().unwrap(), from, "turn {turn}");
    }
}

#[test]
fn usage_and_unreachable_servers() {
    let outcome = |arguments: &[&str]| {
        let output = tool(arguments).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for wrong in [
        &["ntp", "query"][..],
        &["ntp", "query", "127.0.0.1", "--samples", "0"],
        &["ntp", "query", "127.0.0.1", "--timeout", "0"],
        &["ntp", "serve", "--stratum", "16"],
        &["ntp", "serve", "--offset", "3e9"],
    ] {
        assert_eq!(outcome(wrong).0, Some(2), "{wrong:?}");
    }
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let (status, text) = outcome(&["ntp", "query", &address, "--timeout", "20"]);
    assert_eq!(status, Some(1));
    let expected = format!("udp-multicast: cannot ask {address}: Connection refused");
    assert!(text.starts_with(&expected), "{text}");
    let (_server, taken) = serve(&[]);
    let (_, port) = taken.split_once(':').unwrap();
    let (status, text) = outcome(&["ntp", "serve", "--port", port]);
    assert_eq!(status, Some(1));
    let expected = format!("udp-multicast: cannot bind {taken}: Address already in use");
    assert!(text.starts_with(&expected), "{text}");
}
