//! What goes over a connection, byte by byte, and the same for each engine.

mod common;
mod serve_kit;

use std::thread;
use std::time::{Duration, Instant};

use serve_kit::{ENGINES, Running, short};
use tcp_http::http::{Fields, Limits, Response as Message, Status};
use tcp_http::server::{Engine, Request, Response, Server, Service};

/// Echoes, tells, fails, and waits.
struct Everything;

impl Service for Everything {
    fn answer(&self, request: &Request<'_>) -> Response {
        match request.path() {
            b"/panic" => panic!("this service is broken on purpose"),
            b"/collect" => Response::new(Status::OK).with_body("text/plain", request.body()),
            b"/large" => Response::new(Status::OK).with_body("text/plain", vec![b'x'; 1 << 20]),
            path => Response::text(String::from_utf8_lossy(path)),
        }
    }

    fn answer_early(&self, request: &Request<'_>) -> Option<Response> {
        match request.path() {
            b"/echo" => Some(Response::echo()),
            b"/no" => Some(Response::plain(Status::FORBIDDEN)),
            _ => None,
        }
    }
}

fn each(test: impl Fn(&Running, Engine)) {
    for engine in ENGINES {
        test(&Running::serving(Everything, engine), engine);
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
}

fn body(message: &Message) -> &str {
    str::from_utf8(&message.body).expect("text")
}

#[test]
fn one_request_after_the_other() {
    each(|server, _| {
        let mut client = server.client();
        for path in ["/a", "/b", "/c"] {
            let answer = client.ask(get(path));
            assert_eq!((answer.status, body(&answer)), (Status::OK, path));
            assert!(answer.headers.get("date").is_some());
        }
    });
}

#[test]
fn a_request_in_single_bytes() {
    each(|server, _| {
        let mut client = server.client();
        for byte in get("/slowly").bytes() {
            client.send([byte]);
        }
        assert_eq!(body(&client.response()), "/slowly");
        for byte in b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" {
            client.send([*byte]);
        }
        assert_eq!(body(&client.response()), "abc");
        assert_eq!(body(&client.ask(get("/more"))), "/more");
    });
}

#[test]
fn a_pipeline_is_answered_in_order() {
    each(|server, _| {
        let mut client = server.client();
        let paths: Vec<String> = (0..200).map(|number| format!("/{number}")).collect();
        let all: String = paths.iter().map(|path| get(path)).collect();
        client.send(all);
        for path in &paths {
            assert_eq!(body(&client.response()), path);
        }
        // Answers that are larger than the buffers, between small ones.
        client.send([get("/large"), get("/x"), get("/large"), get("/y")].concat());
        assert_eq!(client.response().body.len(), 1 << 20);
        assert_eq!(body(&client.response()), "/x");
        assert_eq!(client.response().body.len(), 1 << 20);
        assert_eq!(body(&client.response()), "/y");
    });
}

#[test]
fn who_has_sent_all_gets_all() {
    each(|server, _| {
        let mut client = server.client();
        client
            .send([get("/a"), get("/large"), get("/b")].concat())
            .end();
        assert_eq!(body(&client.response()), "/a");
        assert_eq!(client.response().body.len(), 1 << 20);
        assert_eq!(body(&client.response()), "/b");
        client.closed();
    });
}

#[test]
fn versions_and_the_end_of_the_connection() {
    each(|server, _| {
        let mut old = server.client();
        old.send("GET /a HTTP/1.0\r\n\r\n");
        assert_eq!(old.response().headers.text("connection"), Some("close"));
        old.closed();

        let mut kept = server.client();
        for _ in 0..2 {
            let answer = kept.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assert_eq!(answer.headers.text("connection"), Some("keep-alive"));
        }

        let mut last = server.client();
        let answer = last.ask("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert_eq!(answer.headers.text("connection"), Some("close"));
        last.closed();
    });
}

#[test]
fn head_has_the_length_and_no_body() {
    each(|server, _| {
        let mut client = server.client();
        let answer = client.ask("HEAD /four HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(answer.headers.text("content-length"), Some("5"));
        assert_eq!(body(&client.ask(get("/next"))), "/next");
    });
}

#[test]
fn smuggled_requests_are_refused() {
    const WRONG: &[&str] = &[
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    each(|server, engine| {
        for wrong in WRONG {
            let mut client = server.client();
            // The request behind it must not be seen.
            client.send([wrong, &*get("/smuggled")].concat());
            assert_eq!(
                client.response().status,
                Status::BAD_REQUEST,
                "{engine:?} {wrong:?}"
            );
            client.closed();
        }
    });
}

#[test]
fn each_limit_has_its_status() {
    let limits = Limits {
        body: 100,
        ..Limits::default()
    };
    let long = "x".repeat(40_000);
    let cases = [
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), 414),
        (
            format!("GET / HTTP/1.1\r\nHost: x\r\nA: {long}\r\n\r\n"),
            431,
        ),
        (
            format!(
                "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
                "a: b\r\n".repeat(101)
            ),
            431,
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n".to_owned(),
            413,
        ),
        (
            "POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n".to_owned(),
            413,
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n".to_owned(),
            413,
        ),
        ("GET / HTTP/3.0\r\nHost: x\r\n\r\n".to_owned(), 505),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n".to_owned(),
            417,
        ),
        ("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 501),
    ];
    for engine in ENGINES {
        let builder = Server::builder(Everything).limits(limits.clone());
        let server = Running::start(builder, engine);
        for (request, status) in &cases {
            let mut client = server.client();
            client.send(request);
            assert_eq!(
                client.response().status.code(),
                *status,
                "{engine:?} {request:.60}"
            );
            client.closed();
        }
    }
}

#[test]
fn a_body_is_asked_for_when_it_is_wanted() {
    each(|server, _| {
        for path in ["/echo", "/collect"] {
            let mut client = server.client();
            client.send(format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
            ));
            assert_eq!(client.response().status, Status::CONTINUE);
            assert_eq!(body(&client.ask("abc")), "abc");
        }
        let mut refused = server.client();
        let answer = refused.ask(
            "POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
        );
        assert_eq!(answer.status, Status::FORBIDDEN);
        refused.closed();
    });
}

#[test]
fn a_body_that_nobody_wanted_is_passed_over() {
    each(|server, _| {
        let mut client = server.client();
        let answer = client.ask("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        assert_eq!(answer.status, Status::FORBIDDEN);
        assert_eq!(body(&client.ask(get("/next"))), "/next");

        let mut long = server.client();
        let answer = long.ask("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
        assert_eq!(answer.headers.text("connection"), Some("close"));
        // The answer came although all this is never read.
        long.send(vec![b'x'; 500_000]);
    });
}

#[test]
fn an_echo_begins_before_the_body_has_ended() {
    each(|server, _| {
        let mut client = server.client();
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc");
        let mut seen = Vec::new();
        while !seen.ends_with(b"\r\n\r\nabc") {
            let mut byte = [0];
            std::io::Read::read_exact(&mut client.stream, &mut byte).expect("half of the echo");
            seen.extend(byte);
        }
        client.send("def");
        let mut rest = [0; 3];
        std::io::Read::read_exact(&mut client.stream, &mut rest).expect("the other half");
        assert_eq!(&rest, b"def");
    });
}

#[test]
fn a_long_echo_goes_both_ways_at_once() {
    const SIZE: usize = 8 << 20;
    each(|server, _| {
        let client = server.client();
        let stream = client.stream.try_clone().expect("a duplicate");
        let sender = thread::spawn(move || {
            let mut stream = stream;
            let head = format!("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {SIZE}\r\n\r\n");
            std::io::Write::write_all(&mut stream, head.as_bytes()).expect("the head");
            let piece: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
            for _ in 0..SIZE >> 20 {
                std::io::Write::write_all(&mut stream, &piece).expect("a piece");
            }
        });
        let mut stream = client.stream;
        let mut seen = 0;
        let mut piece = vec![0; 1 << 20];
        while seen < SIZE {
            let count = std::io::Read::read(&mut stream, &mut piece).expect("more of the echo");
            assert_ne!(count, 0, "it was cut after {seen}");
            let start = match seen {
                0 => {
                    piece
                        .windows(4)
                        .position(|four| four == b"\r\n\r\n")
                        .expect("a head")
                        + 4
                }
                _ => 0,
            };
            let expected = (0..=255u8).cycle().skip(seen % 256);
            assert!(
                piece[start..count]
                    .iter()
                    .zip(expected)
                    .all(|(one, other)| *one == other)
            );
            seen += count - start;
        }
        assert_eq!(seen, SIZE);
        sender.join().expect("all was sent");
    });
}

#[test]
fn a_panic_is_500_and_the_end_of_that_connection_only() {
    each(|server, _| {
        let mut client = server.client();
        assert_eq!(
            client.ask(get("/panic")).status,
            Status::INTERNAL_SERVER_ERROR
        );
        client.closed();
        assert_eq!(body(&server.client().ask(get("/fine"))), "/fine");
    });
}

#[test]
fn a_slow_head_gets_408_and_more_bytes_gain_no_time() {
    for engine in ENGINES {
        let builder = Server::builder(Everything).timeouts(short());
        let server = Running::start(builder, engine);
        let mut client = server.client();
        let start = Instant::now();
        client.send("GET / HTTP/1.1\r\n");
        let stream = client.stream.try_clone().expect("a duplicate");
        let dripping = thread::spawn(move || {
            let mut stream = stream;
            while std::io::Write::write_all(&mut stream, b"a: b\r\n").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        });
        assert_eq!(
            client.response().status,
            Status::REQUEST_TIMEOUT,
            "{engine:?}"
        );
        assert!(start.elapsed() >= short().header);
        client.closed();
        drop(client);
        dripping.join().expect("it ends when the server closes");
    }
}

#[test]
fn the_silent_are_dropped() {
    for engine in ENGINES {
        let builder = Server::builder(Everything).timeouts(short());
        let server = Running::start(builder, engine);
        let start = Instant::now();
        let (mut silent, mut idle, mut within) =
            (server.client(), server.client(), server.client());
        idle.ask(get("/once"));
        within.send("POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
        silent.closed();
        assert!(start.elapsed() >= short().header, "{engine:?}");
        idle.closed();
        assert!(start.elapsed() >= short().idle, "{engine:?}");
        assert_eq!(
            within.response().status,
            Status::REQUEST_TIMEOUT,
            "{engine:?}"
        );
        within.closed();
        assert!(start.elapsed() >= short().progress, "{engine:?}");
    }
}

#[test]
fn who_does_not_take_the_answer_is_dropped() {
    for engine in ENGINES {
        let builder = Server::builder(Everything).timeouts(short());
        let server = Running::start(builder, engine);
        let mut greedy = server.client();
        let start = Instant::now();
        // More than all buffers on the way hold.
        greedy.send(get("/large").repeat(30));
        thread::sleep(short().progress * 2);
        let taken = greedy.rest().len();
        assert!(start.elapsed() >= short().progress);
        assert!(taken < 30 << 20, "{engine:?} {taken}");
    }
}

#[test]
fn clients_that_vanish_leave_nothing_behind() {
    each(|server, _| {
        for _ in 0..50 {
            server
                .client()
                .send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nabc");
            server
                .client()
                .send("POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
            server
                .client()
                .send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /");
            drop(server.client());
        }
        assert_eq!(body(&server.client().ask(get("/fine"))), "/fine");
    });
}

#[test]
fn a_request_that_is_cut_is_answered_with_400() {
    each(|server, _| {
        let mut client = server.client();
        client.send("GET / HTTP/1.1\r\nHo").end();
        assert_eq!(client.response().status, Status::BAD_REQUEST);
        client.closed();
        let mut client = server.client();
        client
            .send("POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
            .end();
        assert_eq!(client.response().status, Status::BAD_REQUEST);
        client.closed();
    });
}

#[test]
fn a_stop_waits_for_answers_and_not_for_the_idle() {
    for engine in ENGINES {
        let server = Running::serving(Everything, engine);
        let (mut idle, mut busy) = (server.client(), server.client());
        idle.ask(get("/once"));
        busy.send("POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        assert_eq!(busy.response().status, Status::CONTINUE);
        server.stop.stop(Duration::from_secs(30));
        idle.closed();
        let answer = busy.send("a").ask("b");
        assert_eq!(body(&answer), "ab", "{engine:?}");
        assert_eq!(answer.headers.text("connection"), Some("close"));
        busy.closed();
        server.join();
    }
}

#[test]
fn a_stop_answers_who_was_accepted_and_has_not_asked_yet() {
    for engine in ENGINES {
        let server = Running::serving(Everything, engine);
        let (mut idle, mut new) = (server.client(), server.client());
        // Connections are accepted in their order, so the second one was when the third has an answer.
        idle.ask(get("/once"));
        server.client().ask(get("/once"));
        server.stop.stop(Duration::from_secs(30));
        idle.closed();
        let answer = new.ask(get("/late"));
        assert_eq!(
            answer.headers.text("connection"),
            Some("close"),
            "{engine:?}"
        );
        new.closed();
        server.join();
    }
}

#[test]
fn the_deadline_of_a_stop_cuts_what_is_left() {
    for engine in ENGINES {
        let server = Running::serving(Everything, engine);
        let mut endless = server.client();
        endless.send("POST /collect HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        assert_eq!(endless.response().status, Status::CONTINUE);
        let start = Instant::now();
        server.stop.stop(Duration::from_millis(300));
        endless.closed();
        assert!(start.elapsed() >= Duration::from_millis(300), "{engine:?}");
        server.join();
    }
}

#[test]
fn beyond_the_limit_connections_wait_their_turn() {
    for engine in ENGINES {
        let builder = Server::builder(Everything).max_connections(2);
        let server = Running::start(builder, engine);
        let (mut first, mut second) = (server.client(), server.client());
        first.ask(get("/1"));
        second.ask(get("/2"));
        let mut third = server.client();
        third.send(get("/3"));
        let patience = Duration::from_millis(200);
        third
            .stream
            .set_read_timeout(Some(patience))
            .expect("a timeout");
        let early = std::io::Read::read(&mut third.stream, &mut [0]);
        assert!(early.is_err(), "{engine:?}: it was answered");
        third
            .stream
            .set_read_timeout(Some(common::DEADLINE))
            .expect("a timeout");
        drop(first);
        assert_eq!(body(&third.response()), "/3", "{engine:?}");
        assert_eq!(body(&second.ask(get("/again"))), "/again");
    }
}
