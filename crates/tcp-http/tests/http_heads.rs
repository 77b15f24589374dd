//! Heads, case by case: what is taken, what is refused, and with which status.

use tcp_http::http::{
    Fields, Framing, Limits, Method, Refusal, RequestHead, ResponseHead, Status, Target, Version,
};

/// The head of `bytes`, which has to be all of it.
#[track_caller]
fn request(bytes: &[u8]) -> RequestHead {
    let mut head = RequestHead::new();
    let length = head.parse(bytes, &Limits::default());
    assert_eq!(length, Ok(Some(bytes.len())), "{}", bytes.escape_ascii());
    head
}

/// Why `bytes` are refused.
#[track_caller]
fn refused(bytes: &[u8]) -> Refusal {
    refused_within(bytes, &Limits::default())
}

#[track_caller]
fn refused_within(bytes: &[u8], limits: &Limits) -> Refusal {
    match RequestHead::new().parse(bytes, limits) {
        Err(refusal) => refusal,
        Ok(length) => panic!("{}: taken as {length:?}", bytes.escape_ascii()),
    }
}

/// A request with these field lines besides Host.
fn with_fields(lines: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n").into_bytes()
}

#[test]
fn a_head_is_read_where_it_is() {
    let bytes = b"PATCH /a?b HTTP/1.1\r\nHost: a:80\r\nX-Empty:\r\nx-spaced: \t one two \t\r\n\r\n";
    let head = request(bytes);
    let request = head.of(bytes);
    assert_eq!(head.method(), Method::Patch);
    assert_eq!(head.version(), Version::Http11);
    assert_eq!(request.target(), b"/a?b");
    assert_eq!(request.host(), Some(&b"a:80"[..]));
    let lines: Vec<_> = request.lines().collect();
    let expected: [(&[u8], &[u8]); 3] = [
        (b"Host", b"a:80"),
        (b"X-Empty", b""),
        (b"x-spaced", b"one two"),
    ];
    assert_eq!(lines, expected);
    assert_eq!(request.get("X-SPACED"), Some(&b"one two"[..]));
    let value = request.get("x-spaced").expect("it is there").as_ptr();
    assert!(
        bytes.as_ptr_range().contains(&value),
        "a value is not copied"
    );
}

#[test]
fn request_lines() {
    let cases: [(&str, Refusal); 22] = [
        ("GET", Refusal::RequestLine),
        ("GET /", Refusal::RequestLine),
        ("GET / ", Refusal::RequestLine),
        (" GET / HTTP/1.1", Refusal::RequestLine),
        ("GET  / HTTP/1.1", Refusal::RequestLine),
        ("GET /  HTTP/1.1", Refusal::RequestLine),
        ("GET / HTTP/1.1 ", Refusal::RequestLine),
        ("GET /a b HTTP/1.1", Refusal::RequestLine),
        ("GET\t/ HTTP/1.1", Refusal::RequestLine),
        ("G(T / HTTP/1.1", Refusal::RequestLine),
        ("GET / http/1.1", Refusal::RequestLine),
        ("GET / HTTP/11", Refusal::RequestLine),
        ("GET / HTTP/1.1.1", Refusal::RequestLine),
        ("GET / HTTP/2.0", Refusal::Version),
        ("GET / HTTP/0.9", Refusal::Version),
        ("PRI * HTTP/2.0", Refusal::Http2),
        ("GET a HTTP/1.1", Refusal::Target),
        ("GET * HTTP/1.1", Refusal::Target),
        ("GET /a#b HTTP/1.1", Refusal::Target),
        ("GET /a\tb HTTP/1.1", Refusal::Target),
        ("GET /\u{e9} HTTP/1.1", Refusal::Target),
        ("CONNECT a:80 HTTP/1.1", Refusal::Connect),
    ];
    for (line, expected) in cases {
        let bytes = format!("{line}\r\nHost: a\r\n\r\n");
        assert_eq!(refused(bytes.as_bytes()), expected, "{line:?}");
    }
}

#[test]
fn a_later_minor_version_is_understood_as_the_last_known() {
    assert_eq!(
        request(b"GET / HTTP/1.7\r\nHost: a\r\n\r\n").version(),
        Version::Http11
    );
}

#[test]
fn four_forms_of_a_target() {
    let (method, options) = (Method::Get, Method::Options);
    let origin = Target::Origin {
        path: b"/a",
        query: Some(b"b?c"),
    };
    assert_eq!(Target::parse(method, b"/a?b?c"), Ok(origin));
    assert_eq!(Target::parse(options, b"*"), Ok(Target::Asterisk));
    let absolute = Target::parse(method, b"HTTP://a:81?q").expect("a target");
    assert_eq!(absolute.authority(), Some(&b"a:81"[..]));
    assert_eq!(
        (absolute.path(), absolute.query()),
        (&b"/"[..], Some(&b"q"[..]))
    );
    for bad in [
        "http:/a",
        "http://",
        "http:///a",
        "http://u@a/",
        "ftp://a/",
        "a:80",
        "http://a:x/",
    ] {
        assert_eq!(
            Target::parse(method, bad.as_bytes()),
            Err(Refusal::Target),
            "{bad}"
        );
    }
    let bytes = b"GET http://real/x HTTP/1.1\r\nHost: other\r\n\r\n";
    assert_eq!(request(bytes).of(bytes).host(), Some(&b"real"[..]));
}

#[test]
fn control_characters_are_nowhere() {
    for byte in (0..0x20).chain([0x7f]).filter(|byte| *byte != b'\t') {
        let expected = match byte {
            b'\r' => Refusal::BareCr,
            b'\n' => Refusal::BareLf,
            _ => Refusal::Control,
        };
        for place in [
            "GET /@ HTTP/1.1\r\nA: b\r\n",
            "GET / HTTP/1.1\r\nA@: b\r\n",
            "GET / HTTP/1.1\r\nA: b@c\r\n",
        ] {
            let bytes: Vec<u8> = format!("{place}Host: a\r\n\r\n")
                .bytes()
                .map(|old| if old == b'@' { byte } else { old })
                .collect();
            assert_eq!(refused(&bytes), expected, "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_line_feed_alone_ends_no_line() {
    for bytes in [
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "\nGET / HTTP/1.1\r\n",
    ] {
        assert_eq!(refused(bytes.as_bytes()), Refusal::BareLf, "{bytes:?}");
    }
    assert_eq!(refused(b"GET / HTTP/1.1\r\nHost: a\r\n\n"), Refusal::BareLf);
}

#[test]
fn values_may_have_tabs_and_any_byte_above_ascii() {
    let bytes = b"GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\x80\xff\r\n\r\n";
    assert_eq!(
        request(bytes).of(bytes).get("x"),
        Some(&b"a\tb\x80\xff"[..])
    );
}

#[test]
fn field_lines() {
    let cases = [
        (" X: a", Refusal::Fold),
        ("\tX: a", Refusal::Fold),
        ("X: a\r\n b", Refusal::Fold),
        ("X : a", Refusal::SpaceBeforeColon),
        ("X\t: a", Refusal::SpaceBeforeColon),
        ("X a: b", Refusal::SpaceBeforeColon),
        (": a", Refusal::FieldName),
        ("X", Refusal::FieldName),
        ("X(y): a", Refusal::FieldName),
        ("\u{e9}: a", Refusal::FieldName),
    ];
    for (line, expected) in cases {
        assert_eq!(refused(&with_fields(line)), expected, "{line:?}");
    }
    let folded_at_once = b"GET / HTTP/1.1\r\n Host: a\r\n\r\n";
    assert_eq!(refused(folded_at_once), Refusal::Fold);
}

#[test]
fn hosts() {
    let good = [
        "a",
        "a.b-c_d:8080",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:80",
        "",
        "a:",
        "%41b",
        "A,B",
        "a:65535",
    ];
    let bad = [
        "a b", "a/b", "u@a", "a:b", "a:+1", "a:65536", "a:123456", "[::1", "[x]", "[::1]x", "::1",
        "a?b", "a#b", "%4", "%4g", "a\u{e9}", "a:1:2", "\"a\"", "[]",
    ];
    for host in good {
        request(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    }
    for host in bad {
        let bytes = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(refused(bytes.as_bytes()), Refusal::Host, "{host:?}");
    }
    assert_eq!(refused(b"GET / HTTP/1.1\r\n\r\n"), Refusal::MissingHost);
    assert_eq!(refused(&with_fields("host: a")), Refusal::TwoHosts);
    request(b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(
        refused(b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        Refusal::TwoHosts
    );
}

#[test]
fn lengths_and_codings() {
    let cases = [
        ("", Ok(Framing::None)),
        ("\r\nContent-Length: 0", Ok(Framing::None)),
        ("\r\nContent-Length: 10", Ok(Framing::Length(10))),
        ("\r\nContent-Length:\t010\t", Ok(Framing::Length(10))),
        (
            "\r\nContent-Length: 99999999999999999999",
            Ok(Framing::Length(u64::MAX)),
        ),
        ("\r\nTransfer-Encoding: chunked", Ok(Framing::Chunked)),
        ("\r\nTransfer-Encoding: CHUNKED", Ok(Framing::Chunked)),
        ("\r\nTransfer-Encoding: gzip, chunked", Err(Refusal::Coding)),
        (
            "\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
            Err(Refusal::Coding),
        ),
    ];
    for (lines, expected) in cases {
        let bytes = format!("POST / HTTP/1.1\r\nHost: a{lines}\r\n\r\n");
        let mut head = RequestHead::new();
        let framing = head
            .parse(bytes.as_bytes(), &Limits::default())
            .map(|_| head.framing());
        assert_eq!(framing, expected, "{lines:?}");
    }
}

#[test]
fn expectations() {
    let bytes = with_fields("Expect: 100-Continue\r\nContent-Length: 1");
    assert!(request(&bytes).expects_continue());
    assert!(
        !request(&with_fields("Expect: 100-continue")).expects_continue(),
        "no body to wait for"
    );
    assert_eq!(
        refused(&with_fields("Expect: coffee")),
        Refusal::Expectation
    );
    let old = b"POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue, coffee\r\n\r\n";
    assert!(!request(old).expects_continue());
}

#[test]
fn connections() {
    let cases = [
        ("1.1", "", true),
        ("1.1", "close", false),
        ("1.1", "Close", false),
        ("1.1", "keep-alive", true),
        ("1.1", "keep-alive, close", false),
        ("1.1", "x, ,close", false),
        ("1.1", "closed", true),
        ("1.1", "\"close\"", true),
        ("1.0", "", false),
        ("1.0", "keep-alive", true),
        ("1.0", "Keep-Alive, TE", true),
        ("1.0", "close, keep-alive", false),
        ("1.7", "", true),
    ];
    for (version, options, expected) in cases {
        let bytes = format!("GET / HTTP/{version}\r\nHost: a\r\nConnection: {options}\r\n\r\n");
        assert_eq!(
            request(bytes.as_bytes()).keep_alive(),
            expected,
            "{version} {options:?}"
        );
    }
    assert!(!request(&with_fields("Connection: a\r\nConnection: close")).keep_alive());
    assert!(request(&with_fields("Connection: Upgrade\r\nUpgrade: x")).wants_upgrade());
}

#[test]
fn each_limit_is_exact() {
    let limits = Limits {
        request_line: 20,
        head: 30,
        fields: 2,
        empty_lines: 1,
        ..Limits::default()
    };
    let taken = |bytes: &str| {
        let length = RequestHead::new().parse(bytes.as_bytes(), &limits);
        assert_eq!(length, Ok(Some(bytes.len())), "{bytes:?}");
    };
    let refused = |bytes: &str| refused_within(bytes.as_bytes(), &limits);
    // 20 bytes, and 21.
    taken("GET /345678 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(
        refused("GET /3456789 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal::RequestLineTooLong
    );
    assert_eq!(
        refused("GET /345678901234567890"),
        Refusal::RequestLineTooLong
    );
    // 30 bytes, and 31.
    taken("GET / HTTP/1.1\r\nHost: a\r\nX: 34567890123456\r\n\r\n");
    assert_eq!(
        refused("GET / HTTP/1.1\r\nHost: a\r\nX: 345678901234567\r\n\r\n"),
        Refusal::HeadTooLarge
    );
    taken("GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n");
    assert_eq!(
        refused("GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY:\r\n\r\n"),
        Refusal::TooManyFields
    );
    taken("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(
        refused("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Refusal::EmptyLines
    );
}

#[test]
fn each_refusal_has_its_status() {
    let cases = [
        (Refusal::BareLf, 400),
        (Refusal::LengthAndTransferEncoding, 400),
        (Refusal::MissingHost, 400),
        (Refusal::BodyTooLarge, 413),
        (Refusal::ChunkExtensionsTooLarge, 413),
        (Refusal::RequestLineTooLong, 414),
        (Refusal::Expectation, 417),
        (Refusal::HeadTooLarge, 431),
        (Refusal::TooManyFields, 431),
        (Refusal::TrailersTooLarge, 431),
        (Refusal::Connect, 501),
        (Refusal::Coding, 501),
        (Refusal::StatusLine, 502),
        (Refusal::Version, 505),
        (Refusal::Http2, 505),
    ];
    for (refusal, status) in cases {
        assert_eq!(refusal.status().code(), status, "{refusal}");
    }
}

#[test]
fn what_was_cut_is_partial() {
    let bytes = b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut head = RequestHead::new();
    for end in 0..bytes.len() {
        assert_eq!(head.parse(&bytes[..end], &Limits::default()), Ok(None));
        let is_silence = end == 0 || end == 2;
        assert_eq!(
            head.is_partial(&bytes[..end]),
            !is_silence,
            "after {end} bytes"
        );
    }
    assert_eq!(head.parse(bytes, &Limits::default()), Ok(Some(bytes.len())));
    assert!(!head.is_partial(b""));
}

#[test]
fn status_lines() {
    let good = [
        ("HTTP/1.1 200 OK", 200, "OK"),
        ("HTTP/1.0 404 Not Found", 404, "Not Found"),
        ("HTTP/1.1 200 ", 200, ""),
        ("HTTP/1.1 200", 200, ""),
        ("HTTP/1.1 999 \u{e9}\tx", 999, "\u{e9}\tx"),
    ];
    for (line, status, reason) in good {
        let bytes = format!("{line}\r\n\r\n");
        let mut head = ResponseHead::new();
        let length = head.parse(bytes.as_bytes(), &Limits::default());
        assert_eq!(length, Ok(Some(bytes.len())), "{line:?}");
        assert_eq!(head.status().code(), status);
        assert_eq!(head.of(bytes.as_bytes()).reason(), reason.as_bytes());
    }
    let bad = [
        "",
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 099 x",
        "HTTP/1.1 +20 OK",
        "HTTP/1.1\t200 OK",
        "ICY 200 OK",
        "HTTP/1 200 OK",
        " HTTP/1.1 200 OK",
    ];
    for line in bad {
        let bytes = format!("{line}\r\n\r\n");
        let result = ResponseHead::new().parse(bytes.as_bytes(), &Limits::default());
        assert_eq!(result, Err(Refusal::StatusLine), "{line:?}");
    }
    let two = ResponseHead::new().parse(b"HTTP/2.0 200 OK\r\n\r\n", &Limits::default());
    assert_eq!(two, Err(Refusal::Version));
}

#[test]
fn the_framing_of_an_answer_depends_on_the_question() {
    let cases = [
        (
            Method::Get,
            "200",
            "Content-Length: 5",
            Framing::Length(5),
            true,
        ),
        (
            Method::Get,
            "200",
            "Transfer-Encoding: chunked",
            Framing::Chunked,
            true,
        ),
        (Method::Get, "200", "X: y", Framing::UntilClose, false),
        (Method::Get, "200", "Content-Length: 0", Framing::None, true),
        (
            Method::Head,
            "200",
            "Content-Length: 5",
            Framing::None,
            true,
        ),
        (Method::Head, "200", "X: y", Framing::None, true),
        (
            Method::Head,
            "200",
            "Transfer-Encoding: chunked",
            Framing::None,
            true,
        ),
        (Method::Get, "204", "Content-Length: 5", Framing::None, true),
        (Method::Get, "304", "Content-Length: 5", Framing::None, true),
        (Method::Get, "100", "X: y", Framing::None, true),
        (
            Method::Get,
            "200",
            "Content-Length: 5\r\nConnection: close",
            Framing::Length(5),
            false,
        ),
    ];
    for (method, status, line, framing, keeps) in cases {
        let bytes = format!("HTTP/1.1 {status} x\r\n{line}\r\n\r\n");
        let mut head = ResponseHead::new();
        head.parse(bytes.as_bytes(), &Limits::default())
            .expect("a response");
        assert_eq!(head.framing(method), framing, "{method:?} {status} {line}");
        assert_eq!(head.keep_alive(method), keeps, "{method:?} {status} {line}");
    }
}

#[test]
fn an_interim_response_is_followed_by_another() {
    let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    let mut head = ResponseHead::new();
    let first = head
        .parse(bytes, &Limits::default())
        .expect("sound")
        .expect("whole");
    assert!(head.status().is_interim());
    head.parse(&bytes[first..], &Limits::default())
        .expect("sound")
        .expect("whole");
    assert_eq!(head.status(), Status::NO_CONTENT);
}
