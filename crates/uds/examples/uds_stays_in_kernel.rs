//! No network interface takes part: a socket file works where not even loopback is up.
//!
//! A new network namespace has one interface, `lo`, and that is down: TCP has no way to 127.0.0.1. A
//! socket file is found through the file system, so a connection works all the same, even from one
//! network namespace into another. `tcpdump` sees nothing of it, no firewall rule applies, and `ss -x`
//! or `/proc/net/unix` is where such sockets are listed, each with its path.
//!
//! Linux only: namespaces and `/proc`; on macOS `netstat -f unix` lists them.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/proc/net/unix", *) = *
//! connect(*, {sa_family=AF_UNIX, sun_path="*/kernel.sock"}, *) = 0
//! ```

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::os::unix::net::{UnixListener, UnixStream};

    use nix::errno::Errno;
    use nix::sched::{CloneFlags, unshare};

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kernel.sock");
    let listener = UnixListener::bind(&path)?;
    let table = fs::read_to_string("/proc/net/unix")?;
    let ours =
        |line: &&str| line.ends_with("/kernel.sock") && line.contains(&*path.to_string_lossy());
    let entry = table.lines().find(ours).expect("it is listed");
    println!("{}\n{entry}", table.lines().next().unwrap_or_default());

    // A user without rights gets them in a user namespace of his own, unless the system forbids it.
    let alone = unshare(CloneFlags::CLONE_NEWNET)
        .or_else(|_| unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET));
    if let Err(refused) = alone {
        println!("no network namespace to be had here ({refused}); the rest with the network up");
    } else {
        let interfaces = fs::read_to_string("/proc/thread-self/net/dev")?;
        println!("interfaces left: {}", interfaces.lines().skip(2).count());
        let tcp = TcpStream::connect("127.0.0.1:80").unwrap_err();
        println!("TCP to 127.0.0.1: {tcp}");
        assert_eq!(tcp.raw_os_error(), Some(Errno::ENETUNREACH as i32));
    }

    let mut client = UnixStream::connect(&path)?;
    client.write_all(b"no interface needed")?;
    drop(client);
    let mut text = String::new();
    listener.accept()?.0.read_to_string(&mut text)?;
    println!("the socket file: {text:?}");
    assert_eq!(text, "no interface needed");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
