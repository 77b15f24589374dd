//! The lines that announce.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Since 1970, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds.
    pub seconds: u64,
    /// Microseconds of the second, less than a million.
    pub micros: u32,
}

/// A line of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// `C`: so many bytes follow, and a NUL.
    File {
        /// Permissions, at most 07777.
        mode: u32,
        /// Bytes.
        size: u64,
        /// Without a slash, and neither `.` nor `..`.
        name: OsString,
    },
    /// `D`: what follows is in this directory, to the next `E` of its own.
    Directory {
        /// Permissions, at most 07777.
        mode: u32,
        /// As a file's.
        name: OsString,
    },
    /// `E`: the directory is complete.
    End,
    /// `T`: times of the file or directory that comes next.
    Times {
        /// Of the last change.
        modified: Time,
        /// Of the last access.
        accessed: Time,
    },
    /// Byte 1: something could not be sent, and the source goes on.
    Warning(String),
    /// Byte 2: the source has given up.
    Fatal(String),
}

/// A line that says nothing known, or a name that leads elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It starts with a byte that the protocol does not have; the byte.
    #[error("unknown record {:?}", char::from(*.0))]
    Unknown(u8),
    /// A part is missing or out of range.
    #[error("bad {0} in a record")]
    Bad(&'static str),
    /// The name would be somewhere else than in the directory.
    #[error("the name {0:?} leads out of the directory")]
    Name(String),
}

impl Record {
    /// `line` is without its newline.
    ///
    /// ```
    /// use process::scp::{Record, RecordError};
    ///
    /// let record = Record::parse(b"D0755 0 testdir").unwrap();
    /// assert_eq!(record, Record::Directory { mode: 0o755, name: "testdir".into() });
    /// assert!(matches!(Record::parse(b"C0644 9 ../x"), Err(RecordError::Name(_))));
    /// ```
    ///
    /// # Errors
    ///
    /// See [`RecordError`].
    pub fn parse(line: &[u8]) -> Result<Record, RecordError> {
        let (&kind, rest) = line.split_first().ok_or(RecordError::Bad("line"))?;
        match kind {
            b'C' => {
                let (mode, size, name) = attributes(rest)?;
                Ok(Record::File { mode, size, name })
            }
            b'D' => {
                let (mode, _, name) = attributes(rest)?;
                Ok(Record::Directory { mode, name })
            }
            b'E' if rest.is_empty() => Ok(Record::End),
            b'E' => Err(RecordError::Bad("end")),
            b'T' => times(rest),
            1 => Ok(Record::Warning(text(rest))),
            2 => Ok(Record::Fatal(text(rest))),
            other => Err(RecordError::Unknown(other)),
        }
    }

    /// The line, with its newline. What [`parse`](Record::parse) does not accept comes out as
    /// wrong.
    pub fn encode(&self) -> Vec<u8> {
        let mut line = match self {
            Record::File { mode, size, .. } => format!("C{mode:04o} {size} "),
            Record::Directory { mode, .. } => format!("D{mode:04o} 0 "),
            Record::End => "E".to_owned(),
            Record::Times { modified, accessed } => format!(
                "T{} {} {} {}",
                modified.seconds, modified.micros, accessed.seconds, accessed.micros
            ),
            Record::Warning(text) => format!("\u{1}{text}"),
            Record::Fatal(text) => format!("\u{2}{text}"),
        }
        .into_bytes();
        if let Record::File { name, .. } | Record::Directory { name, .. } = self {
            line.extend_from_slice(name.as_bytes());
        }
        line.push(b'\n');
        line
    }
}

/// `MODE SIZE NAME`. The name is all the rest, spaces included.
fn attributes(text: &[u8]) -> Result<(u32, u64, OsString), RecordError> {
    let mut fields = text.splitn(3, |&byte| byte == b' ');
    let mode = fields
        .next()
        .and_then(mode)
        .ok_or(RecordError::Bad("mode"))?;
    let size = fields
        .next()
        .and_then(number)
        .ok_or(RecordError::Bad("size"))?;
    // An offset in a file is signed.
    let size = i64::try_from(size).map_err(|_| RecordError::Bad("size"))?;
    let name = fields.next().ok_or(RecordError::Bad("name"))?;
    let elsewhere = matches!(name, b"" | b"." | b"..");
    if elsewhere || name.iter().any(|byte| matches!(byte, b'/' | b'\n' | 0)) {
        return Err(RecordError::Name(
            String::from_utf8_lossy(name).into_owned(),
        ));
    }
    Ok((mode, size.unsigned_abs(), OsString::from_vec(name.to_vec())))
}

/// Four octal digits.
fn mode(digits: &[u8]) -> Option<u32> {
    let octal = digits.len() == 4 && digits.iter().all(|digit| matches!(digit, b'0'..=b'7'));
    octal.then(|| {
        let value = |mode, digit: &u8| mode * 8 + u32::from(digit - b'0');
        digits.iter().fold(0, value)
    })
}

/// Decimal digits; std's parser would take a sign as well.
fn number(digits: &[u8]) -> Option<u64> {
    let digits = str::from_utf8(digits).ok()?;
    let decimal = digits.bytes().all(|digit| digit.is_ascii_digit());
    decimal.then(|| digits.parse().ok())?
}

fn times(text: &[u8]) -> Result<Record, RecordError> {
    let mut fields = text.split(|&byte| byte == b' ').map(number);
    let mut time = || {
        let seconds = fields.next()??;
        // What a file can have: signed, and in 64 bits.
        i64::try_from(seconds).ok()?;
        let micros = u32::try_from(fields.next()??).ok()?;
        (micros < 1_000_000).then_some(Time { seconds, micros })
    };
    let modified = time().ok_or(RecordError::Bad("time"))?;
    let accessed = time().ok_or(RecordError::Bad("time"))?;
    if fields.next().is_some() {
        return Err(RecordError::Bad("time"));
    }
    Ok(Record::Times { modified, accessed })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
