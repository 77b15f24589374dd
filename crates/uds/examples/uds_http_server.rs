//! HTTP does not mind what carries it: a server at a socket file is the same server.
//!
//! Docker, systemd and many an application server speak HTTP at a file that only some users can
//! reach, and leave ports to a proxy in front of them. In Go the listener is handed to `http.Serve`,
//! whatever it listens at. Try it with a server of your own:
//! `curl --unix-socket PATH http://localhost/`. The host in the URL is only what the request says.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;

const ANSWER: &str = "HTTP/1.1 200 OK\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 11\r\n\
    Connection: close\r\n\
    \r\n\
    Hello World";

/// Reads a request's head, as far as the empty line, and answers it.
fn serve(stream: UnixStream) -> io::Result<String> {
    let mut reader = BufReader::new((&stream).take(8192));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    (&stream).write_all(ANSWER.as_bytes())?;
    Ok(request.trim_end().to_owned())
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("http.sock");
    let listener = UnixListener::bind(&path)?;
    let server = thread::spawn(move || serve(listener.accept()?.0));

    let mut client = UnixStream::connect(&path)?;
    client.write_all(b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;

    let request = server.join().expect("the server does not panic")?;
    println!("the server was asked: {request}");
    println!("and answered:\n{answer}");
    assert_eq!(request, "GET /hello HTTP/1.1");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert_eq!(body, "Hello World");
    Ok(())
}
