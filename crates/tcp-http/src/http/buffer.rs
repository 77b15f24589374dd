//! What was received and not yet read.

/// The bytes of a connection between `read` and the parser.
///
/// Whatever is read goes behind what is there; whatever is parsed is taken from the front. Bytes are
/// moved only to make room, and then only the beginning of a message that is not whole: a pipeline of
/// messages is taken in place.
///
/// ```
/// use tcp_http::http::Buffer;
///
/// let mut buffer = Buffer::new();
/// let room = buffer.room(4);
/// room[..4].copy_from_slice(b"a\nb\n");
/// buffer.filled(4);
/// buffer.consume(2);
/// assert_eq!(buffer.unread(), b"b\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    /// What is before is consumed.
    start: usize,
    /// What is behind is room.
    end: usize,
}

impl Buffer {
    /// An empty buffer, which takes no memory.
    pub fn new() -> Self {
        Buffer::default()
    }

    /// What was received and not consumed.
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Drops the first `count` of the unread bytes.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn consume(&mut self, count: usize) {
        assert!(
            count <= self.end - self.start,
            "more was consumed than was there"
        );
        self.start += count;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Room for `least` bytes or more behind the unread ones.
    pub fn room(&mut self, least: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < least {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            let size = self.bytes.len().max(self.end + least);
            match self.bytes.is_empty() {
                // Zeros that nobody has read or written yet take no memory.
                true => self.bytes = vec![0; size],
                false => self.bytes.resize(size, 0),
            }
        }
        &mut self.bytes[self.end..]
    }

    /// Says that the first `count` bytes of the room were filled.
    ///
    /// # Panics
    ///
    /// If there is not so much room.
    pub fn filled(&mut self, count: usize) {
        assert!(
            count <= self.bytes.len() - self.end,
            "more was filled than there is"
        );
        self.end += count;
    }

    /// Gives the memory back if nothing is in it: an idle connection then costs none.
    pub fn release(&mut self) {
        if self.start == self.end {
            *self = Buffer::default();
        }
    }
}
