//! A server's socket file: there while the server is, gone afterwards, and never another's.
//!
//! # The trouble with the file
//!
//! `bind(2)` makes the file, and nothing removes it: not `close`, not the end of the process. The next
//! `bind` at that path fails with `EADDRINUSE`, whether a server is there or died a year ago. So
//! servers remove the file before they bind, and this removes it under a *live* server too: that one
//! goes on accepting at an inode that nobody finds any more, and says nothing.
//!
//! Asking first (connect, and remove only if that is refused) is not enough, since between the answer
//! and the removal there is time for another server. Two servers start while a stale file lies there:
//!
//! ```text
//! A: connect → refused          B: connect → refused
//! A: unlink, bind, listen
//!                               B: unlink (A's file!), bind, listen
//! ```
//!
//! Both run now, and A will never hear of a client.
//!
//! # The protocol
//!
//! A file beside the socket, `PATH.lock`, is locked with `flock(2)` for as long as the listener lives.
//! The kernel frees such a lock with its owner, however that one ends. So whoever has the lock knows
//! that no other server of this kind is there, and that none can come between its steps:
//!
//! 1. Lock `PATH.lock`, or fail with [`BindError::InUse`].
//! 2. If there is a file at `PATH`: when it is no socket, leave it alone and fail. When somebody answers
//!    at it (a server that does not know of our lock), fail. Else its server is dead: remove it.
//! 3. `bind`, set the mode, `listen`. Before `listen` everybody is refused, so nobody gets in
//!    while the mode is still the one that the umask gave.
//!
//! At the end the owner removes the socket, if it is still the inode that it made, then the lock file,
//! and frees the lock last.
//!
//! The delicate moment is the lock file's removal: somebody may have opened it just before, and
//! would lock a file that is no longer at the path, while a third makes a new one and locks that. So
//! whoever has locked looks whether the path still leads to what he has locked, and else begins
//! again. As only the lock's owner removes the file, this cannot change afterwards.
//!
//! A server that does not know of the lock is recognised by step 2 only, with the race described above.
//! And whoever may write to the folder may remove and replace any file in it: a server's folder
//! belongs to the server.
//!
//! With an [abstract name](crate::address#abstract-names) there is no file, and the kernel does all that.

mod lock;

use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process;

use nix::libc;
use socket2::{Domain, Socket, Type};

use crate::address::Address;
use lock::Lock;

/// A listening stream socket and, unless its name is abstract, its file. See the [module](self).
#[derive(Debug)]
pub struct Listener {
    /// Before the socket, so that nobody finds the file of a closed one.
    file: Option<SocketFile>,
    socket: UnixListener,
    address: Address,
}

/// Why a server does not get its address.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// A live server is there.
    #[error("cannot bind {0}: another server listens there")]
    InUse(Address),
    /// Somebody's file is there. It is left alone.
    #[error("cannot bind {}: the file there is not a socket", .0.display())]
    NotASocket(PathBuf),
    /// The file beside the socket cannot be made or locked.
    #[error("cannot lock {}: {error}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// All else.
    #[error("cannot bind {address}: {error}")]
    Failed {
        /// Where.
        address: Address,
        /// Why.
        error: io::Error,
    },
}

impl Listener {
    /// Listens at `address`. The mode of the file is what the umask makes of 777.
    ///
    /// # Errors
    ///
    /// [`BindError`].
    pub fn bind(address: &Address) -> Result<Self, BindError> {
        Self::bind_with(address, None)
    }

    /// Listens at `address`, for those whom `mode` lets write to the file: 0o600 for the server's own
    /// user alone, 0o666 for everybody. It has no effect on an abstract name.
    ///
    /// # Errors
    ///
    /// [`BindError`].
    #[doc(alias = "chmod")]
    pub fn bind_with_mode(address: &Address, mode: u32) -> Result<Self, BindError> {
        Self::bind_with(address, Some(mode))
    }

    fn bind_with(address: &Address, mode: Option<u32>) -> Result<Self, BindError> {
        let lock = address.as_path().map(|path| claim(path, address));
        let lock = lock.transpose()?;
        let failed = |error| bind_error(address, error);
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None).map_err(failed)?;
        let target = address.to_socket_address().map_err(failed)?;
        socket.bind(&target).map_err(failed)?;
        // From here on the file is ours, and is removed also when a later step fails.
        let file = lock.map(SocketFile::new).transpose().map_err(failed)?;
        if let (Some(file), Some(mode)) = (&file, mode) {
            fs::set_permissions(&file.path, Permissions::from_mode(mode)).map_err(failed)?;
        }
        // The kernel cuts it to net.core.somaxconn.
        socket.listen(libc::SOMAXCONN).map_err(failed)?;
        Ok(Listener {
            file,
            socket: socket.into(),
            address: address.clone(),
        })
    }

    /// The next connection; waits for one.
    ///
    /// # Errors
    ///
    /// Those of [accept(2)](https://man7.org/linux/man-pages/man2/accept.2.html).
    pub fn accept(&self) -> io::Result<UnixStream> {
        let (stream, _) = self.socket.accept()?;
        // macOS lets it inherit the flag, Linux does not.
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    /// Has [`accept`](Self::accept) fail with [`WouldBlock`](io::ErrorKind::WouldBlock) instead of
    /// waiting.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.socket.set_nonblocking(nonblocking)
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Whether its file is still the one that clients find.
    pub fn is_reachable(&self) -> bool {
        self.file.as_ref().is_none_or(SocketFile::is_in_place)
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// The lock of `path`, with nothing left at the path itself.
fn claim(path: &Path, address: &Address) -> Result<Claim, BindError> {
    let lock_path = lock_path(path);
    let lock = Lock::take(&lock_path).map_err(|error| BindError::Lock {
        path: lock_path,
        error,
    })?;
    let lock = lock.ok_or_else(|| BindError::InUse(address.clone()))?;
    remove_stale(path, address)?;
    // The working folder may have changed by the time the file is to be removed.
    let path = std::path::absolute(path).map_err(|error| bind_error(address, error))?;
    Ok(Claim { path, lock })
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn remove_stale(path: &Path, address: &Address) -> Result<(), BindError> {
    let failed = |error| bind_error(address, error);
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
        Ok(there) if !there.file_type().is_socket() => {
            return Err(BindError::NotASocket(path.to_owned()));
        }
        Ok(_) => {}
    }
    let Err(refusal) = address.connect() else {
        return Err(BindError::InUse(address.clone()));
    };
    match refusal.error.kind() {
        io::ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(failed),
        io::ErrorKind::PermissionDenied => Err(failed(refusal.error)),
        // A full queue, or a socket of datagrams (EPROTOTYPE): somebody has it.
        _ => Err(BindError::InUse(address.clone())),
    }
}

fn bind_error(address: &Address, error: io::Error) -> BindError {
    let address = address.clone();
    match error.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address),
        _ => BindError::Failed { address, error },
    }
}

/// The right to make the file at `path`.
struct Claim {
    path: PathBuf,
    lock: Lock,
}

/// A file that we made, and the lock without which it must not be touched.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    /// Device and inode: a path alone does not say whose file it leads to.
    identity: (u64, u64),
    /// A child made by `fork` without `exec` has a copy of this value, and not the right to clean up.
    owner: u32,
    /// Freed after the file is gone.
    lock: Lock,
}

impl SocketFile {
    fn new(claim: Claim) -> io::Result<Self> {
        Ok(SocketFile {
            identity: identity(&fs::symlink_metadata(&claim.path)?),
            path: claim.path,
            owner: process::id(),
            lock: claim.lock,
        })
    }

    fn is_in_place(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|there| identity(&there) == self.identity)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if self.owner != process::id() {
            return;
        }
        if self.is_in_place() {
            let _ = fs::remove_file(&self.path);
        }
        self.lock.remove_file();
    }
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}
