//! The bytes: what `linux/fuse.h` has as structs, taken apart and put together.
//!
//! A request is a header of 40 bytes (length, opcode, a number to answer with, the node it is about,
//! who asks) and what the opcode needs; an answer is a header of 16 bytes (length, an error or 0, the
//! number) and what was asked for. Numbers are in the machine's own order, as both ends are on it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::libc;

use super::{DirectoryEntry, Kind};

/// The version that we speak. The kernel may be newer, and then speaks this one with us.
const MAJOR: u32 = 7;
const MINOR: u32 = 31;

/// How long a request may be: the kernel wants room for a page of headers beside the largest write,
/// though we take none.
pub const REQUEST_MAX: usize = 64 * 1024;

/// How long the kernel may believe what we say, in seconds, before it asks again.
const VALID: u64 = 1;

const HEADER: usize = 40;

/// Who asks for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The number to answer with.
    pub unique: u64,
    /// What it is about; 1 is the root.
    pub node: u64,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// The first: which version do you speak?
    Init {
        /// The kernel's own.
        major: u32,
    },
    /// What is called so in this directory? Each answer is a reference that the kernel holds.
    Lookup(&'a OsStr),
    /// So many references are given back. Not answered.
    Forget(u64),
    /// The same for many nodes. Not answered.
    BatchForget(&'a [u8]),
    /// `stat`.
    GetAttr,
    /// `open` of a file; whether it is to be written.
    Open {
        /// Asked for more than reading.
        write: bool,
    },
    /// `read`.
    Read {
        /// From where on.
        offset: u64,
        /// How much at most.
        size: u32,
    },
    /// The last descriptor of a file is closed.
    Release,
    /// `opendir`.
    OpenDir,
    /// `getdents`.
    ReadDir {
        /// What OpenDir gave.
        handle: u64,
        /// Behind which entry to go on.
        offset: u64,
        /// How many bytes of entries at most.
        size: u32,
    },
    /// `closedir`.
    ReleaseDir {
        /// What OpenDir gave.
        handle: u64,
    },
    /// `statfs`.
    StatFs,
    /// The program that asked has been interrupted. Not answered.
    Interrupt,
    /// A descriptor is closed; `close` waits for the answer.
    Flush,
    /// The last.
    Destroy,
    /// Anything else, by its opcode.
    Other(u32),
}

/// Takes a request apart; `None` when it is shorter than it says.
pub fn parse(bytes: &[u8]) -> Option<(Header, Request<'_>)> {
    let mut header = Fields(bytes.get(..HEADER)?);
    let (length, opcode) = (header.u32()?, header.u32()?);
    let (unique, node) = (header.u64()?, header.u64()?);
    let body = bytes.get(HEADER..length as usize)?;
    Some((Header { unique, node }, parse_body(opcode, body)?))
}

fn parse_body(opcode: u32, body: &[u8]) -> Option<Request<'_>> {
    let mut fields = Fields(body);
    Some(match opcode {
        1 => Request::Lookup(OsStr::from_bytes(body.split(|byte| *byte == 0).next()?)),
        2 => Request::Forget(fields.u64()?),
        3 => Request::GetAttr,
        14 => Request::Open {
            write: fields.u32()? & libc::O_ACCMODE as u32 != libc::O_RDONLY as u32,
        },
        15 => {
            let (_, offset, size) = (fields.u64()?, fields.u64()?, fields.u32()?);
            Request::Read { offset, size }
        }
        17 => Request::StatFs,
        18 => Request::Release,
        25 => Request::Flush,
        26 => Request::Init {
            major: fields.u32()?,
        },
        27 => Request::OpenDir,
        28 => Request::ReadDir {
            handle: fields.u64()?,
            offset: fields.u64()?,
            size: fields.u32()?,
        },
        29 => Request::ReleaseDir {
            handle: fields.u64()?,
        },
        36 => Request::Interrupt,
        38 => Request::Destroy,
        42 => Request::BatchForget(body.get(8..)?),
        other => Request::Other(other),
    })
}

/// The nodes of [`Request::BatchForget`], each with the number of references given back.
pub fn forgotten(body: &[u8]) -> impl Iterator<Item = (u64, u64)> {
    body.chunks_exact(16).filter_map(|pair| {
        let mut fields = Fields(pair);
        Some((fields.u64()?, fields.u64()?))
    })
}

/// The answer's header and body in one: they have to be written in one call.
pub fn reply(unique: u64, outcome: Result<Answer, Errno>) -> Vec<u8> {
    let (error, body) = match outcome {
        Ok(answer) => (0, answer.0),
        Err(errno) => (-(errno as i32), Vec::new()),
    };
    let mut reply = Answer::default();
    reply.u32(16 + body.len() as u32).u32(error.cast_unsigned());
    reply.u64(unique).bytes(&body);
    reply.0
}

/// The body of an answer.
#[derive(Debug, Default)]
pub struct Answer(Vec<u8>);

impl Answer {
    /// `fuse_init_out`: our version, and what we can do, which is nothing special.
    pub fn init() -> Self {
        let mut answer = Answer::default();
        answer.u32(MAJOR).u32(MINOR);
        let (max_readahead, flags, background) = (128 * 1024, 0, 0);
        answer.u32(max_readahead).u32(flags).u32(background);
        let (max_write, nanoseconds) = (4096, 1);
        answer.u32(max_write).u32(nanoseconds);
        answer.bytes(&[0; 36]);
        answer
    }

    /// `fuse_entry_out`: what a name leads to.
    pub fn entry(node: u64, kind: Kind, owner: (u32, u32)) -> Self {
        let mut answer = Answer::default();
        let generation = 0;
        answer.u64(node).u64(generation).u64(VALID).u64(VALID);
        answer.u32(0).u32(0).attributes(node, kind, owner);
        answer
    }

    /// `fuse_attr_out`.
    pub fn attr(node: u64, kind: Kind, owner: (u32, u32)) -> Self {
        let mut answer = Answer::default();
        answer
            .u64(VALID)
            .u32(0)
            .u32(0)
            .attributes(node, kind, owner);
        answer
    }

    /// `fuse_open_out`.
    pub fn open(handle: u64) -> Self {
        let mut answer = Answer::default();
        answer.u64(handle).u64(0);
        answer
    }

    /// `fuse_statfs_out`, of a filesystem that has no blocks.
    pub fn statfs() -> Self {
        let (block, longest_name) = (4096, 255);
        let mut answer = Answer(vec![0; 40]);
        answer.u32(block).u32(longest_name).u32(block);
        answer.bytes(&[0; 28]);
        answer
    }

    /// The bytes of a file.
    pub fn data(bytes: Vec<u8>) -> Self {
        Answer(bytes)
    }

    /// As many of `entries` as fit into `size` bytes, from the `offset`th on. An entry's own offset is
    /// where to go on behind it.
    pub fn directory(entries: &[DirectoryEntry], offset: u64, size: u32) -> Self {
        let mut answer = Answer::default();
        for (place, entry) in entries.iter().enumerate().skip(offset as usize) {
            let name = entry.name.as_bytes();
            // A multiple of eight.
            let length = (24 + name.len()).next_multiple_of(8);
            if answer.0.len() + length > size as usize {
                break;
            }
            let end = answer.0.len() + length;
            // Any number but 0 will do: who wants to know it asks with stat.
            let (node, next) = (u64::MAX, place as u64 + 1);
            answer.u64(node).u64(next);
            answer.u32(name.len() as u32).u32(mode(entry.kind) >> 12);
            answer.bytes(name);
            answer.0.resize(end, 0);
        }
        answer
    }

    /// `fuse_attr`.
    fn attributes(&mut self, node: u64, kind: Kind, (user, group): (u32, u32)) -> &mut Self {
        let size = match kind {
            Kind::Directory => 0,
            Kind::File { size } => size,
        };
        let links = match kind {
            Kind::Directory => 2,
            Kind::File { .. } => 1,
        };
        self.u64(node).u64(size).u64(size.div_ceil(512));
        // Three times, in seconds and then in nanoseconds: 1970.
        self.bytes(&[0; 36]);
        self.u32(mode(kind)).u32(links).u32(user).u32(group);
        let (device, block, flags) = (0, 4096, 0);
        self.u32(device).u32(block).u32(flags)
    }

    fn u32(&mut self, number: u32) -> &mut Self {
        self.bytes(&number.to_ne_bytes())
    }

    fn u64(&mut self, number: u64) -> &mut Self {
        self.bytes(&number.to_ne_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

fn mode(kind: Kind) -> u32 {
    match kind {
        Kind::Directory => libc::S_IFDIR | 0o555,
        Kind::File { .. } => libc::S_IFREG | 0o444,
    }
}

/// Numbers from the front of a slice.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u32(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_ne_bytes(*number))
    }

    fn u64(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_ne_bytes(*number))
    }
}
