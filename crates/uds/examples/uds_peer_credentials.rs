//! The kernel tells a server which process has connected; the client sends nothing and cannot lie.
//!
//! Process, user and group are noted when the client calls `connect`. PostgreSQL lets local users in
//! without a password by it ("peer"), polkit and D-Bus decide by it. It is a note of then: the
//! process may hand its socket on, or end, and its number may be used again. Linux: `SO_PEERCRED`; macOS:
//! `LOCAL_PEERCRED` and `LOCAL_PEERPID`; Go: `golang.org/x/sys/unix.GetsockoptUcred`.
//!
//! ```syscalls
//! accept4(*) = $client
//! getsockopt($client, SOL_SOCKET, SO_PEERCRED, *) = 0
//! getsockopt($server, SOL_SOCKET, SO_PEERCRED, *) = 0
//! ```

use std::env;
use std::io::Read;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{self, Command};

use nix::unistd::{getegid, geteuid};
use uds::credentials::Credentials;

fn main() -> anyhow::Result<()> {
    if let Some(path) = env::args_os().nth(1) {
        // The child: connects, says nothing, and stays until the server closes.
        UnixStream::connect(path)?.read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("who.sock");
    let listener = UnixListener::bind(&path)?;
    let mut child = Command::new(env::current_exe()?).arg(&path).spawn()?;

    let (connection, _) = listener.accept()?;
    let client = Credentials::of_peer(&connection)?;
    println!(
        "we are pid {}, the child is pid {}",
        process::id(),
        child.id()
    );
    println!("the client is {client}");
    assert_eq!(client.pid.map(|pid| pid.as_raw() as u32), Some(child.id()));
    assert_eq!((client.uid, client.gid), (geteuid(), getegid()));
    drop(connection);
    child.wait()?;

    // It works both ways: a client learns who listens.
    let ours = UnixStream::connect(&path)?;
    let server = Credentials::of_peer(&ours)?;
    println!("the server is {server}");
    assert_eq!(
        server.pid.map(|pid| pid.as_raw() as u32),
        Some(process::id())
    );
    Ok(())
}
