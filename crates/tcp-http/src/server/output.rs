//! What is on its way to the peer.
//!
//! Small things are copied behind each other into one buffer, so that the answers to a whole pipeline
//! leave in one system call. A body that is too large to be copied follows as a segment of its own: the
//! buffer before it and the first segment leave together (`writev`, or `MSG_MORE` before `sendfile`).
//! Invariant: while there are segments, nothing is added to the buffer, for it would overtake them.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::mem;
use std::ops::Range;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use super::response::Body;
use super::transport;

/// Bodies up to here are copied: that is cheaper than to tell the kernel of two places.
const COPIED: usize = 4 << 10;

/// With so much in the buffer, no more requests are answered before some of it has left.
const FULL: usize = 64 << 10;

#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) buffer: Vec<u8>,
    /// How much of the buffer has left.
    sent: usize,
    segments: VecDeque<Segment>,
}

/// A part of a body that is not in the buffer.
#[derive(Debug)]
pub(super) enum Segment {
    Static(&'static [u8]),
    /// The bytes from this index on.
    Bytes(Vec<u8>, usize),
    Shared(Arc<[u8]>, usize),
    File(Arc<File>, Range<u64>),
}

impl Output {
    pub(super) fn is_empty(&self) -> bool {
        self.sent == self.buffer.len() && self.segments.is_empty()
    }

    /// Whether nothing more is to be added now.
    pub(super) fn is_full(&self) -> bool {
        !self.segments.is_empty() || self.buffer.len() - self.sent >= FULL
    }

    /// How many bytes have not left.
    pub(super) fn pending(&self) -> u64 {
        let segments: usize = self.segments.iter().map(Segment::len).sum();
        (self.buffer.len() - self.sent + segments) as u64
    }

    /// Adds `body`: its bytes if they are few, else it is taken.
    pub(super) fn push_body(&mut self, body: &mut Body) {
        if let Some(bytes) = body.in_memory()
            && self.is_copied(bytes)
        {
            return self.buffer.extend_from_slice(bytes);
        }
        match mem::replace(body, Body::Static(b"")) {
            Body::Static(bytes) => self.push(Segment::Static(bytes)),
            Body::Bytes(bytes) => self.push(Segment::Bytes(bytes, 0)),
            Body::Shared(bytes) => self.push(Segment::Shared(bytes, 0)),
            Body::File(file, range) => self.push(Segment::File(file, range)),
            Body::Segments(segments, _) => segments.into_iter().for_each(|one| self.push(one)),
            Body::Echo => {}
        }
    }

    /// Hands the kernel what it takes, and says how much that was. Fails with
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) only when it takes nothing, and with
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) when a file is shorter than it was.
    pub(super) fn send(&mut self, socket: BorrowedFd<'_>) -> io::Result<usize> {
        let head = &self.buffer[self.sent..];
        let count = match (head, self.segments.front_mut()) {
            ([], None) => 0,
            ([], Some(Segment::File(file, range))) => transport::send_file(socket, file, range)?,
            ([], Some(segment)) => transport::send(socket, segment.bytes(), false)?,
            (head, None) => transport::send(socket, head, false)?,
            (head, Some(Segment::File(..))) => transport::send(socket, head, true)?,
            (head, Some(segment)) => transport::send_two(socket, head, segment.bytes())?,
        };
        self.advance(count);
        Ok(count)
    }

    /// Gives the memory back if it is more than usual.
    pub(super) fn trim(&mut self) {
        if self.buffer.capacity() > 2 * FULL && self.is_empty() {
            *self = Output::default();
        }
    }

    /// `count` bytes have left.
    fn advance(&mut self, count: usize) {
        let of_buffer = count.min(self.buffer.len() - self.sent);
        self.sent += of_buffer;
        if self.sent == self.buffer.len() {
            self.buffer.clear();
            self.sent = 0;
        }
        if let Some(segment) = self.segments.front_mut() {
            segment.advance(count - of_buffer);
            if segment.is_empty() {
                self.segments.pop_front();
            }
        }
    }

    fn push(&mut self, segment: Segment) {
        let is_file = matches!(segment, Segment::File(..));
        if !is_file && self.is_copied(segment.bytes()) {
            self.buffer.extend_from_slice(segment.bytes());
        } else if !segment.is_empty() {
            self.segments.push_back(segment);
        }
    }

    /// Whether `bytes` belong into the buffer.
    fn is_copied(&self, bytes: &[u8]) -> bool {
        bytes.len() <= COPIED && self.segments.is_empty()
    }
}

impl Segment {
    /// What is left of it in memory; of a file, nothing.
    fn bytes(&self) -> &[u8] {
        match self {
            Segment::Static(bytes) => bytes,
            Segment::Bytes(bytes, start) => &bytes[*start..],
            Segment::Shared(bytes, start) => &bytes[*start..],
            Segment::File(..) => &[],
        }
    }

    fn len(&self) -> usize {
        match self {
            Segment::File(_, range) => {
                usize::try_from(range.end - range.start).unwrap_or(usize::MAX)
            }
            _ => self.bytes().len(),
        }
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn advance(&mut self, count: usize) {
        match self {
            Segment::Static(bytes) => *bytes = &bytes[count..],
            Segment::Bytes(_, start) | Segment::Shared(_, start) => *start += count,
            Segment::File(_, range) => range.start += count as u64,
        }
    }
}
