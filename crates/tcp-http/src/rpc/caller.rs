//! The other end.

use std::io::{self, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::Value;

use super::message::{read_answer, request};
use super::{RpcError, line};
use crate::client::{Client, ClientError, Request, Url};
use crate::http::Status;

/// Calls methods of a server, one after the other.
#[derive(Debug)]
pub struct Caller {
    way: Way,
    next_id: u64,
}

#[derive(Debug)]
enum Way {
    Line(BufReader<TcpStream>),
    Http { client: Client, url: Url },
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The server says so.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The connection broke.
    #[error("no answer: {0}")]
    Connection(io::Error),
    /// The request did not get through.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The server of HTTP has not even asked the one of JSON-RPC.
    #[error("the server answers {0}")]
    Status(Status),
    /// What came is no answer to the request.
    #[error("not an answer: {0}")]
    Answer(String),
}

/// How long a server may be silent.
const IDLE: Duration = Duration::from_secs(60);

impl Caller {
    /// Calls over a connection on which texts are lines.
    pub fn line(address: impl ToSocketAddrs) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_write_timeout(Some(IDLE))?;
        Ok(Caller::over(Way::Line(BufReader::new(stream))))
    }

    /// Calls over HTTP.
    pub fn http(url: Url) -> Self {
        Caller::over(Way::Http {
            client: Client::new(),
            url,
        })
    }

    /// Calls `method` and waits for its result. `params` are an array or an object.
    pub fn call(&mut self, method: &str, params: Option<&Value>) -> Result<Value, CallError> {
        let id = self.next_id;
        self.next_id += 1;
        let text = request(method, params, Some(id)).to_string();
        let answer = self.exchange(&text, true)?.unwrap_or_default();
        let outcome = serde_json::from_slice(&answer).ok();
        let outcome = outcome.and_then(|answer| read_answer(answer, id));
        let unfit = || CallError::Answer(String::from_utf8_lossy(&answer).into_owned());
        Ok(outcome.ok_or_else(unfit)??)
    }

    /// Calls `method` and does not want to know.
    pub fn notify(&mut self, method: &str, params: Option<&Value>) -> Result<(), CallError> {
        let text = request(method, params, None).to_string();
        self.exchange(&text, false).map(drop)
    }

    /// Sends a text of one's own making, without line feeds, and gives what is answered, if an answer is
    /// expected.
    pub fn exchange(
        &mut self,
        text: &str,
        expects_answer: bool,
    ) -> Result<Option<Vec<u8>>, CallError> {
        match &mut self.way {
            Way::Line(stream) => {
                exchange_lines(stream, text, expects_answer).map_err(CallError::Connection)
            }
            Way::Http { client, url } => post(client, url, text),
        }
    }

    fn over(way: Way) -> Self {
        Caller { way, next_id: 1 }
    }
}

fn exchange_lines(
    stream: &mut BufReader<TcpStream>,
    text: &str,
    expects_answer: bool,
) -> io::Result<Option<Vec<u8>>> {
    stream.get_mut().write_all(format!("{text}\n").as_bytes())?;
    if !expects_answer {
        return Ok(None);
    }
    let answer = line::read(stream)?;
    Ok(Some(answer.ok_or(io::ErrorKind::UnexpectedEof)?))
}

fn post(client: &Client, url: &Url, text: &str) -> Result<Option<Vec<u8>>, CallError> {
    let request = Request::post(url.clone(), text)
        .with("Content-Type", "application/json")
        .expect("this is a valid field");
    let answer = client.send(&request)?;
    match answer.status {
        Status::OK => Ok(Some(answer.body.bytes()?)),
        Status::NO_CONTENT | Status::ACCEPTED => Ok(None),
        status => Err(CallError::Status(status)),
    }
}
