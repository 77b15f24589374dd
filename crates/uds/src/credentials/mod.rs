//! Who is at the other end, by the kernel's word.
//!
//! A client of a Unix-domain socket need not say who it is, and cannot lie about it: the kernel notes
//! the credentials of both ends when the connection is made. What was noted is:
//!
//! - at the server's end, the client as it was when it called `connect`;
//! - at the client's end, the server as it was when it called `listen`;
//! - at both ends of a `socketpair`, whoever made it.
//!
//! So it is about *then*: the process may since have changed its user, handed the descriptor to
//! another, or ended, and its number may be somebody else's by now. The user and group are good for a
//! decision (that is how PostgreSQL's `peer` and D-Bus know their users); the process number is good for
//! a log. Linux notes the *effective* ids; in another user namespace than ours they are translated, or
//! 65534 where they have no translation. A process of another PID namespace has no number here.
//!
//! Linux has it as `SO_PEERCRED`, macOS as `LOCAL_PEERCRED` and `LOCAL_PEERPID`. POSIX has nothing;
//! BSD's `getpeereid` gives user and group. Go leaves it to `golang.org/x/sys/unix`.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

use std::fmt;
use std::io;
use std::os::fd::AsFd;

use nix::unistd::{Gid, Pid, Uid};

/// A process, as the kernel noted it when it connected or listened.
///
/// ```
/// use std::os::unix::net::UnixStream;
/// use uds::credentials::Credentials;
///
/// let (one, _other) = UnixStream::pair()?;
/// let peer = Credentials::of_peer(&one)?;
/// assert_eq!(peer.uid, nix::unistd::getuid());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias("SO_PEERCRED", "LOCAL_PEERCRED", "getpeereid", "ucred"))]
pub struct Credentials {
    /// The process, if it can be seen from our PID namespace.
    pub pid: Option<Pid>,
    /// Its effective user.
    pub uid: Uid,
    /// Its effective group.
    pub gid: Gid,
}

impl Credentials {
    /// Of the process at the other end of `socket`, a connected Unix-domain socket.
    ///
    /// # Errors
    ///
    /// On Linux, [`NotFound`](io::ErrorKind::NotFound) for a socket that is not connected or not of this
    /// family; on macOS [`NotConnected`](io::ErrorKind::NotConnected) or
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    pub fn of_peer(socket: impl AsFd) -> io::Result<Self> {
        sys::of_peer(socket.as_fd())
    }
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "pid {pid}, ")?,
            None => f.write_str("a process of another namespace, ")?,
        }
        write!(f, "uid {}, gid {}", self.uid, self.gid)
    }
}
