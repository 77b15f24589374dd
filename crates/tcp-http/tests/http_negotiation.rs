//! Preferences and paths, case by case.

use tcp_http::http::{
    Headers, PathError, choose_encoding, choose_media_type, decode_path, percent_decode,
    percent_encode, syntax,
};

fn headers(name: &str, values: &[&str]) -> Headers {
    let mut headers = Headers::new();
    for value in values {
        headers.append(name, value).expect("a field");
    }
    headers
}

#[test]
fn encodings() {
    let cases: [(&[&str], Option<&str>); 29] = [
        (&["gzip"], Some("gzip")),
        (&["GZip"], Some("gzip")),
        (&["x-gzip"], Some("gzip")),
        (&["deflate, gzip, br"], Some("gzip")),
        (&["deflate", "gzip"], Some("gzip")),
        (&["gzip;q=1.0"], Some("gzip")),
        (&["gzip ; q=0.001"], Some("gzip")),
        (&["gzip;Q=1"], Some("gzip")),
        (&["*"], Some("gzip")),
        (&["*;q=0.1"], Some("gzip")),
        (&["identity, gzip"], Some("gzip")),
        (&["identity;q=0, gzip;q=0.1"], Some("gzip")),
        (&["gzip, *;q=0"], Some("gzip")),
        (&["identity;q=0, *"], Some("gzip")),
        (&[], Some("identity")),
        (&[""], Some("identity")),
        (&["br"], Some("identity")),
        (&["gzip;q=0"], Some("identity")),
        (&["gzip;q=0.000, *"], Some("identity")),
        (&["gzip;q=0.5, identity"], Some("identity")),
        (&["gzip;q=0.5, *;q=0.8"], Some("identity")),
        (&["gzipped"], Some("identity")),
        (&["gzip;q=x"], Some("identity")),
        (&["gzip;q=1.5"], Some("identity")),
        (&["gzip;q=0.0001"], Some("identity")),
        (&["identity;q=0"], None),
        (&["*;q=0"], None),
        (&["gzip;q=0, *;q=0"], None),
        (&["br, identity;q=0"], None),
    ];
    for (values, expected) in cases {
        let fields = headers("Accept-Encoding", values);
        assert_eq!(choose_encoding(&fields, &["gzip"]), expected, "{values:?}");
    }
    let both = headers("Accept-Encoding", &["gzip;q=0.5, br;q=0.6"]);
    assert_eq!(choose_encoding(&both, &["gzip", "br"]), Some("br"));
    let equal = headers("Accept-Encoding", &["gzip, br"]);
    assert_eq!(
        choose_encoding(&equal, &["br", "gzip"]),
        Some("br"),
        "the server's order decides"
    );
}

#[test]
fn lists() {
    let list = |value: &'static str| {
        let elements = syntax::list(value.as_bytes());
        elements
            .map(|element| str::from_utf8(element).expect("text"))
            .collect::<Vec<_>>()
    };
    assert_eq!(list("a, b\t,c"), ["a", "b", "c"]);
    assert_eq!(list(" ,, a ,"), ["a"], "empty elements are passed over");
    assert_eq!(list(r#"a="b,c", d"#), [r#"a="b,c""#, "d"]);
    assert_eq!(
        list(r#""a\", b", c"#),
        [r#""a\", b""#, "c"],
        "an escaped quote ends nothing"
    );
    assert_eq!(
        list(r#""a\\", b"#),
        [r#""a\\""#, "b"],
        "an escaped backslash escapes nothing"
    );
    assert_eq!(
        list(r#""a, b"#),
        [r#""a, b"#],
        "a quote that is not closed lasts to the end"
    );
    assert!(list("").is_empty());
}

#[test]
fn media_types() {
    let offers = ["application/json", "text/html", "text/plain"];
    let cases: [(&[&str], Option<&str>); 9] = [
        (&[], Some("application/json")),
        (&["*/*"], Some("application/json")),
        (&["text/*"], Some("text/html")),
        (&["TEXT/Plain"], Some("text/plain")),
        (
            &["text/*;q=0.5, text/plain;q=0.1, */*;q=0.2"],
            Some("text/html"),
        ),
        (
            &["text/html;level=1;q=0.4, */*;q=0.6"],
            Some("application/json"),
        ),
        (&["text/*;q=0, */*"], Some("application/json")),
        (&["image/png"], None),
        (&["*/*;q=0"], None),
    ];
    for (values, expected) in cases {
        let fields = headers("Accept", values);
        assert_eq!(choose_media_type(&fields, &offers), expected, "{values:?}");
    }
    let quoted = headers(
        "Accept",
        &["text/html;x=\"a, text/plain\";q=0.1, application/json;q=0.2"],
    );
    assert_eq!(
        choose_media_type(&quoted, &offers),
        Some("application/json")
    );
}

#[test]
fn paths() {
    let cases: [(&str, &[u8]); 19] = [
        ("/", b"/"),
        ("/a", b"/a"),
        ("/a/", b"/a/"),
        ("//a", b"/a"),
        ("/a//b", b"/a/b"),
        ("/a/./b", b"/a/b"),
        ("/a/.", b"/a/"),
        ("/a/..", b"/"),
        ("/a/../b", b"/b"),
        ("/a/b/../..", b"/"),
        ("/a/%2e%2E/b", b"/b"),
        ("/a/.%2e/b", b"/b"),
        ("/a%20b", b"/a b"),
        ("/%61", b"/a"),
        ("/%e3%81%82", "/\u{3042}".as_bytes()),
        ("/%ff", b"/\xff"),
        ("/...", b"/..."),
        ("/..a/.b", b"/..a/.b"),
        ("/a\\..\\b", b"/a\\..\\b"),
    ];
    for (path, expected) in cases {
        assert_eq!(
            decode_path(path.as_bytes()).as_deref(),
            Ok(expected),
            "{path}"
        );
    }
}

#[test]
fn paths_that_lead_elsewhere() {
    let cases = [
        ("", PathError::NotAbsolute),
        ("*", PathError::NotAbsolute),
        ("a/b", PathError::NotAbsolute),
        ("/..", PathError::Escapes),
        ("/../a", PathError::Escapes),
        ("/a/../../a", PathError::Escapes),
        ("/%2e%2e/a", PathError::Escapes),
        ("//../a", PathError::Escapes),
        ("/./../a", PathError::Escapes),
        ("/a%2f..%2f..%2fb", PathError::Slash),
        ("/%2Fetc", PathError::Slash),
        ("/a%00.html", PathError::Nul),
        ("/%", PathError::Escape),
        ("/%4", PathError::Escape),
        ("/%zz", PathError::Escape),
        ("/%+1", PathError::Escape),
        ("/a%", PathError::Escape),
    ];
    for (path, expected) in cases {
        assert_eq!(decode_path(path.as_bytes()), Err(expected), "{path}");
    }
}

#[test]
fn a_path_is_decoded_once() {
    assert_eq!(
        decode_path(b"/%252e%252e/%252f").as_deref(),
        Ok(&b"/%2e%2e/%2f"[..])
    );
}

#[test]
fn what_is_encoded_is_decoded() {
    let bytes: Vec<u8> = (0..=255).collect();
    let encoded = percent_encode(&bytes);
    assert!(
        encoded
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#' && byte != b'?')
    );
    assert_eq!(percent_decode(encoded.as_bytes()), Ok(bytes));
}
