//! The receiving loop.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use super::part::{FileError, Part};
use super::port::Port;
use super::{Impairment, TransferError, seed};
use crate::transfer::receiver::{ReceiveConfig, ReceiveError, Receiver};
use crate::transfer::wire::{Facts, Reason};

/// So much is taken from the socket before we answer.
const BURST: usize = 32;

/// How to receive.
#[derive(Debug, Clone, Default)]
pub struct ReceiveOptions {
    /// The protocol's settings. What is there from an earlier run is found by itself.
    pub config: ReceiveConfig,
    /// What to do to our own datagrams.
    pub impairment: Impairment,
}

/// How it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// What was received.
    pub facts: Facts,
    /// Who sent it.
    pub from: SocketAddr,
    /// How many bytes were there at the beginning, from an earlier run.
    pub resumed: u64,
    /// From the sender's first data until the file was in its place.
    pub took: Duration,
}

/// A socket to receive at.
#[derive(Debug)]
pub struct Reception {
    socket: UdpSocket,
    address: SocketAddr,
}

impl Reception {
    /// Takes an address; with port 0 the system chooses one.
    ///
    /// # Errors
    ///
    /// When it cannot be had.
    pub fn bind(address: SocketAddr) -> Result<Self, TransferError> {
        UdpSocket::bind(address)
            .and_then(|socket| {
                let address = socket.local_addr()?;
                Ok(Reception { socket, address })
            })
            .map_err(|source| TransferError::Socket {
                action: "bind",
                address,
                source,
            })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for a sender, receives its file, checks it, and puts it at `path`. `watch` is called again and
    /// again once there is a sender, with its file and how much of that has come.
    ///
    /// # Errors
    ///
    /// When the sender falls silent or gives up, when the file cannot be written, or is not what
    /// was announced.
    pub fn receive(
        self,
        path: &Path,
        options: ReceiveOptions,
        watch: &mut dyn FnMut(&Facts, u64),
    ) -> Result<Received, TransferError> {
        let part = Part::open(path)?;
        let config = ReceiveConfig {
            resume: part.resume(),
            ..options.config
        };
        let address = self.address;
        let failed = |source| TransferError::Socket {
            action: "receive at",
            address,
            source,
        };
        let mut download = FileDownload {
            receiver: Receiver::new(config, seed()),
            port: Port::new(self.socket, options.impairment).map_err(failed)?,
            part: Some(part),
            began: None,
            done: Duration::ZERO,
        };
        loop {
            download.store()?;
            if let Some((facts, have)) = download.receiver.file() {
                watch(facts, have);
            }
            download.transmit();
            if let Some(outcome) = download.receiver.outcome()
                && download.port.is_flushed()
            {
                return download.report(outcome);
            }
            let until = download.receiver.next_timeout();
            download.port.wait(until).map_err(failed)?;
            download.listen();
        }
    }
}

struct FileDownload {
    receiver: Receiver<SocketAddr>,
    port: Port,
    /// The file, until it is in its place.
    part: Option<Part>,
    /// When the first data came, and how much was there by then.
    began: Option<(Duration, u64)>,
    /// When the file was in its place.
    done: Duration,
}

impl FileDownload {
    /// Brings what has come into the file, and the file, once whole, into its place.
    fn store(&mut self) -> Result<(), TransferError> {
        let stored = self.append();
        self.or_refuse(stored)?;
        if !self.receiver.is_complete() {
            return Ok(());
        }
        let Some(part) = self.part.take() else {
            return Ok(());
        };
        if !part.is_sound() {
            self.refuse(Reason::Corrupt);
            part.discard()?;
            return Err(TransferError::Corrupt);
        }
        let finished = part.finish();
        self.or_refuse(finished)?;
        self.done = self.port.now();
        self.receiver.accept(self.done);
        Ok(())
    }

    fn append(&mut self) -> Result<(), FileError> {
        let Some(part) = &mut self.part else {
            return Ok(());
        };
        if self.began.is_none() {
            let Some((facts, have)) = self.receiver.file() else {
                return Ok(());
            };
            part.begin(facts)?;
            let there = have - self.receiver.readable() as u64;
            self.began = Some((self.port.now(), there));
        }
        let bytes = self.receiver.read(usize::MAX);
        part.append(&bytes)
    }

    fn or_refuse(&mut self, outcome: Result<(), FileError>) -> Result<(), TransferError> {
        outcome.map_err(|error| {
            self.refuse(Reason::Storage);
            error.into()
        })
    }

    /// Tells the sender, once: if that is lost he will find nobody here.
    fn refuse(&mut self, reason: Reason) {
        self.receiver.refuse(reason);
        self.transmit();
    }

    fn transmit(&mut self) {
        // Whatever the system says about the way to the sender: he may come back.
        let _ = self.port.flush();
        while let Some((peer, datagram)) = self.receiver.poll_transmit_to(self.port.now()) {
            let _ = self.port.send(Some(peer), datagram);
        }
    }

    fn listen(&mut self) {
        for _ in 0..BURST {
            let now = self.port.now();
            // An error is about an earlier datagram of ours, that was lost by it.
            let received: io::Result<Option<_>> = self.port.receive();
            let Ok(Some((peer, datagram))) = received else {
                break;
            };
            self.receiver.on_datagram_from(now, peer, datagram);
        }
    }

    fn report(self, outcome: Result<(), ReceiveError>) -> Result<Received, TransferError> {
        if let Some(part) = self.part {
            part.leave();
        }
        outcome.map_err(TransferError::Receive)?;
        let (began, resumed) = self.began.unwrap_or_default();
        let known = self.receiver.file().zip(self.receiver.peer());
        let ((facts, _), from) = known.expect("only a sender's file can be done");
        Ok(Received {
            facts: facts.clone(),
            from,
            resumed,
            took: self.done.saturating_sub(began),
        })
    }
}
