//! However the bytes arrive, they mean the same: a message in one read or in a hundred, alone or in a
//! pipeline, sound or not.

mod http_cases;

use http_cases::cases;
use proptest::prelude::*;
use tcp_http::http::{
    BodyDecoder, Buffer, Fields, Limits, Method, Refusal, RequestHead, ResponseHead, Version,
};

type Lines = Vec<(Vec<u8>, Vec<u8>)>;

/// What a server makes of a connection.
#[derive(Debug, Default, PartialEq)]
struct Transcript {
    messages: Vec<Message>,
    refusal: Option<Refusal>,
}

#[derive(Debug, PartialEq)]
struct Message {
    method: Vec<u8>,
    target: Vec<u8>,
    version: Version,
    fields: Lines,
    body: Vec<u8>,
    trailers: Lines,
    keeps: bool,
}

/// A server's reading half: what has come and not been taken, and the message that is being read.
struct Connection {
    buffer: Buffer,
    head: RequestHead,
    limits: Limits,
    body: Option<(BodyDecoder, Message)>,
    transcript: Transcript,
}

impl Connection {
    fn new(limits: Limits) -> Self {
        Connection {
            buffer: Buffer::new(),
            head: RequestHead::new(),
            limits,
            body: None,
            transcript: Transcript::default(),
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        let room = self.buffer.room(bytes.len());
        room[..bytes.len()].copy_from_slice(bytes);
        self.buffer.filled(bytes.len());
        while self.transcript.refusal.is_none() {
            match self.step() {
                Ok(true) => {}
                Ok(false) => return,
                Err(refusal) => self.transcript.refusal = Some(refusal),
            }
        }
    }

    /// Reads a head or a piece of a body; false if more has to come.
    fn step(&mut self) -> Result<bool, Refusal> {
        let Some((decoder, message)) = &mut self.body else {
            return self.read_head();
        };
        let piece = decoder.decode(self.buffer.unread())?;
        assert!(piece.taken >= piece.data.len());
        message.body.extend_from_slice(piece.data);
        let taken = piece.taken;
        self.buffer.consume(taken);
        if decoder.is_done() {
            message.trailers = owned(decoder.trailers());
            let (_, message) = self.body.take().expect("it is being read");
            self.transcript.messages.push(message);
            return Ok(true);
        }
        Ok(taken > 0)
    }

    fn read_head(&mut self) -> Result<bool, Refusal> {
        let bytes = self.buffer.unread();
        let Some(length) = self.head.parse(bytes, &self.limits)? else {
            return Ok(false);
        };
        let request = self.head.of(bytes);
        let message = Message {
            method: request.method_name().to_vec(),
            target: request.target().to_vec(),
            version: self.head.version(),
            fields: owned(request.lines()),
            body: Vec::new(),
            trailers: Vec::new(),
            keeps: self.head.keep_alive(),
        };
        let decoder = BodyDecoder::new(self.head.framing(), &self.limits)?;
        self.body = Some((decoder, message));
        self.buffer.consume(length);
        Ok(true)
    }
}

fn owned<'a>(lines: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Lines {
    lines
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

fn transcript<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, limits: &Limits) -> Transcript {
    let mut connection = Connection::new(limits.clone());
    for piece in pieces {
        connection.receive(piece);
    }
    connection.transcript
}

/// `bytes`, cut at these places (modulo its length).
fn cut<'a>(bytes: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = places
        .iter()
        .map(|place| place % (bytes.len() + 1))
        .collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places
        .windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .collect()
}

/// Limits that a small message can pass.
fn small() -> Limits {
    Limits {
        request_line: 40,
        head: 90,
        fields: 4,
        empty_lines: 2,
        body: 30,
        chunk_extensions: 8,
        trailers: 20,
    }
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    let start = prop_oneof![
        8 => Just("GET / HTTP/1.1\r\nHost: a\r\n"),
        4 => Just("\r\nPOST /a/b?c HTTP/1.1\r\nhost: example.org:8080\r\n"),
        2 => Just("GET / HTTP/1.0\r\n"),
        1 => Just("PRI * HTTP/2.0\r\n"),
        1 => Just("GET /this/path/is/longer/than/the/small/limit/allows HTTP/1.1\r\nHost: a\r\n"),
        1 => Just("GET / HTTP/1.1\n"),
    ];
    let field = prop_oneof![
        8 => Just("Accept: */*\r\n"),
        4 => Just("X:\t one \ttwo \t \r\n"),
        1 => Just("Connection: close\r\n"),
        1 => Just("X : y\r\n"),
        1 => Just(" folded\r\n"),
        1 => Just("X: y\rz\r\n"),
        1 => Just("A-Long-Field: 0123456789012345678901234567890123456789\r\n"),
    ];
    let body = prop_oneof![
        4 => Just("\r\n"),
        3 => Just("Content-Length: 5\r\n\r\nhello"),
        4 => Just("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, world!!!\r\n0\r\n\r\n"),
        3 => Just("Transfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\nX: y\r\nZ:\r\n\r\n"),
        1 => Just("Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n"),
        1 => Just("Transfer-Encoding: chunked\r\n\r\n1;012345678\r\n!\r\n0\r\n\r\n"),
        1 => Just("Transfer-Encoding: chunked\r\n\r\n0\r\nX: 01234567890123456\r\n\r\n"),
        1 => Just("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        1 => Just("Content-Length: 31\r\n\r\n0123456789012345678901234567890"),
    ];
    (start, prop::collection::vec(field, 0..4), body)
        .prop_map(|(start, fields, body)| [start, &fields.concat(), body].concat().into_bytes())
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn a_pipeline_means_the_same_however_it_is_cut(
        messages in prop::collection::vec(message(), 1..6),
        places in prop::collection::vec(any::<usize>(), 0..12),
        limits in prop_oneof![Just(Limits::default()), Just(small())],
    ) {
        let bytes = messages.concat();
        let whole = transcript([&bytes[..]], &limits);
        prop_assert_eq!(&transcript(cut(&bytes, &places), &limits), &whole);
        prop_assert_eq!(&transcript(bytes.chunks(1), &limits), &whole);
    }

    #[test]
    fn a_pipeline_is_its_messages(messages in prop::collection::vec(message(), 1..6)) {
        let limits = Limits::default();
        let mut expected = Transcript::default();
        for message in &messages {
            let one = transcript([&message[..]], &limits);
            expected.messages.extend(one.messages);
            expected.refusal = one.refusal;
            if expected.refusal.is_some() {
                break;
            }
        }
        prop_assert_eq!(transcript([&messages.concat()[..]], &limits), expected);
    }

    #[test]
    fn a_response_means_the_same_however_it_is_cut(
        status in prop_oneof![Just("200 OK"), Just("304 Not Modified"), Just("206"), Just("2000 x")],
        message in message(),
        places in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        // The fields and the body of a request are those of a response as well.
        let fields = message.windows(2).skip(2).position(|pair| pair == b"\r\n").unwrap_or(0) + 4;
        let bytes = [format!("HTTP/1.1 {status}\r\n").as_bytes(), &message[fields..]].concat();
        let whole = response([&bytes[..]]);
        prop_assert_eq!(&response(cut(&bytes, &places)), &whole);
        prop_assert_eq!(&response(bytes.chunks(1)), &whole);
    }
}

/// Status, fields and body of the response in `pieces`, after which the server closes.
fn response<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Option<(u16, Lines, Vec<u8>)>, Refusal> {
    let limits = Limits::default();
    let mut head = ResponseHead::new();
    let mut bytes = Vec::new();
    let mut read = None;
    for piece in pieces {
        bytes.extend_from_slice(piece);
        if read.is_none() {
            let Some(length) = head.parse(&bytes, &limits)? else {
                continue;
            };
            let decoder = BodyDecoder::new(head.framing(Method::Get), &limits)?;
            let found = (
                head.status().code(),
                owned(head.of(&bytes).lines()),
                Vec::new(),
            );
            read = Some((length, decoder, found));
        }
        let (at, decoder, found) = read.as_mut().expect("the head was read");
        while !decoder.is_done() && *at < bytes.len() {
            let piece = decoder.decode(&bytes[*at..])?;
            *at += piece.taken;
            found.2.extend_from_slice(piece.data);
        }
    }
    let Some((_, mut decoder, found)) = read else {
        return Ok(None);
    };
    decoder.end_of_input()?;
    Ok(Some(found))
}

#[test]
fn sixteen_requests_in_one_read_are_taken_in_place() {
    let one = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    let bytes = one.repeat(16);
    let mut head = RequestHead::new();
    let mut at = 0;
    for _ in 0..16 {
        let rest = &bytes[at..];
        at += head
            .parse(rest, &Limits::default())
            .expect("sound")
            .expect("whole");
        assert_eq!(head.of(rest).target().as_ptr(), rest[4..].as_ptr());
    }
    assert_eq!(at, bytes.len());
}

#[test]
fn a_head_that_is_not_whole_may_be_moved() {
    let bytes = b"GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    let mut head = RequestHead::new();
    for end in 0..bytes.len() {
        // Each time at another address.
        let moved = bytes[..end].to_vec();
        assert_eq!(head.parse(&moved, &Limits::default()), Ok(None));
    }
    assert_eq!(head.parse(bytes, &Limits::default()), Ok(Some(bytes.len())));
    assert_eq!(head.of(bytes).get("x"), Some(&b"y"[..]));
}

#[test]
fn after_a_refusal_a_reader_begins_anew() {
    let mut head = RequestHead::new();
    let limits = Limits::default();
    assert_eq!(
        head.parse(b"GET / HTTP/1.1\r\nX : y\r\n", &limits),
        Err(Refusal::SpaceBeforeColon)
    );
    let bytes = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_eq!(head.parse(bytes, &limits), Ok(Some(bytes.len())));
    assert_eq!(head.of(bytes).lines().count(), 1);
}

#[test]
fn a_buffer_keeps_what_was_not_consumed() {
    let mut buffer = Buffer::new();
    let mut expected = Vec::new();
    for round in 0..100usize {
        let bytes: Vec<u8> = (0..round % 7).map(|byte| (round + byte) as u8).collect();
        buffer.room(bytes.len())[..bytes.len()].copy_from_slice(&bytes);
        buffer.filled(bytes.len());
        expected.extend(bytes);
        let taken = expected.len().min(round % 5);
        buffer.consume(taken);
        expected.drain(..taken);
        assert_eq!(buffer.unread(), expected);
    }
    buffer.release();
    assert_eq!(buffer.unread(), expected, "what is there is not released");
}
