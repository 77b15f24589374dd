//! A request is a value that writes itself: the same text to a socket, a `Vec` or standard output.
//!
//! So what goes over the wire can be read without one, as with Go's http.Request.Write. Host is
//! the one header that HTTP/1.1 demands (RFC 9112, section 3.2). A line end inside a value would
//! start a header of a stranger's choice, so it is an error.

use std::env;
use std::io::{self, ErrorKind, Write};
use std::process::Command;

use httparse::{Header, Request as Parsed, Status};

struct Request<'a> {
    method: &'a str,
    host: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, &'a str)>,
}

impl Request<'_> {
    /// Fails with `InvalidInput`, and writes nothing, when a part contains a line end.
    fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let mut lines = vec![format!("{} {} HTTP/1.1", self.method, self.path)];
        lines.push(format!("Host: {}", self.host));
        for (name, value) in &self.headers {
            lines.push(format!("{name}: {value}"));
        }
        if let Some(line) = lines.iter().find(|line| line.contains(['\r', '\n'])) {
            let reason = format!("a line end within {line:?}");
            return Err(io::Error::new(ErrorKind::InvalidInput, reason));
        }
        write!(out, "{}\r\n\r\n", lines.join("\r\n"))
    }
}

fn main() -> io::Result<()> {
    let headers = vec![("X-TEST", "header can be added")];
    let mut request = Request {
        method: "GET",
        host: "example.com",
        path: "/",
        headers,
    };
    if env::args().nth(1).as_deref() == Some("print") {
        return request.write_to(&mut io::stdout());
    }
    let printed = Command::new(env::current_exe()?)
        .arg("print")
        .output()?
        .stdout;
    io::stdout().write_all(&printed)?;
    let golden = "GET / HTTP/1.1\r\nHost: example.com\r\nX-TEST: header can be added\r\n\r\n";
    assert_eq!(str::from_utf8(&printed), Ok(golden));

    let mut headers = [httparse::EMPTY_HEADER; 4];
    let mut parsed = Parsed::new(&mut headers);
    assert_eq!(parsed.parse(&printed), Ok(Status::Complete(printed.len())));
    assert_eq!((parsed.method, parsed.path), (Some("GET"), Some("/")));
    let host = Header {
        name: "Host",
        value: b"example.com",
    };
    let test = Header {
        name: "X-TEST",
        value: b"header can be added",
    };
    assert_eq!(parsed.headers, [host, test]);

    request
        .headers
        .push(("X-NAME", "value\r\nContent-Length: 999"));
    let mut memory = Vec::new();
    let refused = request.write_to(&mut memory).unwrap_err();
    println!("refused: {refused}");
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    assert!(memory.is_empty());
    Ok(())
}
