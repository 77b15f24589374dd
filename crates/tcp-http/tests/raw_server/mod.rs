//! A server that does what it is told, byte for byte, and counts.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Listens on loopback until it is dropped.
pub struct RawServer {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
}

/// A connection, as the server sees it.
pub struct Peer {
    pub stream: TcpStream,
    requests: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Calls `serve` for each connection, on a thread of its own, with its number from 0. The connection
    /// is closed when it returns.
    pub fn start(serve: impl Fn(usize, &mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
        let address = listener.local_addr().expect("it has an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (count, seen) = (Arc::clone(&connections), Arc::clone(&requests));
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let stream = stream.expect("a connection can be accepted");
                let number = count.fetch_add(1, Ordering::SeqCst);
                let serve = Arc::clone(&serve);
                let requests = Arc::clone(&seen);
                let mut peer = Peer { stream, requests };
                thread::spawn(move || serve(number, &mut peer));
            }
        });
        RawServer {
            address,
            connections,
            requests,
            is_over,
        }
    }

    /// One that sends `answer` to each request, and closes.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        RawServer::start(move |_, peer| {
            if peer.request().is_some() {
                peer.send(&answer);
                peer.close();
            }
        })
    }

    /// One that sends `answer` to each request, for as long as more come.
    pub fn keeping(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        RawServer::start(move |_, peer| {
            while peer.request().is_some() {
                peer.send(&answer);
            }
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The heads of all requests, in order.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("nobody panicked").clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

impl Peer {
    /// Reads a request with its body, if that has a Content-Length; `None` at the end.
    pub fn request(&mut self) -> Option<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match self.stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => return None,
            }
        }
        let head = String::from_utf8(head).expect("requests of tests are text");
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse().expect("a number"));
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        let text = head + &String::from_utf8_lossy(&body);
        let mut requests = self.requests.lock().expect("nobody panicked");
        requests.push(text.clone());
        Some(text)
    }

    /// The client may be gone.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Ends our side, and waits for the other's end: what was sent arrives, and no reset overtakes it.
    pub fn close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.wait_for_end();
    }

    pub fn wait_for_end(&mut self) {
        let mut buffer = [0; 65536];
        while let Ok(1..) = self.stream.read(&mut buffer) {}
    }
}
