//! Who may ask.
//!
//! A server on loopback that runs programs is within reach of every page that the reader's browser has
//! open. Three looks keep them out:
//!
//! - *Host* has to be this machine, with our port. A page of `evil.example` can have its name lead to
//!   127.0.0.1 the second time the browser asks for it (DNS rebinding), and is the same origin as we
//!   are then; the name in Host gives it away.
//! - *Origin*, where the browser sends one, has to be ours.
//! - What changes something has to say that it is JSON. Forms cannot, and a script of another origin
//!   has to ask for leave first, which nobody here gives.

use tcp_http::http::{Fields, Method, Status};
use tcp_http::server::Request;

/// Why a request is not answered.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: Status,
    pub(super) why: &'static str,
}

/// Whether the request comes from a page of this server at `port`, or from no page at all.
pub(super) fn admit(request: &Request<'_>, port: u16) -> Result<(), Refusal> {
    admit_fields(request, request.method(), port)
}

fn admit_fields(fields: &impl Fields, method: Method, port: u16) -> Result<(), Refusal> {
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let is_host = |value: &[u8]| hosts.iter().any(|host| host.as_bytes() == value);
    if !fields.get("host").is_some_and(is_host) {
        return refuse(Status::FORBIDDEN, "Host is not this server");
    }
    let is_origin = |value: &[u8]| value.strip_prefix(b"http://").is_some_and(is_host);
    if !fields.get_all("origin").all(is_origin) {
        return refuse(Status::FORBIDDEN, "Origin is another site");
    }
    if !matches!(method, Method::Get | Method::Head) && !is_json(fields.get("content-type")) {
        return refuse(
            Status::UNSUPPORTED_MEDIA_TYPE,
            "Content-Type is not application/json",
        );
    }
    Ok(())
}

fn refuse(status: Status, why: &'static str) -> Result<(), Refusal> {
    Err(Refusal { status, why })
}

fn is_json(content_type: Option<&[u8]>) -> bool {
    let media_type = content_type.and_then(|value| value.split(|&byte| byte == b';').next());
    media_type.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

#[cfg(test)]
mod tests {
    use tcp_http::http::Headers;

    use super::*;

    const OK: Result<(), u16> = Ok(());

    fn ask(method: Method, lines: &[(&str, &str)]) -> Result<(), u16> {
        let mut fields = Headers::new();
        for (name, value) in lines {
            fields.append(name, value).unwrap();
        }
        admit_fields(&fields, method, 3000).map_err(|refusal| refusal.status.code())
    }

    #[test]
    fn only_this_machine_is_the_host() {
        assert_eq!(ask(Method::Get, &[("Host", "127.0.0.1:3000")]), OK);
        assert_eq!(ask(Method::Get, &[("Host", "localhost:3000")]), OK);
        for host in ["evil.example:3000", "127.0.0.1:3001", "localhost", ""] {
            assert_eq!(ask(Method::Get, &[("Host", host)]), Err(403), "{host}");
        }
        assert_eq!(ask(Method::Get, &[]), Err(403));
    }

    #[test]
    fn an_origin_is_ours_or_refused() {
        let from = |origin| {
            ask(
                Method::Get,
                &[("Host", "localhost:3000"), ("Origin", origin)],
            )
        };
        assert_eq!(from("http://localhost:3000"), OK);
        assert_eq!(from("http://127.0.0.1:3000"), OK);
        for origin in [
            "null",
            "https://localhost:3000",
            "http://evil.example",
            "http://localhost:3001",
        ] {
            assert_eq!(from(origin), Err(403), "{origin}");
        }
    }

    #[test]
    fn what_changes_something_is_json() {
        let host = ("Host", "localhost:3000");
        let post = |kind| ask(Method::Post, &[host, ("Content-Type", kind)]);
        assert_eq!(post("application/json"), OK);
        assert_eq!(post("application/json; charset=utf-8"), OK);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
        ] {
            assert_eq!(post(kind), Err(415), "{kind}");
        }
        assert_eq!(ask(Method::Post, &[host]), Err(415));
    }
}
