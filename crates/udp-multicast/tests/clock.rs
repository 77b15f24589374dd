//! The tool's clock: one sender, listeners in other processes.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use common::{DEADLINE, output_of, tool, wait};
use udp_multicast::multicast::{Interface, MulticastSocket};

const LOOPBACK: &str = "127.0.0.1";

/// A group with a port that was free a moment ago. Listeners would share it anyway.
fn place(last: u8) -> String {
    let group = [239, 255, 72, last].into();
    let socket = MulticastSocket::bind(group, 0).unwrap();
    format!("239.255.72.{last}:{}", socket.local_addr().unwrap().port())
}

fn listen(group: &str, count: &str) -> Child {
    tool(&["clock", "listen", "--interface", LOOPBACK])
        .args(["--group", group, "--count", count])
        .spawn()
        .unwrap()
}

#[test]
fn two_listeners_hear_the_same_ticks() {
    let group = place(1);
    let mut listeners = [listen(&group, "2"), listen(&group, "2")];
    // They join at their own pace: the clock ticks until both have heard two.
    let mut sender = tool(&["clock", "send", "--interface", LOOPBACK])
        .args(["--group", &group, "--interval", "0.05"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    for listener in &mut listeners {
        assert!(wait(listener).success());
    }
    sender.kill().unwrap();
    sender.wait().unwrap();
    for mut listener in listeners {
        let mut text = String::new();
        listener
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        for line in &lines {
            let rest = line.strip_prefix("tick ").expect("every line is a tick");
            let (number, rest) = rest.split_once(" of ").unwrap();
            assert!(number.parse::<u64>().unwrap() > 0);
            assert!(
                rest.contains("Z from 127.0.0.1:") && rest.contains(" s late"),
                "{line}"
            );
        }
        assert!(
            !lines[0].contains("gap ") && lines[1].contains("gap 0."),
            "{text}"
        );
    }
}

#[test]
fn missed_doubled_and_senseless_datagrams_are_told() {
    let group = place(2);
    let mut listener = listen(&group, "4");
    let loopback = Interface::loopback().unwrap();
    let to: std::net::SocketAddr = group.parse().unwrap();
    let sender = MulticastSocket::sender(to.ip(), Some(&loopback)).unwrap();
    let send = |text: &str| sender.send_to(text.as_bytes(), to).unwrap();
    let stderr = BufReader::new(listener.stderr.take().unwrap());
    // Until it listens, nothing is heard; its complaint says that it does.
    let (heard, listening) = std::sync::mpsc::channel();
    let complaints = thread::spawn(move || {
        let lines = stderr.lines().map(|line| {
            let _ = heard.send(());
            line.unwrap()
        });
        lines.collect::<Vec<_>>()
    });
    let deadline = std::time::Instant::now() + DEADLINE;
    while listening.recv_timeout(Duration::from_millis(20)).is_err() {
        assert!(
            std::time::Instant::now() < deadline,
            "the listener never listened"
        );
        send("hello");
    }
    for number in [7, 7, 10, 9] {
        send(&format!(
            "tick/1 {number} 1700000000.000000000 1.000000000\n"
        ));
    }
    assert!(wait(&mut listener).success());
    let text = std::io::read_to_string(listener.stdout.take().unwrap()).unwrap();
    let ends = [
        "late",
        "doubled",
        "2 missed before it",
        "overtaken by a later one",
    ];
    assert_eq!(text.lines().count(), ends.len(), "{text}");
    for (line, end) in text.lines().zip(ends) {
        assert!(
            line.contains("of 22:13:20.000Z from ") && line.ends_with(end),
            "{line}"
        );
    }
    let complaints = complaints.join().unwrap();
    let source = sender.local_addr().unwrap();
    let expected =
        format!("udp-multicast: ignored a datagram of {source}: it does not begin with tick/1");
    assert!(
        complaints.iter().all(|line| *line == expected),
        "{complaints:?}"
    );
}

#[test]
fn the_first_tick_is_on_a_multiple() {
    let group = place(3);
    let arguments = ["clock", "send", "--group", &group, "--interface", LOOPBACK];
    let mut send = tool(&arguments);
    let text = output_of(send.args(["--interval", "0.5", "--count", "2", "--ttl", "0"]));
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("tick 1 of "), "{text}");
    for line in lines {
        assert!(line.ends_with(".000Z") || line.ends_with(".500Z"), "{line}");
    }
}

#[test]
fn wrong_arguments_are_usage_errors_and_wrong_interfaces_are_not() {
    let outcome = |arguments: &[&str]| {
        let output = tool(arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for wrong in [
        ["--group", "192.0.2.1:9999"],
        ["--group", "239.1.1.1"],
        ["--group", "239.1.1.1:0"],
        ["--interval", "0"],
        ["--interval", "-1"],
        ["--interval", "nan"],
    ] {
        let (status, text) = outcome(&["clock", "send", wrong[0], wrong[1]]);
        assert_eq!(status, 2, "{wrong:?}: {text}");
    }
    let (status, text) = outcome(&["clock", "listen", "--interface", "no-such0"]);
    assert_eq!(
        (status, text.as_str()),
        (
            1,
            "udp-multicast: cannot use interface no-such0: \
             no interface that is up has this name or address\n"
        )
    );
}

#[test]
fn without_a_command_it_demonstrates_itself() {
    let text = String::from_utf8(output_of(&mut tool(&[]))).unwrap();
    assert_eq!(text.matches("listener 1 hears it").count(), 3, "{text}");
    assert_eq!(text.matches("listener 2 hears it").count(), 3, "{text}");
    let believed = text.split_once("to be believed: ").unwrap().1;
    let offset: f64 = believed.split(' ').next().unwrap().parse().unwrap();
    assert!((offset - 0.25).abs() < 0.1, "{text}");
    assert!(text.contains("Try next:"));
}
