//! A folder of files is a REST service: GET, PUT and DELETE on names, with their status codes.
//!
//! REST adds nothing to HTTP; it uses what is there. A name stands for a thing, the method says what to
//! do with it, and the status says what became of it. PUT and DELETE are idempotent: done twice they
//! leave what once leaves, so a client whose connection broke may just ask again. The name comes from
//! outside, and must not lead out of the folder.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tcp_http::http::{Limits, Method, Request, Response, Status, decode_path};

fn main() -> io::Result<()> {
    let root = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut connection = TcpStream::connect(listener.local_addr()?)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let folder = root.path().to_owned();
    let server = thread::spawn(move || serve(listener.accept()?.0, &folder));

    for (method, target, body, status, content) in [
        ("GET", "/note", "", Status::NOT_FOUND, None),
        ("PUT", "/note", "one", Status::CREATED, Some("one")),
        ("PUT", "/note", "two", Status::NO_CONTENT, Some("two")),
        ("PUT", "/note", "two", Status::NO_CONTENT, Some("two")),
        ("GET", "/note", "", Status::OK, Some("two")),
        (
            "POST",
            "/note",
            "three",
            Status::METHOD_NOT_ALLOWED,
            Some("two"),
        ),
        (
            "GET",
            "/%2e%2e/secret",
            "",
            Status::BAD_REQUEST,
            Some("two"),
        ),
        ("DELETE", "/note", "", Status::NO_CONTENT, None),
        ("DELETE", "/note", "", Status::NOT_FOUND, None),
    ] {
        let answer = ask(&mut connection, method, target, body)?;
        println!("{method:6} {target:15} {}", answer.status);
        assert_eq!(answer.status, status);
        if answer.status == Status::OK {
            assert_eq!(answer.body, b"two");
        }
        // What the folder itself says.
        let now = fs::read_to_string(root.path().join("note")).ok();
        assert_eq!(now.as_deref(), content);
    }
    drop(connection);
    server.join().expect("the server does not panic")
}

fn handle(root: &Path, request: &Request) -> io::Result<Response> {
    let Ok(name) = decode_path(request.target.as_bytes()) else {
        return Ok(empty(Status::BAD_REQUEST));
    };
    let path = root.join(OsStr::from_bytes(&name[1..]));
    let outcome = match request.method.as_str() {
        "GET" => fs::read(path).map(|content| Response::new(Status::OK).with_body(content)),
        "PUT" => {
            let is_new = !path.exists();
            let status = if is_new {
                Status::CREATED
            } else {
                Status::NO_CONTENT
            };
            fs::write(path, &request.body).map(|()| empty(status))
        }
        "DELETE" => fs::remove_file(path).map(|()| empty(Status::NO_CONTENT)),
        _ => {
            let refused = empty(Status::METHOD_NOT_ALLOWED);
            refused
                .with("Allow", "GET, PUT, DELETE")
                .map_err(io::Error::other)
        }
    };
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(empty(Status::NOT_FOUND)),
        outcome => outcome,
    }
}

/// 204 has no body by its nature; any other needs to say that it has none.
fn empty(status: Status) -> Response {
    let response = Response::new(status);
    if status.is_bodiless() {
        response
    } else {
        response.with_body("")
    }
}

/// Answers requests until the client closes.
fn serve(mut connection: TcpStream, root: &Path) -> io::Result<()> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        match Request::parse(&bytes, &Limits::default()).map_err(io::Error::other)? {
            Some((request, length)) => {
                connection.write_all(&handle(root, &request)?.to_bytes())?;
                bytes.drain(..length);
            }
            None => match connection.read(&mut chunk)? {
                0 => return Ok(()),
                count => bytes.extend_from_slice(&chunk[..count]),
            },
        }
    }
}

fn ask(connection: &mut TcpStream, method: &str, target: &str, body: &str) -> io::Result<Response> {
    let request = Request::new(method, target)
        .with("Host", "localhost")
        .expect("a field");
    connection.write_all(&request.with_body(body).to_bytes())?;
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let count = connection.read(&mut chunk)?;
        bytes.extend_from_slice(&chunk[..count]);
        let parsed = Response::parse(&bytes, Method::Get, count == 0, &Limits::default());
        if let Some((response, _)) = parsed.map_err(io::Error::other)? {
            return Ok(response);
        }
    }
}
