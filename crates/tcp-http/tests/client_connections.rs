//! Which connection a request goes over, and what happens when that is dead.

mod common;
mod raw_server;

use std::io::{Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use raw_server::RawServer;
use tcp_http::client::{Answer, Client, ClientError, Options, Request, Timeouts};
use tcp_http::http::{Refusal, Status};

const HI: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

fn get(client: &Client, server: &RawServer) -> Result<Vec<u8>, ClientError> {
    send(client, Request::get(url(server)))?.body.bytes()
}

fn send(client: &Client, request: Request) -> Result<Answer, ClientError> {
    client.send(&request)
}

fn url(server: &RawServer) -> tcp_http::client::Url {
    server.url("/").parse().expect("this is a URL")
}

#[test]
fn three_requests_take_one_connection() {
    let server = RawServer::keeping(HI);
    let client = Client::new();
    for _ in 0..3 {
        assert_eq!(get(&client, &server).expect("an answer"), b"hi");
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 3));
}

#[test]
fn chunked_answers_leave_the_connection_usable_and_so_do_heads() {
    for answer in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
    ] {
        let server = RawServer::keeping(answer);
        let client = Client::new();
        for _ in 0..2 {
            get(&client, &server).expect("an answer");
        }
        assert_eq!(server.connections(), 1, "{answer:?}");
    }
}

#[test]
fn a_connection_is_not_used_again_when_it_cannot_be() {
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        // More than was announced: an answer that nobody has asked for.
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let server = RawServer::keeping(answer);
        let client = Client::new();
        for _ in 0..2 {
            assert_eq!(get(&client, &server).expect("an answer"), b"hi");
        }
        assert_eq!(server.connections(), 2, "{answer:?}");
    }
}

#[test]
fn a_body_that_is_not_read_costs_the_connection() {
    let server = RawServer::keeping("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    let client = Client::new();
    drop(send(&client, Request::get(url(&server))).expect("an answer"));
    assert_eq!(get(&client, &server).expect("an answer"), b"hi");
    assert_eq!(server.connections(), 2);
}

/// The first connection gives one answer, reads the next request and closes; others give answers.
fn stale_once() -> RawServer {
    RawServer::start(|number, peer| {
        peer.request();
        peer.send(HI);
        if number == 0 {
            peer.request();
            return;
        }
        while peer.request().is_some() {
            peer.send(HI);
        }
    })
}

#[test]
fn a_get_that_meets_the_end_is_sent_once_more() {
    let server = stale_once();
    let client = Client::new();
    assert_eq!(get(&client, &server).expect("an answer"), b"hi");
    assert_eq!(get(&client, &server).expect("the retry's answer"), b"hi");
    assert_eq!((server.connections(), server.requests().len()), (2, 3));
}

#[test]
fn a_post_that_may_have_been_acted_on_is_not_sent_again() {
    let server = stale_once();
    let client = Client::new();
    get(&client, &server).expect("an answer");
    let outcome = send(&client, Request::post(url(&server), "buy one"));
    assert!(
        matches!(outcome, Err(ClientError::NoAnswer { .. })),
        "{outcome:?}"
    );
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}

#[test]
fn there_is_one_retry_and_no_second() {
    let server = RawServer::start(|number, peer| {
        peer.request();
        if number == 0 {
            peer.send(HI);
            peer.request();
        }
    });
    let client = Client::new();
    get(&client, &server).expect("an answer");
    let outcome = get(&client, &server);
    assert!(
        matches!(outcome, Err(ClientError::NoAnswer { .. })),
        "{outcome:?}"
    );
    assert_eq!((server.connections(), server.requests().len()), (2, 3));
}

#[test]
fn a_new_connection_that_ends_is_no_stale_one() {
    let server = RawServer::start(|_, peer| {
        peer.request();
    });
    let outcome = get(&Client::new(), &server);
    assert!(
        matches!(outcome, Err(ClientError::NoAnswer { .. })),
        "{outcome:?}"
    );
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_answer_that_has_begun_is_not_asked_for_again() {
    for beginning in ["HTTP/1.1 200", "HTTP/1.1 100 Continue\r\n\r\n"] {
        let server = RawServer::start(move |_, peer| {
            peer.request();
            peer.send(HI);
            peer.request();
            peer.send(beginning);
            peer.close();
        });
        let client = Client::new();
        get(&client, &server).expect("an answer");
        let outcome = get(&client, &server);
        let is_cut = matches!(
            outcome,
            Err(ClientError::Broken {
                refusal: Refusal::Cut,
                ..
            })
        );
        assert!(is_cut, "{outcome:?}");
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn a_server_that_does_not_read_ends_in_a_timeout() {
    let server = RawServer::start(|_, _| thread::park_timeout(common::DEADLINE));
    let client = Client::with(Options {
        timeouts: Timeouts {
            idle: Duration::from_millis(200),
            ..Timeouts::default()
        },
        ..Options::default()
    });
    let outcome = send(&client, Request::post(url(&server), vec![0; 64 << 20]));
    let error = outcome.expect_err("nobody reads");
    assert!(matches!(error, ClientError::Send { .. }), "{error}");
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn a_connection_whose_end_has_come_is_found_out_before_anything_is_sent() {
    let (closed, wait) = mpsc::channel();
    let server = RawServer::start(move |_, peer| {
        peer.request();
        peer.send(HI);
        let _ = peer.stream.shutdown(std::net::Shutdown::Both);
        let _ = closed.send(());
    });
    let client = Client::new();
    get(&client, &server).expect("an answer");
    wait.recv().expect("the server closes");
    // Safe even for a POST, as nobody can have seen it.
    let answer = send(&client, Request::post(url(&server), "buy one"));
    assert_eq!(answer.expect("an answer").status, Status::OK);
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}

#[test]
fn a_long_request_does_not_block_on_a_server_that_answers_while_it_reads() {
    const LENGTH: usize = 4 << 20;
    let server = RawServer::start(|_, peer| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n");
        peer.send(head);
        let mut head = [0; 1];
        let mut seen = Vec::new();
        while !seen.ends_with(b"\r\n\r\n") && peer.stream.read_exact(&mut head).is_ok() {
            seen.push(head[0]);
        }
        let mut buffer = vec![0; 65536];
        let mut left = LENGTH;
        while left > 0 {
            let count = peer.stream.read(&mut buffer).expect("more comes");
            peer.stream
                .write_all(&buffer[..count])
                .expect("somebody reads");
            left -= count;
        }
    });
    let body: Vec<u8> = (0..LENGTH).map(|n| (n / 7) as u8).collect();
    let answer = send(&Client::new(), Request::post(url(&server), body.clone()));
    assert!(answer.expect("an answer").body.bytes().expect("all of it") == body);
}

#[test]
fn an_answer_that_comes_before_the_request_is_out_is_taken() {
    let server = RawServer::start(|_, peer| {
        peer.send(
            "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        );
        peer.close();
    });
    let request = Request::post(url(&server), vec![0; 4 << 20]);
    let answer = send(&Client::new(), request).expect("an answer");
    assert_eq!(answer.status, Status::CONTENT_TOO_LARGE);
}
