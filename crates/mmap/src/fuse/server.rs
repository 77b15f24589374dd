//! Answers the kernel's questions from a [`Filesystem`].
//!
//! The kernel knows nodes by number, and a number is good for as long as the kernel holds a reference
//! to it: one for each `LOOKUP` that was answered with it, given back by `FORGET`. So the table of nodes
//! is a table of paths with counts. Node 1, the root, is there from the beginning to the end.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use super::protocol::{self, Answer, Header, REQUEST_MAX, Request};
use super::{DirectoryEntry, Filesystem};

const ROOT: u64 = 1;

/// A filesystem, and what the kernel knows of it.
#[derive(Debug)]
pub struct Server<F> {
    filesystem: F,
    nodes: HashMap<u64, Node>,
    numbers: HashMap<PathBuf, u64>,
    /// Directories that are being read. Their entries are those of when they were opened, so that
    /// none is given twice.
    listings: HashMap<u64, Vec<DirectoryEntry>>,
    /// For nodes and listings alike; never used twice.
    next_number: u64,
    /// To whom all files belong.
    owner: (u32, u32),
}

#[derive(Debug)]
struct Node {
    path: PathBuf,
    /// How many references the kernel holds.
    references: u64,
}

impl<F: Filesystem> Server<F> {
    /// A server that has not been asked anything.
    pub fn new(filesystem: F) -> Self {
        Server {
            filesystem,
            nodes: HashMap::new(),
            numbers: HashMap::new(),
            listings: HashMap::new(),
            next_number: ROOT + 1,
            owner: (0, 0),
        }
    }

    /// Answers until the filesystem is unmounted, and gives it back.
    ///
    /// # Errors
    ///
    /// Failures of `device`.
    pub fn serve(mut self, mut device: &File) -> io::Result<F> {
        let mut request = vec![0; REQUEST_MAX];
        loop {
            let length = match device.read(&mut request) {
                Ok(length) => length,
                Err(error) => match Errno::from_raw(error.raw_os_error().unwrap_or(0)) {
                    // Unmounted.
                    Errno::ENODEV => return Ok(self.filesystem),
                    // The question was taken back before we had read it.
                    Errno::ENOENT | Errno::EINTR | Errno::EAGAIN => continue,
                    _ => return Err(error),
                },
            };
            let Some(reply) = self.answer(&request[..length]) else {
                continue;
            };
            match device.write(&reply) {
                // Whoever asked has been killed meanwhile.
                Err(error) if error.raw_os_error() == Some(Errno::ENOENT as i32) => {}
                outcome => drop(outcome?),
            }
        }
    }

    /// The answer to a request, if it is to be answered.
    pub fn answer(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let (header, request) = protocol::parse(request)?;
        match request {
            Request::Forget(references) => self.forget(header.node, references),
            Request::BatchForget(nodes) => {
                protocol::forgotten(nodes).for_each(|(node, n)| self.forget(node, n));
            }
            Request::Interrupt => {}
            request => {
                let outcome = self.outcome(header, request);
                return Some(protocol::reply(header.unique, outcome));
            }
        }
        None
    }

    fn outcome(&mut self, header: Header, request: Request<'_>) -> Result<Answer, Errno> {
        match request {
            // Nobody speaks another one.
            Request::Init { major: 7 } => Ok(Answer::init()),
            Request::Init { .. } => Err(Errno::EPROTO),
            Request::Lookup(name) => {
                let path = self.path(header.node)?.join(name);
                let kind = self.filesystem.getattr(&path)?;
                Ok(Answer::entry(self.refer(path), kind, self.owner))
            }
            Request::GetAttr => {
                let path = self.path(header.node)?;
                let kind = self.filesystem.getattr(&path)?;
                Ok(Answer::attr(header.node, kind, self.owner))
            }
            Request::Open { write: true } => Err(Errno::EROFS),
            Request::Open { write: false } => Ok(Answer::open(0)),
            Request::Read { offset, size } => {
                let path = self.path(header.node)?;
                let mut bytes = self.filesystem.read(&path, offset, size)?;
                bytes.truncate(size as usize);
                Ok(Answer::data(bytes))
            }
            Request::OpenDir => {
                let path = self.path(header.node)?;
                let listing = self.filesystem.readdir(&path)?;
                let handle = self.number();
                self.listings.insert(handle, listing);
                Ok(Answer::open(handle))
            }
            Request::ReadDir {
                handle,
                offset,
                size,
            } => {
                let listing = self.listings.get(&handle).ok_or(Errno::EBADF)?;
                Ok(Answer::directory(listing, offset, size))
            }
            Request::ReleaseDir { handle } => {
                self.listings.remove(&handle);
                Ok(Answer::default())
            }
            Request::Release | Request::Flush | Request::Destroy => Ok(Answer::default()),
            Request::StatFs => Ok(Answer::statfs()),
            // The kernel remembers which operations are not there and asks no more.
            Request::Forget(_)
            | Request::BatchForget(_)
            | Request::Interrupt
            | Request::Other(_) => Err(Errno::ENOSYS),
        }
    }

    fn path(&self, node: u64) -> Result<PathBuf, Errno> {
        match self.nodes.get(&node) {
            Some(node) => Ok(node.path.clone()),
            None if node == ROOT => Ok(PathBuf::new()),
            None => Err(Errno::ESTALE),
        }
    }

    /// The number of `path`, with one more reference.
    fn refer(&mut self, path: PathBuf) -> u64 {
        let known = self.numbers.get(&path).copied();
        let number = known.unwrap_or_else(|| self.number());
        self.numbers.insert(path.clone(), number);
        let node = self.nodes.entry(number).or_insert(Node {
            path,
            references: 0,
        });
        node.references += 1;
        number
    }

    fn forget(&mut self, number: u64, references: u64) {
        let Some(node) = self.nodes.get_mut(&number) else {
            return;
        };
        node.references = node.references.saturating_sub(references);
        if node.references == 0
            && let Some(node) = self.nodes.remove(&number)
        {
            self.numbers.remove(Path::new(&node.path));
        }
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }
}
