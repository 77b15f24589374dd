//! What is written is read back equal.

mod http_cases;

use http_cases::cases;
use proptest::prelude::*;
use tcp_http::http::{
    BodyDecoder, CONTINUE, DateCache, Fields, Framing, HeadWriter, Headers, HttpDate, LAST_CHUNK,
    Limits, Method, Request, RequestHead, Response, ResponseHead, Status, Version, write_chunk,
    write_last_chunk,
};

fn token() -> impl Strategy<Value = String> {
    "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}"
}

/// Names that do not steer the connection.
fn name() -> impl Strategy<Value = String> {
    token().prop_map(|name| format!("x-{name}"))
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![8 => 0x20..=0x7eu8, 1 => Just(b'\t'), 2 => 0x80..=0xffu8];
    prop::collection::vec(byte, 0..40)
}

fn headers() -> impl Strategy<Value = Headers> {
    prop::collection::vec((name(), value()), 0..8).prop_map(|lines| {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.append(&name, value).expect("a field");
        }
        headers
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..200)
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn requests(method in token(), target in "/[!-\"$-~]{0,40}", headers in headers(), body in bytes()) {
        prop_assume!(method != "CONNECT");
        let mut request = Request::new(&method, &target).with_body(body).with("Host", "a").expect("a field");
        for (name, value) in headers.lines() {
            request.headers.append(str::from_utf8(name).expect("ASCII"), value).expect("a field");
        }
        let sent = request.to_bytes();
        let (read, length) = Request::parse(&sent, &Limits::default()).expect("sound").expect("whole");
        prop_assert_eq!(&read, &request);
        prop_assert_eq!(length, sent.len());
        prop_assert_eq!(read.to_bytes(), sent);
    }

    #[test]
    fn responses(code in 200u16..600, reason in value(), headers in headers(), trailers in headers(), body in bytes()) {
        prop_assume!(code != 204 && code != 304);
        let mut response = Response::new(Status::new(code).expect("a status"));
        response.reason = reason;
        response.headers = headers;
        response.headers.insert("Transfer-Encoding", "chunked").expect("a field");
        response.trailers = trailers;
        response.body = body;
        let sent = response.to_bytes();
        let read = Response::parse(&sent, Method::Get, false, &Limits::default());
        prop_assert_eq!(read, Ok(Some((response, sent.len()))));
    }

    #[test]
    fn heads_whatever_the_value(value in prop::collection::vec(any::<u8>(), 0..60), length in any::<u64>()) {
        let mut out = Vec::new();
        HeadWriter::response(&mut out, Status::OK).field("X", &value).content_length(length).finish();
        let mut head = ResponseHead::new();
        prop_assert_eq!(head.parse(&out, &Limits::default()), Ok(Some(out.len())));
        prop_assert_eq!(head.of(&out).lines().count(), 2, "a value begins no field");
        prop_assert_eq!(head.content_length(), Some(length));
    }

    #[test]
    fn requests_whatever_the_target(target in "\\PC{0,20}[ \r\n\t]?\\PC{0,5}") {
        let mut out = Vec::new();
        let target = format!("/{}", target.replace('#', ""));
        HeadWriter::request(&mut out, "GET", &target).field("Host", "a").finish();
        let mut head = RequestHead::new();
        prop_assert_eq!(head.parse(&out, &Limits::default()), Ok(Some(out.len())));
        prop_assert_eq!(head.of(&out).lines().count(), 1);
    }

    #[test]
    fn chunks(chunks in prop::collection::vec(bytes(), 0..6)) {
        let mut out = Vec::new();
        for chunk in &chunks {
            write_chunk(&mut out, chunk);
        }
        write_last_chunk(&mut out, [("X-Sum", &b"1"[..])]);
        let mut decoder = BodyDecoder::new(Framing::Chunked, &Limits::default()).expect("within limits");
        let (mut content, mut at) = (Vec::new(), 0);
        while !decoder.is_done() {
            let piece = decoder.decode(&out[at..]).expect("sound");
            content.extend_from_slice(piece.data);
            at += piece.taken;
        }
        prop_assert_eq!(content, chunks.concat());
        prop_assert_eq!(at, out.len());
        let trailers: Vec<_> = decoder.trailers().collect();
        prop_assert_eq!(trailers, [(&b"X-Sum"[..], &b"1"[..])]);
    }
}

#[test]
fn a_dump_is_what_was_sent() {
    let messages = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/x?y HTTP/1.0\r\nhOsT:a\r\nX:   \t spaces \t\r\nY:\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\r\n\0",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
    ];
    for sent in messages {
        let (request, _) = Request::parse(sent.as_bytes(), &Limits::default())
            .expect("sound")
            .expect("whole");
        assert_eq!(request.to_bytes(), sent.as_bytes(), "{sent:?}");
    }
    let sent =
        b"HTTP/1.1 404 Nicht \xe9\r\nContent-Length: 2\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\nno";
    let (response, _) = Response::parse(sent, Method::Get, false, &Limits::default())
        .expect("sound")
        .expect("whole");
    assert_eq!(response.to_bytes(), sent);
    assert_eq!(response.headers.get_all("Set-Cookie").count(), 2);
}

#[test]
fn a_whole_head() {
    let mut out = Vec::new();
    let date = DateCache::new(HttpDate::from_seconds(784_111_777));
    HeadWriter::response(&mut out, Status::NOT_FOUND)
        .date(date.text())
        .field("Content-Type", "text/plain")
        .chunked()
        .connection(true, Version::Http10)
        .prepared(b"X: y\r\n")
        .finish();
    let expected = "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
        Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\nX: y\r\n\r\n";
    assert_eq!(out, expected.as_bytes());
}

#[test]
fn connections_are_named_where_the_version_does_not_say_it() {
    let line = |keep_alive, version| {
        let mut out = Vec::new();
        HeadWriter::response(&mut out, Status::OK)
            .connection(keep_alive, version)
            .finish();
        String::from_utf8(out)
            .expect("ASCII")
            .replace("HTTP/1.1 200 OK\r\n", "")
    };
    assert_eq!(line(true, Version::Http11), "\r\n");
    assert_eq!(
        line(true, Version::Http10),
        "Connection: keep-alive\r\n\r\n"
    );
    assert_eq!(line(false, Version::Http11), "Connection: close\r\n\r\n");
    assert_eq!(line(false, Version::Http10), "Connection: close\r\n\r\n");
}

#[test]
fn a_status_without_a_name_has_no_reason() {
    let mut out = Vec::new();
    HeadWriter::response(&mut out, Status::new(299).expect("a status")).finish();
    assert_eq!(out, b"HTTP/1.1 299 \r\n\r\n");
    assert_eq!((Status::new(99), Status::new(1000)), (None, None));
}

#[test]
fn constants_are_what_they_say() {
    let mut head = ResponseHead::new();
    assert_eq!(
        head.parse(CONTINUE, &Limits::default()),
        Ok(Some(CONTINUE.len()))
    );
    assert_eq!(head.status(), Status::CONTINUE);
    let mut body = BodyDecoder::new(Framing::Chunked, &Limits::default()).expect("within limits");
    assert_eq!(
        body.decode(LAST_CHUNK).expect("sound").taken,
        LAST_CHUNK.len()
    );
    assert!(body.is_done());
    let mut out = Vec::new();
    write_chunk(&mut out, b"");
    assert!(out.is_empty(), "an empty chunk would be the last");
    write_chunk(&mut out, &[b'x'; 0x1af]);
    assert!(out.starts_with(b"1af\r\nxx"));
}

#[test]
fn fields_that_would_be_two_are_refused() {
    let mut headers = Headers::new();
    for (name, value) in [
        ("", "a"),
        ("a b", "c"),
        ("a:", "b"),
        ("a", "b\r\nc: d"),
        ("a", "b\0"),
        ("é", "a"),
    ] {
        assert!(headers.append(name, value).is_err(), "{name:?}: {value:?}");
        assert!(headers.insert(name, value).is_err(), "{name:?}: {value:?}");
    }
    assert!(headers.is_empty());
    headers.append("A", "1").expect("a field");
    headers.append("B", " 2\t").expect("a field");
    headers.append("a", "3").expect("a field");
    headers.insert("a", "4").expect("a field");
    let lines: Vec<_> = headers.lines().collect();
    assert_eq!(lines, [(&b"a"[..], &b"4"[..]), (b"B", b"2")]);
    assert!(headers.remove("b") && !headers.remove("b"));
}
