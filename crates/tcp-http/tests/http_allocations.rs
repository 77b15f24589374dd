//! A connection's first request and answer may allocate; those after it do not.

// An allocator is unsafe to implement: what the system's gives is passed on as it is.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tcp_http::http::{
    Buffer, DateCache, Decision, Fields, HeadWriter, HttpDate, Limits, Representation, RequestHead,
    Status, decide,
};
use tcp_http::server::{Engine, Request, Response, Server};

/// The system's allocator, and how often this thread has asked it.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller keeps alloc's contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps dealloc's contract, and alloc above is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const REQUEST: &[u8] = b"GET /a/b?c=d HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: test\r\n\
    Accept: */*\r\nIf-None-Match: \"a\"\r\nConnection: keep-alive\r\n\r\n";

/// What a server does with a pipeline of requests.
struct Connection {
    buffer: Buffer,
    head: RequestHead,
    out: Vec<u8>,
    date: DateCache,
    limits: Limits,
}

impl Connection {
    fn receive(&mut self, bytes: &[u8]) -> usize {
        self.out.clear();
        self.buffer.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.buffer.filled(bytes.len());
        let mut answered = 0;
        while let Some(length) = self
            .head
            .parse(self.buffer.unread(), &self.limits)
            .expect("a sound request")
        {
            self.answer();
            self.buffer.consume(length);
            answered += 1;
        }
        answered
    }

    fn answer(&mut self) {
        let request = self.head.of(self.buffer.unread());
        assert_eq!(request.target_parts().path(), b"/a/b");
        assert_eq!(request.get("accept"), Some(&b"*/*"[..]));
        let now = HttpDate::from_seconds(1_700_000_000);
        let decision = decide(
            self.head.method(),
            &request,
            Some(&Representation::default()),
            now,
        );
        assert_eq!(decision, Decision::Proceed);
        HeadWriter::response(&mut self.out, Status::OK)
            .date(self.date.at(now))
            .field("Content-Type", "text/plain")
            .content_length(2)
            .connection(self.head.keep_alive(), self.head.version())
            .finish();
        self.out.extend_from_slice(b"hi");
    }
}

#[test]
fn from_the_second_request_on_nothing_is_allocated() {
    let mut connection = Connection {
        buffer: Buffer::new(),
        head: RequestHead::new(),
        out: Vec::new(),
        date: DateCache::new(HttpDate::from_seconds(0)),
        limits: Limits::default(),
    };
    let pipeline = REQUEST.repeat(16);
    let before = ASKED.get();
    assert_eq!(connection.receive(&pipeline), 16);
    assert!(
        ASKED.get() > before,
        "the first allocates, and the allocator counts"
    );

    let before = ASKED.get();
    for _ in 0..10 {
        assert_eq!(connection.receive(&pipeline), 16);
        let (one, other) = pipeline.split_at(100);
        assert_eq!(connection.receive(one) + connection.receive(other), 16);
    }
    assert_eq!(ASKED.get(), before);
}

/// Its service tells how often the thread that calls it has allocated so far: all of the connection's
/// work is that thread's.
#[test]
fn a_server_allocates_for_a_connection_and_not_for_its_requests() {
    for engine in [Engine::Poll, Engine::Threads] {
        let (tell, told) = mpsc::sync_channel(100);
        let service = move |_: &Request<'_>| {
            let asked = ASKED.get();
            tell.send(asked).expect("the test listens");
            Response::new(Status::OK).with_static_body("text/plain", b"hi\n")
        };
        let server = Server::builder(service).engine(engine);
        let server = server.bind("127.0.0.1:0").expect("there is a free port");
        let (address, stop) = (server.local_addr(), server.stop_handle());
        let running = thread::spawn(move || server.run());

        let mut client = TcpStream::connect(address).expect("it listens");
        let patience = Some(Duration::from_secs(60));
        client.set_read_timeout(patience).expect("it is not zero");
        let mut answer = [0; 1024];
        for _ in 0..100 {
            client.write_all(REQUEST).expect("it reads");
            let mut length = 0;
            while !answer[..length].ends_with(b"hi\n") {
                let count = client.read(&mut answer[length..]).expect("it answers");
                assert!(count > 0, "{engine:?} closed after {length} bytes");
                length += count;
            }
        }
        stop.stop(Duration::ZERO);
        let result = running.join().expect("it does not panic");
        result.expect("it can serve");

        let asked: Vec<usize> = told.try_iter().collect();
        assert_eq!(asked.len(), 100);
        assert_eq!(asked[99], asked[1], "{engine:?}: {asked:?}");
    }
}
