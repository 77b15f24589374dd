//! Tokens from a stream: lines, words, values, or whatever a function cuts off.
//!
//! Tokens are found across the borders of reads, in memory that is bounded by the longest token
//! that is allowed, whatever the stream's length. Every error says at which byte of the stream.

mod split;

mod error;

use std::any;
use std::fmt::Display;
use std::io::{self, Read};
use std::iter;
use std::ops::Range;
use std::str::{self, FromStr};

pub use error::ScanError;
pub use split::{Split, split_lines, split_words};

/// How long a token may be where nothing else is said: 64 KiB, as in Go's `bufio.Scanner`.
pub const DEFAULT_LIMIT: usize = 64 * 1024;

/// What the buffer holds at first, and reads into at a time while tokens are short.
const BUFFER: usize = 8 * 1024;

/// What may have to be seen behind a token of the longest allowed length to know that it ends
/// there: a `\r\n`, or a white space character of several bytes.
const LOOK_AHEAD: usize = 4;

/// Cuts a stream into tokens.
///
/// Tokens are borrowed from the scanner's buffer until the next one is asked for; the iterators
/// hand out owned ones. Different kinds can follow each other on one scanner:
///
/// ```
/// use io_reader::scan::Scanner;
///
/// let mut scanner = Scanner::new("3 points\n1.5 2 1e3".as_bytes());
/// let count: usize = scanner.value()?.unwrap();
/// assert_eq!(scanner.line()?, Some(" points"));
/// for _ in 0..count {
///     println!("{:?}", scanner.value::<f64>()?);
/// }
/// assert_eq!(scanner.word()?, None);
/// # Ok::<(), io_reader::scan::ScanError>(())
/// ```
///
/// The borrow is why a token has to be copied to outlive the next call:
///
/// ```compile_fail,E0499
/// # let mut scanner = io_reader::scan::Scanner::new("a b".as_bytes());
/// let first = scanner.word()?;
/// let second = scanner.word()?;
/// println!("{first:?} {second:?}");
/// # Ok::<(), io_reader::scan::ScanError>(())
/// ```
///
/// After [`ScanError::NotUtf8`] and [`ScanError::Value`] the token is used up and the next call
/// goes on behind it. After the other errors nothing is used up, and the next call tries again.
#[derive(Debug)]
pub struct Scanner<R> {
    source: R,
    /// Its length is the room there is; `unread` says which part holds bytes.
    buffer: Vec<u8>,
    unread: Range<usize>,
    /// Where in the stream `unread` begins.
    offset: u64,
    /// The source has said that it has ended, and is not asked again.
    at_eof: bool,
    limit: usize,
}

impl<R: Read> Scanner<R> {
    /// Scans `source` for tokens of at most [`DEFAULT_LIMIT`] bytes. Reads ahead: what is in
    /// memory and not in a token is lost to whoever reads `source` afterwards.
    pub fn new(source: R) -> Self {
        Self::with_limit(source, DEFAULT_LIMIT)
    }

    /// The same with tokens of at most `limit` bytes, line ends not counted.
    pub fn with_limit(source: R, limit: usize) -> Self {
        Self {
            source,
            buffer: vec![0; BUFFER],
            unread: 0..0,
            offset: 0,
            at_eof: false,
            limit,
        }
    }

    /// Where in the stream the next token will be looked for.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next line without its `\n` or `\r\n`; `None` at the end. A last line that lacks its
    /// line end counts.
    ///
    /// # Errors
    ///
    /// A failed read, a line that is too long, or one that is not UTF-8.
    pub fn line(&mut self) -> Result<Option<&str>, ScanError> {
        self.text(split_lines).map(|token| token.map(|(_, s)| s))
    }

    /// The next word, as [`split_words`] has it; `None` at the end.
    ///
    /// # Errors
    ///
    /// A failed read, a word that is too long, or one that is not UTF-8.
    pub fn word(&mut self) -> Result<Option<&str>, ScanError> {
        self.text(split_words).map(|token| token.map(|(_, s)| s))
    }

    /// The next word, parsed; `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`word`](Self::word), and [`ScanError::Value`] with the word and why it is no `T`.
    #[doc(alias = "Fscan")]
    pub fn value<T>(&mut self) -> Result<Option<T>, ScanError>
    where
        T: FromStr,
        T::Err: Display,
    {
        let Some((offset, word)) = self.text(split_words)? else {
            return Ok(None);
        };
        let value = word.parse().map_err(|error: T::Err| ScanError::Value {
            offset,
            token: word.to_owned(),
            wanted: any::type_name::<T>(),
            reason: error.to_string(),
        })?;
        Ok(Some(value))
    }

    /// The next token that `split` cuts off; `None` at the end.
    ///
    /// # Errors
    ///
    /// A failed read, a token that is too long, or what `split` fails with.
    pub fn token(
        &mut self,
        split: impl FnMut(&[u8], bool) -> Split,
    ) -> Result<Option<&[u8]>, ScanError> {
        let token = self.find(split)?;
        Ok(token.map(|(_, range)| &self.buffer[range]))
    }

    /// The tokens that `split` cuts off, up to the first error.
    ///
    /// ```
    /// use io_reader::scan::{Scanner, Split};
    ///
    /// let mut scanner = Scanner::new("1,2;3".as_bytes());
    /// let numbers = scanner.split(|bytes, at_eof| {
    ///     match bytes.iter().position(|b| b",;".contains(b)) {
    ///         Some(end) => Split::Token { advance: end + 1, token: 0..end },
    ///         None if at_eof => Split::Token { advance: bytes.len(), token: 0..bytes.len() },
    ///         None => Split::Need,
    ///     }
    /// });
    /// assert_eq!(numbers.collect::<Result<Vec<_>, _>>()?, [b"1", b"2", b"3"]);
    /// # Ok::<(), io_reader::scan::ScanError>(())
    /// ```
    pub fn split(
        &mut self,
        mut split: impl FnMut(&[u8], bool) -> Split,
    ) -> impl Iterator<Item = Result<Vec<u8>, ScanError>> {
        until_error(move || Ok(self.token(&mut split)?.map(<[u8]>::to_vec)))
    }

    /// The remaining lines, up to the first error.
    pub fn lines(&mut self) -> impl Iterator<Item = Result<String, ScanError>> {
        until_error(|| Ok(self.line()?.map(str::to_owned)))
    }

    /// The remaining words, up to the first error.
    pub fn words(&mut self) -> impl Iterator<Item = Result<String, ScanError>> {
        until_error(|| Ok(self.word()?.map(str::to_owned)))
    }

    /// The next token as text, with its offset in the stream.
    fn text(&mut self, split: fn(&[u8], bool) -> Split) -> Result<Option<(u64, &str)>, ScanError> {
        let Some((offset, range)) = self.find(split)? else {
            return Ok(None);
        };
        match str::from_utf8(&self.buffer[range]) {
            Ok(text) => Ok(Some((offset, text))),
            Err(error) => Err(ScanError::NotUtf8 {
                offset: offset + error.valid_up_to() as u64,
            }),
        }
    }

    /// The next token: its offset in the stream, and where in the buffer it is.
    fn find(
        &mut self,
        mut split: impl FnMut(&[u8], bool) -> Split,
    ) -> Result<Option<(u64, Range<usize>)>, ScanError> {
        loop {
            if self.unread.is_empty() {
                if self.at_eof {
                    return Ok(None);
                }
                self.read_more()?;
                continue;
            }
            match split(&self.buffer[self.unread.clone()], self.at_eof) {
                Split::Need if self.at_eof => self.advance(self.unread.len())?,
                Split::Need => self.read_more()?,
                Split::Skip(advance) => self.advance(advance)?,
                Split::Token { advance, token } => {
                    let found = self.locate(token)?;
                    self.advance(advance)?;
                    return Ok(Some(found));
                }
                Split::Fail(reason) => return Err(self.refusal(reason)),
            }
        }
    }

    /// Turns a place among the unread bytes into one in the stream and one in the buffer.
    fn locate(&self, token: Range<usize>) -> Result<(u64, Range<usize>), ScanError> {
        if token.start > token.end || token.end > self.unread.len() {
            let shown = self.unread.len();
            return Err(self.refusal(format!(
                "the split function found a token at {token:?} in {shown} bytes"
            )));
        }
        let offset = self.offset + token.start as u64;
        if token.len() > self.limit {
            let limit = self.limit;
            return Err(ScanError::TooLong { offset, limit });
        }
        let start = self.unread.start;
        Ok((offset, start + token.start..start + token.end))
    }

    /// Uses up unread bytes. None at all would be asked for again and again.
    fn advance(&mut self, n: usize) -> Result<(), ScanError> {
        let shown = self.unread.len();
        if n == 0 || n > shown {
            return Err(self.refusal(format!("the split function used up {n} of {shown} bytes")));
        }
        self.unread.start += n;
        self.offset += n as u64;
        Ok(())
    }

    fn refusal(&self, reason: String) -> ScanError {
        let offset = self.offset;
        ScanError::Split { offset, reason }
    }

    /// Adds to the unread bytes, or learns that the stream has ended.
    fn read_more(&mut self) -> Result<(), ScanError> {
        let most = self.limit.saturating_add(LOOK_AHEAD);
        if self.unread.len() >= most {
            return Err(ScanError::TooLong {
                offset: self.offset,
                limit: self.limit,
            });
        }
        self.make_room(most);
        let n = loop {
            match self.source.read(&mut self.buffer[self.unread.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    let offset = self.offset + self.unread.len() as u64;
                    return Err(ScanError::Read { offset, cause });
                }
                Ok(n) => break n,
            }
        };
        self.unread.end += n;
        self.at_eof = n == 0;
        Ok(())
    }

    /// Moves the unread bytes to the front; where they fill the buffer, doubles it, up to `most`.
    fn make_room(&mut self, most: usize) {
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        if self.unread.end == self.buffer.len() {
            let len = (2 * self.buffer.len()).min(most);
            self.buffer.resize(len, 0);
        }
    }
}

/// Items until `next` has no more or fails: an error that stays would otherwise be repeated for
/// ever by whoever skips errors.
fn until_error<T>(
    mut next: impl FnMut() -> Result<Option<T>, ScanError>,
) -> impl Iterator<Item = Result<T, ScanError>> {
    let mut failed = false;
    iter::from_fn(move || {
        if failed {
            return None;
        }
        let item = next().transpose();
        failed = matches!(item, Some(Err(_)));
        item
    })
}
