//! `uds pass-fd`: an open file goes to whoever may connect.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use uds::address::Address;
use uds::credentials::Credentials;
use uds::descriptors::{receive, send};
use uds::endpoint::{Connection, Endpoint};

use super::complain;
use super::serving::{ENDING, Serving};

/// Hand an open file to another process, or take one.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PassFd {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, clap::Subcommand)]
enum Role {
    /// Open FILE for reading, for each connection anew, and send the descriptor
    #[command(after_help = ENDING)]
    Serve {
        #[command(flatten)]
        serving: Serving,

        /// Where to listen: a path or @NAME (Linux)
        #[arg(value_parser = address)]
        path: Address,

        /// The file; who connects need not be able to open it
        file: PathBuf,
    },
    /// Receive a descriptor and print the file
    Recv {
        /// Where to connect
        #[arg(value_parser = address)]
        path: Address,
    },
}

const EXAMPLES: &str = "\
Examples, as root and as somebody else:
  uds pass-fd serve --mode 666 /tmp/key.sock /etc/shadow
  uds pass-fd recv /tmp/key.sock

Who has received what is reported on standard error, by the kernel's word.";

impl PassFd {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.role {
            Role::Recv { path } => print_received(&path)?,
            Role::Serve {
                serving,
                path,
                file,
            } => {
                // Now rather than at the first connection.
                open(&file)?;
                serving.run(&Endpoint::Unix(path), |connection, _| {
                    if let Connection::Unix(stream) = &**connection {
                        hand_over(stream, &file).unwrap_or_else(|error| {
                            complain(format_args!("{error:#}"));
                        });
                    }
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Opened anew, so that each receiver has an offset of its own. The byte string is the file's name.
fn hand_over(stream: &UnixStream, path: &PathBuf) -> anyhow::Result<()> {
    let file = open(path)?;
    let peer = Credentials::of_peer(stream).context("cannot tell who connected")?;
    send(stream, path.as_os_str().as_bytes(), &[file.as_fd()])?;
    complain(format_args!("{} received {}", peer, path.display()));
    Ok(())
}

fn open(path: &PathBuf) -> anyhow::Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

fn print_received(path: &Address) -> anyhow::Result<()> {
    let stream = path.connect()?;
    let mut name = [0; 4096];
    let mut received = receive(&stream, &mut name, 1)?;
    let descriptor = received.descriptors.pop();
    ensure!(
        descriptor.is_some(),
        "{path} sent {} bytes and no descriptor",
        received.bytes
    );
    let mut file = File::from(descriptor.expect("there is one"));
    io::copy(&mut file, &mut io::stdout())?;
    Ok(())
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text).map_err(|error| error.to_string())
}
