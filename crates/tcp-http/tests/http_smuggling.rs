//! Request smuggling: messages that two programs in a row would cut in different places. All refused.
//!
//! CL is Content-Length, TE is Transfer-Encoding; "CL.TE" is for a proxy that believes the first and a
//! server that believes the second.

use tcp_http::http::{
    BodyDecoder, Limits, Method, Refusal, Request, RequestHead, Response, ResponseHead,
};

const SMUGGLED: &str = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";

fn post(fields: &str, body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}").into_bytes()
}

#[track_caller]
fn refused(bytes: &[u8], expected: Refusal) {
    let result = Request::parse(bytes, &Limits::default());
    assert_eq!(result, Err(expected), "{}", bytes.escape_ascii());
}

#[test]
fn both_content_length_and_transfer_encoding() {
    let body = format!("0\r\n\r\n{SMUGGLED}");
    let pairs = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "content-length: 5\r\nTRANSFER-ENCODING: Chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: identity",
        "Content-Length: 5\r\nTransfer-Encoding:\tchunked",
    ];
    for fields in pairs {
        refused(&post(fields, &body), Refusal::LengthAndTransferEncoding);
    }
}

#[test]
fn lengths_that_differ_or_are_none() {
    let malformed = [
        "", "+5", "-5", "5 5", "5,5", "5, 5", "5, 6", "0x5", "5.0", "5a", "a", "1e1", "5;",
        "\"5\"", "٥", "5,", "_5",
    ];
    for length in malformed {
        let fields = format!("Content-Length: {length}");
        refused(&post(&fields, SMUGGLED), Refusal::ContentLength);
    }
    for (one, other) in [(0, 5), (5, 0), (5, 5)] {
        let fields = format!("Content-Length: {one}\r\nContent-Length: {other}");
        refused(&post(&fields, SMUGGLED), Refusal::TwoContentLengths);
    }
}

#[test]
fn a_length_that_wraps_around_is_too_large() {
    for length in ["18446744073709551621", "4294967301000000000000000000000"] {
        refused(
            &post(&format!("Content-Length: {length}"), SMUGGLED),
            Refusal::BodyTooLarge,
        );
    }
}

#[test]
fn transfer_encodings_that_only_one_program_understands() {
    let body = format!("0\r\n\r\n{SMUGGLED}");
    let malformed = [
        "xchunked",
        "chunkedx",
        "x",
        "identity",
        "gzip",
        "chunked, identity",
        "chunked, gzip",
        "chunked, chunked",
        "chunked;q=1",
        "chunked ;x",
        "\"chunked\"",
        "'chunked'",
        ", chunked",
        "chunked,",
        "chunked,,",
        "",
        ",",
        "chunked chunked",
        "chu nked",
        "c\u{212a}unked",
        "chunked\u{a0}",
        "[chunked]",
        "chunked;",
    ];
    for coding in malformed {
        refused(
            &post(&format!("Transfer-Encoding: {coding}"), &body),
            Refusal::TransferEncoding,
        );
    }
    let repeated = [
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\ntransfer-encoding: x",
        "Transfer-Encoding: identity\r\nTransfer-encoding: x",
    ];
    for fields in repeated {
        refused(&post(fields, &body), Refusal::TransferEncoding);
    }
    for fields in [
        "Transfer-Encoding: x, chunked",
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
    ] {
        refused(&post(fields, &body), Refusal::Coding);
    }
}

#[test]
fn names_that_only_one_program_understands() {
    let body = format!("0\r\n\r\n{SMUGGLED}");
    let cases = [
        ("Transfer-Encoding : chunked", Refusal::SpaceBeforeColon),
        ("Transfer-Encoding\t: chunked", Refusal::SpaceBeforeColon),
        ("Transfer Encoding: chunked", Refusal::SpaceBeforeColon),
        (" Transfer-Encoding: chunked", Refusal::Fold),
        ("X: y\r\n Transfer-Encoding: chunked", Refusal::Fold),
        ("X: y\n Transfer-Encoding: chunked", Refusal::BareLf),
        ("X: y\nTransfer-Encoding: chunked", Refusal::BareLf),
        ("X: y\rTransfer-Encoding: chunked", Refusal::BareCr),
        ("Transfer-Encoding:\n chunked", Refusal::BareLf),
        ("Transfer-Encoding: \x0bchunked", Refusal::Control),
        ("Transfer-Encoding: chunked\x0c", Refusal::Control),
        ("Transfer-Encoding: chunked\0", Refusal::Control),
        ("\0Transfer-Encoding: chunked", Refusal::Control),
        ("Transfer-Encoding\0: chunked", Refusal::Control),
        ("Content-Length\x0b: 5", Refusal::Control),
        ("Content-Length\u{a0}: 5", Refusal::FieldName),
        (": chunked", Refusal::FieldName),
        ("Transfer-Encoding", Refusal::FieldName),
    ];
    for (fields, expected) in cases {
        refused(&post(fields, &body), expected);
    }
}

#[test]
fn a_name_that_only_looks_alike_is_another_field() {
    for fields in [
        "Transfer_Encoding: chunked",
        "X-Transfer-Encoding: chunked",
        "Content-Lengt: 5",
    ] {
        let bytes = post(fields, "");
        let (request, length) = Request::parse(&bytes, &Limits::default())
            .expect("sound")
            .expect("whole");
        assert_eq!((request.body.len(), length), (0, bytes.len()), "{fields}");
    }
}

#[test]
fn old_versions_have_no_chunks() {
    let bytes = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refused(bytes, Refusal::TransferEncodingIn10);
}

#[test]
fn chunk_sizes_that_only_one_program_understands() {
    let cases = [
        ("+5\r\n", Refusal::ChunkSize),
        ("-5\r\n", Refusal::ChunkSize),
        ("0x5\r\n", Refusal::ChunkSize),
        (" 5\r\n", Refusal::ChunkSize),
        ("5 \r\n", Refusal::ChunkSize),
        ("5\t;x\r\n", Refusal::ChunkSize),
        ("5_0\r\n", Refusal::ChunkSize),
        ("\r\n", Refusal::ChunkSize),
        (";x\r\n", Refusal::ChunkSize),
        ("5,5\r\n", Refusal::ChunkSize),
        ("g\r\n", Refusal::ChunkSize),
        ("10000000000000005\r\n", Refusal::ChunkSize),
        ("00000000000000005\r\n", Refusal::ChunkSize),
        ("ffffffffffffffff\r\n", Refusal::BodyTooLarge),
        ("5\n", Refusal::ChunkSize),
        ("5\rX", Refusal::ChunkEnd),
        ("5;x\n", Refusal::ChunkExtension),
        ("5;x\0\r\n", Refusal::ChunkExtension),
        ("5;x\rX", Refusal::ChunkEnd),
        ("5\r\nhello5\r\n", Refusal::ChunkEnd),
        ("5\r\nhello\n5\r\n", Refusal::ChunkEnd),
        ("5\r\nhello\r5\r\n", Refusal::ChunkEnd),
        ("5\r\nhello!\r\n", Refusal::ChunkEnd),
        ("5\r\nhello!\n", Refusal::ChunkEnd),
        ("0\r\nX : y\r\n\r\n", Refusal::SpaceBeforeColon),
        ("0\r\n X: y\r\n\r\n", Refusal::Fold),
        ("0\r\nX: y\n\r\n", Refusal::BareLf),
        ("0\r\n\n", Refusal::BareLf),
    ];
    for (body, expected) in cases {
        refused(&post("Transfer-Encoding: chunked", body), expected);
    }
}

#[test]
fn a_body_on_get_is_a_body() {
    let bytes = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{SMUGGLED}",
        SMUGGLED.len()
    );
    let (request, length) = Request::parse(bytes.as_bytes(), &Limits::default())
        .expect("sound")
        .expect("whole");
    assert_eq!(request.body, SMUGGLED.as_bytes());
    assert_eq!(length, bytes.len());
}

#[test]
fn after_the_last_chunk_comes_the_next_request() {
    let bytes = post(
        "Transfer-Encoding: chunked",
        &format!("0\r\n\r\n{SMUGGLED}"),
    );
    let mut head = RequestHead::new();
    let start = head
        .parse(&bytes, &Limits::default())
        .expect("sound")
        .expect("whole");
    let mut body = BodyDecoder::new(head.framing(), &Limits::default()).expect("within limits");
    let piece = body.decode(&bytes[start..]).expect("sound");
    assert!(body.is_done());
    assert_eq!(&bytes[start + piece.taken..], SMUGGLED.as_bytes());
}

#[test]
fn a_server_cannot_split_its_responses_either() {
    let cases = [
        (
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            Refusal::LengthAndTransferEncoding,
        ),
        (
            "Content-Length: 5\r\nContent-Length: 6",
            Refusal::TwoContentLengths,
        ),
        ("Content-Length: 5, 5", Refusal::ContentLength),
        ("Transfer-Encoding: gzip", Refusal::TransferEncoding),
        (
            "Transfer-Encoding: chunked, gzip",
            Refusal::TransferEncoding,
        ),
        ("X: y\n", Refusal::BareLf),
        ("X : y", Refusal::SpaceBeforeColon),
        ("X: y\r\n z", Refusal::Fold),
    ];
    for (fields, expected) in cases {
        let bytes = format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\nhello");
        let result = ResponseHead::new().parse(bytes.as_bytes(), &Limits::default());
        assert_eq!(result, Err(expected), "{fields:?}");
    }
}

#[test]
fn a_cut_body_is_not_a_body() {
    let parse = |bytes: &[u8]| Response::parse(bytes, Method::Get, true, &Limits::default());
    let cut = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
    ];
    for bytes in cut {
        assert_eq!(parse(bytes.as_bytes()), Err(Refusal::Cut), "{bytes:?}");
    }
    let (whole, _) = parse(b"HTTP/1.1 200 OK\r\n\r\nhell")
        .expect("sound")
        .expect("whole");
    assert_eq!(whole.body, b"hell");
}
