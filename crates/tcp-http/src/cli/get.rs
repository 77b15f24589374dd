//! `tcp-http get`: what is there.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tcp_http::client::download::{Download, DownloadError, copy};
use tcp_http::client::{Answer, Client, Options, Request, Timeouts, Url, Wire};
use tcp_http::http::Headers;

use super::complain;

/// Ask for each URL and write the bodies of the answers to standard output.
///
/// Requests for one host go over one connection, as long as the server keeps it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Get {
    /// Show on standard error what goes over the wire: `> ` out, `< ` in, `* ` what becomes of connections
    #[arg(short, long)]
    verbose: bool,

    /// Follow redirects, at most 10
    #[arg(short = 'L', long)]
    location: bool,

    /// Write to FILE.part, which becomes FILE when it is whole
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// A header field to send, in the place of any that would be sent under this name
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,

    /// The method [default: GET, or POST with -d]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,

    /// Ask for the head alone (HEAD) and print that
    #[arg(short = 'I', long, conflicts_with_all = ["method", "data", "output"])]
    head: bool,

    /// The body to send; @FILE for what is in FILE, @- for standard input
    #[arg(short, long, value_name = "DATA", allow_hyphen_values = true)]
    data: Option<String>,

    /// Ask for these bytes: 0-99, 100- or -100 for the last hundred
    #[arg(
        short,
        long,
        value_name = "A-B",
        conflicts_with = "resume",
        allow_hyphen_values = true
    )]
    range: Option<String>,

    /// Go on where FILE.part ends
    #[arg(
        short = 'C',
        long = "continue",
        requires = "output",
        conflicts_with = "compressed"
    )]
    resume: bool,

    /// Ask for gzip, and unpack what comes so
    #[arg(long)]
    compressed: bool,

    /// Give up when an answer is not whole after so many seconds
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    timeout: Option<Duration>,

    /// Give up when there is no connection after so many seconds
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    connect_timeout: Duration,

    /// Give up when nothing has come for so many seconds
    #[arg(long, value_name = "SECS", default_value = "60", value_parser = seconds)]
    idle_timeout: Duration,

    /// http://HOST[:PORT]/PATH
    #[arg(value_name = "URL", required = true)]
    urls: Vec<Url>,
}

const EXAMPLES: &str = "\
Examples:
  tcp-http get -v http://localhost:8000/
  tcp-http get -L -o page.html http://example.com/
  tcp-http get -C -o big.iso http://localhost:8000/big.iso
  tcp-http get -d '{\"a\":1}' -H 'Content-Type: application/json' http://localhost:8000/echo

Status: 0 when every answer was whole, whatever it said (404 is an answer); 1 when one was broken or
cut, or could not be written; 2 for wrong usage.";

const REDIRECTS: usize = 10;

impl Get {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(
            self.output.is_none() || self.urls.len() == 1,
            "-o takes one URL"
        );
        let client = Client::with(self.options());
        let body = self.data.as_deref().map(read_data).transpose()?;
        let mut failed = false;
        for url in &self.urls {
            let outcome = self.fetch(&client, url, body.as_deref());
            match outcome {
                Err(error) if is_closed_pipe(&error) => return Ok(ExitCode::SUCCESS),
                Err(error) => {
                    complain(format_args!("{url}: {error:#}"));
                    failed = true;
                }
                Ok(()) => {}
            }
        }
        Ok(ExitCode::from(u8::from(failed)))
    }

    fn options(&self) -> Options {
        Options {
            timeouts: Timeouts {
                connect: self.connect_timeout,
                idle: self.idle_timeout,
                total: self.timeout,
            },
            redirects: self.location.then_some(REDIRECTS),
            compressed: self.compressed,
            wire: self.verbose.then(|| Arc::new(Shown) as Arc<dyn Wire>),
            ..Options::default()
        }
    }

    fn request(&self, url: &Url, body: Option<&[u8]>) -> anyhow::Result<Request> {
        let method = match (&self.method, body) {
            _ if self.head => "HEAD",
            (Some(method), _) => method,
            (None, Some(_)) => "POST",
            (None, None) => "GET",
        };
        let mut request = Request::new(method, url.clone());
        if let Some(body) = body {
            request = request.with("Content-Type", "application/x-www-form-urlencoded")?;
            request.body = body.to_vec();
        }
        if let Some(range) = &self.range {
            request = request.with("Range", format!("bytes={range}"))?;
        }
        for (name, _) in &self.headers {
            request.headers.remove(name);
        }
        for (name, value) in &self.headers {
            request.headers.append(name, value)?;
        }
        Ok(request)
    }

    fn fetch(&self, client: &Client, url: &Url, body: Option<&[u8]>) -> anyhow::Result<()> {
        let request = self.request(url, body)?;
        match &self.output {
            Some(path) if is_special(path) => {
                let file = File::options().write(true).open(path);
                let file = file.with_context(|| format!("cannot open {}", path.display()))?;
                let mut answer = client.send(&request)?;
                Ok(copy(&mut answer, file, path, 0, |_| {})?)
            }
            Some(path) => self.download(client, request, path),
            None => {
                let mut answer = client.send(&request)?;
                let mut out = io::stdout().lock();
                if self.head {
                    print_head(&answer, &mut out).context("cannot write standard output")?;
                }
                Ok(copy(
                    &mut answer,
                    out,
                    Path::new("standard output"),
                    0,
                    |_| {},
                )?)
            }
        }
    }

    fn download(&self, client: &Client, request: Request, path: &Path) -> anyhow::Result<()> {
        let download = if self.resume {
            Download::continuing(path)
        } else {
            Download::to(path)
        };
        let mut answer = client.send(&download.ask(request)?)?;
        let bar = progress_bar(&answer, download.offset());
        let outcome = download.save(&mut answer, |done| bar.set_position(done));
        bar.finish_and_clear();
        Ok(outcome?)
    }
}

/// What cannot be replaced by a new file: a device, a pipe.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| !file.is_file() && !file.is_dir())
}

fn read_data(data: &str) -> anyhow::Result<Vec<u8>> {
    match data.strip_prefix('@') {
        None => Ok(data.into()),
        Some("-") => {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            read.context("cannot read standard input")?;
            Ok(bytes)
        }
        Some(file) => fs::read(file).with_context(|| format!("cannot read {file}")),
    }
}

fn print_head(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let (version, code) = (answer.version.as_str(), answer.status.code());
    write!(out, "{version} {code} ")?;
    out.write_all(&answer.reason)?;
    let mut lines = b"\r\n".to_vec();
    answer.headers.write(&mut lines);
    lines.extend_from_slice(b"\r\n");
    out.write_all(&lines)
}

/// On standard error, when somebody looks at it.
fn progress_bar(answer: &Answer, offset: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let length = answer
        .body
        .remaining()
        .filter(|_| !answer.body.is_unpacked());
    let template = match length {
        Some(_) => "{wide_bar} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}",
        None => "{spinner} {binary_bytes}  {binary_bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template);
    let length = length.map(|length| offset + length);
    ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr())
        .with_style(style.expect("the template is a constant that parses"))
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = match error.downcast_ref() {
        Some(DownloadError::Write { cause, .. }) => Some(cause),
        _ => error.downcast_ref::<io::Error>(),
    };
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

pub(crate) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("there is no colon in it")?;
    let value = value.trim();
    let mut headers = Headers::new();
    headers
        .append(name, value)
        .map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What goes over the wire, a line each, so that chunks and CRLFs can be seen.
#[derive(Debug)]
struct Shown;

/// Longer lines are cut in the display.
const WIDTH: usize = 200;

impl Wire for Shown {
    fn sent(&self, bytes: &[u8]) {
        show('>', bytes);
    }

    fn received(&self, bytes: &[u8]) {
        show('<', bytes);
    }

    fn note(&self, text: &str) {
        let _ = io::stderr().write_all(format!("* {text}\n").as_bytes());
    }
}

fn show(direction: char, bytes: &[u8]) {
    let mut out = String::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let shown = &line[..line.len().min(WIDTH)];
        out.push_str(&format!("{direction} {}", shown.escape_ascii()));
        if shown.len() < line.len() {
            out.push_str(&format!("… ({} bytes)", line.len()));
        }
        out.push('\n');
    }
    // A closed standard error is no reason to stop.
    let _ = io::stderr().write_all(out.as_bytes());
}

/// A number of seconds, which may have a fraction.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than 0".into()),
    }
}
