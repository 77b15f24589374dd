//! The format of `stat -c`: text with directives.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use super::{Info, Names, Spec, Time, Value, major, minor, permissions, shell_quoted};

/// A compiled format.
///
/// The directives are those of GNU's `stat`: `%n` name, `%N` quoted name with the target of a symlink, `%s`
/// size in bytes, `%b` blocks of `%B` bytes, `%o` best size of a transfer, `%f` mode in hex, `%F`
/// kind, `%a` and `%A` permissions, `%u %U %g %G` owners, `%h` names, `%i` inode, `%d %D` device,
/// `%r %R %t %T` the device that the file is, `%Hd %Ld %Hr %Lr` their halves, `%m` mount point, and
/// the times `%x %y %z %w` (read, modified, changed, born), as `%X %Y %Z %W` in seconds.
#[derive(Debug, Clone)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A directive that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown directive {directive} at byte {place} of the format")]
pub struct TemplateError {
    /// From its `%` on.
    pub directive: String,
    /// Where its `%` is, counted from 0.
    pub place: usize,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(Vec<u8>),
    Directive(Spec, Letter),
}

/// What follows the width: a letter, for `Hd`, `Ld`, `Hr` and `Lr` with which half.
#[derive(Debug, Clone, Copy)]
enum Letter {
    Whole(u8),
    Major(u8),
    Minor(u8),
}

const LETTERS: &[u8] = b"aAbBdDfFgGhimnNorRstTuUwWxXyYzZ";

impl Template {
    /// # Errors
    ///
    /// A directive that there is not, with its place.
    pub fn new(format: impl AsRef<OsStr>) -> Result<Template, TemplateError> {
        let whole = format.as_ref().as_bytes();
        let mut pieces = Vec::new();
        let mut rest = whole;
        while !rest.is_empty() {
            let text = rest.iter().take_while(|byte| **byte != b'%').count();
            let (before, directive) = rest.split_at(text);
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let place = whole.len() - directive.len();
            rest = match directive.split_first() {
                Some((_, after)) => read_directive(&mut pieces, after, place)?,
                None => directive,
            };
        }
        Ok(Template { pieces })
    }

    /// Fills the format in. Owners without a name are `UNKNOWN`, a time that is not known is `-`.
    pub fn fill(&self, info: &Info, names: &mut Names) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.extend(text),
                Piece::Directive(spec, letter) => {
                    spec.append(&mut out, &letter.value(info, names));
                }
            }
        }
        out
    }
}

/// Reads what follows a `%`, and gives what follows that.
fn read_directive<'a>(
    pieces: &mut Vec<Piece>,
    after: &'a [u8],
    place: usize,
) -> Result<&'a [u8], TemplateError> {
    let (spec, rest) = Spec::read(after);
    let (piece, rest) = match rest {
        [b'%', rest @ ..] => (Piece::Text(b"%".to_vec()), rest),
        [b'H', half @ (b'd' | b'r'), rest @ ..] => {
            (Piece::Directive(spec, Letter::Major(*half)), rest)
        }
        [b'L', half @ (b'd' | b'r'), rest @ ..] => {
            (Piece::Directive(spec, Letter::Minor(*half)), rest)
        }
        [letter, rest @ ..] if LETTERS.contains(letter) => {
            (Piece::Directive(spec, Letter::Whole(*letter)), rest)
        }
        _ => {
            let end = (after.len() - rest.len() + 1).min(after.len());
            return Err(TemplateError {
                directive: format!("%{}", String::from_utf8_lossy(&after[..end])),
                place,
            });
        }
    };
    pieces.push(piece);
    Ok(rest)
}

impl Letter {
    fn value(self, info: &Info, names: &mut Names) -> Value {
        let device = |letter: u8| match letter {
            b'd' => info.metadata().dev(),
            _ => info.metadata().rdev(),
        };
        match self {
            Letter::Whole(letter) => whole(letter, info, names),
            Letter::Major(of) => Value::Number(major(device(of))),
            Letter::Minor(of) => Value::Number(minor(device(of))),
        }
    }
}

fn whole(letter: u8, info: &Info, names: &mut Names) -> Value {
    let metadata = info.metadata();
    match letter {
        b'n' => Value::Text(info.path().as_os_str().as_bytes().to_owned()),
        b'N' => Value::Text(quoted_name(info)),
        b's' => Value::Number(metadata.len()),
        b'b' => Value::Number(metadata.blocks()),
        b'B' => Value::Number(512),
        b'o' => Value::Number(metadata.blksize()),
        b'f' => Value::Hex(metadata.mode().into()),
        b'F' => text(info.kind_in_words()),
        b'a' => Value::Octal((metadata.mode() & 0o7777).into()),
        b'A' => text(&permissions(metadata.mode())),
        b'u' => Value::Number(metadata.uid().into()),
        b'g' => Value::Number(metadata.gid().into()),
        b'U' => text(names.user(metadata.uid()).unwrap_or("UNKNOWN")),
        b'G' => text(names.group(metadata.gid()).unwrap_or("UNKNOWN")),
        b'h' => Value::Number(metadata.nlink()),
        b'i' => Value::Number(metadata.ino()),
        b'd' => Value::Number(metadata.dev()),
        b'D' => Value::Hex(metadata.dev()),
        b'r' => Value::Number(metadata.rdev()),
        b'R' => Value::Hex(metadata.rdev()),
        b't' => Value::Hex(major(metadata.rdev())),
        b'T' => Value::Hex(minor(metadata.rdev())),
        b'm' => info.mount_point().map_or_else(
            |_| text("?"),
            |place| Value::Text(place.as_os_str().as_bytes().to_owned()),
        ),
        _ => time(letter, info),
    }
}

fn time(letter: u8, info: &Info) -> Value {
    let time = match letter.to_ascii_lowercase() {
        b'x' => Some(info.accessed()),
        b'y' => Some(info.modified()),
        b'z' => Some(info.changed()),
        _ => info.born(),
    };
    match (time, letter.is_ascii_lowercase()) {
        (Some(time), true) => text(&time.in_words()),
        (None, true) => text("-"),
        (time, false) => Value::Seconds(time.unwrap_or(Time::new(0, 0))),
    }
}

fn quoted_name(info: &Info) -> Vec<u8> {
    let mut name = shell_quoted(info.path());
    if let Some(target) = info.target() {
        name.extend(b" -> ");
        name.extend(shell_quoted(&target));
    }
    name
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}
