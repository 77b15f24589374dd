//! `concurrency view`: a trace in a browser.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use concurrency::trace;

/// Show a trace in a browser: serve the page on loopback for a while, or write it
///
/// The page is whole in itself; nothing is loaded from the network, and once it is loaded it needs no server.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  concurrency view t.json
  concurrency view t.json --write t.html")]
pub(crate) struct View {
    /// A trace in JSON, as `concurrency trace` writes it
    file: PathBuf,
    /// Write the page there instead of serving it
    #[arg(long, value_name = "OUT")]
    write: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// End when the page was loaded
    #[arg(long)]
    once: bool,
    /// End when nobody has asked for it for so long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    idle: u32,
}

impl View {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let name = self.file.display();
        let text = fs::read_to_string(&self.file).with_context(|| format!("cannot read {name}"))?;
        let json: serde_json::Value = serde_json::from_str(&text)
            .with_context(|| format!("{name} is not a trace in JSON"))?;
        let events = json.get("traceEvents").and_then(|events| events.as_array());
        events.with_context(|| format!("{name} has no traceEvents: not in Chrome's format"))?;
        let page = trace::page(&text);
        match &self.write {
            Some(path) => {
                fs::write(path, page)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                writeln!(out, "written to {}", path.display())?;
                Ok(())
            }
            None => self.serve(out, page),
        }
    }

    #[cfg(not(loom))]
    fn serve(&self, out: &mut impl Write, page: String) -> anyhow::Result<()> {
        use std::net::Ipv4Addr;
        use std::sync::mpsc::channel;
        use std::thread;
        use std::time::Duration;

        use tcp_http::server::{Request, Response, Server};

        let (asked, requests) = channel();
        let service = move |request: &Request<'_>| match request.path() {
            b"/" => {
                // If nobody listens, the server is about to end.
                let _ = asked.send(());
                Response::new(tcp_http::http::Status::OK)
                    .with_body("text/html; charset=utf-8", page.clone())
            }
            _ => Response::plain(tcp_http::http::Status::NOT_FOUND),
        };
        let server = Server::builder(service)
            .bind((Ipv4Addr::LOCALHOST, self.port))
            .with_context(|| format!("cannot listen at 127.0.0.1:{}", self.port))?;
        let (once, idle) = (self.once, Duration::from_secs(self.idle.into()));
        let stop = server.stop_handle();
        thread::spawn(move || {
            if once {
                let _ = requests.recv();
            } else {
                while requests.recv_timeout(idle).is_ok() {}
            }
            stop.stop(Duration::from_secs(5));
        });
        let address = server.local_addr();
        let end = match once {
            true => "ends when the page is loaded".to_owned(),
            false => format!("ends with Ctrl-C, or {} s after the last visit", self.idle),
        };
        writeln!(out, "http://{address}/   ({end})")?;
        out.flush()?;
        server.run().context("cannot go on serving")
    }

    #[cfg(loom)]
    fn serve(&self, _: &mut impl Write, _: String) -> anyhow::Result<()> {
        anyhow::bail!("under loom there are no sockets: use --write")
    }
}
