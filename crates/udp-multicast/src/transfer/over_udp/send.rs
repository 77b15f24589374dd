//! The sending loop.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;

use super::part::failed;
use super::port::{Port, is};
use super::{Impairment, TransferError, seed};
use crate::link::Machine;
use crate::transfer::sender::{SendConfig, SendError, Sender, Statistics};
use crate::transfer::wire::{Facts, MAX_NAME};

/// So much is sent before we listen again.
const BURST: usize = 32;

/// So much is read from the file at once.
const CHUNK: usize = 256 * 1024;

/// How to send.
#[derive(Debug, Clone, Default)]
pub struct SendOptions {
    /// The protocol's settings.
    pub config: SendConfig,
    /// What to do to our own datagrams.
    pub impairment: Impairment,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sent {
    /// The file's length.
    pub bytes: u64,
    /// How many bytes the receiver had at the beginning, from an earlier run.
    pub resumed: u64,
    /// From the first greeting to the receiver's last word.
    pub took: Duration,
    /// What it took.
    pub statistics: Statistics,
    /// The size of datagrams at the end.
    pub datagram_size: usize,
}

/// Sends a file, and returns when the receiver has it whole, checked, and in its place. `watch` is called
/// again and again, with the time since the beginning.
///
/// # Errors
///
/// When the file cannot be read, or the receiver does not answer, falls silent, or does not take it.
pub fn send(
    path: &Path,
    to: SocketAddr,
    options: SendOptions,
    watch: &mut dyn FnMut(Duration, &Sender),
) -> Result<Sent, TransferError> {
    let file = File::open(path).map_err(failed("open", path))?;
    let facts = facts_of(path, &file)?;
    let port = connect(to, options.impairment).map_err(|source| TransferError::Socket {
        action: "connect to",
        address: to,
        source,
    })?;
    let mut upload = FileUpload {
        idle: options.config.idle,
        length: facts.length,
        sender: Sender::new(options.config, facts, seed()),
        path,
        file,
        to,
        port,
        resumed: None,
        buffer: vec![0; CHUNK],
    };
    upload.run(watch)
}

struct FileUpload<'a> {
    sender: Sender,
    path: &'a Path,
    file: File,
    length: u64,
    to: SocketAddr,
    port: Port,
    idle: Duration,
    resumed: Option<u64>,
    buffer: Vec<u8>,
}

impl FileUpload<'_> {
    fn run(&mut self, watch: &mut dyn FnMut(Duration, &Sender)) -> Result<Sent, TransferError> {
        loop {
            self.feed()?;
            let more = self.transmit()?;
            watch(self.port.now(), &self.sender);
            if let Some(outcome) = self.sender.outcome()
                && self.port.is_flushed()
            {
                return self.report(outcome);
            }
            let until = if more {
                Some(Duration::ZERO)
            } else {
                self.sender.next_timeout()
            };
            self.port.wait(until).map_err(|e| self.socket_error(e))?;
            self.listen()?;
        }
    }

    /// Hands the sender the bytes that it wants.
    fn feed(&mut self) -> Result<(), TransferError> {
        let (offset, room) = self.sender.wants();
        if self.sender.is_established() {
            self.resumed.get_or_insert(offset);
        }
        let rest = self.length - offset;
        if room < CHUNK && (room as u64) < rest {
            return Ok(());
        }
        let chunk = &mut self.buffer[..room.min(CHUNK)];
        if let Err(error) = self.file.read_exact_at(chunk, offset) {
            let last_word = self.sender.cancel();
            let _ = self.port.send(None, last_word);
            return Err(failed("read", self.path)(error).into());
        }
        self.sender.push(chunk);
        Ok(())
    }

    /// Says whether there is more.
    fn transmit(&mut self) -> Result<bool, TransferError> {
        self.send_with(|port| port.flush(), 0)?;
        for _ in 0..BURST {
            let Some(datagram) = self.sender.poll_transmit(self.port.now()) else {
                return Ok(false);
            };
            let size = datagram.len();
            self.send_with(|port| port.send(None, datagram), size)?;
        }
        Ok(true)
    }

    fn send_with(
        &mut self,
        send: impl FnOnce(&mut Port) -> io::Result<()>,
        size: usize,
    ) -> Result<(), TransferError> {
        match send(&mut self.port) {
            Err(error) if is(&error, Errno::EMSGSIZE) => {
                self.sender.too_big(size);
                Ok(())
            }
            outcome => self.forgive(outcome),
        }
    }

    fn listen(&mut self) -> Result<(), TransferError> {
        for _ in 0..BURST {
            let now = self.port.now();
            match self.port.receive() {
                Ok(Some((_, datagram))) => self.sender.on_datagram(now, datagram),
                Ok(None) => break,
                Err(error) => return self.forgive(Err(error)),
            }
        }
        Ok(())
    }

    /// Once a receiver has answered, what the system says about the way there is as good as a loss: the
    /// receiver may be started again.
    fn forgive(&self, outcome: io::Result<()>) -> Result<(), TransferError> {
        match outcome {
            Err(error) if !self.sender.is_established() && self.resumed.is_none() => {
                Err(self.socket_error(error))
            }
            _ => Ok(()),
        }
    }

    fn socket_error(&self, source: io::Error) -> TransferError {
        let action = match source.kind() {
            ErrorKind::ConnectionRefused => "send: nobody receives at",
            _ => "send to",
        };
        TransferError::Socket {
            action,
            address: self.to,
            source,
        }
    }

    fn report(&self, outcome: Result<(), SendError>) -> Result<Sent, TransferError> {
        outcome.map_err(|error| TransferError::Send {
            error,
            address: self.to,
            waited: self.idle,
        })?;
        Ok(Sent {
            bytes: self.length,
            resumed: self.resumed.unwrap_or(0),
            took: self.port.now(),
            statistics: self.sender.statistics(),
            datagram_size: self.sender.datagram_size(),
        })
    }
}

/// Connected, so that the kernel keeps strangers out and tells when nobody is there.
fn connect(to: SocketAddr, impairment: Impairment) -> io::Result<Port> {
    let any: SocketAddr = match to {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(to)?;
    Port::new(socket, impairment)
}

fn facts_of(path: &Path, file: &File) -> Result<Facts, TransferError> {
    let metadata = file.metadata().map_err(failed("look at", path))?;
    if !metadata.is_file() {
        let error = io::Error::new(ErrorKind::InvalidInput, "it is not a regular file");
        return Err(failed("send", path)(error).into());
    }
    let mut sum = crc32fast::Hasher::new();
    let mut buffer = vec![0; CHUNK];
    let mut length = 0;
    loop {
        match file.read_at(&mut buffer, length) {
            Ok(0) => break,
            Ok(count) => {
                sum.update(&buffer[..count]);
                length += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(failed("read", path)(error).into()),
        }
    }
    Ok(Facts {
        name: name_of(path),
        length,
        digest: sum.finalize(),
    })
}

/// The file's own name, cut where it is too long for a greeting.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let end = (0..=name.len().min(MAX_NAME))
        .rev()
        .find(|end| name.is_char_boundary(*end));
    name[..end.unwrap_or(0)].to_owned()
}
