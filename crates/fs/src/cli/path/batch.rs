//! `fs path --batch`: requests and answers as JSON, one a line.
//!
//! A driver may send a request and wait for the answer, or send thousands and then read. Both are
//! served by one rule: answers are flushed when the next request is not there yet as a whole.

use std::io::{self, BufRead, BufReader, Read, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fs::path::Lossy;
use serde::{Deserialize, Serialize};

use super::operation::{Answer, Operation};

#[derive(Debug, Deserialize)]
struct Request {
    op: Operation,
    #[serde(default)]
    args: Vec<String>,
    /// Whether the strings, of the arguments and of the answer, are base64.
    #[serde(default)]
    b64: bool,
}

/// The answer to a request. JSON's strings are text: bytes that are none become U+FFFD in them.
#[derive(Debug, Serialize)]
enum Response {
    #[serde(rename = "r")]
    Result(Value),
    #[serde(rename = "err")]
    Error(String),
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Value {
    Bool(bool),
    Text(String),
    List(Vec<String>),
}

/// Answers the requests of `input` until it ends.
pub(super) fn serve(input: impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(64 * 1024, input);
    let mut line = Vec::new();
    loop {
        if !input.buffer().contains(&b'\n') {
            out.flush()?;
        }
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        serde_json::to_writer(&mut *out, &respond(&line))?;
        out.write_all(b"\n")?;
    }
}

fn respond(line: &[u8]) -> Response {
    match answer(line) {
        Ok(value) => Response::Result(value),
        Err(error) => Response::Error(format!("{error:#}")),
    }
}

fn answer(line: &[u8]) -> anyhow::Result<Value> {
    let Request { op, args, b64 } = serde_json::from_slice(line.trim_ascii_end())?;
    if let Some(complaint) = op.refuses(args.len()) {
        anyhow::bail!(complaint);
    }
    let decoded: Vec<Vec<u8>> = match b64 {
        true => args
            .iter()
            .map(|text| BASE64_STANDARD.decode(text))
            .collect::<Result<_, _>>()?,
        false => args.into_iter().map(String::into_bytes).collect(),
    };
    let arguments: Vec<&[u8]> = decoded.iter().map(Vec::as_slice).collect();
    let encode = |bytes: &Vec<u8>| match b64 {
        true => BASE64_STANDARD.encode(bytes),
        false => Lossy(bytes).to_string(),
    };
    Ok(match op.run(&arguments)? {
        Answer::Bool(yes) => Value::Bool(yes),
        Answer::Text(text) => Value::Text(encode(&text)),
        Answer::List(list) => Value::List(list.iter().map(encode).collect()),
    })
}
