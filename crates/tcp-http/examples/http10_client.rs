//! An HTTP/1.0 client reads until the server closes, and cannot tell a whole body from a cut one.
//!
//! One write, then read to the end: what Go's chapter does with `net.Dial` and `http.ReadResponse`.
//! The price of such simple framing is paid when the server dies: its kernel closes the connection too,
//! and the bytes so far look like all of them. Only `Content-Length`, which HTTP/1.0 has but does not
//! ask for, tells the client what is missing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const REQUEST: &str = "GET /poem HTTP/1.0\r\nHost: localhost\r\nUser-Agent: lesson\r\n\r\n";
const ANSWER: &str = "HTTP/1.0 200 OK\r\nContent-Length: 25\r\n\r\nhalf of it,\nand the rest\n";
const CUT: usize = ANSWER.len() - 13;

fn main() -> io::Result<()> {
    let (request, answer) = get_from_server_that_sends(ANSWER)?;
    println!("{request}{answer}");
    assert_eq!(request, REQUEST);
    assert_eq!(answer, ANSWER);
    assert_eq!(missing(&answer), 0);

    let (_, answer) = get_from_server_that_sends(&ANSWER[..CUT])?;
    println!("cut by the server, and read without an error:\n{answer}");
    assert_eq!(answer, ANSWER[..CUT]);
    assert_eq!(missing(&answer), 13);
    println!("Content-Length says that 13 bytes are missing");
    Ok(())
}

/// The client: what it read until the end. With it, what the server saw.
fn get_from_server_that_sends(answer: &'static str) -> io::Result<(String, String)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(&listener, answer));

    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(REQUEST.as_bytes())?;
    let mut received = String::new();
    connection.read_to_string(&mut received)?;

    let request = server.join().expect("the server does not panic")?;
    Ok((request, received))
}

/// How many bytes of the body have not come, after what its head says.
fn missing(answer: &str) -> usize {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole head");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let length: usize = length.expect("a length").parse().expect("a number");
    length - body.len()
}

/// Reads one request, answers in two pieces, closes.
fn serve(listener: &TcpListener, answer: &str) -> io::Result<String> {
    let (mut connection, _) = listener.accept()?;
    let mut request = String::new();
    let mut reader = BufReader::new(&connection);
    while !request.ends_with("\r\n\r\n") && reader.read_line(&mut request)? > 0 {}
    let (first, second) = answer.split_at(30);
    connection.write_all(first.as_bytes())?;
    connection.write_all(second.as_bytes())?;
    Ok(request)
}
