//! Bodies, case by case: where they end, and how much is too much.

use tcp_http::http::{BodyDecoder, Framing, Limits, Refusal};

/// Limits that are soon reached.
fn tight() -> Limits {
    Limits {
        body: 10,
        chunk_extensions: 6,
        trailers: 12,
        ..Limits::default()
    }
}

/// The content of a body and what is behind it, or `None` if it is not whole.
type Read<'a> = Result<Option<(Vec<u8>, &'a [u8])>, Refusal>;

fn read(framing: Framing, bytes: &[u8]) -> Read<'_> {
    let mut body = BodyDecoder::new(framing, &tight())?;
    let (mut content, mut rest) = (Vec::new(), bytes);
    while !body.is_done() {
        let piece = body.decode(rest)?;
        if piece.taken == 0 {
            return Ok(None);
        }
        content.extend_from_slice(piece.data);
        rest = &rest[piece.taken..];
    }
    Ok(Some((content, rest)))
}

#[track_caller]
fn whole(framing: Framing, bytes: &str, content: &str, rest: &str) {
    let expected = (content.as_bytes().to_vec(), rest.as_bytes());
    assert_eq!(
        read(framing, bytes.as_bytes()),
        Ok(Some(expected)),
        "{bytes:?}"
    );
}

#[track_caller]
fn refused(framing: Framing, bytes: &str, refusal: Refusal) {
    assert_eq!(read(framing, bytes.as_bytes()), Err(refusal), "{bytes:?}");
}

#[test]
fn a_length_is_exact() {
    whole(Framing::None, "GET", "", "GET");
    whole(Framing::Length(3), "abcGET", "abc", "GET");
    whole(Framing::Length(10), "0123456789", "0123456789", "");
    refused(Framing::Length(11), "", Refusal::BodyTooLarge);
    refused(Framing::Length(u64::MAX), "", Refusal::BodyTooLarge);
    assert_eq!(read(Framing::Length(3), b"ab"), Ok(None));
}

#[test]
fn chunks() {
    let chunked = Framing::Chunked;
    whole(chunked, "0\r\n\r\nGET", "", "GET");
    whole(chunked, "3\r\nabc\r\n0\r\n\r\nGET", "abc", "GET");
    whole(chunked, "0003\r\nabc\r\n000\r\n\r\n", "abc", "");
    whole(chunked, "A\r\n0123456789\r\n0\r\n\r\n", "0123456789", "");
    whole(chunked, "a\r\n0123456789\r\n0\r\n\r\n", "0123456789", "");
    whole(chunked, "2\r\n\r\n\r\n0\r\n\r\n", "\r\n", "");
    whole(chunked, "1;a\r\nx\r\n0;b=c\r\n\r\n", "x", "");
    whole(chunked, "0\r\nX: y\r\nZ:\r\n\r\nGET", "", "GET");
    for (end, _) in "3\r\nabc\r\n0\r\nX: y\r\n\r\n".char_indices() {
        let bytes = &b"3\r\nabc\r\n0\r\nX: y\r\n\r\n"[..end];
        assert_eq!(read(chunked, bytes), Ok(None), "{end} bytes");
    }
}

#[test]
fn limits_of_chunks_are_exact() {
    let chunked = Framing::Chunked;
    whole(
        chunked,
        "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n",
        "helloworld",
        "",
    );
    refused(chunked, "5\r\nhello\r\n6\r\n", Refusal::BodyTooLarge);
    refused(chunked, "b\r\n", Refusal::BodyTooLarge);
    // The semicolons count; 6 bytes in all, and 7.
    whole(chunked, "1;ab\r\nx\r\n0;cd\r\n\r\n", "x", "");
    refused(
        chunked,
        "1;ab\r\nx\r\n0;cde\r\n\r\n",
        Refusal::ChunkExtensionsTooLarge,
    );
    // With the CRLFs and the empty line; 12 bytes, and 13.
    whole(chunked, "0\r\nX: 45678\r\n\r\n", "", "");
    refused(chunked, "0\r\nX: 456789\r\n\r\n", Refusal::TrailersTooLarge);
    refused(
        chunked,
        "0\r\nX: 456789012345678901234567890",
        Refusal::TrailersTooLarge,
    );
}

#[test]
fn trailers() {
    let bytes = b"0\r\nX:  y \r\nZ:\r\n\r\n";
    let mut body = BodyDecoder::new(Framing::Chunked, &Limits::default()).expect("within limits");
    for byte in bytes.chunks(1) {
        assert_eq!(body.decode(byte).expect("sound").taken, 1);
    }
    assert!(body.is_done());
    let expected: [(&[u8], &[u8]); 2] = [(b"X", b"y"), (b"Z", b"")];
    assert_eq!(body.trailers().collect::<Vec<_>>(), expected);
    assert_eq!(
        body.decode(b"GET").expect("sound").taken,
        0,
        "what is behind is not the body's"
    );
}

#[test]
fn no_trailers_at_all_may_be_the_limit() {
    let limits = |trailers| Limits {
        trailers,
        ..Limits::default()
    };
    for (trailers, expected) in [(2, Ok(5)), (1, Err(Refusal::TrailersTooLarge))] {
        let mut body =
            BodyDecoder::new(Framing::Chunked, &limits(trailers)).expect("within limits");
        assert_eq!(body.decode(b"0\r\n\r\n").map(|piece| piece.taken), expected);
    }
}

#[test]
fn until_close() {
    let mut body = BodyDecoder::new(Framing::UntilClose, &tight()).expect("within limits");
    assert_eq!(
        body.decode(b"0123456789").expect("within limits").data,
        b"0123456789"
    );
    assert!(!body.is_done());
    assert_eq!(body.remaining(), None);
    assert_eq!(body.decode(b"x"), Err(Refusal::BodyTooLarge));
    assert_eq!(body.end_of_input(), Ok(()));
    assert!(body.is_done());
}

#[test]
fn the_peer_closes() {
    for (framing, bytes) in [
        (Framing::Length(3), &b"ab"[..]),
        (Framing::Chunked, b"3\r\nabc\r\n0\r\n"),
    ] {
        let mut body = BodyDecoder::new(framing, &Limits::default()).expect("within limits");
        let mut at = 0;
        while at < bytes.len() {
            at += body.decode(&bytes[at..]).expect("sound").taken;
        }
        assert_eq!(body.end_of_input(), Err(Refusal::Cut), "{framing:?}");
    }
    let mut body = BodyDecoder::new(Framing::Length(2), &Limits::default()).expect("within limits");
    assert_eq!(body.remaining(), Some(2));
    assert_eq!(body.decode(b"ab").expect("sound").taken, 2);
    assert_eq!((body.end_of_input(), body.remaining()), (Ok(()), Some(0)));
}
