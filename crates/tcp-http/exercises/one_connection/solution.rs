//! On a connection that stays, the length ends a body, and not the connection's end.
//!
//! One `BufReader` serves all answers. With a new one for each, what the old one had read ahead
//! would be lost. No memory is made for a length that nobody has checked: `take` stops at it.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// The bodies of what `server` has at `paths`.
pub fn get_all(server: SocketAddr, paths: &[&str]) -> io::Result<Vec<String>> {
    let mut connection = BufReader::new(TcpStream::connect(server)?);
    let mut bodies = Vec::new();
    for path in paths {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\n\r\n");
        connection.get_mut().write_all(request.as_bytes())?;
        bodies.push(read_body(&mut connection)?);
    }
    Ok(bodies)
}

/// The body of the next answer.
fn read_body(reader: &mut impl BufRead) -> io::Result<String> {
    let length = read_length(reader)?.ok_or(ErrorKind::InvalidData)?;
    let mut body = String::new();
    if reader.take(length).read_to_string(&mut body)? as u64 == length {
        Ok(body)
    } else {
        Err(ErrorKind::UnexpectedEof.into())
    }
}

/// Reads the head, up to the empty line; what it says about the body's length.
fn read_length(reader: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
            }
            None if line.trim_end().is_empty() => return Ok(length),
            _ => {}
        }
    }
}
