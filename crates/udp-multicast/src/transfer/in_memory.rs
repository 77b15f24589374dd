//! Both ends with an application that has the file in memory: for simulations.

use std::time::Duration;

use super::receiver::{ReceiveConfig, Receiver};
use super::sender::{SendConfig, SendError, Sender};
use super::wire::{Facts, Reason};
use crate::link::Machine;

/// A sender with the bytes that it sends.
#[derive(Debug)]
pub struct Upload {
    /// The state machine.
    pub sender: Sender,
    bytes: Vec<u8>,
}

impl Upload {
    /// Sends `bytes`.
    pub fn new(config: SendConfig, bytes: Vec<u8>, seed: u64) -> Self {
        let facts = Facts {
            name: "memory".into(),
            length: bytes.len() as u64,
            digest: crc32fast::hash(&bytes),
        };
        Upload {
            sender: Sender::new(config, facts, seed),
            bytes,
        }
    }

    /// How it stands: `None` while it goes on.
    pub fn outcome(&self) -> Option<Result<(), SendError>> {
        self.sender.outcome()
    }

    fn feed(&mut self) {
        let (offset, room) = self.sender.wants();
        if room > 0 {
            let start = offset as usize;
            self.sender.push(&self.bytes[start..start + room]);
        }
    }
}

impl Machine for Upload {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        self.sender.on_datagram(now, datagram);
        self.feed();
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.sender.poll_transmit(now)
    }

    fn next_timeout(&self) -> Option<Duration> {
        self.sender.next_timeout()
    }

    fn congestion_window(&self) -> Option<usize> {
        self.sender.congestion_window()
    }

    fn is_done(&self) -> bool {
        self.sender.is_done()
    }
}

/// A receiver with the bytes that it got, and the speed at which it reads them.
#[derive(Debug)]
pub struct Download {
    /// The state machine.
    pub receiver: Receiver,
    bytes: Vec<u8>,
    /// How many bytes are read at once, and how long the pause is before the next.
    pace: Option<(usize, Duration)>,
    reads_at: Duration,
    /// Whether there is a sender.
    began: bool,
}

impl Download {
    /// Reads as soon as there is something.
    pub fn new(config: ReceiveConfig, seed: u64) -> Self {
        Download {
            receiver: Receiver::new(config, seed),
            bytes: Vec::new(),
            pace: None,
            reads_at: Duration::ZERO,
            began: false,
        }
    }

    /// Goes on after what is there of a file from an earlier run; of another file it is forgotten.
    pub fn resuming(config: ReceiveConfig, seed: u64, facts: Facts, there: Vec<u8>) -> Self {
        let resume = Some((facts, there.len() as u64));
        Download {
            bytes: there,
            ..Download::new(ReceiveConfig { resume, ..config }, seed)
        }
    }

    /// Reads `count` bytes at most, then nothing for `pause`.
    pub fn slowly(self, count: usize, pause: Duration) -> Self {
        Download {
            pace: Some((count, pause)),
            ..self
        }
    }

    /// What has arrived and was read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn read(&mut self, now: Duration) {
        let file = self.receiver.file();
        if let Some((_, have)) = file.filter(|_| !self.began) {
            self.began = true;
            self.bytes
                .truncate(have as usize - self.receiver.readable());
        }
        let limit = match self.pace {
            None => usize::MAX,
            Some(_) if now < self.reads_at || self.receiver.readable() == 0 => 0,
            Some((count, pause)) => {
                self.reads_at = now + pause;
                count
            }
        };
        self.bytes.extend(self.receiver.read(limit));
        if self.receiver.is_complete() {
            let expected = self.receiver.file().map(|(facts, _)| facts.digest);
            if expected == Some(crc32fast::hash(&self.bytes)) {
                self.receiver.accept(now);
            } else {
                self.receiver.refuse(Reason::Corrupt);
            }
        }
    }
}

impl Machine for Download {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        self.receiver.on_datagram(now, datagram);
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.read(now);
        self.receiver.poll_transmit(now)
    }

    fn next_timeout(&self) -> Option<Duration> {
        let reads = (self.receiver.readable() > 0).then_some(self.reads_at);
        let timeout = Machine::next_timeout(&self.receiver);
        [reads, timeout].into_iter().flatten().min()
    }

    fn is_done(&self) -> bool {
        self.receiver.is_done()
    }
}
