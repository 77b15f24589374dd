//! A bucket as a filesystem: what lists like a directory is shown as one.
//!
//! A prefix that ends in a slash and has keys behind it is a directory. Whether a name is one, or an
//! object and how long, stands in the listing of what is above it, so each question costs one request;
//! a program that reads a file a page at a time costs a request for each piece that the kernel asks
//! for.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use nix::errno::Errno;

use super::{DirectoryEntry, Filesystem, Kind};

/// The files of a bucket.
#[derive(Debug)]
pub struct ObjectStore {
    address: SocketAddr,
}

impl ObjectStore {
    /// The bucket that is served at `address`.
    pub fn new(address: SocketAddr) -> Self {
        ObjectStore { address }
    }

    fn list(&self, folder: &Path) -> Result<Vec<DirectoryEntry>, Errno> {
        let mut prefix = key(folder)?.to_owned();
        if !prefix.is_empty() {
            prefix.push('/');
        }
        let target = format!("/?prefix={prefix}&delimiter=/");
        let lines = self.get(&target, None).map_err(|_| Errno::EIO)?;
        let lines = lines.ok_or(Errno::ENOENT)?;
        let lines = String::from_utf8(lines).map_err(|_| Errno::EIO)?;
        lines
            .lines()
            .map(|line| entry(line.strip_prefix(&prefix)?))
            .collect::<Option<_>>()
            .ok_or(Errno::EIO)
    }

    /// The body of the answer, or `None` when there is no such thing.
    fn get(&self, target: &str, range: Option<(u64, u64)>) -> io::Result<Option<Vec<u8>>> {
        let mut stream = TcpStream::connect(self.address)?;
        let range = range.map(|(first, last)| format!("Range: bytes={first}-{last}\r\n"));
        let range = range.unwrap_or_default();
        write!(
            stream,
            "GET {target} HTTP/1.1\r\nHost: bucket\r\n{range}\r\n"
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let body = answer.split_off(end.ok_or_else(cut_off)? + 4);
        let head = String::from_utf8_lossy(&answer);
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "));
        if length.and_then(|length| length.parse().ok()) != Some(body.len()) {
            return Err(cut_off());
        }
        Ok(head
            .split(' ')
            .nth(1)
            .filter(|status| status.starts_with('2'))
            .map(|_| body))
    }
}

impl Filesystem for ObjectStore {
    fn getattr(&mut self, path: &Path) -> Result<Kind, Errno> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Kind::Directory);
        };
        let listing = self.list(folder)?;
        let entry = listing.into_iter().find(|entry| entry.name == name);
        Ok(entry.ok_or(Errno::ENOENT)?.kind)
    }

    fn readdir(&mut self, path: &Path) -> Result<Vec<DirectoryEntry>, Errno> {
        self.list(path)
    }

    fn read(&mut self, path: &Path, offset: u64, size: u32) -> Result<Vec<u8>, Errno> {
        let Some(last) = u64::from(size).checked_sub(1) else {
            return Ok(Vec::new());
        };
        let target = format!("/{}", key(path)?);
        let body = self.get(&target, Some((offset, offset + last)));
        // Behind the end there is no such range, which for read(2) is no error.
        Ok(body.map_err(|_| Errno::EIO)?.unwrap_or_default())
    }
}

/// A key is text without escapes here; for another name there is no object.
fn key(path: &Path) -> Result<&str, Errno> {
    let key = path.to_str().ok_or(Errno::ENOENT)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    key.bytes().all(plain).then_some(key).ok_or(Errno::ENOENT)
}

/// `name/`, or `name SIZE`.
fn entry(line: &str) -> Option<DirectoryEntry> {
    let (name, kind) = match line.strip_suffix('/') {
        Some(name) => (name, Kind::Directory),
        None => {
            let (name, size) = line.split_once(' ')?;
            let size = size.parse().ok()?;
            (name, Kind::File { size })
        }
    };
    let name = OsString::from(name);
    Some(DirectoryEntry { name, kind })
}
