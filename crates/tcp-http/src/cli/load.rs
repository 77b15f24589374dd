//! `tcp-http load`: how much, and how fast.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tcp_http::client::{Request, Url};
use tcp_http::load::{self, Plan, Progress, Report, chart};

use super::get::{header, seconds};

/// Ask for URL again and again, and report how long the answers took.
///
/// Without --rate each connection sends its next request when it has the answer to the last (closed
/// loop). A server that stands still then delays one request of each connection, and the percentiles
/// hardly show it. With --rate requests are due at fixed times, and the latency of each counts from
/// there, also when it had to wait for a connection (open loop).
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Load {
    /// How many connections are kept open
    #[arg(short, long, value_name = "N", default_value = "10", value_parser = positive)]
    connections: usize,

    /// For how many seconds requests are sent
    #[arg(short, long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    duration: Duration,

    /// How many requests are due each second, all connections together
    #[arg(short, long, value_name = "R", value_parser = rate)]
    rate: Option<f64>,

    /// How many requests are sent on a connection before the first of them is answered
    #[arg(short, long, value_name = "N", default_value = "1", value_parser = positive)]
    pipeline: usize,

    /// How many threads share the connections
    #[arg(short, long, value_name = "N", default_value = "1", value_parser = positive)]
    threads: usize,

    /// How long a request may take
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// A header field to send
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,

    /// Print the report as JSON, times in microseconds
    #[arg(long)]
    json: bool,

    /// http://HOST[:PORT]/PATH
    #[arg(value_name = "URL")]
    url: Url,
}

const EXAMPLES: &str = "\
Examples:
  tcp-http load -c 100 -d 5 http://localhost:8000/
  tcp-http load --rate 1000 -c 50 -d 30 http://localhost:8000/
  tcp-http load -c 1000 -t 2 --json http://localhost:8000/ | jq .latency_us

Status: 0 when there were answers, whatever they said, 1 when there was none, 2 for wrong usage.";

/// Standard streams, pollers and libraries' own.
const OTHER_FILES: u64 = 100;

impl Load {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        // If the system allows fewer, what is missing is reported as errors.
        let _ = mmap::poller::raise_open_files(self.connections as u64 + OTHER_FILES);
        let mut request = Request::get(self.url);
        for (name, value) in &self.headers {
            request.headers.append(name, value)?;
        }
        let plan = Plan {
            request,
            connections: self.connections,
            threads: self.threads,
            duration: self.duration,
            rate: self.rate,
            pipeline: self.pipeline,
            timeout: self.timeout,
        };
        let bar = progress_bar(plan.duration);
        let outcome = load::run(&plan, |progress| show(&bar, progress));
        bar.finish_and_clear();
        let report = outcome?;
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{:#}", report.to_json())?;
        } else {
            print(&report, plan.rate, &mut out)?;
        }
        Ok(ExitCode::from(u8::from(report.answers() == 0)))
    }
}

fn print(report: &Report, rate: Option<f64>, out: &mut impl Write) -> io::Result<()> {
    let answers = report.answers();
    let megabytes = report.per_second(report.bytes) / 1e6;
    writeln!(
        out,
        "{answers} answers in {:.2?}: {:.0} a second, {megabytes:.2} MB a second",
        report.elapsed,
        report.per_second(answers),
    )?;
    if answers > 0 {
        print_latency(report, rate, out)?;
    }
    print_failures(report, out)
}

fn print_latency(report: &Report, rate: Option<f64>, out: &mut impl Write) -> io::Result<()> {
    let from = match rate {
        Some(_) => "from when each request was due (open loop)",
        None => "from when each request was sent (closed loop)",
    };
    writeln!(out, "Latency, {from}:")?;
    chart::write_percentiles(&report.latency, out)?;
    chart::draw(&report.latency, out)
}

fn print_failures(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for (status, count) in report.statuses.range(400..) {
        writeln!(out, "Status {status}: {count}")?;
    }
    let errors = &report.errors;
    let kinds = [
        ("refused", errors.refused),
        ("broken", errors.broken),
        ("cut", errors.cut),
        ("malformed", errors.malformed),
        ("timeout", errors.timeout),
    ];
    for (kind, count) in kinds.into_iter().filter(|(_, count)| *count > 0) {
        writeln!(out, "Failed, {kind}: {count}")?;
    }
    if report.unsent > 0 {
        writeln!(
            out,
            "Due and never sent: {}. The server cannot keep up with this rate.",
            report.unsent
        )?;
    }
    Ok(())
}

fn progress_bar(duration: Duration) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {msg}");
    let length = duration.as_millis() as u64;
    ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr())
        .with_style(style.expect("the template is a constant that parses"))
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_position(progress.elapsed.as_millis() as u64);
    let per_second = progress.answers as f64 / progress.elapsed.as_secs_f64();
    bar.set_message(format!(
        "{} answers, {per_second:.0} a second, {} failed",
        progress.answers, progress.errors
    ));
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be more than 0".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("not a whole number".into()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (1e-3..=1e9).contains(&rate) => Ok(rate),
        Ok(_) => Err("not between 0.001 and 1e9".into()),
        Err(_) => Err("not a number".into()),
    }
}
