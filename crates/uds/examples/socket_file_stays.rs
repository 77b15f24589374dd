//! A socket file outlives its socket: the next bind fails, although nobody listens any more.
//!
//! Closing does not remove it, nor does the end of the process. Go's listener removes the file when it
//! is closed (`SetUnlinkOnClose`), but not when the process is killed. "Remove it before bind" makes the
//! second bind work, and takes the name away from a server that is still alive, which is the
//! last part here. `uds::listener` holds a lock meanwhile.
//!
//! ```syscalls
//! bind(*, {sa_family=AF_UNIX, sun_path="*/stays.sock"}, *) = 0
//! bind(*, {sa_family=AF_UNIX, sun_path="*/stays.sock"}, *) = -1 EADDRINUSE (*)
//! connect(*, {sa_family=AF_UNIX, sun_path="*/stays.sock"}, *) = -1 ECONNREFUSED (*)
//! bind(*, {sa_family=AF_UNIX, sun_path="*/stays.sock"}, *) = 0
//! ```

use std::fs;
use std::io::ErrorKind;
use std::os::unix::net::{UnixListener, UnixStream};

use uds::address::Address;
use uds::listener::{BindError, Listener};

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("stays.sock");
    drop(UnixListener::bind(&path)?);
    println!("closed; the file is still there: {}", path.exists());
    assert!(path.exists());

    let again = UnixListener::bind(&path).unwrap_err();
    println!("bind:    {again}");
    assert_eq!(again.kind(), ErrorKind::AddrInUse);
    let nobody = UnixStream::connect(&path).unwrap_err();
    println!("connect: {nobody}");
    assert_eq!(nobody.kind(), ErrorKind::ConnectionRefused);

    fs::remove_file(&path)?;
    let robbed = UnixListener::bind(&path)?;
    fs::remove_file(&path)?;
    let thief = UnixListener::bind(&path)?;
    let _client = UnixStream::connect(&path)?;
    thief.accept()?;
    robbed.set_nonblocking(true)?;
    let silence = robbed.accept().unwrap_err();
    println!("two listen at one path; the first one hears: {silence}");
    assert_eq!(silence.kind(), ErrorKind::WouldBlock);
    drop((robbed, thief));

    let address = Address::path(&path)?;
    let live = Listener::bind(&address)?;
    let refused = Listener::bind(&address).unwrap_err();
    println!("with a lock, a stale file is replaced, and: {refused}");
    assert!(matches!(refused, BindError::InUse(_)));
    drop(live);
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}
