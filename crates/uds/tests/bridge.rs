//! The bridge and the servers: bytes, ends, and many at once.

mod common;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::{DEADLINE, cases, have, output_of, tool, wait};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use proptest::prelude::*;
use socket2::SockRef;
use tempfile::TempDir;
use uds::bridge::{Failure, relay};
use uds::endpoint::Connection;

/// The kinds of pairs that a bridge may have on either side.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Tcp,
    Unix,
}

const KINDS: [Kind; 2] = [Kind::Tcp, Kind::Unix];

/// Two connected ends, with a deadline on each wait.
fn pair(kind: Kind) -> (Connection, Connection) {
    let (one, other) = match kind {
        Kind::Unix => {
            let (one, other) = UnixStream::pair().unwrap();
            (one.into(), other.into())
        }
        Kind::Tcp => {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            (one.into(), listener.accept().unwrap().0.into())
        }
    };
    for end in [&one, &other] {
        let socket = SockRef::from(end);
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
    }
    (one, other)
}

fn write_chunks(mut to: &Connection, chunks: &[Vec<u8>]) {
    for chunk in chunks {
        to.write_all(chunk).unwrap();
    }
    to.shutdown(Shutdown::Write).unwrap();
}

fn read_all(mut from: &Connection) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).unwrap();
    bytes
}

fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let small = prop::collection::vec(any::<u8>(), 1..40);
    let large = (1..100_000_usize, any::<u8>())
        .prop_map(|(length, seed)| (0..length).map(|n| (n as u8).wrapping_mul(seed)).collect());
    prop::collection::vec(prop_oneof![3 => small, 1 => large], 0..8)
}

proptest! {
    #![proptest_config(cases(40))]

    /// Both directions at once, whatever the kinds and the chunks: every byte, and the end of each
    /// direction at its place.
    #[test]
    fn all_bytes_both_ways(
        there in chunks(),
        back in chunks(),
        kinds in (prop::sample::select(&KINDS[..]), prop::sample::select(&KINDS[..])),
    ) {
        let (client, front) = pair(kinds.0);
        let (rear, server) = pair(kinds.1);
        let (at_server, at_client, relayed) = thread::scope(|scope| {
            let bridge = scope.spawn(|| relay(&front, &rear).unwrap());
            scope.spawn(|| write_chunks(&client, &there));
            scope.spawn(|| write_chunks(&server, &back));
            let at_server = scope.spawn(|| read_all(&server));
            let at_client = read_all(&client);
            (at_server.join().unwrap(), at_client, bridge.join().unwrap())
        });
        prop_assert!(at_server == there.concat());
        prop_assert!(at_client == back.concat());
        prop_assert_eq!(relayed.there.bytes, at_server.len() as u64);
        prop_assert_eq!(relayed.back.bytes, at_client.len() as u64);
        prop_assert!(relayed.there.failure.is_none());
        prop_assert!(relayed.back.failure.is_none());
    }

    /// One direction ends first; only then does the other side begin to answer.
    #[test]
    fn a_half_close_is_passed_on(
        question in chunks(),
        answer in chunks(),
        kinds in (prop::sample::select(&KINDS[..]), prop::sample::select(&KINDS[..])),
        client_asks in any::<bool>(),
    ) {
        let (client, front) = pair(kinds.0);
        let (rear, server) = pair(kinds.1);
        let (asks, answers) = if client_asks { (&client, &server) } else { (&server, &client) };
        thread::scope(|scope| {
            scope.spawn(|| relay(&front, &rear).unwrap());
            scope.spawn(|| write_chunks(asks, &question));
            let asked = read_all(answers);
            scope.spawn(|| write_chunks(answers, &answer));
            let answered = read_all(asks);
            assert!(asked == question.concat() && answered == answer.concat());
        });
    }
}

/// A reader that reads nothing: its sender is held up, and the other direction is not.
#[test]
fn a_blocked_direction_does_not_block_the_other() {
    for kinds in [(Kind::Tcp, Kind::Unix), (Kind::Unix, Kind::Tcp)] {
        let (client, front) = pair(kinds.0);
        let (rear, server) = pair(kinds.1);
        thread::scope(|scope| {
            scope.spawn(|| relay(&front, &rear).unwrap());
            let flood = scope.spawn(|| flood_until_full(&client));
            // All there is room for, and no more, is on its way to the server.
            let flooded = flood.join().unwrap();
            assert!(flooded > 0);
            for round in 0..100_u8 {
                (&server).write_all(&[round]).unwrap();
                let mut byte = [0];
                (&client).read_exact(&mut byte).unwrap();
                assert_eq!(byte, [round]);
            }
            client.shutdown(Shutdown::Write).unwrap();
            assert_eq!(read_all(&server).len(), flooded, "{kinds:?}");
            server.shutdown(Shutdown::Write).unwrap();
        });
    }
}

/// Writes until nothing is taken for a while. What is found is how much the bridge and the buffers hold.
fn flood_until_full(mut to: &Connection) -> usize {
    const MOST: usize = 256 << 20;
    SockRef::from(to)
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let mut written = 0;
    while written < MOST {
        match to.write(&[0; 65536]) {
            Ok(n) => written += n,
            Err(error) => {
                assert!(matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut
                ));
                return written;
            }
        }
    }
    panic!("there is no back-pressure");
}

/// A client that is lost is not taken for one that has ended.
#[test]
fn a_reset_is_passed_on() {
    let (client, front) = pair(Kind::Tcp);
    let (rear, server) = pair(Kind::Tcp);
    let relayed = thread::scope(|scope| {
        let bridge = scope.spawn(|| relay(&front, &rear).unwrap());
        (&client).write_all(b"half a mess").unwrap();
        let mut half = [0; 11];
        (&server).read_exact(&mut half).unwrap();
        client.reset_on_close().unwrap();
        drop(client);
        bridge.join().unwrap()
    });
    assert!(matches!(relayed.there.failure, Some(Failure::Read(_))));
    drop((front, rear));
    let error = (&server).read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

/// The server hangs up in the middle: the sender learns of it, and the bridge ends.
#[test]
fn a_receiver_that_is_gone_ends_the_sender() {
    for kind in KINDS {
        let (client, front) = pair(kind);
        let (rear, server) = pair(Kind::Unix);
        let relayed = thread::scope(|scope| {
            let bridge = scope.spawn(move || {
                let relayed = relay(&front, &rear).unwrap();
                drop((front, rear));
                relayed
            });
            (&client).write_all(b"x").unwrap();
            (&server).read_exact(&mut [0]).unwrap();
            drop(server);
            while (&client).write_all(&[0; 65536]).is_ok() {}
            bridge.join().unwrap()
        });
        assert!(matches!(relayed.there.failure, Some(Failure::Write(_))));
        assert!(relayed.back.failure.is_none());
    }
}

/// A bridge of the tool's, between a port and whatever is at `path`.
struct Bridge {
    child: Child,
    port: u16,
}

impl Bridge {
    fn start(path: &Path) -> Self {
        let mut child = tool(&["bridge", "-v", "tcp:127.0.0.1:0", path.to_str().unwrap()])
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
        Bridge { child, port }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    /// Ends it in order, and gives what it said.
    fn end(mut self) -> String {
        kill(Pid::from_raw(self.child.id() as i32), Signal::SIGTERM).unwrap();
        assert!(wait(&mut self.child).success());
        let mut report = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut report).unwrap();
        report
    }
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sock");
    (folder, path)
}

/// A server that counts to the end of what it gets, and says how much it was.
fn counting_server(path: &Path, connections: usize) -> thread::JoinHandle<()> {
    let listener = UnixListener::bind(path).unwrap();
    thread::spawn(move || {
        thread::scope(|scope| {
            for _ in 0..connections {
                let (mut stream, _) = listener.accept().unwrap();
                scope.spawn(move || {
                    let mut bytes = Vec::new();
                    stream.read_to_end(&mut bytes).unwrap();
                    write!(stream, "{}", bytes.len()).unwrap();
                });
            }
        });
    })
}

#[test]
fn a_hundred_connections_at_once() {
    const CONNECTIONS: usize = 100;
    let (_folder, path) = place();
    let server = counting_server(&path, CONNECTIONS);
    let bridge = Bridge::start(&path);
    // All are open before the first ends.
    let clients: Vec<TcpStream> = (0..CONNECTIONS).map(|_| bridge.connect()).collect();
    for (n, mut client) in clients.iter().enumerate() {
        client.write_all(&vec![b'x'; n * 100]).unwrap();
    }
    for (n, mut client) in clients.into_iter().enumerate() {
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, (n * 100).to_string());
    }
    server.join().unwrap();
    let report = bridge.end();
    assert_eq!(report.lines().count(), CONNECTIONS, "{report}");
    assert!(report.contains("uds: 9900 bytes there, 4 bytes back\n"));
}

#[test]
fn socat_through_the_bridge() {
    if !have("socat") {
        return;
    }
    let (_folder, path) = place();
    let server = counting_server(&path, 1);
    let bridge = Bridge::start(&path);
    let mut socat = Command::new("socat")
        .args(["-t", "60", "-", &format!("TCP:127.0.0.1:{}", bridge.port)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    socat
        .stdin
        .take()
        .unwrap()
        .write_all(&[0; 300_000])
        .unwrap();
    let output = socat.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"300000");
    server.join().unwrap();
    bridge.end();
}

/// An HTTP answer that ends with the connection, asked for by curl: directly, and over the bridge.
#[test]
fn curl_at_the_socket_file_and_over_the_bridge() {
    if !have("curl") {
        return;
    }
    let (_folder, path) = place();
    let listener = UnixListener::bind(&path).unwrap();
    let server = thread::spawn(move || {
        for _ in 0..2 {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(&stream).lines();
            let request = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            write!(&stream, "HTTP/1.0 200 OK\r\n\r\nyou asked: {request}").unwrap();
        }
    });
    let bridge = Bridge::start(&path);
    let answer = output_of(
        Command::new("curl")
            .args(["-sS", "--max-time", "60", "--unix-socket"])
            .arg(&path)
            .arg("http://localhost/direct"),
    );
    assert_eq!(answer, b"you asked: GET /direct HTTP/1.1");
    let url = format!("http://127.0.0.1:{}/bridged", bridge.port);
    let answer = output_of(Command::new("curl").args(["-sS", "--noproxy", "*", &url]));
    assert_eq!(answer, b"you asked: GET /bridged HTTP/1.1");
    server.join().unwrap();
    bridge.end();
}

#[test]
fn sigterm_removes_the_file_and_cuts_idle_connections() {
    let (folder, path) = place();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let back = format!("tcp:{}", server.local_addr().unwrap());
    let mut bridge = tool(&["bridge", "--grace", "0.1", path.to_str().unwrap(), &back])
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(bridge.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();

    let mut idle = UnixStream::connect(&path).unwrap();
    let (mut idle_server, _) = server.accept().unwrap();
    idle_server.set_read_timeout(Some(DEADLINE)).unwrap();
    kill(Pid::from_raw(bridge.id() as i32), Signal::SIGTERM).unwrap();
    assert!(wait(&mut bridge).success());
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    assert_eq!(idle_server.read(&mut [0]).unwrap(), 0);
}

/// A connection that is at work when the signal comes is let finish.
#[test]
fn sigterm_waits_for_those_at_work() {
    let (folder, path) = place();
    let front = folder.path().join("front.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let (from, to) = (front.to_str().unwrap(), path.to_str().unwrap());
    let mut bridge = tool(&["bridge", "--grace", "60", from, to])
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(bridge.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let mut client = UnixStream::connect(&front).unwrap();
    client.set_read_timeout(Some(DEADLINE)).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    kill(Pid::from_raw(bridge.id() as i32), Signal::SIGTERM).unwrap();
    // That is how one sees that the signal has arrived.
    while front.exists() {
        thread::sleep(Duration::from_millis(5));
    }
    server.write_all(b"the rest").unwrap();
    drop(server);
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "the rest");
    drop(client);
    assert!(wait(&mut bridge).success());
}

/// The one behind is not there: the client is told, not given an empty answer.
#[test]
fn nobody_behind_the_bridge() {
    let (_folder, path) = place();
    let bridge = Bridge::start(&path);
    let mut client = bridge.connect();
    let error = client.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let report = bridge.end();
    let expected = format!(
        "uds: cannot connect to {}: No such file or directory (os error 2)\n",
        path.display()
    );
    assert_eq!(report, expected);
}

#[test]
fn echo_and_its_client() {
    let (_folder, path) = place();
    let mut server = tool(&["echo", "serve", path.to_str().unwrap()])
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let sent: Vec<u8> = (0..1_000_000_u32).map(|n| (n / 3) as u8).collect();
    let mut client = tool(&["echo", "connect", path.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = client.stdin.take().unwrap();
    let output = thread::scope(|scope| {
        scope.spawn(|| {
            stdin.write_all(&sent).unwrap();
            drop(stdin);
        });
        client.wait_with_output().unwrap()
    });
    assert!(output.status.success());
    assert!(output.stdout == sent);
    kill(Pid::from_raw(server.id() as i32), Signal::SIGTERM).unwrap();
    assert!(wait(&mut server).success());
}

/// `serve` itself: it stops when its pipe ends, and counts.
#[test]
fn the_server_stops_when_it_is_told() {
    let (_folder, path) = place();
    let address = uds::address::Address::path(&path).unwrap();
    let acceptor = uds::endpoint::Endpoint::Unix(address.clone())
        .listen(None)
        .unwrap();
    let (stop, running) = std::io::pipe().unwrap();
    let handled = AtomicBool::new(false);
    let served = thread::scope(|scope| {
        let server = scope.spawn(|| {
            let handle = |_: &_, _: &_| handled.store(true, Ordering::Relaxed);
            uds::server::serve(acceptor, stop, DEADLINE, handle, |error| panic!("{error}"))
        });
        let mut client = address.connect().unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        drop(running);
        server.join().unwrap().unwrap()
    });
    assert_eq!((served.accepted, served.cut), (1, false));
    assert!(handled.into_inner() && !path.exists());
}

#[test]
fn the_bench_gives_a_ratio() {
    let output = output_of(&mut tool(&["bench", "--time", "0.2", "--json"]));
    let value: serde_json::Value = serde_json::from_slice(&output).unwrap();
    for row in ["echo", "connection"] {
        let (unix, tcp) = (&value[row]["uds_us"], &value[row]["tcp_us"]);
        let ratio = tcp.as_f64().unwrap() / unix.as_f64().unwrap();
        assert!((ratio - value[row]["ratio"].as_f64().unwrap()).abs() < 1e-6);
    }
}

#[test]
fn the_demonstration_runs_and_shows_its_parts() {
    let text = String::from_utf8(output_of(&mut tool(&[]))).unwrap();
    for part in [
        "another server listens there",
        "0 files are left",
        "THE END OF THIS",
        "Try next",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
