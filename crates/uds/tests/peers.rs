//! Credentials, permissions and descriptors, between processes.

mod common;

use std::env;
use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{DEADLINE, have, output_of, tool, wait};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{Gid, Uid, getegid, geteuid};
use uds::credentials::Credentials;
use uds::descriptors::{LIMIT, ReceiveError, SendError, receive, send};

/// Runs the test `name` of this program in a process of its own, with `IN_CHILD` set.
fn in_child(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env("IN_CHILD", "1");
    command
}

fn is_child() -> bool {
    env::var_os("IN_CHILD").is_some()
}

/// Everything that is open here.
fn open_descriptors() -> usize {
    fs::read_dir("/dev/fd").unwrap().count()
}

fn is_close_on_exec(descriptor: impl AsFd) -> bool {
    let flags = FdFlag::from_bits_retain(fcntl(descriptor, FcntlArg::F_GETFD).unwrap());
    flags.contains(FdFlag::FD_CLOEXEC)
}

const CONNECT: &str = "
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.recv(1)
";

#[test]
fn the_credentials_are_the_child_s() {
    if !have("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let mut children = Vec::new();
    for _ in 0..3 {
        let mut python = Command::new("python3");
        children.push(python.args(["-c", CONNECT]).arg(&path).spawn().unwrap());
    }
    let mut seen = Vec::new();
    let mut connections = Vec::new();
    for _ in 0..3 {
        let (connection, _) = listener.accept().unwrap();
        let peer = Credentials::of_peer(&connection).unwrap();
        assert_eq!((peer.uid, peer.gid), (geteuid(), getegid()));
        seen.push(peer.pid.unwrap().as_raw() as u32);
        connections.push(connection);
    }
    let mut expected: Vec<_> = children.iter().map(std::process::Child::id).collect();
    seen.sort_unstable();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    drop(connections);
    for child in &mut children {
        wait(child);
    }
}

#[test]
fn a_socket_without_a_peer_has_no_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let unconnected =
        socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
    assert!(Credentials::of_peer(&unconnected).is_err());
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = std::net::TcpStream::connect(tcp.local_addr().unwrap()).unwrap();
    assert!(Credentials::of_peer(&client).is_err());
    assert!(Credentials::of_peer(File::open(folder.path()).unwrap()).is_err());
}

/// The server stays root; who connects is another. The kernel says so, and the file's mode decides.
#[test]
fn another_user_is_seen_and_kept_out() {
    if !geteuid().is_root() {
        println!("skipped: only root can become another user");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let tool = reachable_tool(folder.path());
    let connect_as_another = || {
        let mut client = Command::new(&tool);
        client.args(["echo", "connect"]).arg(&path);
        client.uid(4321).gid(1234).stderr(Stdio::piped());
        client.stdin(Stdio::null()).spawn().unwrap()
    };

    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    let refused = connect_as_another().wait_with_output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let message = String::from_utf8(refused.stderr).unwrap();
    let expected = format!(
        "uds: cannot connect to {}: Permission denied (os error 13)\n",
        path.display()
    );
    assert_eq!(message, expected);

    fs::set_permissions(&path, Permissions::from_mode(0o722)).unwrap();
    let mut child = connect_as_another();
    let (connection, _) = listener.accept().unwrap();
    let peer = Credentials::of_peer(&connection).unwrap();
    assert_eq!(
        (peer.uid, peer.gid),
        (Uid::from_raw(4321), Gid::from_raw(1234))
    );
    assert_eq!(peer.pid.unwrap().as_raw() as u32, child.id());
    drop(connection);
    assert!(wait(&mut child).success());
}

/// A copy, since another user may not reach the one in the build folder.
fn reachable_tool(folder: &Path) -> PathBuf {
    let copy = folder.join("uds");
    fs::copy(env!("CARGO_BIN_EXE_uds"), &copy).unwrap();
    copy
}

#[test]
fn descriptors_come_in_order_and_close_on_exec() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = UnixStream::pair().unwrap();
    for count in [0, 1, 2, 17, LIMIT] {
        let files: Vec<File> = (0..count)
            .map(|n| {
                let path = folder.path().join(n.to_string());
                fs::write(&path, n.to_string()).unwrap();
                File::open(path).unwrap()
            })
            .collect();
        let borrowed: Vec<BorrowedFd> = files.iter().map(AsFd::as_fd).collect();
        send(&one, b"message", &borrowed).unwrap();
        drop(files); // On their way, they are open even so.

        let mut buffer = [0; 100];
        let received = receive(&other, &mut buffer, count).unwrap();
        assert_eq!(&buffer[..received.bytes], b"message");
        assert_eq!(received.descriptors.len(), count);
        for (n, descriptor) in received.descriptors.into_iter().enumerate() {
            assert!(is_close_on_exec(&descriptor));
            let mut text = String::new();
            File::from(descriptor).read_to_string(&mut text).unwrap();
            assert_eq!(text, n.to_string());
        }
    }
}

#[test]
fn what_cannot_be_sent() {
    let (one, other) = UnixStream::pair().unwrap();
    let zero = File::open("/dev/zero").unwrap();
    let error = send(&one, b"", &[zero.as_fd()]).unwrap_err();
    assert!(matches!(error, SendError::NoBytes), "{error}");
    let error = send(&one, b"x", &vec![zero.as_fd(); LIMIT + 1]).unwrap_err();
    assert!(matches!(error, SendError::TooMany(254)), "{error}");
    drop(other);
    let error = send(&one, b"x", &[zero.as_fd()]).unwrap_err();
    let SendError::Failed { count: 1, error } = error else {
        panic!("{error}");
    };
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

/// More bytes than the socket takes at once: the descriptor comes once, with the first of them.
#[test]
fn a_long_message_has_its_descriptors_once() {
    let (one, other) = UnixStream::pair().unwrap();
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|n| (n / 7) as u8).collect();
    let (mut came, mut descriptors) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let zero = File::open("/dev/zero").unwrap();
            send(&one, &bytes, &[zero.as_fd()]).unwrap();
        });
        let mut buffer = vec![0; 100_000];
        while came.len() < bytes.len() {
            let received = receive(&other, &mut buffer, 1).unwrap();
            if came.is_empty() {
                assert_eq!(received.descriptors.len(), 1);
            }
            descriptors += received.descriptors.len();
            came.extend_from_slice(&buffer[..received.bytes]);
        }
    });
    assert_eq!(descriptors, 1);
    assert!(came == bytes);
}

#[test]
fn the_end_of_the_stream_is_no_bytes() {
    let (one, other) = UnixStream::pair().unwrap();
    drop(one);
    let received = receive(&other, &mut [0; 8], 4).unwrap();
    assert_eq!((received.bytes, received.descriptors.len()), (0, 0));
}

/// In a process of its own, as other tests open descriptors meanwhile.
#[test]
fn nothing_leaks_when_more_come_than_expected() {
    if !is_child() {
        output_of(in_child("nothing_leaks_when_more_come_than_expected").stdout(Stdio::piped()));
        return;
    }
    let (one, other) = UnixStream::pair().unwrap();
    let zero = File::open("/dev/zero").unwrap();
    let before = open_descriptors();
    for round in 0..50 {
        send(&one, b"x", &[zero.as_fd(); 5]).unwrap();
        let error = receive(&other, &mut [0; 8], 4).unwrap_err();
        let ReceiveError::TooMany {
            received: 5,
            expected: 4,
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!(open_descriptors(), before, "round {round}");
    }
    send(&one, b"y", &[]).unwrap();
    let mut buffer = [0; 8];
    assert_eq!(receive(&other, &mut buffer, 0).unwrap().bytes, 1);
    assert_eq!(&buffer[..1], b"y");
}

/// The kernel gives as many as the limit of open files allows, and says that it has cut the rest.
#[test]
fn nothing_leaks_when_the_kernel_truncates() {
    if !is_child() {
        output_of(in_child("nothing_leaks_when_the_kernel_truncates").stdout(Stdio::piped()));
        return;
    }
    let (one, other) = UnixStream::pair().unwrap();
    let zero = File::open("/dev/zero").unwrap();
    let before = open_descriptors();
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let next_free = zero.try_clone().unwrap().as_raw_fd() as u64;
    for _ in 0..20 {
        send(&one, b"x", &[zero.as_fd(); 20]).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, next_free + 3, hard).unwrap();
        let outcome = receive(&other, &mut [0; 8], 20);
        setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
        let error = outcome.unwrap_err();
        if cfg!(target_os = "linux") {
            let ReceiveError::Truncated { received } = error else {
                panic!("{error}");
            };
            // How many depends on the gaps that there are below.
            assert!((1..20).contains(&received), "{received}");
        }
        assert_eq!(open_descriptors(), before);
    }
}

/// Python's own implementation at the other end, as receiver and as sender.
#[test]
fn python_speaks_the_same() {
    const SCRIPT: &str = "
import array, os, socket, sys
s = socket.socket(fileno=0)
message, fds, flags, _ = socket.recv_fds(s, 100, 10)
texts = [os.read(fd, 100) for fd in fds]
socket.send_fds(s, [message + b' ' + b','.join(texts)], fds[::-1])
";
    if !have("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = ["first", "second", "third"].map(|name| {
        let path = folder.path().join(name);
        fs::write(&path, name).unwrap();
        File::open(path).unwrap()
    });
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(OwnedFd::from(theirs))
        .spawn()
        .unwrap();
    send(&ours, b"got", &files.each_ref().map(AsFd::as_fd)).unwrap();
    let mut buffer = [0; 100];
    let received = receive(&ours, &mut buffer, 3).unwrap();
    assert_eq!(&buffer[..received.bytes], b"got first,second,third");
    assert!(wait(&mut python).success());

    // The offsets are shared: Python has read them all to the end.
    for (descriptor, name) in received
        .descriptors
        .into_iter()
        .zip(["third", "second", "first"])
    {
        let mut file = File::from(descriptor);
        assert_eq!(
            io::Seek::stream_position(&mut file).unwrap(),
            name.len() as u64
        );
    }
}

/// Root's file, printed by a user who could not open it.
#[test]
fn the_tool_hands_over_what_the_receiver_cannot_open() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let (path, secret) = (folder.path().join("s"), folder.path().join("secret"));
    fs::write(&secret, "for root alone\n").unwrap();
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let mut server = tool(&[
        "pass-fd",
        "serve",
        "--mode",
        "666",
        &text(&path),
        &text(&secret),
    ])
    .spawn()
    .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    assert!(line.starts_with("listening at unix:"), "{line}");

    let copy = reachable_tool(folder.path());
    for _ in 0..2 {
        let mut receiver = Command::new(&copy);
        receiver.args(["pass-fd", "recv", &text(&path)]);
        // The owner could open it as well; the descriptor comes to him all the same.
        if geteuid().is_root() {
            receiver.uid(65534).gid(65534);
        }
        assert_eq!(output_of(&mut receiver), b"for root alone\n");
    }
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(server.id() as i32),
        nix::sys::signal::SIGTERM,
    )
    .unwrap();
    assert!(wait(&mut server).success());
    let mut report = String::new();
    server
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut report)
        .unwrap();
    let uid = if geteuid().is_root() {
        65534
    } else {
        geteuid().as_raw()
    };
    assert_eq!(
        report.matches(&format!("uid {uid}, ")).count(),
        2,
        "{report}"
    );
}

#[test]
fn the_tool_notices_that_no_descriptor_came() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || listener.accept().unwrap().0.write_all(b"plain"));
    let output = tool(&["pass-fd", "recv", path.to_str().unwrap()])
        .output()
        .unwrap();
    server.join().unwrap().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.ends_with("sent 5 bytes and no descriptor\n"),
        "{message}"
    );
}

/// What a leak check counts is what is open: an owner made from a number closes it.
#[test]
fn the_leak_check_sees_a_leak() {
    if !is_child() {
        output_of(in_child("the_leak_check_sees_a_leak").stdout(Stdio::piped()));
        return;
    }
    let before = open_descriptors();
    let leaked = std::os::fd::IntoRawFd::into_raw_fd(File::open("/dev/zero").unwrap());
    assert_eq!(open_descriptors(), before + 1);
    drop(own(leaked));
    assert_eq!(open_descriptors(), before);
}

#[allow(unsafe_code)] // Takes back what was given away as a number.
fn own(number: i32) -> OwnedFd {
    // SAFETY: the number comes from `into_raw_fd`, and nobody else owns it.
    unsafe { OwnedFd::from_raw_fd(number) }
}
