//! Several streams, one after another, as one.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};

/// Reads its streams in order; the end of one is the beginning of the next.
///
/// A stream that has ended is dropped at once, so a file is closed as soon as it is read. An error
/// leaves its stream in front: the next read asks the same stream again.
///
/// ```
/// use io_reader::multi::MultiReader;
/// use std::io::Read;
///
/// let mut page = String::new();
/// MultiReader::new([Box::new("<h1>".as_bytes()), Box::new("Hi".as_bytes())])
///     .push("</h1>".as_bytes())
///     .read_to_string(&mut page)?;
/// assert_eq!(page, "<h1>Hi</h1>");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Default)]
pub struct MultiReader<'a> {
    /// What is still to be read; the front is being read now.
    streams: VecDeque<Box<dyn Read + 'a>>,
}

impl<'a> MultiReader<'a> {
    /// The given streams, first to last. For a number that is only known at run time there are
    /// [`push`](Self::push) and `collect`.
    pub fn new<const N: usize>(streams: [Box<dyn Read + 'a>; N]) -> Self {
        streams.into_iter().collect()
    }

    /// Adds a stream behind all others; also when everything before it has been read.
    pub fn push(&mut self, stream: impl Read + 'a) -> &mut Self {
        self.streams.push_back(Box::new(stream));
        self
    }
}

impl<'a> FromIterator<Box<dyn Read + 'a>> for MultiReader<'a> {
    fn from_iter<I: IntoIterator<Item = Box<dyn Read + 'a>>>(streams: I) -> Self {
        Self {
            streams: streams.into_iter().collect(),
        }
    }
}

impl Read for MultiReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        // An empty buffer makes every stream return 0, which then does not mean its end.
        if buf.is_empty() {
            return Ok(0);
        }
        while let Some(stream) = self.streams.front_mut() {
            let n = stream.read(buf)?;
            if n > 0 {
                return Ok(n);
            }
            self.streams.pop_front();
        }
        Ok(0)
    }
}

impl fmt::Debug for MultiReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultiReader")
            .field("streams_left", &self.streams.len())
            .finish()
    }
}
