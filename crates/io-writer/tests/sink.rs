//! Sinks by name: addresses, and what real files, FIFOs and sockets do when things go wrong.

mod common;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, gunzip, read_all, tcp_peer, text, within_deadline};
use flate2::read::GzDecoder;
use io_writer::sink::{Address, OpenOptions, Sink, SinkError};
use nix::libc::linger;
use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

fn tcp(address: SocketAddr) -> Address {
    Address::Tcp {
        host: address.ip().to_string(),
        port: address.port(),
    }
}

/// Waits longer than any test machine can be busy.
fn patient() -> OpenOptions {
    OpenOptions {
        stall: DEADLINE,
        ..OpenOptions::default()
    }
}

fn hasty(stall: Duration) -> OpenOptions {
    OpenOptions {
        stall,
        ..OpenOptions::default()
    }
}

fn open(address: &Address) -> Sink {
    address.open(&patient()).unwrap()
}

fn fifo(directory: &Path) -> PathBuf {
    let path = directory.join("fifo");
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    path
}

#[test]
fn addresses() {
    let host = |host: &str, port| Address::Tcp {
        host: host.into(),
        port,
    };
    for (text, expected) in [
        ("out.log", Address::File("out.log".into())),
        ("-", Address::File("-".into())),
        ("a/b.gz", Address::GzipFile("a/b.gz".into())),
        (".gz", Address::File(".gz".into())),
        ("a.gz/b", Address::File("a.gz/b".into())),
        ("./tcp:x:1", Address::File("./tcp:x:1".into())),
        ("tcp:localhost:80", host("localhost", 80)),
        ("tcp:127.0.0.1:65535", host("127.0.0.1", 65535)),
        ("tcp:[::1]:4000", host("::1", 4000)),
        ("unix:/run/x.gz", Address::Unix("/run/x.gz".into())),
    ] {
        let address: Address = text.parse().unwrap();
        assert_eq!(address, expected);
        assert_eq!(address.to_string(), text);
    }
}

#[test]
fn bad_addresses_say_why() {
    for (text, reason) in [
        ("", "the path is empty"),
        ("unix:", "the path is empty"),
        ("tcp:", "expected tcp:HOST:PORT"),
        ("tcp:host", "expected tcp:HOST:PORT"),
        ("tcp::80", "expected tcp:HOST:PORT"),
        ("tcp:[::1]", "expected tcp:HOST:PORT"),
        ("tcp:[::1:80", "expected tcp:HOST:PORT"),
        ("tcp:::1:80", "brackets"),
        ("tcp:host:http", "the port is not a number"),
        ("tcp:host:65536", "the port is not a number"),
    ] {
        let error = text.parse::<Address>().unwrap_err().to_string();
        assert!(error.starts_with(text), "{error}");
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn file_names_are_bytes() {
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.gz");
    assert_eq!(
        Address::try_from(name).unwrap(),
        Address::GzipFile(name.into())
    );
}

#[test]
fn a_compressed_file_says_what_it_was_called() {
    let directory = tempfile::tempdir().unwrap();
    for (file, name) in [
        ("notes.txt.gz", Some(&b"notes.txt"[..])),
        ("Käse.gz", Some(b"K\xe4se")),
        ("紙.gz", None),
    ] {
        let path = directory.path().join(file);
        let address = Address::GzipFile(path.clone());
        address.open(&patient()).unwrap().finish().unwrap();
        let mut decoder = GzDecoder::new(File::open(&path).unwrap());
        io::copy(&mut decoder, &mut io::sink()).unwrap();
        assert_eq!(decoder.header().unwrap().filename(), name, "{file}");
    }
}

#[test]
fn files_are_emptied_or_appended_to() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["out.txt", "out.gz"] {
        let path = directory.path().join(name);
        let address: Address = path.to_str().unwrap().parse().unwrap();
        let append = OpenOptions {
            append: true,
            ..patient()
        };
        for (options, text) in [
            (patient(), "a long first text"),
            (patient(), "second"),
            (append, ", third"),
        ] {
            let mut sink = address.open(&options).unwrap();
            sink.write_all(text.as_bytes()).unwrap();
            assert_eq!(sink.accepted(), text.len() as u64);
            sink.finish().unwrap();
        }
        let content = match address {
            Address::GzipFile(_) => gunzip(&path).unwrap(),
            _ => fs::read(&path).unwrap(),
        };
        assert_eq!(content, b"second, third");
    }
}

#[test]
fn a_path_that_cannot_be_opened_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = Address::File(directory.path().join("no/such/file"));
    let error = missing.open(&patient()).unwrap_err();
    assert_eq!(error.error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        format!("{missing}: cannot open: No such file or directory (os error 2)")
    );
    let itself = Address::File(directory.path().to_owned());
    assert_eq!(
        itself.open(&patient()).unwrap_err().error.kind(),
        ErrorKind::IsADirectory
    );
}

#[test]
fn a_fifo_without_reader_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let address = Address::File(fifo(directory.path()));
    let stall = Duration::from_millis(200);
    let start = Instant::now();
    let error = within_deadline("opening a FIFO", move || {
        address.open(&hasty(stall)).unwrap_err()
    });
    assert!(start.elapsed() >= stall);
    assert_eq!(error.error.kind(), ErrorKind::TimedOut);
    assert!(
        error
            .to_string()
            .ends_with("cannot open: no reader for 0.2 s"),
        "{error}"
    );
}

#[test]
fn a_fifo_waits_for_its_reader() {
    let directory = tempfile::tempdir().unwrap();
    let path = fifo(directory.path());
    let address = Address::File(path.clone());
    let input = text(1 << 20);
    let expected = input.clone();
    let writing = thread::spawn(move || {
        let mut sink = open(&address);
        sink.write_all(&input)?;
        sink.finish()
    });
    let read = within_deadline("the FIFO's content", move || read_all(File::open(path)?));
    assert!(read.unwrap() == expected);
    writing.join().unwrap().unwrap();
}

#[test]
fn a_fifo_whose_reader_sleeps_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let path = fifo(directory.path());
    // Opened for both, it is its own reader, and opening waits for nobody.
    let _sleeper = File::options().read(true).write(true).open(&path).unwrap();
    let stall = Duration::from_millis(200);
    let mut sink = Address::File(path).open(&hasty(stall)).unwrap();
    let start = Instant::now();
    let error = sink.write_all(&text(1 << 20)).unwrap_err();
    assert!(start.elapsed() >= stall);
    assert_eq!(error.to_string(), "accepted nothing for 0.2 s");
    assert!(
        (1..1 << 20).contains(&sink.accepted()),
        "{}",
        sink.accepted()
    );
}

#[test]
fn a_full_disk_is_an_error() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    let mut sink = open(&Address::File("/dev/full".into()));
    assert_eq!(sink.write(b"x").unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(sink.accepted(), 0);
}

#[test]
fn a_tcp_peer_gets_everything_and_the_end() {
    let input = text(5 << 20);
    let expected = input.clone();
    let (address, peer) = tcp_peer(read_all);
    let mut sink = open(&tcp(address));
    sink.write_all(&input).unwrap();
    sink.finish().unwrap();
    assert!(within_deadline("the peer", || peer.join().unwrap()).unwrap() == expected);
}

#[test]
fn a_name_is_looked_up() {
    let (address, peer) = tcp_peer(read_all);
    let address: Address = format!("tcp:localhost:{}", address.port()).parse().unwrap();
    let mut sink = open(&address);
    sink.write_all(b"by name").unwrap();
    sink.finish().unwrap();
    assert_eq!(peer.join().unwrap().unwrap(), b"by name");
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = tcp(listener.local_addr().unwrap());
    drop(listener);
    let error = address.open(&patient()).unwrap_err();
    assert_eq!(error.error.kind(), ErrorKind::ConnectionRefused);
    assert!(
        error
            .to_string()
            .starts_with(&format!("{address}: cannot connect: ")),
        "{error}"
    );
}

#[test]
fn a_peer_that_resets_is_a_failure() {
    let (address, peer) = tcp_peer(|connection| {
        let n = connection.peek(&mut [0])?;
        // Linux resets a connection that is closed with input unread; this asks for it anywhere.
        let at_once = linger {
            l_onoff: 1,
            l_linger: 0,
        };
        setsockopt(&connection, sockopt::Linger, &at_once)?;
        Ok(n)
    });
    let mut sink = open(&tcp(address));
    sink.write_all(b"x").unwrap();
    assert_eq!(peer.join().unwrap().unwrap(), 1);
    let error = sink.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_peer_that_says_nothing_is_fine() {
    let (address, peer) = tcp_peer(|mut connection| {
        let mut read = Vec::new();
        connection.read_to_end(&mut read)?;
        // Returned, and so not closed before the sink has ended.
        Ok((connection, read))
    });
    let mut sink = open(&tcp(address));
    sink.write_all(b"heard").unwrap();
    sink.finish().unwrap();
    assert_eq!(peer.join().unwrap().unwrap().1, b"heard");
}

#[test]
fn a_peer_that_answers_is_listened_to() {
    let (address, peer) = tcp_peer(|mut connection| {
        // Unread in the sink's socket, this answer would make its close a reset, and the peer
        // might lose what it has not read.
        connection.write_all(&text(100_000))?;
        read_all(connection)
    });
    let mut sink = open(&tcp(address));
    sink.write_all(b"asked").unwrap();
    sink.finish().unwrap();
    assert_eq!(peer.join().unwrap().unwrap(), b"asked");
}

#[test]
fn a_tcp_peer_that_stops_reading_is_given_up() {
    let (ended, end) = std::sync::mpsc::channel::<()>();
    let (address, peer) = tcp_peer(move |connection| {
        let _ = end.recv();
        drop(connection);
        Ok(())
    });
    let stall = Duration::from_millis(300);
    let mut sink = tcp(address).open(&hasty(stall)).unwrap();
    // More than both sockets' buffers can grow to.
    let error = sink.write_all(&text(64 << 20)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "accepted nothing for 0.3 s");
    drop(ended);
    peer.join().unwrap().unwrap();
}

#[test]
fn unix_sockets() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let address = Address::Unix(path.clone());
    let refused = |kind| {
        let error: SinkError = address.open(&patient()).unwrap_err();
        assert_eq!(error.error.kind(), kind, "{error}");
    };
    refused(ErrorKind::NotFound);
    let listener = UnixListener::bind(&path).unwrap();
    let input = text(1 << 20);
    let expected = input.clone();
    let peer = thread::spawn(move || read_all(listener.accept()?.0));
    let mut sink = open(&address);
    sink.write_all(&input).unwrap();
    sink.finish().unwrap();
    assert!(peer.join().unwrap().unwrap() == expected);
    // The path is still there, the listener is not.
    refused(ErrorKind::ConnectionRefused);
}

#[test]
fn a_unix_path_that_is_too_long_is_an_error() {
    let address = Address::Unix("x".repeat(200).into());
    let error = address.open(&patient()).unwrap_err();
    assert!(error.to_string().contains("cannot connect"), "{error}");
}

/// Elsewhere than on Linux a full backlog refuses at once.
#[cfg(target_os = "linux")]
#[test]
fn a_full_backlog_is_given_up() {
    use nix::sys::socket::{
        AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, listen, socket,
    };
    use std::os::fd::AsRawFd;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let listener = socket(
        AddressFamily::Unix,
        SockType::Stream,
        SockFlag::SOCK_CLOEXEC,
        None,
    )
    .unwrap();
    bind(listener.as_raw_fd(), &UnixAddr::new(&path).unwrap()).unwrap();
    listen(&listener, Backlog::new(0).unwrap()).unwrap();

    let address = Address::Unix(path);
    let stall = Duration::from_millis(200);
    let mut waiting = Vec::new();
    let error = loop {
        match address.open(&hasty(stall)) {
            Ok(sink) => waiting.push(sink),
            Err(error) => break error,
        }
        assert!(waiting.len() < 10, "the backlog has no end");
    };
    assert_eq!(error.error.kind(), ErrorKind::TimedOut);
    assert!(
        error
            .to_string()
            .ends_with("nobody accepted a connection for 0.2 s"),
        "{error}"
    );
}

#[test]
fn sinks_wait_and_do_not_block() {
    // What a sink has opened is in non-blocking mode; that is what makes `stall` work.
    let directory = tempfile::tempdir().unwrap();
    let path = fifo(directory.path());
    let mut reader = File::options().read(true).write(true).open(&path).unwrap();
    let mut sink = open(&Address::File(path));
    let reading = thread::spawn(move || {
        let mut read = vec![0; 1 << 20];
        reader.read_exact(&mut read).map(|()| read)
    });
    let input = text(1 << 20);
    sink.write_all(&input).unwrap();
    sink.finish().unwrap();
    assert!(reading.join().unwrap().unwrap() == input);
}

#[test]
fn a_sink_can_be_copied_to() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("copy.gz");
    let input = text(300_000);
    let mut sink = open(&Address::GzipFile(path.clone()));
    io::copy(&mut &input[..], &mut sink).unwrap();
    sink.flush().unwrap();
    sink.finish().unwrap();
    assert!(gunzip(&path).unwrap() == input);
}
