//! URLs, and where redirects lead.

mod http_cases;
mod raw_server;

use proptest::prelude::*;
use raw_server::RawServer;
use tcp_http::client::{Client, ClientError, Options, Request, Url, UrlError};
use tcp_http::http::Fields;

#[test]
fn references_mean_what_rfc_3986_says() {
    let base: Url = "http://a/b/c/d;p?q".parse().expect("this is a URL");
    for (reference, meaning) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g/"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"),
        ("g?y#s", "http://a/b/c/g?y"),
        (";x", "http://a/b/c/;x"),
        ("g;x", "http://a/b/c/g;x"),
        ("g;x?y#s", "http://a/b/c/g;x?y"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        (".g", "http://a/b/c/.g"),
        ("g..", "http://a/b/c/g.."),
        ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("HTTP://B:8080/x y", "http://b:8080/x%20y"),
        ("g?u=http://x/", "http://a/b/c/g?u=http://x/"),
        ("/ü", "http://a/%C3%BC"),
    ] {
        let joined = base.join(reference).map(|url| url.to_string());
        assert_eq!(joined.as_deref(), Ok(meaning), "{reference:?}");
    }
    assert_eq!(base.join("https://b/"), Err(UrlError::Https));
    assert_eq!(base.join("ftp://b/"), Err(UrlError::Scheme("ftp".into())));
    assert_eq!(
        base.join("mailto:a"),
        Err(UrlError::Scheme("mailto".into()))
    );
    assert_eq!(base.join("//me@b/"), Err(UrlError::User));
}

#[test]
fn what_is_typed_is_a_url_or_an_error() {
    let parse = |text: &str| text.parse::<Url>().map(|url| url.to_string());
    assert_eq!(
        parse("localhost:8000").as_deref(),
        Ok("http://localhost:8000/")
    );
    assert_eq!(parse("http://[::1]:80/a").as_deref(), Ok("http://[::1]/a"));
    assert_eq!(parse("http://a:/").as_deref(), Ok("http://a/"));
    assert_eq!(parse("http://a?b").as_deref(), Ok("http://a/?b"));
    assert_eq!(
        parse("http://a:65536/"),
        Err(UrlError::Port("65536".into()))
    );
    assert_eq!(parse("http://a:+1/"), Err(UrlError::Port("+1".into())));
    assert_eq!(parse("http:///x"), Err(UrlError::Host(String::new())));
    assert_eq!(parse("http://a b/"), Err(UrlError::Host("a b".into())));
}

proptest! {
    #![proptest_config(http_cases::cases(256))]

    #[test]
    fn a_url_is_the_same_when_it_is_read_again(text in ".{0,40}", base in "[a-z/.?#:%]{0,20}") {
        let base: Url = format!("http://h/{base}").parse().expect("this is a URL");
        for url in [text.parse::<Url>(), base.join(&text)].into_iter().flatten() {
            prop_assert!(url.target().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(!url.target().contains("/../"), "{}", url);
            prop_assert_eq!(url.to_string().parse::<Url>(), Ok(url));
        }
    }
}

fn following() -> Client {
    Client::with(Options {
        redirects: Some(10),
        ..Options::default()
    })
}

/// Answers `/from` with `status` and the Location, all else with 200.
fn redirecting(status: u16, location: String) -> RawServer {
    let redirect =
        format!("HTTP/1.1 {status} There\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\ngone");
    RawServer::start(move |_, peer| {
        while let Some(request) = peer.request() {
            if request.contains(" /from ") {
                peer.send(&redirect);
            } else {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            }
        }
    })
}

fn request(method: &str, server: &RawServer) -> Request {
    let url = server.url("/from").parse().expect("this is a URL");
    Request::new(method, url)
}

#[test]
fn methods_and_bodies_go_along_as_the_status_says() {
    for (status, method, then) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "GET", "GET"),
        (308, "GET", "GET"),
    ] {
        let server = redirecting(status, "to?x".into());
        let mut request = request(method, &server)
            .with("Content-Type", "text/plain")
            .expect("a field");
        if method != "GET" && method != "HEAD" {
            request.body = b"the body".to_vec();
        }
        let answer = following().send(&request).expect("an answer");
        assert_eq!(answer.url.target(), "/to?x");
        let second = &server.requests()[1];
        assert!(
            second.starts_with(&format!("{then} /to?x HTTP/1.1\r\n")),
            "{second}"
        );
        let has_body = then == method && !request.body.is_empty();
        assert_eq!(second.ends_with("the body"), has_body, "{status}: {second}");
        let is_described = second.contains("Content-Type");
        assert_eq!(is_described, then == method, "{status}: {second}");
    }
}

#[test]
fn the_connection_is_kept_over_a_redirect_to_the_same_host() {
    let server = redirecting(302, "/to".into());
    let answer = following()
        .send(&request("GET", &server))
        .expect("an answer");
    assert_eq!(answer.body.bytes().expect("all of it"), b"hi");
    assert_eq!(server.connections(), 1);
}

#[test]
fn passwords_do_not_go_to_another_host() {
    let other = RawServer::keeping("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let here = redirecting(307, "/to".into());
    let away = redirecting(307, other.url("/to"));
    let secrets = ["Authorization", "Cookie", "Proxy-Authorization"];
    for server in [&here, &away] {
        let mut request = request("GET", server)
            .with("X-Other", "1")
            .expect("a field");
        request = request.with("Host", "by.hand").expect("a field");
        for name in secrets {
            request = request.with(name, "secret").expect("a field");
        }
        following().send(&request).expect("an answer");
    }
    let kept = &here.requests()[1];
    let stripped = &other.requests()[0];
    for name in secrets {
        assert!(kept.contains(&format!("{name}: secret")), "{kept}");
        assert!(!stripped.contains(name), "{stripped}");
    }
    assert!(kept.contains("Host: by.hand\r\n"));
    assert!(stripped.contains(&format!("Host: {}\r\n", other.address)));
    assert!(stripped.contains("X-Other: 1"), "{stripped}");
}

#[test]
fn a_circle_ends() {
    let server = redirecting(302, "/from".into());
    let error = following()
        .send(&request("GET", &server))
        .expect_err("it is endless");
    assert!(
        matches!(error, ClientError::Redirects { limit: 10, .. }),
        "{error}"
    );
    assert_eq!((server.requests().len(), server.connections()), (11, 1));
}

#[test]
fn a_location_that_cannot_be_followed_is_an_error() {
    for location in [
        "https://example.com/",
        "ftp://example.com/",
        "http://me:pw@example.com/",
    ] {
        let server = redirecting(301, location.into());
        let error = following()
            .send(&request("GET", &server))
            .expect_err("not followed");
        assert!(matches!(error, ClientError::Redirect { .. }), "{error}");
        assert!(error.to_string().contains(location), "{error}");
    }
}

#[test]
fn without_being_told_nothing_is_followed() {
    let server = redirecting(302, "/to".into());
    let answer = Client::new()
        .send(&request("GET", &server))
        .expect("an answer");
    assert_eq!(answer.status.code(), 302);
    assert_eq!(answer.headers.get("Location"), Some(&b"/to"[..]));

    // And what is no redirect is not followed even then.
    for status in [300, 304, 305, 200] {
        let server = redirecting(status, "/to".into());
        let answer = following()
            .send(&request("HEAD", &server))
            .expect("an answer");
        assert_eq!(answer.status.code(), status);
    }
}
