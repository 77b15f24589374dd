//! Sockets, signals, timers and waiting as strace shows them, line by line.
#![cfg(target_os = "linux")]

mod tracer_common;

use std::env;
use std::process;

use syscalls::trace::{Command, Options};

use tracer_common::record;

/// Uses sockets of each kind, messages, options, signals, timers, and all ways of waiting.
const SCRIPT: &str = r#"
import array, os, select, signal, socket, struct, tempfile, time

def sockets(folder):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(folder + '/s')
    server.listen(5)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(folder + '/s')
    peer, _ = server.accept()
    client.getpeername(), peer.getsockname()
    abstract = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    abstract.bind('\0named-%d' % os.getpid())
    for family, host in (socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'):
        try:
            tcp = socket.socket(family, socket.SOCK_STREAM)
            tcp.bind((host, 0))
        except OSError:
            continue
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.listen()
        near = socket.socket(family, socket.SOCK_STREAM)
        near.connect(tcp.getsockname())
        far, _ = tcp.accept()
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 5))
        near.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        near.sendall(b'over tcp')
        far.recv(100)
        near.shutdown(socket.SHUT_WR)
        udp = socket.socket(family, socket.SOCK_DGRAM)
        udp.bind((host, 0))
        udp.sendto(b'over udp', udp.getsockname())
        udp.recvfrom(100)
    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    netlink.getsockname()

def messages():
    left, right = socket.socketpair()
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1]))
    left.sendmsg([b'abc', b'defgh'], [rights])
    right.recvmsg(100, 200)
    right.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    try:
        right.recv(1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        pass

def signals():
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.sigpending()
    signal.sigtimedwait([signal.SIGUSR1], 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1, signal.SIGUSR2])
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, 100, 1)
    signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, 0)
    time.sleep(0.001)

def waiting():
    reader, writer = os.pipe()
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    poll.poll(0)
    epoll = select.epoll()
    epoll.register(reader, select.EPOLLIN | select.EPOLLET)
    epoll.poll(0)
    os.write(writer, b'x')
    poll.poll(1000)
    epoll.poll(1)
    select.select([reader], [writer], [], 5)
    select.select([], [], [], 0)
    epoll.unregister(reader)

with tempfile.TemporaryDirectory() as folder:
    sockets(folder)
messages()
signals()
waiting()
"#;

/// The calls to compare. What Python does besides is not the subject here.
const CALLS: &[&str] = &[
    "socket",
    "socketpair",
    "bind",
    "listen",
    "connect",
    "accept4",
    "getsockname",
    "getpeername",
    "setsockopt",
    "getsockopt",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "shutdown",
    "rt_sigprocmask",
    "rt_sigpending",
    "rt_sigtimedwait",
    "kill",
    "setitimer",
    "getitimer",
    "clock_nanosleep",
    "poll",
    "select",
    "pselect6",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
];

#[test]
fn the_lines_are_those_of_strace() {
    let missing = ["strace", "python3"].map(|name| (name, in_path(name)));
    if let Some((name, _)) = missing.iter().find(|(_, found)| !found) {
        assert!(env::var_os("CI").is_none(), "{name} is missing");
        eprintln!("skipped: the_lines_are_those_of_strace needs {name}");
        return;
    }
    let theirs = strace();
    let command = Command::new("python3").args(["-I", "-S", "-c", SCRIPT]);
    let ours: Vec<String> = record(&command, Options::default())
        .calls()
        .filter(|call| CALLS.contains(&call.name))
        .map(|call| normalized(&call.to_string()))
        .collect();
    assert!(theirs.len() > 60, "{theirs:#?}");
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.len(), theirs.len());
}

fn in_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn strace() -> Vec<String> {
    let output = process::Command::new("strace")
        .args(["-e", "signal=none", "-e"])
        .arg(format!("trace=?{}", CALLS.join(",?")))
        .args(["-a", "0", "python3", "-I", "-S", "-c", SCRIPT])
        .output()
        .expect("strace runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    let calls = text.lines().filter(|line| line.contains(") = "));
    calls.map(normalized).collect()
}

/// A line without what differs from run to run: addresses, process numbers, ports, times.
fn normalized(line: &str) -> String {
    let mut text = line.to_owned();
    for (start, ends) in [
        ("0x7f", ",])}"),
        ("0x5", ",])}"),
        ("htons(", ")"),
        ("pid=", ",}"),
        ("kill(", ","),
        ("sun_path=", "}"),
        ("tv_sec=", ",}"),
        ("tv_usec=", ",}"),
        ("tv_nsec=", ",}"),
        // Python fills in half of it; the other half is what lay on its stack.
        ("u64=", "}"),
    ] {
        text = without(&text, start, ends);
    }
    text
}

/// Every text between `start` and one of `ends` replaced by a star.
fn without(text: &str, start: &str, ends: &str) -> String {
    let mut parts = text.split(start);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part
            .find(|c| ends.contains(c))
            .map_or("", |end| &part[end..]);
        result.push_str(start);
        result.push('*');
        result.push_str(rest);
    }
    result
}
