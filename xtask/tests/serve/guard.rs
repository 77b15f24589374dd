//! Who is answered, and what is not there.

use serde_json::json;

use crate::common::{Folder, Server};

fn server() -> Server {
    let folder = Folder::new();
    std::fs::write(folder.0.join("index.html"), "<p>the book").unwrap();
    Server::start(folder, &[])
}

#[test]
fn the_book_is_served_and_the_server_says_what_it_can() {
    let server = server();
    let page = server.get("/");
    assert_eq!((page.status, &*page.body), (200, "<p>the book"));
    assert!(
        page.head.contains("Cache-Control: no-cache"),
        "{}",
        page.head
    );
    let tracer = cfg!(target_os = "linux");
    let hello = json!({"living": true, "edit": false, "tracer": tracer});
    assert_eq!(server.get("/api/hello").json(), hello);
    assert_eq!(server.get("/missing.html").status, 404);
    assert_ne!(server.get("/../Cargo.toml").status, 200);
}

#[test]
fn a_name_that_leads_here_is_not_this_server() {
    let server = server();
    let port = server.address.port();
    let ask = |host: &str| server.ask("GET /api/hello", &[("Host", host)], "").status;
    assert_eq!(ask(&format!("localhost:{port}")), 200);
    assert_eq!(ask(&format!("evil.example:{port}")), 403);
    assert_eq!(ask("127.0.0.1"), 403);
    assert_eq!(ask(&format!("127.0.0.1:{}", port ^ 1)), 403);
    // The pages neither: what is read there could be sent elsewhere.
    assert_eq!(
        server.ask("GET /", &[("Host", "evil.example")], "").status,
        403
    );
}

#[test]
fn another_sites_pages_cannot_run_anything() {
    let server = server();
    let host = server.host();
    let own = format!("http://{host}");
    let wish = json!({"chapter": "none", "lesson": "none"}).to_string();
    let ask = |origin: &str, kind: &str| {
        let head = [("Host", &*host), ("Origin", origin), ("Content-Type", kind)];
        server.ask("POST /api/runs", &head, &wish).status
    };
    assert_eq!(ask(&own, "application/json"), 404);
    assert_eq!(ask("http://evil.example", "application/json"), 403);
    assert_eq!(ask("null", "application/json"), 403);
    // What a form can send without leave of the other side.
    assert_eq!(ask(&own, "text/plain"), 415);
    // The question for leave gets none.
    let head = [("Host", &*host), ("Origin", "http://evil.example")];
    let leave = server.ask("OPTIONS /api/runs", &head, "");
    assert_eq!(leave.status, 403);
    assert!(!leave.head.to_lowercase().contains("access-control"));
}

#[test]
fn wishes_that_cannot_be_met_are_refused() {
    let server = server();
    let run = |chapter: &str, lesson: &str, source: Option<&str>| {
        let wish = json!({"chapter": chapter, "lesson": lesson, "source": source});
        server.post("/api/runs", &wish).status
    };
    assert_eq!(run("memory", "no-such-lesson", None), 404);
    assert_eq!(run("../memory", "page-size", None), 404);
    assert_eq!(run("memory", "page-size", Some("fn main() {}")), 403);
    assert_eq!(server.post("/api/runs", &json!({"chapter": 1})).status, 400);
    assert_eq!(server.post("/api/runs", &json!([])).status, 400);
    assert_eq!(server.get("/api/runs").status, 405);
    assert_eq!(server.get("/api/runs/7").status, 404);
    assert_eq!(server.get("/api/runs/seven").status, 404);
    assert_eq!(server.post("/api/runs/7/stop", &json!({})).status, 404);
    assert_eq!(server.get("/api/lessons/memory/no-such-lesson").status, 404);
    assert_eq!(server.get("/api/secrets").status, 404);
}

/// All of 127.0.0.0/8 is this machine on Linux; who listens everywhere listens there, too.
#[test]
#[cfg(target_os = "linux")]
fn nobody_outside_reaches_it() {
    let server = server();
    let elsewhere = ("127.0.0.2", server.address.port());
    let refused = std::net::TcpStream::connect(elsewhere).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}
