//! `-printf`: text with directives and escapes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Candidate, Stamp};
use crate::info::{LocalTime, Names, Spec, Value, permissions};
use crate::walk::{Kind, Metadata};

/// A compiled format of GNU find's `-printf`.
///
/// `%p` path, `%P` path below the root, `%H` root, `%f` last name, `%h` what is before it, `%l`
/// target of a symlink, `%y` kind, `%s` size, `%b` blocks of 512 bytes, `%k` of 1024, `%m` and `%M`
/// permissions, `%u %U %g %G` owners, `%n` names, `%i` inode, `%D` device, `%d` depth; `%A %C %T` and
/// a letter for the times: `@` seconds, `+` date and time, and `Y m d H M S F T` as in strftime(3).
#[derive(Debug, Clone)]
pub struct Format {
    pieces: Vec<Piece>,
}

/// A directive or an escape that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} at byte {place} of the format")]
pub struct FormatError {
    /// As it stands in the format.
    pub what: String,
    /// Where it begins, counted from 0.
    pub place: usize,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(Vec<u8>),
    Directive(Spec, u8),
    Time(Spec, Stamp, u8),
}

const DIRECTIVES: &[u8] = b"pPHfhlysbkmMuUgGniDd";
const TIMES: &[u8] = b"@+YmdHMSFT";

impl Format {
    /// # Errors
    ///
    /// Directives and escapes that there are not, with their place.
    pub fn new(format: &OsStr) -> Result<Format, FormatError> {
        let whole = format.as_bytes();
        let mut pieces = Vec::new();
        let mut rest = whole;
        while let [first, after @ ..] = rest {
            let place = whole.len() - rest.len();
            let (piece, taken) = match first {
                b'%' => directive(after),
                // What follows is not printed.
                b'\\' if after.starts_with(b"c") => break,
                b'\\' => escape(after).map(|(byte, taken)| (Piece::Text(vec![byte]), taken)),
                byte => Ok((Piece::Text(vec![*byte]), 0)),
            }
            .map_err(|length| FormatError {
                what: String::from_utf8_lossy(&rest[..=length.min(after.len())]).into_owned(),
                place,
            })?;
            append(&mut pieces, piece);
            rest = &after[taken..];
        }
        Ok(Format { pieces })
    }

    /// Appends the format, filled in. What could not be looked up is empty.
    pub fn fill(&self, out: &mut Vec<u8>, candidate: &Candidate<'_>, names: &mut Names) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.extend(text),
                Piece::Directive(spec, letter) => {
                    spec.append(out, &value(*letter, candidate, names));
                }
                Piece::Time(spec, stamp, letter) => {
                    let found = candidate.metadata();
                    let text = found.map(|found| time(stamp.of(found), *letter));
                    spec.append(out, &Value::Text(text.unwrap_or_default().into_bytes()));
                }
            }
        }
    }
}

/// Texts that follow each other become one.
fn append(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Text(text)), Piece::Text(more)) => text.extend(more),
        (_, piece) => pieces.push(piece),
    }
}

/// What follows a `%` and how long it is; or how long the wrong part is.
fn directive(after: &[u8]) -> Result<(Piece, usize), usize> {
    let (spec, rest) = Spec::read(after);
    let taken = after.len() - rest.len();
    match rest {
        [b'%', ..] => Ok((Piece::Text(b"%".to_vec()), taken + 1)),
        [stamp @ (b'A' | b'C' | b'T'), letter, ..] if TIMES.contains(letter) => {
            let stamp = Stamp::from_letter(stamp.to_ascii_lowercase());
            let stamp = stamp.unwrap_or(Stamp::Modified);
            Ok((Piece::Time(spec, stamp, *letter), taken + 2))
        }
        [b'A' | b'C' | b'T', ..] => Err(taken + 2),
        [letter, ..] if DIRECTIVES.contains(letter) => {
            Ok((Piece::Directive(spec, *letter), taken + 1))
        }
        _ => Err(taken + 1),
    }
}

/// What follows a backslash.
fn escape(after: &[u8]) -> Result<(u8, usize), usize> {
    let octal = after
        .iter()
        .take(3)
        .take_while(|byte| (b'0'..=b'7').contains(byte))
        .count();
    if octal > 0 {
        let digits = after[..octal].iter().map(|digit| u32::from(digit - b'0'));
        return Ok((
            digits.fold(0, |value, digit| value * 8 + digit) as u8,
            octal,
        ));
    }
    let letters = b"abfnrtv\\";
    let bytes = b"\x07\x08\x0c\n\r\t\x0b\\";
    let found = after
        .first()
        .and_then(|first| letters.iter().position(|letter| letter == first));
    found.map(|index| (bytes[index], 1)).ok_or(1)
}

fn value(letter: u8, candidate: &Candidate<'_>, names: &mut Names) -> Value {
    let text = |text: &OsStr| Value::Text(text.as_bytes().to_owned());
    match letter {
        b'p' => text(candidate.path().as_os_str()),
        b'P' => Value::Text(below_root(candidate).to_owned()),
        b'H' => text(candidate.root().as_os_str()),
        b'f' => Value::Text(from_name_on(candidate).to_owned()),
        b'h' => Value::Text(before_name(candidate.path().as_os_str().as_bytes()).to_owned()),
        b'l' => text(&candidate.target().unwrap_or_default()),
        b'y' => Value::Text(vec![letter_of(candidate.kind())]),
        b'd' => Value::Number(candidate.depth() as u64),
        _ => candidate
            .metadata()
            .map_or(Value::Text(Vec::new()), |found| {
                of_metadata(letter, found, names)
            }),
    }
}

fn of_metadata(letter: u8, found: &Metadata, names: &mut Names) -> Value {
    let owner = |name: Option<&str>, number: u32| {
        Value::Text(
            name.map_or_else(|| number.to_string(), str::to_owned)
                .into_bytes(),
        )
    };
    match letter {
        b's' => Value::Number(found.len()),
        b'b' => Value::Number(found.blocks()),
        b'k' => Value::Number(found.blocks().div_ceil(2)),
        b'm' => Value::Octal((found.mode() & 0o7777).into()),
        b'M' => Value::Text(permissions(found.mode()).into_bytes()),
        b'u' => owner(names.user(found.uid()), found.uid()),
        b'g' => owner(names.group(found.gid()), found.gid()),
        b'U' => Value::Number(found.uid().into()),
        b'G' => Value::Number(found.gid().into()),
        b'n' => Value::Number(found.nlink()),
        b'i' => Value::Number(found.ino()),
        _ => Value::Number(found.dev()),
    }
}

/// The letters of `-type`.
fn letter_of(kind: Kind) -> u8 {
    match kind {
        Kind::File => b'f',
        Kind::Directory => b'd',
        Kind::Symlink => b'l',
        Kind::Fifo => b'p',
        Kind::Socket => b's',
        Kind::CharacterDevice => b'c',
        Kind::BlockDevice => b'b',
    }
}

/// The path without its root and the slash after that.
fn below_root<'a>(candidate: &'a Candidate<'_>) -> &'a [u8] {
    let path = candidate.path().as_os_str().as_bytes();
    let below = path
        .get(candidate.root().as_os_str().len()..)
        .unwrap_or_default();
    below.strip_prefix(b"/").unwrap_or(below)
}

/// The last name; of a root, with the slashes after it.
fn from_name_on<'a>(candidate: &'a Candidate<'_>) -> &'a [u8] {
    let path = candidate.path().as_os_str().as_bytes();
    let trailing = path.iter().rev().take_while(|byte| **byte == b'/').count();
    let length = (candidate.name().len() + trailing).min(path.len());
    &path[path.len() - length..]
}

/// `.` for a name alone, nothing for what is in the root directory.
fn before_name(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(slash) => &path[..slash],
        None => b".",
    }
}

/// Seconds have ten decimals, as GNU's: one more than there are.
fn time(stamp: SystemTime, letter: u8) -> String {
    let (seconds, nanoseconds) = since_epoch(stamp);
    if letter == b'@' {
        return format!("{seconds}.{nanoseconds:09}0");
    }
    let Some(local) = LocalTime::of(seconds) else {
        return seconds.to_string();
    };
    let date = format!("{}-{:02}-{:02}", local.year, local.month, local.day);
    let precise = format!("{:02}.{nanoseconds:09}0", local.second);
    match letter {
        b'Y' => local.year.to_string(),
        b'm' => format!("{:02}", local.month),
        b'd' => format!("{:02}", local.day),
        b'H' => format!("{:02}", local.hour),
        b'M' => format!("{:02}", local.minute),
        b'S' => precise,
        b'F' => date,
        b'T' => format!("{:02}:{:02}:{precise}", local.hour, local.minute),
        _ => format!("{date}+{:02}:{:02}:{precise}", local.hour, local.minute),
    }
}

/// Nanoseconds count forwards, before 1970 too.
fn since_epoch(stamp: SystemTime) -> (i64, u32) {
    match stamp.duration_since(UNIX_EPOCH) {
        Ok(after) => (after.as_secs() as i64, after.subsec_nanos()),
        Err(error) => {
            let before = error.duration();
            match before.subsec_nanos() {
                0 => (-(before.as_secs() as i64), 0),
                nanoseconds => (-(before.as_secs() as i64) - 1, 1_000_000_000 - nanoseconds),
            }
        }
    }
}
