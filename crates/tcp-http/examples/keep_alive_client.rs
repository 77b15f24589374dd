//! A client that keeps its connection connects once for three requests, and again if it was closed.
//!
//! A server may close an idle connection at any moment, also in the one when the next request is on its
//! way. So reuse needs the other half: when a kept connection fails before a byte of the answer has
//! come, connect anew and ask again, once, and only if asking twice does no harm (GET does not, POST
//! might). Go's `http.Transport` does so unseen.
//!
//! ```syscalls
//! connect x2
//! accept4 x2
//! connect = 0
//! sendto($kept, "GET /1 HTTP/1.1*"*)
//! recvfrom($kept, "HTTP/1.1 200 OK*"*)
//! sendto($kept, "GET /2 HTTP/1.1*"*)
//! recvfrom($kept, "HTTP/1.1 200 OK*"*)
//! sendto($kept, "GET /3 HTTP/1.1*"*)
//! recvfrom($kept, "HTTP/1.1 200 OK*"*)
//! connect = 0
//! sendto($new, "GET /4 HTTP/1.1*"*)
//! recvfrom($new, "HTTP/1.1 200 OK*"*)
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tcp_http::http::{HeadWriter, Limits, Method, Response, Status};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut client = Client::new(listener.local_addr()?);
    // It closes the connection after three requests, and takes one more.
    let server = serve(listener, [3, 1]);

    for path in ["/1", "/2", "/3"] {
        let answer = client.get(path)?;
        println!(
            "{path}: {}, connects so far: {}",
            answer.status, client.connects
        );
        assert_eq!(answer.body, path.as_bytes());
    }
    assert_eq!((client.connects, client.retries), (1, 0));

    let answer = client.get("/4")?;
    println!(
        "/4: {}, connects so far: {}, of them a retry: {}",
        answer.status, client.connects, client.retries
    );
    assert_eq!(answer.body, b"/4");
    assert_eq!((client.connects, client.retries), (2, 1));
    server.join().expect("the server does not panic")
}

struct Client {
    address: SocketAddr,
    /// Left from the last request.
    kept: Option<TcpStream>,
    connects: usize,
    retries: usize,
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        Client {
            address,
            kept: None,
            connects: 0,
            retries: 0,
        }
    }

    fn get(&mut self, path: &str) -> io::Result<Response> {
        if let Some(kept) = self.kept.take() {
            match self.ask(kept, path) {
                Err(error) if is_stale(&error) => self.retries += 1,
                outcome => return outcome,
            }
        }
        // A new connection that fails is an error, and no reason to go on trying.
        let connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        self.connects += 1;
        self.ask(connection, path)
    }

    fn ask(&mut self, mut connection: TcpStream, path: &str) -> io::Result<Response> {
        let mut request = Vec::new();
        HeadWriter::request(&mut request, "GET", path)
            .field("Host", "localhost")
            .finish();
        connection.write_all(&request)?;
        let response = receive(&mut connection)?;
        self.kept = Some(connection);
        Ok(response)
    }
}

/// How a connection fails that the peer had closed: at the write, or at the read.
fn is_stale(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected
    )
}

/// A closed connection without a byte of the answer counts as aborted, within one as cut.
fn receive(connection: &mut TcpStream) -> io::Result<Response> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        match connection.read(&mut chunk)? {
            0 if bytes.is_empty() => return Err(ErrorKind::ConnectionAborted.into()),
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&chunk[..count]),
        }
        let parsed = Response::parse(&bytes, Method::Get, false, &Limits::default());
        if let Some((response, _)) = parsed.map_err(io::Error::other)? {
            return Ok(response);
        }
    }
}

/// Answers with the path: so many requests on the first connection, so many on the second.
fn serve(listener: TcpListener, requests: [usize; 2]) -> JoinHandle<io::Result<()>> {
    thread::spawn(move || {
        for count in requests {
            let (connection, _) = listener.accept()?;
            let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
            for _ in 0..count {
                let line = lines.next().expect("a request");
                lines.find(|line| line.is_empty());
                let path = line.split(' ').nth(1).expect("a path");
                let mut answer = Vec::new();
                HeadWriter::response(&mut answer, Status::OK)
                    .content_length(path.len() as u64)
                    .finish();
                answer.extend_from_slice(path.as_bytes());
                (&connection).write_all(&answer)?;
            }
        }
        Ok(())
    })
}
