//! `uds bridge`: connections from one end carried on to another.

use std::process::ExitCode;
use std::sync::Arc;

use uds::bridge::{Direction, relay};
use uds::endpoint::{Connection, Endpoint};
use uds::server::Connections;

use super::complain;
use super::serving::{ENDING, Serving};

/// Carry each connection at LISTEN on to CONNECT, bytes both ways.
///
/// The end of one direction is passed on as the end of that direction; the other goes on. A slow reader
/// slows down its own sender and nobody else.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{ENDING}"))]
pub(crate) struct Bridge {
    #[command(flatten)]
    serving: Serving,

    /// A line on standard error for each connection at its end
    #[arg(short, long)]
    verbose: bool,

    /// Where clients connect: tcp:HOST:PORT, unix:PATH, @NAME (Linux) or PATH
    listen: Endpoint,

    /// Where they are carried to: as LISTEN
    connect: Endpoint,
}

const EXAMPLES: &str = "\
Examples:
  uds bridge tcp:127.0.0.1:8080 /run/app.sock      an HTTP server behind a socket file
  uds bridge /tmp/db.sock tcp:127.0.0.1:5432       a remote service as a file, with permissions
  uds bridge -v --mode 660 unix:/run/x.sock @x

Ends are tcp:HOST:PORT, unix:PATH, @NAME (abstract, Linux) or a bare path. Port 0 has the system choose
a port; what was chosen is printed.";

impl Bridge {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        self.serving.run(&self.listen, |client, connections| {
            self.carry(client, connections);
        })?;
        Ok(ExitCode::SUCCESS)
    }

    fn carry(&self, client: &Connection, connections: &Connections) {
        let server = match self.connect.connect() {
            Ok(server) => Arc::new(server),
            Err(error) => {
                // The client is not to take this for an empty answer.
                let _ = client.reset_on_close();
                return complain(error);
            }
        };
        connections.add(&server);
        match relay(client, &server) {
            Err(error) => complain(format_args!("cannot serve a connection: {error}")),
            Ok(relayed) if self.verbose => complain(format_args!(
                "{} there, {} back",
                told(&relayed.there),
                told(&relayed.back)
            )),
            Ok(_) => {}
        }
    }
}

fn told(direction: &Direction) -> String {
    let bytes = direction.bytes;
    match &direction.failure {
        None => format!("{bytes} bytes"),
        Some(failure) => format!("{bytes} bytes ({failure})"),
    }
}
