//! A stand-in for an object store: keys and bytes, over HTTP on the loopback.
//!
//! Like the real ones it has no directories. A key is a string that may have slashes in it, and a
//! listing takes a `prefix` and a `delimiter`: keys that have the delimiter behind the prefix are
//! rolled up to the part before it. An object is read whole or, with `Range`, in part.
//!
//! ```text
//! GET /?prefix=photos/&delimiter=/        200, lines: `photos/2026/` and `photos/cat.jpg 4711`
//! GET /photos/cat.jpg                     200, or 206 with `Range: bytes=0-99`
//! ```
//!
//! It is for lessons and tests: one request a connection, and keys of letters that need no escapes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The objects by their keys.
pub type Objects = BTreeMap<String, Vec<u8>>;

/// A store that serves until the process ends.
#[derive(Debug)]
pub struct Bucket {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Bucket {
    /// Serves `objects` on a free port.
    ///
    /// # Errors
    ///
    /// There is no port or no thread to be had.
    pub fn start(objects: Objects) -> io::Result<Bucket> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let requests = Arc::default();
        let log: Arc<Mutex<Vec<String>>> = Arc::clone(&requests);
        thread::Builder::new().spawn(move || {
            // A client that has gone has its own reasons.
            for stream in listener.incoming().flatten() {
                let _ = serve(&stream, &objects, &log);
            }
        })?;
        Ok(Bucket { address, requests })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has been asked so far: the request's target, and the range if there was one.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(stream: &TcpStream, objects: &Objects, log: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let target = request.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut range = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        range = line
            .strip_prefix("Range: bytes=")
            .map(str::to_owned)
            .or(range);
    }
    let entry = format!("{target} {}", range.as_deref().unwrap_or_default());
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(entry.trim_end().to_owned());
    let (status, body) = answer(objects, &target, range.as_deref());
    let mut out = stream;
    let length = body.len();
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    out.write_all(&body)
}

fn answer(objects: &Objects, target: &str, range: Option<&str>) -> (&'static str, Vec<u8>) {
    if let Some(query) = target.strip_prefix("/?") {
        let prefix = query
            .split('&')
            .find_map(|field| field.strip_prefix("prefix="));
        return (
            "200 OK",
            list(objects, prefix.unwrap_or_default()).into_bytes(),
        );
    }
    let Some(object) = objects.get(target.trim_start_matches('/')) else {
        return ("404 Not Found", Vec::new());
    };
    match range.map(|range| cut(object, range)) {
        None => ("200 OK", object.clone()),
        Some(Some(part)) => ("206 Partial Content", part.to_vec()),
        Some(None) => ("416 Range Not Satisfiable", Vec::new()),
    }
}

fn list(objects: &Objects, prefix: &str) -> String {
    let below = objects.range(prefix.to_owned()..);
    let below = below.take_while(|(key, _)| key.starts_with(prefix));
    let lines: BTreeSet<String> = below
        .map(|(key, object)| match key[prefix.len()..].find('/') {
            Some(end) => key[..=prefix.len() + end].to_owned(),
            None => format!("{key} {}", object.len()),
        })
        .collect();
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Both ends are included, and the end may lie behind the object's.
fn cut<'a>(object: &'a [u8], range: &str) -> Option<&'a [u8]> {
    let (first, last) = range.split_once('-')?;
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    object
        .get(first..object.len().min(last.checked_add(1)?))
        .filter(|part| !part.is_empty())
}
