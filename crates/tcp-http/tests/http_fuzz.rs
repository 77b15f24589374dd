//! Bytes that nobody would send, and those that only somebody would who means harm: nothing panics,
//! nothing loops, nothing is read that is not there.
//!
//! `PROPTEST_CASES` makes the search as long as one likes.

mod http_cases;

use http_cases::cases;
use proptest::prelude::*;
use tcp_http::http::{
    BodyDecoder, EntityTag, Fields, Framing, Headers, HttpDate, Limits, Method, Ranges, Refusal,
    Representation, RequestHead, ResponseHead, Target, choose_encoding, choose_media_type, decide,
    decode_path, host, parse_ranges, percent_decode, percent_encode, syntax,
};

const SEEDS: [&str; 8] = [
    "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip;q=0.5, *;q=0\r\nRange: bytes=0-1,-5\r\n\r\n",
    "POST /a%20b?c HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 12\r\n\r\nhello, world",
    "PUT http://a/b HTTP/1.0\r\nIf-Match: W/\"a\", \"b\"\r\nConnection: keep-alive\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1 204 x\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-Range: \"a\"\r\n\r\n",
];

#[derive(Clone, Debug)]
enum Mutation {
    Set(u8),
    Insert(Vec<u8>),
    Delete(usize),
    Repeat(usize, usize),
    Splice(usize),
    Truncate,
}

fn mutation() -> impl Strategy<Value = (prop::sample::Index, Mutation)> {
    let mutation = prop_oneof![
        any::<u8>().prop_map(Mutation::Set),
        prop::sample::select(&b"\r\n\t :;,-0\0\x7f\xff%\""[..]).prop_map(Mutation::Set),
        prop::collection::vec(any::<u8>(), 1..8).prop_map(Mutation::Insert),
        (1..20usize).prop_map(Mutation::Delete),
        (1..30usize, 1..20usize).prop_map(|(length, times)| Mutation::Repeat(length, times)),
        (0..SEEDS.len()).prop_map(Mutation::Splice),
        Just(Mutation::Truncate),
    ];
    (any::<prop::sample::Index>(), mutation)
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let mutations = prop::collection::vec(mutation(), 0..6);
    (0..SEEDS.len(), mutations).prop_map(|(seed, mutations)| {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (place, mutation) in mutations {
            apply(&mut bytes, place, mutation);
        }
        bytes
    })
}

fn apply(bytes: &mut Vec<u8>, place: prop::sample::Index, mutation: Mutation) {
    let place = place.index(bytes.len() + 1);
    let rest = bytes.len() - place;
    match mutation {
        Mutation::Set(byte) => bytes
            .splice(place..place + rest.min(1), [byte])
            .for_each(drop),
        Mutation::Insert(new) => bytes.splice(place..place, new).for_each(drop),
        Mutation::Delete(length) => bytes.drain(place..place + rest.min(length)).for_each(drop),
        Mutation::Repeat(length, times) => {
            let repeated = bytes[place..place + rest.min(length)].repeat(times);
            bytes.splice(place..place, repeated).for_each(drop);
        }
        Mutation::Splice(seed) => bytes.splice(place.., SEEDS[seed].bytes()).for_each(drop),
        Mutation::Truncate => bytes.truncate(place),
    }
}

fn limits() -> impl Strategy<Value = Limits> {
    let tight = (
        0..60usize,
        0..120usize,
        0..5usize,
        0..3u8,
        0..30u64,
        0..10usize,
        0..20usize,
    );
    let tight = tight.prop_map(
        |(request_line, head, fields, empty_lines, body, extensions, trailers)| Limits {
            request_line,
            head,
            fields,
            empty_lines,
            body,
            chunk_extensions: extensions,
            trailers,
        },
    );
    prop_oneof![Just(Limits::default()), tight]
}

/// Reads all that `bytes` hold as a server does; each step makes progress or is the last.
fn serve(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut head = RequestHead::new();
    let mut at = 0;
    while let Some(length) = head.parse(&bytes[at..], limits)? {
        assert!(
            length >= 16 && length <= bytes.len() - at,
            "no request is shorter"
        );
        look_at(&head, &bytes[at..]);
        at += length;
        at += read_body(head.framing(), &bytes[at..], limits)?;
    }
    Ok(())
}

/// Asks a request everything that can be asked.
fn look_at(head: &RequestHead, bytes: &[u8]) {
    let request = head.of(bytes);
    let target = request.target_parts();
    if let Ok(path) = decode_path(target.path()) {
        assert_is_inside(&path);
    }
    let _ = (request.host(), target.query().map(percent_decode));
    let current = Representation {
        etag: Some(EntityTag::strong(b"b")),
        last_modified: Some(HttpDate::from_seconds(784_111_777)),
        length: Some(10),
    };
    let now = HttpDate::from_seconds(1_700_000_000);
    decide(head.method(), &request, Some(&current), now);
    choose_encoding(&request, &["gzip", "br"]);
    choose_media_type(&request, &["text/html", "text/plain"]);
    let limits = Limits::default();
    assert!(request.lines().count() <= limits.fields);
}

fn read_body(framing: Framing, bytes: &[u8], limits: &Limits) -> Result<usize, Refusal> {
    let mut body = BodyDecoder::new(framing, limits)?;
    let (mut at, mut content) = (0, 0);
    while !body.is_done() {
        let piece = body.decode(&bytes[at..])?;
        at += piece.taken;
        content += piece.data.len() as u64;
        assert!(content <= limits.body, "more than the limit allows");
        if piece.taken == 0 {
            break;
        }
    }
    for (name, _) in body.trailers() {
        assert!(syntax::is_token(name));
    }
    Ok(at)
}

fn assert_is_inside(path: &[u8]) {
    assert!(path.starts_with(b"/") && !path.contains(&0));
    let inner = path[1..].strip_suffix(b"/").unwrap_or(&path[1..]);
    let is_sound = |segment: &[u8]| !matches!(segment, b"" | b"." | b"..");
    assert!(inner.is_empty() || inner.split(|&byte| byte == b'/').all(is_sound));
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn mutated_messages_to_a_server(bytes in mutated(), limits in limits()) {
        let _ = serve(&bytes, &limits);
    }

    #[test]
    fn mutated_messages_to_a_client(bytes in mutated(), limits in limits()) {
        let mut head = ResponseHead::new();
        if let Ok(Some(length)) = head.parse(&bytes, &limits) {
            let _ = head.of(&bytes).reason();
            let _ = read_body(head.framing(Method::Get), &bytes[length..], &limits);
        }
    }

    #[test]
    fn mutated_messages_mean_the_same_byte_by_byte(bytes in mutated(), limits in limits()) {
        let whole = RequestHead::new().parse(&bytes, &limits);
        let mut head = RequestHead::new();
        let ends = 0..=bytes.len();
        let answers = ends.map(|end| head.parse(&bytes[..end], &limits));
        let split = answers.into_iter().find(|answer| *answer != Ok(None)).unwrap_or(Ok(None));
        prop_assert_eq!(split, whole);
    }

    #[test]
    fn mutated_chunks(bytes in mutated(), limits in limits()) {
        let from = bytes.windows(4).position(|end| end == b"\r\n\r\n").map_or(0, |end| end + 4);
        let _ = read_body(Framing::Chunked, &bytes[from..], &limits);
    }

    #[test]
    fn any_bytes_to_everything(bytes in prop::collection::vec(any::<u8>(), 0..300), length: u64) {
        let _ = serve(&bytes, &Limits::default());
        let _ = read_body(Framing::Chunked, &bytes, &Limits::default());
        let _ = Target::parse(Method::Get, &bytes);
        let _ = host::is_valid(&bytes);
        let _ = HttpDate::parse(&bytes, HttpDate::from_seconds(length as i64));
        assert!(EntityTag::list(&bytes).count() <= bytes.len());
        assert!(syntax::split_unquoted(&bytes, b',').count() <= bytes.len() + 1);
    }

    #[test]
    fn any_path_stays_inside(path in "(/|\\.|%2e|%2E|%2f|%00|%|a|%61|\\\\){0,12}") {
        if let Ok(decoded) = decode_path(format!("/{path}").as_bytes()) {
            assert_is_inside(&decoded);
            prop_assert_eq!(decode_path(percent_encode(&decoded).as_bytes()), Ok(decoded));
        }
    }

    #[test]
    fn any_range_is_within(value in "bytes=([0-9]{0,3}-[0-9]{0,3}[, ]{0,2}){0,20}", length in 0..1000u64) {
        if let Ranges::Parts(parts) = parse_ranges(value.as_bytes(), length) {
            prop_assert!(!parts.is_empty());
            let mut sorted = parts.clone();
            sorted.sort_by_key(|part| part.start);
            prop_assert!(sorted.windows(2).all(|pair| pair[0].end < pair[1].start));
            prop_assert!(parts.iter().all(|part| part.start < part.end && part.end <= length));
        }
    }

    #[test]
    fn any_list_of_preferences(value in "([a-z*/;=q.0-9, \"]|gzip|q=|;q=0\\.){0,20}") {
        let mut headers = Headers::new();
        headers.append("Accept-Encoding", &value).expect("a field");
        headers.append("Accept", &value).expect("a field");
        let offers = ["gzip", "br"];
        let chosen = choose_encoding(&headers, &offers);
        prop_assert!(chosen.is_none_or(|coding| coding == "identity" || offers.contains(&coding)));
        choose_media_type(&headers, &["text/html"]);
    }
}
