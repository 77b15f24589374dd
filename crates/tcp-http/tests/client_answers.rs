//! Whole answers, and all the ways in which one can be broken.

mod http_cases;
mod raw_server;

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use raw_server::RawServer;
use tcp_http::client::{Client, ClientError, Options, Request, Timeouts};
use tcp_http::http::Status;

fn request(server: &RawServer) -> Request {
    Request::get(server.url("/").parse().expect("this is a URL"))
}

fn fetch(client: &Client, request: &Request) -> Result<(Status, Vec<u8>), ClientError> {
    let answer = client.send(request)?;
    Ok((answer.status, answer.body.bytes()?))
}

fn compressing() -> Client {
    Client::with(Options {
        compressed: true,
        ..Options::default()
    })
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

#[test]
fn whole_answers() {
    for (answer, status, body) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            200,
            "hello",
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""),
        ("HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nno", 404, "no"),
        ("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        ("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        (
            "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
            204,
            "",
        ),
        (
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            304,
            "",
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
             HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            200,
            "hi",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
             5;x=\"y\"\r\nhello\r\n1\r\n!\r\n0\r\nDigest: z\r\n\r\n",
            200,
            "hello!",
        ),
    ] {
        let server = RawServer::answering(answer);
        let outcome = fetch(&Client::new(), &request(&server));
        let (got, content) = outcome.unwrap_or_else(|error| panic!("{answer:?}: {error}"));
        assert_eq!(
            (got.code(), &content[..]),
            (status, body.as_bytes()),
            "{answer:?}"
        );
    }
}

#[test]
fn head_announces_a_body_and_has_none() {
    let server = RawServer::keeping("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    let client = Client::new();
    for _ in 0..2 {
        let mut request = request(&server);
        request.method = "HEAD".into();
        let answer = client.send(&request).expect("an answer");
        assert_eq!(answer.headers.text("content-length"), Some("1000000"));
        assert_eq!(answer.body.bytes().expect("nothing"), b"");
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn broken_answers() {
    let endless = format!(
        "HTTP/1.1 200 OK\r\n{}",
        "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(9999)
    );
    let long_line = format!("HTTP/1.1 200 {}", "x".repeat(100_000));
    for (answer, reason) in [
        ("", "without an answer"),
        ("HTTP/1.1 2", "ended within a message"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
            "ended within a message",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "ended within a message",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "ended within a message",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "ended within a message",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
            "ended within a message",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n0\r\n\r\n",
            "chunk's size",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n",
            "does not end in CRLF",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "both Content-Length and Transfer-Encoding",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi",
            "more than one Content-Length",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "invalid Content-Length",
        ),
        ("220 mail.example ESMTP\r\n\r\n", "status line"),
        ("HTTP/2.0 200 OK\r\n\r\n", "version of HTTP"),
        ("HTTP/1.1 200 OK\r\nNoColon\r\n\r\n", "name is not a token"),
        (
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "another protocol",
        ),
        (&"HTTP/1.1 100 Continue\r\n\r\n".repeat(200), "no final one"),
        (&endless, "too many header fields"),
        (&long_line, "too long"),
    ] {
        let server = RawServer::answering(answer);
        let outcome = fetch(&Client::new(), &request(&server));
        let error = outcome.expect_err(answer).to_string();
        assert!(error.contains(reason), "{answer:.80?}: {error}");
        assert!(error.contains(&server.address.to_string()), "{error}");
    }
}

#[test]
fn gzip_is_unpacked_when_it_was_asked_for_and_only_then() {
    let packed = gzip(b"hello hello hello");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    let server = RawServer::keeping([head.as_bytes(), &packed].concat());
    let client = compressing();
    for _ in 0..2 {
        let (_, body) = fetch(&client, &request(&server)).expect("an answer");
        assert_eq!(body, b"hello hello hello");
    }
    assert_eq!(server.connections(), 1);
    assert!(server.requests()[0].contains("Accept-Encoding: gzip\r\n"));

    let (_, body) = fetch(&Client::new(), &request(&server)).expect("an answer");
    assert_eq!(body, packed);
    assert!(!server.requests()[2].contains("Accept-Encoding"));
}

#[test]
fn gzip_that_is_cut_or_is_none_is_an_error() {
    let packed = gzip(b"hello hello hello");
    let mut wrong_sum = packed.clone();
    let sum = packed.len() - 5;
    wrong_sum[sum] ^= 1;
    for body in [
        &packed[..packed.len() - 4],
        &packed[..5],
        b"plain text, in fact",
        &wrong_sum,
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let server = RawServer::answering([head.as_bytes(), body].concat());
        let outcome = fetch(&compressing(), &request(&server));
        assert!(
            matches!(outcome, Err(ClientError::Gzip { .. })),
            "{outcome:?}"
        );
    }
}

#[test]
fn gzip_of_nothing_is_nothing() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n",
    ] {
        let server = RawServer::answering(answer);
        let (_, body) = fetch(&compressing(), &request(&server)).expect("an answer");
        assert_eq!(body, b"", "{answer:?}");
    }
}

fn with_timeouts(timeouts: Timeouts) -> Client {
    Client::with(Options {
        timeouts,
        ..Options::default()
    })
}

#[test]
fn silence_ends_in_a_timeout() {
    let server = RawServer::start(|_, peer| peer.wait_for_end());
    let client = with_timeouts(Timeouts {
        idle: Duration::from_millis(100),
        ..Timeouts::default()
    });
    let start = Instant::now();
    let error = fetch(&client, &request(&server)).expect_err("there is no answer");
    assert!(start.elapsed() >= Duration::from_millis(100));
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().ends_with("not within 100ms"), "{error}");
}

#[test]
fn a_slow_drip_is_never_silent_and_ends_in_the_timeout_for_all() {
    let server = RawServer::start(|_, peer| {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        while peer.stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    let client = with_timeouts(Timeouts {
        total: Some(Duration::from_millis(300)),
        ..Timeouts::default()
    });
    let start = Instant::now();
    let error = fetch(&client, &request(&server)).expect_err("there is no whole answer");
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn a_timeout_is_not_taken_for_a_stale_connection() {
    let server = RawServer::start(|_, peer| {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        peer.wait_for_end();
    });
    let client = with_timeouts(Timeouts {
        // Long enough for the first answer, on any machine.
        idle: Duration::from_secs(1),
        ..Timeouts::default()
    });
    fetch(&client, &request(&server)).expect("an answer");
    let error = fetch(&client, &request(&server)).expect_err("there is no answer");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn methods_that_cannot_be_sent() {
    let url = || "127.0.0.1:1".parse().expect("this is a URL");
    let client = Client::new();
    let outcome = client.send(&Request::new("GET / HTTP/1.1\r\nX:", url()));
    assert!(
        matches!(outcome, Err(ClientError::Method(_))),
        "{outcome:?}"
    );
    let outcome = client.send(&Request::new("CONNECT", url()));
    assert!(matches!(outcome, Err(ClientError::Connect)), "{outcome:?}");
}

proptest! {
    #![proptest_config(http_cases::cases(48))]

    /// However a chunked answer is cut off, it is an error; whole, it is the body.
    #[test]
    fn a_cut_is_never_a_success(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..5),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for chunk in &chunks {
            answer.extend(format!("{:x}\r\n", chunk.len()).bytes());
            answer.extend(chunk);
            answer.extend(b"\r\n");
        }
        answer.extend(b"0\r\n\r\n");
        let kept = keep.index(answer.len() + 1);
        let server = RawServer::answering(&answer[..kept]);
        match fetch(&Client::new(), &request(&server)) {
            Ok((_, body)) => {
                prop_assert_eq!(kept, answer.len());
                prop_assert_eq!(body, chunks.concat());
            }
            Err(_) => prop_assert!(kept < answer.len()),
        }
    }
}
