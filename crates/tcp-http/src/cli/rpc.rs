//! `tcp-http rpc`: JSON-RPC 2.0, both ends.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde_json::Value;
use tcp_http::client::Url;
use tcp_http::rpc::{CallError, Caller, Registry, RpcError, Transport, serve};

use super::complain;

/// JSON-RPC 2.0, a text a line over TCP, or with --http a text a POST.
#[derive(Debug, clap::Args)]
pub(crate) struct Rpc {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Serve the methods echo, add, sum, time and sleep
    Serve(Serve),
    /// Call a method and print its result
    Call(Call),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tcp-http rpc serve --addr 127.0.0.1:4000
  tcp-http rpc serve --http --addr 127.0.0.1:8080

The address is printed when it can be connected to; with port 0 the system chooses one.")]
struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4000")]
    addr: String,

    /// Over HTTP
    #[arg(long)]
    http: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tcp-http rpc call 127.0.0.1:4000 add '[1, 2]'
  tcp-http rpc call 127.0.0.1:4000 add '{\"a\": 1, \"b\": 2}'
  tcp-http rpc call --http http://127.0.0.1:8080/ time
  tcp-http rpc call --batch requests.json 127.0.0.1:4000

Status: 0 when there was a result, 1 when there was an error (of a batch, any), 2 for wrong usage.")]
struct Call {
    /// Over HTTP; ADDR may be a URL then
    #[arg(long)]
    http: bool,

    /// Send a notification, which is not answered
    #[arg(long, conflicts_with = "batch")]
    notify: bool,

    /// Send the requests in FILE (`-` for standard input), a JSON array, and print what is answered
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "params"])]
    batch: Option<String>,

    /// HOST:PORT
    #[arg(value_name = "ADDR")]
    address: String,

    /// The method's name
    #[arg(value_name = "METHOD", required_unless_present = "batch")]
    method: Option<String>,

    /// Its parameters, a JSON array or object
    #[arg(value_name = "PARAMS-JSON", value_parser = params)]
    params: Option<Value>,
}

impl Rpc {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(command) => command.run(),
            Command::Call(command) => command.run(),
        }
    }
}

impl Serve {
    fn run(self) -> anyhow::Result<ExitCode> {
        let listener = TcpListener::bind(&self.addr);
        let listener = listener.with_context(|| format!("cannot listen on {}", self.addr))?;
        let mut out = io::stdout().lock();
        writeln!(out, "listening on {}", listener.local_addr()?)?;
        out.flush()?;
        drop(out);
        let transport = if self.http {
            Transport::Http
        } else {
            Transport::Line
        };
        serve(&listener, Arc::new(demonstration()), transport)
    }
}

impl Call {
    fn run(self) -> anyhow::Result<ExitCode> {
        let mut caller = self.caller()?;
        let outcome = match (&self.batch, &self.method) {
            (Some(file), _) => return send_batch(&mut caller, file),
            (None, Some(method)) if self.notify => {
                caller.notify(method, self.params.as_ref())?;
                return Ok(ExitCode::SUCCESS);
            }
            (None, method) => {
                let method = method.as_deref().unwrap_or_default();
                caller.call(method, self.params.as_ref())
            }
        };
        match outcome {
            Ok(result) => {
                writeln!(io::stdout(), "{result}")?;
                Ok(ExitCode::SUCCESS)
            }
            Err(CallError::Rpc(error)) => {
                complain(error);
                Ok(ExitCode::FAILURE)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn caller(&self) -> anyhow::Result<Caller> {
        let address = &self.address;
        if self.http {
            let url: Url = address.parse().with_context(|| address.clone())?;
            return Ok(Caller::http(url));
        }
        Caller::line(address).with_context(|| format!("cannot connect to {address}"))
    }
}

fn send_batch(caller: &mut Caller, file: &str) -> anyhow::Result<ExitCode> {
    let text = if file == "-" {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text).map(|_| text)
    } else {
        fs::read(file)
    };
    let text = text.with_context(|| format!("cannot read {file}"))?;
    let batch: Vec<Value> =
        serde_json::from_slice(&text).with_context(|| format!("{file} is no JSON array"))?;
    let expects_answer = batch.is_empty() || !batch.iter().all(is_notification);
    let text = Value::Array(batch).to_string();
    let Some(answer) = caller.exchange(&text, expects_answer)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let answer: Value = serde_json::from_slice(&answer).context("the answer is no JSON")?;
    let answers = match answer {
        Value::Array(answers) => answers,
        answer => vec![answer],
    };
    let failed = answers.iter().any(|answer| answer.get("error").is_some());
    let mut out = io::stdout().lock();
    for answer in answers {
        writeln!(out, "{answer}")?;
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// What a server does not answer.
fn is_notification(request: &Value) -> bool {
    request.get("id").is_none() && request.get("method").is_some_and(Value::is_string)
}

fn params(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => Ok(value),
        Ok(_) => Err("neither an array nor an object".into()),
        Err(error) => Err(error.to_string()),
    }
}

#[derive(serde::Deserialize)]
struct Add {
    a: f64,
    b: f64,
}

#[derive(serde::Deserialize)]
struct Sleep {
    seconds: f64,
}

/// Something to call.
pub(crate) fn demonstration() -> Registry {
    let mut registry = Registry::new();
    registry.method("echo", |params: Value| Ok(params));
    registry.method("add", |Add { a, b }| Ok(number(a + b)));
    registry.method("sum", |numbers: Vec<f64>| Ok(number(numbers.iter().sum())));
    registry.method("time", |()| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map(|now| now.as_secs_f64())
            .map_err(|error| RpcError::new(1, error.to_string()))
    });
    registry.method(
        "sleep",
        |Sleep { seconds }| match Duration::try_from_secs_f64(seconds) {
            Ok(duration) if seconds <= LONGEST_SLEEP => {
                thread::sleep(duration);
                Ok(seconds)
            }
            _ => Err(RpcError::standard(RpcError::INVALID_PARAMS)
                .with_data(format!("from 0 to {LONGEST_SLEEP} seconds"))),
        },
    );
    registry
}

const LONGEST_SLEEP: f64 = 60.0;

/// 3 for 3.0, as callers expect who have sent 1 and 2.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 2_f64.powi(53) {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}
