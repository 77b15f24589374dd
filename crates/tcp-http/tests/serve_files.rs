//! Files over HTTP, and nothing that is not in the folder.

mod common;
mod serve_kit;

use std::fs;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::symlink;
use std::path::Path;

use serve_kit::{Client, ENGINES, Running};
use tcp_http::http::{Response, Status};
use tcp_http::server::{Files, Site};
use tempfile::TempDir;

const LARGE: usize = 3 << 20;

/// A folder beside a secret.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("sub/deep")).expect("folders");
    fs::create_dir(root.join("site")).expect("a folder");
    let write = |path: &str, content: &[u8]| {
        fs::write(folder.path().join(path), content).expect("a file");
    };
    write("secret.txt", b"secret");
    write("root/hello.txt", b"hello, world\n");
    write("root/empty", b"");
    write("root/lines.txt", &lines());
    write("root/large.bin", &large());
    write("root/a b&<c>.html", b"<p>odd</p>");
    write("root/sub/deep/file.json", b"{}");
    write("root/site/index.html", b"<p>index</p>");
    let link = |target: &str, name: &str| {
        symlink(target, root.join(name)).expect("a link");
    };
    link("hello.txt", "inside");
    link("sub/deep/../../hello.txt", "around");
    link("../secret.txt", "outside");
    link("..", "up");
    link("/etc", "absolute");
    link("loop", "loop");
    nix::unistd::mkfifo(&root.join("fifo"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    folder
}

fn lines() -> Vec<u8> {
    (0..1000)
        .flat_map(|number| format!("line {number}\n").into_bytes())
        .collect()
}

fn large() -> Vec<u8> {
    (0..LARGE).map(|index| (index * 31 / 7) as u8).collect()
}

fn each(test: impl Fn(&mut Client, &Path)) {
    for engine in ENGINES {
        let folder = folder();
        let root = folder.path().join("root");
        let files = Files::open(&root).expect("the root opens").listing(true);
        let server = Running::serving(Site::new(files), engine);
        test(&mut server.client(), &root);
    }
}

fn field<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers.text(name).unwrap_or("")
}

#[test]
fn files_arrive_whole_and_say_what_they_are() {
    each(|client, _| {
        let hello = client.get("/hello.txt", "");
        assert_eq!(
            (hello.status, &hello.body[..]),
            (Status::OK, &b"hello, world\n"[..])
        );
        assert_eq!(field(&hello, "content-type"), "text/plain; charset=utf-8");
        assert_eq!(client.get("/large.bin", "").body, large());
        assert_eq!(client.get("/empty", "").body, b"");
        assert_eq!(
            field(&client.get("/sub/deep/file.json?a=b", ""), "content-type"),
            "application/json"
        );
        assert_eq!(client.get("/site/", "").body, b"<p>index</p>");
        assert_eq!(client.get("/a%20b%26%3Cc%3E.html", "").body, b"<p>odd</p>");
        let head = client.ask("HEAD /large.bin HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(field(&head, "content-length"), LARGE.to_string());
        let missing = client.get("/missing", "");
        assert_eq!(missing.status, Status::NOT_FOUND);
    });
}

#[test]
fn what_is_no_file() {
    each(|client, _| {
        let moved = client.get("/sub?q=1", "");
        assert_eq!(moved.status, Status::MOVED_PERMANENTLY);
        assert_eq!(field(&moved, "location"), "/sub/?q=1");
        assert_eq!(field(&client.get("//sub", ""), "location"), "/sub/");
        assert_eq!(client.get("/hello.txt/", "").status, Status::NOT_FOUND);
        assert_eq!(client.get("/fifo", "").status, Status::FORBIDDEN);
        let list = client.get("/", "");
        let html = str::from_utf8(&list.body).expect("text");
        assert!(
            html.contains("<a href=\"./a%20b%26%3Cc%3E.html\">a b&amp;&lt;c&gt;.html</a>"),
            "{html}"
        );
        assert!(html.contains("<a href=\"./sub/\">sub/</a>"), "{html}");
    });
}

#[test]
fn methods_that_are_not_for_files() {
    each(|client, _| {
        let answer = client.ask("DELETE /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(answer.status, Status::METHOD_NOT_ALLOWED);
        assert_eq!(field(&answer, "allow"), "GET, HEAD, OPTIONS");
        let answer = client.get("/echo", "");
        assert_eq!(answer.status, Status::METHOD_NOT_ALLOWED);
        assert_eq!(field(&answer, "allow"), "POST, OPTIONS");
        let answer = client.ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(answer.status, Status::NO_CONTENT);
        assert_eq!(field(&answer, "allow"), "GET, HEAD, OPTIONS");
        let answer = client.ask("BREW / HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(answer.status, Status::NOT_IMPLEMENTED);
    });
}

#[test]
fn no_spelling_leads_out() {
    const SPELLINGS: &[&str] = &[
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/.%2E/secret.txt",
        "/sub/../../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/hello.txt%00",
        "/%00/../secret.txt",
        "/outside",
        "/up/secret.txt",
        "/up/root/hello.txt",
        "/absolute/passwd",
        "/loop",
        "//../secret.txt",
        "/sub//..//..//secret.txt",
        "http://x/../secret.txt",
    ];
    each(|client, _| {
        for spelling in SPELLINGS {
            let answer = client.get(spelling, "");
            assert!(
                matches!(answer.status, Status::NOT_FOUND | Status::BAD_REQUEST),
                "{spelling}: {} {:?}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        for inside in ["/inside", "/around", "/sub/../hello.txt", "/%68ello.txt"] {
            assert_eq!(client.get(inside, "").body, b"hello, world\n", "{inside}");
        }
    });
}

#[test]
fn conditions_spare_what_the_client_has() {
    each(|client, root| {
        let first = client.get("/lines.txt", "");
        let (tag, date) = (field(&first, "etag"), field(&first, "last-modified"));
        for condition in [
            format!("If-None-Match: {tag}\r\n"),
            "If-None-Match: *\r\n".to_owned(),
            format!("If-Modified-Since: {date}\r\n"),
        ] {
            let answer = client.get("/lines.txt", &condition);
            assert_eq!(answer.status, Status::NOT_MODIFIED, "{condition}");
            assert_eq!(field(&answer, "etag"), tag);
        }
        let other = client.get("/lines.txt", "If-Match: \"other\"\r\n");
        assert_eq!(other.status, Status::PRECONDITION_FAILED);

        fs::write(root.join("new"), "other lines\n").expect("a file");
        fs::rename(root.join("new"), root.join("lines.txt")).expect("it is replaced");
        // What is kept is believed for a second.
        let condition = format!("If-None-Match: {tag}\r\n");
        serve_kit::eventually("the new file", || {
            let answer = client.get("/lines.txt", &condition);
            answer.status == Status::OK && answer.body == b"other lines\n"
        });
    });
}

#[test]
fn parts_of_files_from_memory_and_from_disk() {
    each(|client, _| {
        for (path, content) in [("/lines.txt", lines()), ("/large.bin", large())] {
            let length = content.len();
            let one = client.get(path, "Range: bytes=100-199\r\n");
            assert_eq!(
                (one.status, &one.body[..]),
                (Status::PARTIAL_CONTENT, &content[100..200])
            );
            assert_eq!(
                field(&one, "content-range"),
                format!("bytes 100-199/{length}")
            );
            let end = client.get(path, "Range: bytes=-5\r\n");
            assert_eq!(end.body, content[length - 5..]);
            let beyond = client.get(path, "Range: bytes=99999999-\r\n");
            assert_eq!(beyond.status, Status::RANGE_NOT_SATISFIABLE);
            assert_eq!(field(&beyond, "content-range"), format!("bytes */{length}"));
            let other = client.get(path, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n");
            assert_eq!((other.status, other.body.len()), (Status::OK, length));
            let several = client.get(path, "Range: bytes=0-9,1000-1009\r\n");
            let kind = field(&several, "content-type");
            assert!(
                kind.starts_with("multipart/byteranges; boundary="),
                "{kind}"
            );
            for part in [&content[..10], &content[1000..1010]] {
                assert!(several.body.windows(10).any(|window| window == part));
            }
        }
    });
}

#[test]
fn text_is_compressed_for_who_asks() {
    each(|client, _| {
        let plain = client.get("/lines.txt", "");
        assert_eq!(field(&plain, "vary"), "Accept-Encoding");
        assert_eq!(field(&plain, "content-encoding"), "");
        let small = client.get("/lines.txt", "Accept-Encoding: gzip\r\n");
        assert_eq!(field(&small, "content-encoding"), "gzip");
        assert_eq!(field(&small, "vary"), "Accept-Encoding");
        assert!(field(&small, "etag").starts_with("W/"));
        assert_ne!(
            field(&small, "etag").trim_start_matches("W/"),
            field(&plain, "etag")
        );
        assert!(small.body.len() < plain.body.len() / 2);
        let mut unpacked = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(&small.body[..]);
        decoder.read_to_end(&mut unpacked).expect("it is gzip");
        assert_eq!(unpacked, lines());
        for (path, fields) in [
            ("/lines.txt", "Accept-Encoding: gzip;q=0\r\n"),
            ("/lines.txt", "Accept-Encoding: gzip\r\nRange: bytes=0-\r\n"),
            ("/hello.txt", "Accept-Encoding: gzip\r\n"),
            ("/large.bin", "Accept-Encoding: gzip\r\n"),
        ] {
            let answer = client.get(path, fields);
            assert_eq!(field(&answer, "content-encoding"), "", "{path} {fields}");
        }
    });
}

#[test]
fn a_folder_that_is_not_there() {
    let error = Files::open("/nonexistent/folder").expect_err("there is none");
    assert_eq!(error.to_string(), "cannot serve /nonexistent/folder");
    assert_eq!(error.source.kind(), ErrorKind::NotFound);
}
