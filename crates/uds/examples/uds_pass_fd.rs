//! An open file travels in a message: the receiver gets its own number for the same open file.
//!
//! What arrives is not a number but the open file description, with its offset and its rights, as if
//! `dup` had worked across processes. The child below could not open this file by any name: it has
//! none any more. So a process with rights opens things for one without, and a server hands its
//! listening socket to its successor without losing a client. Go: `syscall.UnixRights` with
//! `WriteMsgUnix`. See `uds::descriptors` for what can go wrong.
//!
//! ```syscalls
//! sendmsg($socket, *SCM_RIGHTS*) = *
//! recvmsg(0, *SCM_RIGHTS*) = *
//! ```

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, fcntl};
use uds::descriptors::{receive, send};

fn child() -> anyhow::Result<()> {
    let mut received = receive(io::stdin().as_fd(), &mut [0; 16], 1)?;
    let mut file = File::from(received.descriptors.remove(0));
    let mut rest = String::new();
    file.read_to_string(&mut rest)?;
    print!("{} {rest}", file.as_raw_fd());
    Ok(())
}

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).is_some() {
        return child();
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("letter");
    fs::write(&path, "read by the parent, read by the child")?;
    let mut file = at_a_high_number(File::open(&path)?)?;
    fs::remove_file(&path)?;
    let mut start = [0; 20];
    file.read_exact(&mut start)?;

    let (ours, theirs) = UnixStream::pair()?;
    let receiver = Command::new(env::current_exe()?)
        .arg("child")
        .stdin(OwnedFd::from(theirs))
        .stdout(Stdio::piped())
        .spawn()?;
    send(&ours, b"a file", &[file.as_fd()])?;
    let output = receiver.wait_with_output()?;

    let report = String::from_utf8(output.stdout)?;
    let (number, rest) = report.split_once(' ').unwrap_or_default();
    println!(
        "here it is descriptor {}: {:?}",
        file.as_raw_fd(),
        start.escape_ascii().to_string()
    );
    println!("in the child it is  {number}: {rest:?}");
    assert_ne!(number.parse::<i32>()?, file.as_raw_fd());
    assert_eq!(rest, "read by the child");
    assert_eq!(
        file.read(&mut start)?,
        0,
        "the offset is shared: the child has read to the end"
    );
    io::stdout().flush()?;
    Ok(())
}

/// So that the numbers differ for sure: the child gets the lowest one that is free there.
fn at_a_high_number(file: File) -> io::Result<File> {
    let number = fcntl(&file, FcntlArg::F_DUPFD_CLOEXEC(100))?;
    Ok(new_owner(number).into())
}

#[allow(unsafe_code)] // What F_DUPFD returns is a bare number.
fn new_owner(number: i32) -> OwnedFd {
    // SAFETY: the kernel has just made it, and nobody else knows of it.
    unsafe { OwnedFd::from_raw_fd(number) }
}
