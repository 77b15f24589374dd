//! httparse, which hyper reads with, as the oracle: what both take they read alike, and what we take
//! it takes. Where we refuse what it takes, a rule of ours says why, and each rule is named here.

mod http_cases;

use http_cases::cases;
use httparse::Status;
use proptest::prelude::*;
use tcp_http::http::{Fields, Limits, Refusal, RequestHead, ResponseHead, Version};

/// Why we are stricter.
fn rule(refusal: Refusal) -> Option<&'static str> {
    Some(match refusal {
        Refusal::BareLf => "a line ends in CRLF: two programs must not disagree on where",
        Refusal::EmptyLines => "a few empty lines before a request, not any number",
        Refusal::Target => "a target is of one of four forms, in visible ASCII, without a fragment",
        Refusal::Connect => "there are no tunnels",
        Refusal::MissingHost | Refusal::TwoHosts | Refusal::Host => "one Host, and a valid one",
        Refusal::ContentLength | Refusal::TwoContentLengths => "one length, in digits",
        Refusal::LengthAndTransferEncoding => "one way to say where the body ends",
        Refusal::TransferEncoding | Refusal::TransferEncodingIn10 | Refusal::Coding => {
            "chunked, once, last, and in 1.1"
        }
        Refusal::Expectation => "an expectation is met or refused",
        Refusal::RequestLineTooLong | Refusal::HeadTooLarge | Refusal::TooManyFields => "limits",
        _ => return None,
    })
}

/// One input for each rule, which httparse takes.
const STRICTER: &[(&str, Refusal)] = &[
    ("GET / HTTP/1.1\nHost: a\n\n", Refusal::BareLf),
    (
        "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        Refusal::EmptyLines,
    ),
    ("GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::Target),
    ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::Connect),
    ("GET / HTTP/1.1\r\n\r\n", Refusal::MissingHost),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        Refusal::TwoHosts,
    ),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Refusal::Host),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        Refusal::ContentLength,
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        Refusal::TwoContentLengths,
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        Refusal::LengthAndTransferEncoding,
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n",
        Refusal::TransferEncoding,
    ),
    (
        "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        Refusal::TransferEncodingIn10,
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x, chunked\r\n\r\n",
        Refusal::Coding,
    ),
    (
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n",
        Refusal::Expectation,
    ),
];

#[derive(Debug, PartialEq)]
struct Head {
    length: usize,
    start: Vec<Vec<u8>>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
}

fn theirs(bytes: &[u8]) -> Option<Head> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut request = httparse::Request::new(&mut headers);
    let Ok(Status::Complete(length)) = request.parse(bytes) else {
        return None;
    };
    let text = |text: Option<&str>| text.expect("it is whole").as_bytes().to_vec();
    let minor = request.version.expect("it is whole");
    Some(Head {
        length,
        start: vec![text(request.method), text(request.path), vec![minor]],
        fields: owned(request.headers),
    })
}

fn ours(bytes: &[u8]) -> Result<Option<Head>, Refusal> {
    let mut head = RequestHead::new();
    let Some(length) = head.parse(bytes, &Limits::default())? else {
        return Ok(None);
    };
    let request = head.of(bytes);
    let minor = u8::from(head.version() == Version::Http11);
    let lines = request
        .lines()
        .map(|(name, value)| (name.to_vec(), value.to_vec()));
    Ok(Some(Head {
        length,
        start: vec![
            request.method_name().to_vec(),
            request.target().to_vec(),
            vec![minor],
        ],
        fields: lines.collect(),
    }))
}

fn owned(headers: &[httparse::Header<'_>]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pair = |header: &httparse::Header<'_>| (header.name.into(), header.value.into());
    headers.iter().map(pair).collect()
}

/// A version that httparse does not know, and RFC 9110 has us read as 1.1.
fn is_later_minor(bytes: &[u8]) -> bool {
    let line = bytes
        .trim_ascii_start()
        .split(|&byte| byte == b'\r')
        .next()
        .unwrap_or_default();
    matches!(
        line,
        [.., b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9']
    )
}

fn compare(bytes: &[u8]) {
    let shown = bytes.escape_ascii();
    match (ours(bytes), theirs(bytes)) {
        (Ok(Some(ours)), Some(theirs)) => assert_eq!(ours, theirs, "{shown}"),
        (Ok(Some(_)), None) => assert!(is_later_minor(bytes), "only we take {shown}"),
        (Ok(None), Some(_)) => panic!("only we want more than {shown}"),
        (Err(refusal), Some(_)) => {
            assert!(rule(refusal).is_some(), "no rule for {refusal:?}: {shown}");
        }
        (Ok(None) | Err(_), None) => {}
    }
}

#[test]
fn each_rule_refuses_something_that_httparse_takes() {
    for (bytes, refusal) in STRICTER {
        assert_eq!(ours(bytes.as_bytes()), Err(*refusal), "{bytes:?}");
        assert!(
            theirs(bytes.as_bytes()).is_some(),
            "{bytes:?}: httparse refuses it too"
        );
        assert!(rule(*refusal).is_some());
    }
}

#[test]
fn a_later_minor_version_is_taken_by_us_alone() {
    let bytes = b"GET / HTTP/1.2\r\nHost: a\r\n\r\n";
    assert!(matches!(ours(bytes), Ok(Some(_))) && theirs(bytes).is_none());
}

fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "GET",
        "POST",
        "get",
        "X-Y",
        " ",
        "  ",
        "\t",
        "/",
        "/a?b=c",
        "*",
        "http://a/b",
        "HTTP/1.1",
        "HTTP/1.0",
        "HTTP/1.2",
        "HTTP/2.0",
        "HTTP/1",
        "\r\n",
        "\r\n",
        "\r\n",
        "\n",
        "\r",
        "Host: a\r\n",
        "Host",
        ": ",
        ":",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Accept: */*\r\n",
        "a:b\r\n",
        "X:\t y \r\n",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n",
        "GET /a HTTP/1.0\r\n",
        "\r\n\r\n",
        "\0",
        "é",
        "\x7f",
    ];
    prop_oneof![
        9 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ]
}

/// A sound request, to be changed.
fn sound() -> impl Strategy<Value = Vec<u8>> {
    let method = prop::sample::select(&["GET", "POST", "QUERY", "M-SEARCH"][..]);
    let target = "(/[!-\"$-~]{0,30}|http://[a-z.]{1,9}(:[0-9]{1,4})?(/[a-z]{0,4})?)";
    let version = prop::sample::select(&["1.0", "1.1"][..]);
    let field = "x-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}:[ \t]{0,2}[ -~]{0,30}[ \t]{0,2}\r\n";
    let fields = prop::collection::vec(field, 0..6);
    (method, target, version, fields).prop_map(|(method, target, version, fields)| {
        format!(
            "{method} {target} HTTP/{version}\r\nHost: a\r\n{}\r\n",
            fields.concat()
        )
        .into_bytes()
    })
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn fragments(fragments in prop::collection::vec(fragment(), 0..12)) {
        compare(&fragments.concat());
        let with_end = [&fragments.concat()[..], b"\r\n\r\n"].concat();
        compare(&with_end);
        compare(&[b"GET / HTTP/1.1\r\nHost: a\r\n", &with_end[..]].concat());
    }

    #[test]
    fn sound_requests(bytes in sound()) {
        prop_assert!(matches!(ours(&bytes), Ok(Some(_))));
        compare(&bytes);
    }

    #[test]
    fn one_byte_changed(mut bytes in sound(), place in any::<prop::sample::Index>(), byte: u8) {
        let place = place.index(bytes.len());
        bytes[place] = byte;
        compare(&bytes);
    }

    #[test]
    fn responses(line in "HTTP/1\\.[01] [0-9]{3}( [ -~]{0,10})?", fields in prop::collection::vec("[a-z]{1,8}:[ -~]{0,20}\r\n", 0..5), place in any::<prop::sample::Index>(), byte in prop::option::of(any::<u8>())) {
        let mut bytes = format!("{line}\r\n{}\r\n", fields.concat()).into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte.unwrap_or(bytes[place]);
        compare_responses(&bytes);
    }
}

/// httparse takes any three digits; a status below 100 is none.
fn compare_responses(bytes: &[u8]) {
    let shown = bytes.escape_ascii();
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut theirs = httparse::Response::new(&mut headers);
    let status = theirs.parse(bytes);
    let mut ours = ResponseHead::new();
    match (ours.parse(bytes, &Limits::default()), status) {
        (Ok(Some(length)), Ok(Status::Complete(expected))) => {
            assert_eq!(
                (length, Some(ours.status().code())),
                (expected, theirs.code),
                "{shown}"
            );
            let lines = ours.of(bytes);
            let lines = lines
                .lines()
                .map(|(name, value)| (name.to_vec(), value.to_vec()));
            assert_eq!(lines.collect::<Vec<_>>(), owned(theirs.headers), "{shown}");
        }
        (Ok(Some(_)), _) => {
            let is_known_minor = matches!(bytes.get(7), Some(b'0' | b'1'));
            assert!(!is_known_minor, "only we take {shown}");
        }
        (Err(Refusal::StatusLine), Ok(Status::Complete(_))) => {
            assert!(theirs.code < Some(100), "{shown}");
        }
        (Err(refusal), Ok(Status::Complete(_))) => {
            assert!(rule(refusal).is_some(), "no rule for {refusal:?}: {shown}");
        }
        (Ok(None), Ok(Status::Complete(_))) => panic!("only we want more than {shown}"),
        _ => {}
    }
}
