//! Conditions and ranges: RFC 9110 §13 and §14, case by case.

use tcp_http::http::{
    Decision, EntityTag, Fields, Headers, HttpDate, MOST_RANGES, Method, Multipart, Ranges,
    Representation, content_range, decide, parse_ranges, unsatisfied_range,
};

const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const CHANGED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

fn now() -> HttpDate {
    HttpDate::from_seconds(1_700_000_000)
}

fn changed() -> HttpDate {
    HttpDate::from_seconds(784_111_777)
}

fn current() -> Representation<'static> {
    Representation {
        etag: Some(EntityTag::strong(b"v2")),
        last_modified: Some(changed()),
        length: Some(1000),
    }
}

fn headers(lines: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.append(name, value).expect("a field");
    }
    headers
}

#[track_caller]
fn decided(method: Method, lines: &[(&str, &str)], expected: Decision) {
    let decision = decide(method, &headers(lines), Some(&current()), now());
    assert_eq!(decision, expected, "{method:?} {lines:?}");
}

#[test]
fn tags() {
    let strong = EntityTag::parse(b"\"a\"").expect("a tag");
    let weak = EntityTag::parse(b"W/\"a\"").expect("a tag");
    // The table of RFC 9110 §8.8.3.2.
    assert!(strong.strong_eq(&strong) && strong.weak_eq(&strong));
    assert!(!weak.strong_eq(&weak) && weak.weak_eq(&weak));
    assert!(!weak.strong_eq(&strong) && weak.weak_eq(&strong));
    let other = EntityTag::strong(b"b");
    assert!(!other.strong_eq(&strong) && !other.weak_eq(&weak));
    assert_eq!(weak.to_bytes(), b"W/\"a\"");
    for bad in [
        "",
        "a",
        "\"a",
        "a\"",
        "w/\"a\"",
        "W/a",
        "\"a b\"",
        "\"a\"b",
        "\"a\" \"b\"",
        "*",
    ] {
        assert_eq!(EntityTag::parse(bad.as_bytes()), None, "{bad}");
    }
    let list: Vec<_> = EntityTag::list(b" \"a,b\" ,, W/\"c\\\",\"\" , d, \"e\"").collect();
    let expected: [(bool, &[u8]); 3] = [(false, b"a,b"), (true, b"c\\"), (false, b"")];
    let list: Vec<_> = list.iter().map(|tag| (tag.is_weak, tag.opaque)).collect();
    assert_eq!(list, expected, "up to what is no tag");
    assert_eq!(
        EntityTag::list(b"\"a\"\"c\"").count(),
        1,
        "a comma has to follow"
    );
}

#[test]
fn if_match_keeps_from_overwriting() {
    use Decision::{PreconditionFailed, Proceed};
    decided(Method::Put, &[("If-Match", "\"v2\"")], Proceed);
    decided(Method::Put, &[("If-Match", "\"v1\", \"v2\"")], Proceed);
    decided(
        Method::Put,
        &[("If-Match", "\"v1\""), ("If-Match", "\"v2\"")],
        Proceed,
    );
    decided(Method::Put, &[("If-Match", "*")], Proceed);
    decided(Method::Put, &[("If-Match", "\"v1\"")], PreconditionFailed);
    decided(Method::Put, &[("If-Match", "W/\"v2\"")], PreconditionFailed);
    decided(Method::Put, &[("If-Match", "rubbish")], PreconditionFailed);
    decided(Method::Get, &[("If-Match", "\"v1\"")], PreconditionFailed);
    // The tag goes before the date.
    decided(
        Method::Put,
        &[("If-Match", "\"v2\""), ("If-Unmodified-Since", BEFORE)],
        Proceed,
    );
}

#[test]
fn if_unmodified_since_is_for_those_without_tags() {
    decided(
        Method::Put,
        &[("If-Unmodified-Since", BEFORE)],
        Decision::PreconditionFailed,
    );
    decided(
        Method::Put,
        &[("If-Unmodified-Since", CHANGED)],
        Decision::Proceed,
    );
    decided(
        Method::Put,
        &[("If-Unmodified-Since", AFTER)],
        Decision::Proceed,
    );
    decided(
        Method::Put,
        &[("If-Unmodified-Since", "yesterday")],
        Decision::Proceed,
    );
}

#[test]
fn if_none_match_saves_sending() {
    use Decision::{NotModified, PreconditionFailed, Proceed};
    for (method, known) in [
        (Method::Get, NotModified),
        (Method::Head, NotModified),
        (Method::Put, PreconditionFailed),
        (Method::Delete, PreconditionFailed),
    ] {
        decided(method, &[("If-None-Match", "\"v2\"")], known.clone());
        decided(
            method,
            &[("If-None-Match", "\"v1\", W/\"v2\"")],
            known.clone(),
        );
        decided(method, &[("If-None-Match", "*")], known);
        decided(method, &[("If-None-Match", "\"v1\"")], Proceed);
    }
    // The tag goes before the date, both ways.
    decided(
        Method::Get,
        &[("If-None-Match", "\"v1\""), ("If-Modified-Since", AFTER)],
        Proceed,
    );
    decided(
        Method::Get,
        &[("If-None-Match", "\"v2\""), ("If-Modified-Since", BEFORE)],
        NotModified,
    );
}

#[test]
fn if_modified_since_is_for_reads() {
    decided(
        Method::Get,
        &[("If-Modified-Since", CHANGED)],
        Decision::NotModified,
    );
    decided(
        Method::Head,
        &[("If-Modified-Since", AFTER)],
        Decision::NotModified,
    );
    decided(
        Method::Get,
        &[("If-Modified-Since", BEFORE)],
        Decision::Proceed,
    );
    decided(
        Method::Get,
        &[("If-Modified-Since", "yesterday")],
        Decision::Proceed,
    );
    decided(
        Method::Post,
        &[("If-Modified-Since", AFTER)],
        Decision::Proceed,
    );
}

#[test]
fn the_order_is_412_then_304_then_206() {
    use Decision::{NotModified, PreconditionFailed};
    let range = ("Range", "bytes=0-1");
    decided(
        Method::Get,
        &[("If-Match", "\"v1\""), ("If-None-Match", "\"v2\""), range],
        PreconditionFailed,
    );
    decided(
        Method::Get,
        &[range, ("If-None-Match", "\"v2\""), ("If-Match", "\"v2\"")],
        NotModified,
    );
    decided(
        Method::Get,
        &[
            range,
            ("If-Unmodified-Since", BEFORE),
            ("If-Modified-Since", AFTER),
        ],
        PreconditionFailed,
    );
    decided(
        Method::Get,
        &[range, ("If-Match", "\"v2\""), ("If-None-Match", "\"v1\"")],
        Decision::Part(0..2),
    );
}

#[test]
fn what_does_not_exist_matches_nothing() {
    let decide = |name, value| decide(Method::Put, &headers(&[(name, value)]), None, now());
    assert_eq!(decide("If-Match", "*"), Decision::PreconditionFailed);
    assert_eq!(decide("If-Match", "\"v1\""), Decision::PreconditionFailed);
    assert_eq!(decide("If-None-Match", "*"), Decision::Proceed);
    assert_eq!(decide("If-Unmodified-Since", BEFORE), Decision::Proceed);
}

#[test]
fn methods_that_select_nothing_have_no_conditions() {
    for method in [Method::Options, Method::Trace, Method::Connect] {
        decided(method, &[("If-Match", "\"v1\"")], Decision::Proceed);
    }
}

#[test]
fn a_range_is_for_get() {
    let range = ("Range", "bytes=0-1");
    decided(Method::Get, &[range], Decision::Part(0..2));
    decided(Method::Head, &[range], Decision::Proceed);
    decided(Method::Put, &[range], Decision::Proceed);
    decided(
        Method::Get,
        &[("Range", "bytes=1000-")],
        Decision::RangeNotSatisfiable,
    );
    decided(
        Method::Get,
        &[("Range", "bytes=0-1,500-501")],
        Decision::Parts(vec![0..2, 500..502]),
    );
    let unknown_length = Representation {
        length: None,
        ..current()
    };
    let decision = decide(
        Method::Get,
        &headers(&[range]),
        Some(&unknown_length),
        now(),
    );
    assert_eq!(decision, Decision::Proceed);
}

#[test]
fn if_range_sends_the_whole_when_in_doubt() {
    let range = ("Range", "bytes=0-1");
    let (part, whole) = (Decision::Part(0..2), Decision::Proceed);
    decided(Method::Get, &[range, ("If-Range", "\"v2\"")], part.clone());
    decided(Method::Get, &[range, ("If-Range", "\"v1\"")], whole.clone());
    decided(
        Method::Get,
        &[range, ("If-Range", "W/\"v2\"")],
        whole.clone(),
    );
    decided(Method::Get, &[range, ("If-Range", CHANGED)], part);
    decided(Method::Get, &[range, ("If-Range", AFTER)], whole.clone());
    decided(Method::Get, &[range, ("If-Range", BEFORE)], whole.clone());
    decided(
        Method::Get,
        &[range, ("If-Range", "rubbish")],
        whole.clone(),
    );
    decided(Method::Get, &[("If-Range", "\"v2\"")], whole.clone());
    // In the second of the change it may change again.
    let fields = headers(&[range, ("If-Range", CHANGED)]);
    assert_eq!(
        decide(Method::Get, &fields, Some(&current()), changed()),
        whole
    );
}

#[test]
fn ranges() {
    let parts =
        |parts: &[(u64, u64)]| Ranges::Parts(parts.iter().map(|part| part.0..part.1).collect());
    let cases = [
        ("bytes=0-0", parts(&[(0, 1)])),
        ("BYTES=0-0", parts(&[(0, 1)])),
        ("bytes=0-", parts(&[(0, 1000)])),
        ("bytes=999-2000", parts(&[(999, 1000)])),
        ("bytes=-1", parts(&[(999, 1000)])),
        ("bytes=-2000", parts(&[(0, 1000)])),
        ("bytes=0-99999999999999999999999", parts(&[(0, 1000)])),
        ("bytes= 0-1 ,\t 500-501 , ", parts(&[(0, 2), (500, 502)])),
        ("bytes=,0-1", parts(&[(0, 2)])),
        // In the order in which they were asked for.
        ("bytes=500-501,0-1", parts(&[(500, 502), (0, 2)])),
        ("bytes=-1,0-1", parts(&[(999, 1000), (0, 2)])),
        // Some are there.
        ("bytes=2000-,0-1", parts(&[(0, 2)])),
        // Overlapping, touching, near.
        ("bytes=0-10,5-20", parts(&[(0, 21)])),
        ("bytes=5-20,0-10,500-501", parts(&[(0, 21), (500, 502)])),
        ("bytes=0-9,10-19", parts(&[(0, 20)])),
        ("bytes=0-9,90-99", parts(&[(0, 100)])),
        ("bytes=0-9,91-99", parts(&[(0, 10), (91, 100)])),
        ("bytes=0-,0-,0-", parts(&[(0, 1000)])),
        ("bytes=1000-", Ranges::Unsatisfiable),
        ("bytes=-0", Ranges::Unsatisfiable),
        ("bytes=99999999999999999999999-", Ranges::Unsatisfiable),
    ];
    for (value, expected) in cases {
        assert_eq!(parse_ranges(value.as_bytes(), 1000), expected, "{value}");
    }
    for malformed in [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=1",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=0-1,x",
        "bytes=+0-1",
        "bytes=0--1",
        "bytes=0-1-2",
        "bytes 0-1",
        "lines=0-1",
        "bytes=0 - 1",
        " bytes=0-1",
        "bytes=0-1;x",
    ] {
        assert_eq!(
            parse_ranges(malformed.as_bytes(), 1000),
            Ranges::Ignored,
            "{malformed:?}"
        );
    }
}

#[test]
fn nothing_has_no_parts() {
    assert_eq!(parse_ranges(b"bytes=0-", 0), Ranges::Unsatisfiable);
    assert_eq!(parse_ranges(b"bytes=-5", 0), Ranges::Ignored);
}

#[test]
fn too_many_ranges_are_no_range() {
    let ask = |count: usize| {
        let ranges: Vec<_> = (0..count)
            .map(|index| format!("{0}-{0}", index * 100))
            .collect();
        parse_ranges(format!("bytes={}", ranges.join(",")).as_bytes(), 1_000_000)
    };
    assert!(matches!(ask(MOST_RANGES), Ranges::Parts(parts) if parts.len() == MOST_RANGES));
    assert_eq!(ask(MOST_RANGES + 1), Ranges::Ignored);
    assert_eq!(ask(100_000), Ranges::Ignored);
}

#[test]
fn content_ranges() {
    assert_eq!(content_range(&(0..500), 1234), "bytes 0-499/1234");
    assert_eq!(unsatisfied_range(1234), "bytes */1234");
}

#[test]
fn the_layout_of_several_parts() {
    let resource = b"0123456789";
    let layout = Multipart::new(vec![1..3, 9..10], 10, "text/plain\r\nX: y", 0x1234);
    let mut body = Vec::new();
    for (index, part) in layout.parts().iter().enumerate() {
        body.extend(layout.part_head(index));
        body.extend(&resource[part.start as usize..part.end as usize]);
    }
    body.extend(layout.end());
    let expected = "--0000000000001234\r\nContent-Type: text/plain  X: y\r\n\
        Content-Range: bytes 1-2/10\r\n\r\n12\r\n\
        --0000000000001234\r\nContent-Type: text/plain  X: y\r\n\
        Content-Range: bytes 9-9/10\r\n\r\n9\r\n--0000000000001234--\r\n";
    assert_eq!(String::from_utf8_lossy(&body), expected);
    assert_eq!(layout.content_length(), body.len() as u64);
}

#[test]
fn a_head_in_its_buffer_decides_as_owned_fields_do() {
    let bytes = b"GET / HTTP/1.1\r\nHost: a\r\nIF-NONE-MATCH: \"v2\"\r\n\r\n";
    let mut head = tcp_http::http::RequestHead::new();
    head.parse(bytes, &Default::default())
        .expect("sound")
        .expect("whole");
    let request = head.of(bytes);
    assert_eq!(request.list("if-none-match").count(), 1);
    assert_eq!(
        decide(head.method(), &request, Some(&current()), now()),
        Decision::NotModified
    );
}
