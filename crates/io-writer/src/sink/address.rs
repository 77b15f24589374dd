//! The names of sinks, as a user types them.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a stream can go.
///
/// ```
/// use io_writer::sink::Address;
///
/// let address: Address = "tcp:[::1]:4000".parse()?;
/// assert_eq!(address, Address::Tcp { host: "::1".into(), port: 4000 });
/// assert_eq!(address.to_string(), "tcp:[::1]:4000");
/// assert!("tcp:no-port".parse::<Address>().is_err());
/// # Ok::<(), io_writer::sink::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `FILE`: a file, or anything else that has a path and can be opened: a FIFO, a device.
    File(PathBuf),
    /// `NAME.gz`: a file, compressed on the way.
    GzipFile(PathBuf),
    /// `tcp:HOST:PORT`; an IPv6 address as host is put in brackets.
    Tcp {
        /// A name or an address, without brackets.
        host: String,
        /// The port to connect to.
        port: u16,
    },
    /// `unix:PATH`: a Unix stream socket.
    Unix(PathBuf),
}

impl TryFrom<&OsStr> for Address {
    type Error = AddressError;

    /// File names may hold any bytes but NUL, so arguments are taken as they are. A file whose name
    /// begins like an address is written as `./tcp:name`.
    fn try_from(text: &OsStr) -> Result<Self, AddressError> {
        let bytes = text.as_bytes();
        let parsed = if let Some(rest) = bytes.strip_prefix(b"tcp:") {
            tcp(rest)
        } else if let Some(path) = bytes.strip_prefix(b"unix:") {
            path_of(path).map(Address::Unix)
        } else {
            path_of(bytes).map(file)
        };
        parsed.map_err(|reason| AddressError {
            text: text.to_owned(),
            reason,
        })
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Address::try_from(OsStr::new(text))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::File(path) | Address::GzipFile(path) => write!(f, "{}", path.display()),
            Address::Tcp { host, port } if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "tcp:{host}:{port}"),
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// A text that is no [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", text.display())]
pub struct AddressError {
    text: OsString,
    reason: &'static str,
}

fn path_of(bytes: &[u8]) -> Result<PathBuf, &'static str> {
    if bytes.is_empty() {
        return Err("the path is empty");
    }
    Ok(Path::new(OsStr::from_bytes(bytes)).to_owned())
}

fn file(path: PathBuf) -> Address {
    if path.extension() == Some(OsStr::new("gz")) {
        Address::GzipFile(path)
    } else {
        Address::File(path)
    }
}

fn tcp(rest: &[u8]) -> Result<Address, &'static str> {
    const FORM: &str = "expected tcp:HOST:PORT";
    let rest = str::from_utf8(rest).map_err(|_| FORM)?;
    let (host, port) = match rest.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once("]:").ok_or(FORM)?,
        None => rest.rsplit_once(':').ok_or(FORM)?,
    };
    if host.is_empty() {
        return Err(FORM);
    }
    if host.contains(':') && !rest.starts_with('[') {
        return Err("an IPv6 address is put in brackets: tcp:[ADDRESS]:PORT");
    }
    let port = port
        .parse()
        .map_err(|_| "the port is not a number from 0 to 65535")?;
    Ok(Address::Tcp {
        host: host.to_owned(),
        port,
    })
}
