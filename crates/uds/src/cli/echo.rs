//! `uds echo`: a server that sends back what it gets, and a client for it and others.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::process::{self, ExitCode};
use std::thread;

use anyhow::Context;
use uds::endpoint::{Connection, Endpoint};
use uds::server::echo;

use super::complain;
use super::serving::{ENDING, Serving};

const BUFFER: usize = 64 * 1024;

/// Send back what comes, or talk to such a server.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Echo {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, clap::Subcommand)]
enum Role {
    /// Listen at PATH, and send back to each connection what it sends
    #[command(after_help = ENDING)]
    Serve {
        #[command(flatten)]
        serving: Serving,

        /// A path, @NAME (Linux) or tcp:HOST:PORT
        path: Endpoint,
    },
    /// Send standard input to PATH, and print what comes back until the server ends
    Connect {
        /// A path, @NAME (Linux) or tcp:HOST:PORT
        path: Endpoint,
    },
}

const EXAMPLES: &str = "\
Examples:
  uds echo serve /tmp/echo.sock &
  echo hello | uds echo connect /tmp/echo.sock
  uds echo serve @echo                     a name without a file (Linux)";

impl Echo {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.role {
            Role::Serve { serving, path } => {
                // A client that breaks off is the client's affair.
                serving.run(&path, |connection, _| drop(echo(connection)))?;
            }
            Role::Connect { path } => talk(&path)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Two directions, two threads. The server's end is ours, even when standard input goes on.
fn talk(path: &Endpoint) -> anyhow::Result<()> {
    let connection = path.connect()?;
    thread::scope(|scope| {
        let sender = thread::Builder::new().spawn_scoped(scope, || send_input(&connection))?;
        print_answers(&connection, path)?;
        if !sender.is_finished() {
            // It may wait for a terminal. All that was to be printed is.
            process::exit(0);
        }
        sender.join().expect("sending does not panic")
    })
}

fn send_input(mut connection: &Connection) -> anyhow::Result<()> {
    let copied = io::copy(&mut io::stdin(), &mut connection);
    let _ = connection.shutdown(Shutdown::Write);
    match copied {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            complain("the server takes no more");
            Ok(())
        }
        outcome => outcome.map(|_| ()).context("cannot send standard input"),
    }
}

/// At once, not by lines or blocks: somebody may be watching.
fn print_answers(mut connection: &Connection, path: &Endpoint) -> anyhow::Result<()> {
    let mut out = io::stdout();
    let mut buffer = vec![0; BUFFER];
    loop {
        let n = match connection.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read from {path}")),
        };
        out.write_all(&buffer[..n])?;
        out.flush()?;
    }
}
