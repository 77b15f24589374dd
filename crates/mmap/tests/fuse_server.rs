//! The FUSE server without a kernel: requests as bytes go in, answers as bytes come out.

#![cfg(target_os = "linux")]

use std::path::Path;

use mmap::fuse::bucket::{Bucket, Objects};
use mmap::fuse::object_store::ObjectStore;
use mmap::fuse::server::Server;
use mmap::fuse::{DirectoryEntry, Filesystem, Kind};
use nix::errno::Errno;

const LOOKUP: u32 = 1;
const FORGET: u32 = 2;
const GETATTR: u32 = 3;
const OPEN: u32 = 14;
const INIT: u32 = 26;
const OPENDIR: u32 = 27;
const READDIR: u32 = 28;

/// A flat directory of a hundred empty files, `0` to `99`.
struct Hundred;

impl Filesystem for Hundred {
    fn getattr(&mut self, path: &Path) -> Result<Kind, Errno> {
        match path.to_str().map(str::parse::<u32>) {
            _ if path == Path::new("") => Ok(Kind::Directory),
            Some(Ok(0..100)) => Ok(Kind::File { size: 0 }),
            _ => Err(Errno::ENOENT),
        }
    }

    fn readdir(&mut self, _: &Path) -> Result<Vec<DirectoryEntry>, Errno> {
        let entry = |number: u32| DirectoryEntry {
            name: number.to_string().into(),
            kind: Kind::File { size: 0 },
        };
        Ok((0..100).map(entry).collect())
    }

    fn read(&mut self, _: &Path, _: u64, _: u32) -> Result<Vec<u8>, Errno> {
        Ok(Vec::new())
    }
}

fn request(opcode: u32, node: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = (40 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(opcode.to_ne_bytes());
    bytes.extend(4711u64.to_ne_bytes());
    bytes.extend(node.to_ne_bytes());
    bytes.extend([0; 16]);
    bytes.extend(body);
    bytes
}

/// The error, or 0, and the body.
#[track_caller]
fn ask<F: Filesystem>(
    server: &mut Server<F>,
    opcode: u32,
    node: u64,
    body: &[u8],
) -> (i32, Vec<u8>) {
    let answer = server
        .answer(&request(opcode, node, body))
        .expect("an answer");
    assert_eq!(answer[..4], (answer.len() as u32).to_ne_bytes());
    assert_eq!(answer[8..16], 4711u64.to_ne_bytes());
    (
        i32::from_ne_bytes(answer[4..8].try_into().unwrap()),
        answer[16..].to_vec(),
    )
}

fn u64_at(bytes: &[u8], place: usize) -> u64 {
    u64::from_ne_bytes(bytes[place..place + 8].try_into().unwrap())
}

#[test]
fn a_node_is_known_until_its_references_are_given_back() {
    let mut server = Server::new(Hundred);
    let (error, entry) = ask(&mut server, LOOKUP, 1, b"7\0");
    assert_eq!((error, entry.len()), (0, 128));
    let node = u64_at(&entry, 0);
    let (_, again) = ask(&mut server, LOOKUP, 1, b"7\0");
    assert_eq!(u64_at(&again, 0), node);
    assert_eq!(ask(&mut server, GETATTR, node, &[0; 16]).1.len(), 104);

    assert!(
        server
            .answer(&request(FORGET, node, &1u64.to_ne_bytes()))
            .is_none()
    );
    assert_eq!(ask(&mut server, GETATTR, node, &[0; 16]).0, 0);
    assert!(
        server
            .answer(&request(FORGET, node, &1u64.to_ne_bytes()))
            .is_none()
    );
    assert_eq!(
        ask(&mut server, GETATTR, node, &[0; 16]).0,
        -(Errno::ESTALE as i32)
    );
    let (error, _) = ask(&mut server, LOOKUP, 1, b"nobody\0");
    assert_eq!(error, -(Errno::ENOENT as i32));
}

#[test]
fn a_directory_is_read_in_pieces_without_gap_or_repetition() {
    let mut server = Server::new(Hundred);
    let handle = u64_at(&ask(&mut server, OPENDIR, 1, &[0; 8]).1, 0);
    let (mut names, mut offset) = (Vec::new(), 0u64);
    loop {
        let mut body = handle.to_ne_bytes().to_vec();
        body.extend(offset.to_ne_bytes());
        body.extend(200u32.to_ne_bytes());
        body.extend([0; 20]);
        let (error, bytes) = ask(&mut server, READDIR, 1, &body);
        assert!(error == 0 && bytes.len() <= 200);
        if bytes.is_empty() {
            break;
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let length = u32::from_ne_bytes(rest[16..20].try_into().unwrap()) as usize;
            offset = u64_at(rest, 8);
            names.push(String::from_utf8(rest[24..24 + length].to_vec()).unwrap());
            rest = &rest[(24 + length).next_multiple_of(8)..];
        }
    }
    assert_eq!(
        names,
        (0..100)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let mut server = Server::new(Hundred);
    let (error, init) = ask(&mut server, INIT, 0, &7u64.to_ne_bytes());
    assert_eq!((error, init.len(), init[0]), (0, 64, 7));
    let (error, _) = ask(&mut server, INIT, 0, &6u64.to_ne_bytes());
    assert_eq!(error, -(Errno::EPROTO as i32));
    let for_writing = 1u64.to_ne_bytes();
    assert_eq!(
        ask(&mut server, OPEN, 1, &for_writing).0,
        -(Errno::EROFS as i32)
    );
    assert_eq!(ask(&mut server, 4, 1, &[0; 88]).0, -(Errno::ENOSYS as i32));
}

#[test]
fn a_request_that_is_cut_short_is_no_panic() {
    let mut server = Server::new(Hundred);
    for opcode in 0..60 {
        let whole = request(opcode, 1, &[1; 64]);
        for length in 0..whole.len() {
            server.answer(&whole[..length]);
        }
        for length in 0..64 {
            server.answer(&request(opcode, 1, &vec![0xff; length]));
        }
    }
}

#[test]
fn a_bucket_lists_like_directories_and_is_read_by_ranges() {
    let object: Vec<u8> = (0..10_000u32).map(|place| (place % 253) as u8).collect();
    let objects = Objects::from([
        ("a/b/c".into(), object.clone()),
        ("a/x".into(), b"x".into()),
        ("ab".into(), Vec::new()),
    ]);
    let mut store = ObjectStore::new(Bucket::start(objects).unwrap().address());
    let mut names = |folder: &str| -> Vec<_> {
        let entries = store.readdir(Path::new(folder)).unwrap();
        entries
            .into_iter()
            .map(|entry| (entry.name.into_string().unwrap(), entry.kind))
            .collect()
    };
    let directory = |name: &str| (name.to_owned(), Kind::Directory);
    let file = |name: &str, size| (name.to_owned(), Kind::File { size });
    assert_eq!(names(""), [directory("a"), file("ab", 0)]);
    assert_eq!(names("a"), [directory("b"), file("x", 1)]);
    assert_eq!(
        store.getattr(Path::new("a/b/c")),
        Ok(Kind::File { size: 10_000 })
    );
    assert_eq!(store.getattr(Path::new("a/b/d")), Err(Errno::ENOENT));
    for (offset, size) in [(0, 10), (9_990, 100), (9_999, 1), (10_000, 5), (123, 4096)] {
        let end = object.len().min(offset + size);
        let part = store.read(Path::new("a/b/c"), offset as u64, size as u32);
        assert_eq!(part.unwrap(), object[offset..end]);
    }
}
