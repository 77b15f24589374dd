//! Where a Unix-domain socket is: a path, or on Linux a name without a file.
//!
//! # The short limit
//!
//! The address structure has a field of fixed size for the path, [`FIELD`] bytes: 108 on Linux, 104 on
//! macOS. With the NUL that ends a C string, 107 and 103 bytes are left, and that is what std, Go and
//! this module allow. (Linux itself takes 108 without a NUL; whoever reads such an address back as a C
//! string reads past its end.) The limit is on the text that is given to the kernel and not on the file
//! it leads to: a relative path, or on Linux one through `/proc/self/fd/N`, reaches into a deep folder.
//! [`Address::path`] checks it, so that the error names the path and the limit, where the kernel would
//! say "Invalid argument".
//!
//! # Abstract names
//!
//! On Linux an address whose first byte is NUL names no file. The name is any bytes, compared with their
//! length, and lives in the network namespace: it is gone with its last socket, there is nothing to
//! clean up, and a process with another root folder finds it too. The price is that no permissions guard
//! it: whoever is in the namespace may connect, or take the name first. It is written `@name`, as
//! `ss`, `socat` and Go write it.
//!
//! See [unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html).

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::mem::{offset_of, size_of};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use nix::libc::sockaddr_un;
use socket2::{Domain, SockAddr, Socket, Type};

/// How many bytes the address structure has for a path: 108 on Linux, 104 on macOS.
#[doc(alias = "sun_path")]
pub const FIELD: usize = size_of::<sockaddr_un>() - offset_of!(sockaddr_un, sun_path);

/// The longest path, in bytes: a NUL has to follow it. The longest abstract name, too: a NUL stands
/// before it.
pub const LONGEST: usize = FIELD - 1;

/// Whether this system has names without files.
pub const HAS_ABSTRACT_NAMES: bool = cfg!(target_os = "linux");

/// How long [`Address::connect`] waits for a server whose queue of connections is full.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// The address of a Unix-domain socket, which fits into the kernel's structure.
///
/// ```
/// use uds::address::Address;
///
/// assert_eq!(Address::path("/run/db.sock")?.to_string(), "/run/db.sock");
/// let error = Address::path("d/".repeat(60)).unwrap_err();
/// assert!(error.to_string().contains("120 bytes"));
/// # Ok::<(), uds::address::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Path(PathBuf),
    /// Without the NUL that comes first.
    Abstract(Vec<u8>),
}

/// Why something cannot be an address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The path, or the name, does not fit.
    #[error(
        "{} has {} bytes, and a socket's address has room for {LONGEST}{}",
        .0.display(), .0.as_os_str().len(), shorter(.0)
    )]
    TooLong(PathBuf),
    /// Neither a path nor a name.
    #[error("an empty text is no socket address")]
    Empty,
    /// A C string ends there.
    #[error("{0:?} has a NUL inside")]
    Nul(PathBuf),
    /// Only Linux has them.
    #[error("@{0}: this system has no abstract names; use a path")]
    NoAbstractNames(String),
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {address}: {error}")]
pub struct ConnectError {
    /// To where.
    pub address: Address,
    /// [`NotFound`](io::ErrorKind::NotFound) when there is no such file,
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) when nobody listens at it,
    /// [`PermissionDenied`](io::ErrorKind::PermissionDenied) when its mode forbids it.
    pub error: io::Error,
}

impl Address {
    /// A file's path.
    ///
    /// # Errors
    ///
    /// [`AddressError`], for a path that is empty, has a NUL inside or more than [`LONGEST`] bytes.
    pub fn path(path: impl Into<PathBuf>) -> Result<Self, AddressError> {
        let path = path.into();
        let bytes = path.as_os_str().as_bytes();
        match bytes {
            [] => Err(AddressError::Empty),
            _ if bytes.contains(&0) => Err(AddressError::Nul(path)),
            _ if bytes.len() > LONGEST => Err(AddressError::TooLong(path)),
            _ => Ok(Address(Kind::Path(path))),
        }
    }

    /// A name without a file, given without the NUL or `@` that comes first.
    ///
    /// # Errors
    ///
    /// [`AddressError`], for a name of more than [`LONGEST`] bytes, for an empty one (the kernel would
    /// choose one), and for any where [`HAS_ABSTRACT_NAMES`] is false.
    pub fn abstract_name(name: impl Into<Vec<u8>>) -> Result<Self, AddressError> {
        let name = name.into();
        let text = || format!("@{}", name.escape_ascii());
        match name.len() {
            _ if !HAS_ABSTRACT_NAMES => Err(AddressError::NoAbstractNames(
                name.escape_ascii().to_string(),
            )),
            0 => Err(AddressError::Empty),
            n if n > LONGEST => Err(AddressError::TooLong(text().into())),
            _ => Ok(Address(Kind::Abstract(name))),
        }
    }

    /// `@name` for an abstract name, a path otherwise. A file whose name begins with `@` is `./@file`.
    ///
    /// # Errors
    ///
    /// [`AddressError`].
    pub fn parse(text: impl AsRef<OsStr>) -> Result<Self, AddressError> {
        let text = text.as_ref();
        match text.as_bytes().strip_prefix(b"@") {
            Some(name) => Address::abstract_name(name),
            None => Address::path(text),
        }
    }

    /// The file, if there is one to this address.
    pub fn as_path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Path(path) => Some(path),
            Kind::Abstract(_) => None,
        }
    }

    /// A stream to whoever listens there.
    ///
    /// A server that does not accept fast enough has a full queue. Linux lets the caller wait then,
    /// macOS refuses; this waits for five seconds at most.
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub fn connect(&self) -> Result<UnixStream, ConnectError> {
        self.connect_within(CONNECT_LIMIT)
    }

    /// As [`connect`](Self::connect), with a limit of one's own for the wait.
    ///
    /// # Errors
    ///
    /// [`ConnectError`], [`TimedOut`](io::ErrorKind::TimedOut) among its kinds; a `limit` of zero is
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    pub fn connect_within(&self, limit: Duration) -> Result<UnixStream, ConnectError> {
        let failed = |error| ConnectError {
            address: self.clone(),
            error,
        };
        self.try_connect(limit).map_err(failed)
    }

    fn try_connect(&self, limit: Duration) -> io::Result<UnixStream> {
        if limit.is_zero() {
            // To the kernel it would mean that there is no limit.
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        // On Linux the time limit for writes is that for connecting as well.
        socket.set_write_timeout(Some(limit))?;
        match socket.connect(&self.to_socket_address()?) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "its queue is full"));
            }
            outcome => outcome?,
        }
        socket.set_write_timeout(None)?;
        Ok(socket.into())
    }

    /// As the kernel takes it.
    ///
    /// # Errors
    ///
    /// None that [`Address::path`] would not have found before.
    pub fn to_socket_address(&self) -> io::Result<SockAddr> {
        match &self.0 {
            Kind::Path(path) => SockAddr::unix(path),
            Kind::Abstract(name) => {
                let bytes = [b"\0", &name[..]].concat();
                SockAddr::unix(OsStr::from_bytes(&bytes))
            }
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Address::parse(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Path(path) => path.display().fmt(f),
            Kind::Abstract(name) => write!(f, "@{}", name.escape_ascii()),
        }
    }
}

/// What to do about a path that is too long; of a name there is nothing to say.
fn shorter(path: &Path) -> &'static str {
    if path.is_absolute() {
        ": change into its folder and use a relative path"
    } else {
        ""
    }
}
