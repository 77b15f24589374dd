//! The words of an expression: options, actions and conditions, with their arguments.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use nix::unistd::{AccessFlags, Group, User};

use super::{ParseError, Parser};
use crate::find::compare::parse_time;
use crate::find::{Action, Comparison, Condition, Expression, Format, Links, Permissions, Stamp};
use crate::fnmatch::{Options, Pattern};
use crate::walk::Kind;

impl<'a> Parser<'a> {
    pub(super) fn option(&mut self, name: &str) -> Result<Option<Expression>, ParseError> {
        match name {
            "-maxdepth" => self.query.max_depth = self.number()?,
            "-mindepth" => self.query.min_depth = self.number()?,
            "-depth" | "-d" => self.query.contents_first = true,
            "-xdev" | "-mount" => self.query.one_filesystem = true,
            "-threads" => self.query.threads = Some(self.number()?),
            "-follow" => self.query.links = Links::All,
            "-noleaf" | "-warn" | "-nowarn" => {}
            _ => return Ok(None),
        }
        Ok(Some(Expression::If(Condition::Always(true))))
    }

    pub(super) fn action(&mut self, name: &str) -> Result<Option<Action>, ParseError> {
        Ok(Some(match name {
            "-print" => Action::Print(b'\n'),
            "-print0" => Action::Print(0),
            "-printf" => {
                let format = self.value()?;
                Action::Format(Format::new(format).map_err(|error| self.error(error))?)
            }
            "-exec" => self.command(false)?,
            "-execdir" => self.command(true)?,
            "-delete" => {
                self.query.contents_first = true;
                Action::Delete
            }
            "-prune" => Action::Prune,
            "-quit" => Action::Quit,
            _ => return Ok(None),
        }))
    }

    /// What follows `-exec`, up to `;` or `{} +`.
    fn command(&mut self, in_directory: bool) -> Result<Action, ParseError> {
        let exec = self.at - 1;
        let mut words: Vec<OsString> = Vec::new();
        while let Some(word) = self.next() {
            let is_collected = word == "+" && words.last().is_some_and(|last| last == "{}");
            if word == ";" || is_collected {
                if words.len() <= usize::from(is_collected) {
                    return Err(self.error_at(exec, "needs a command"));
                }
                return match (is_collected, in_directory) {
                    (false, _) => Ok(Action::Run {
                        words,
                        in_directory,
                    }),
                    (true, true) => Err(self.error("-execdir takes ; only")),
                    (true, false) => Ok(self.collect(words)),
                };
            }
            words.push(word.to_owned());
        }
        Err(self.error_at(exec, "needs a ; or {} + at its end"))
    }

    fn collect(&mut self, mut words: Vec<OsString>) -> Action {
        words.pop();
        self.collects += 1;
        Action::Collect {
            id: self.collects,
            words,
        }
    }

    pub(super) fn condition(&mut self, name: &str) -> Result<Option<Condition>, ParseError> {
        Ok(Some(match name {
            "-true" => Condition::Always(true),
            "-false" => Condition::Always(false),
            "-name" => Condition::Name(self.pattern(false)?),
            "-iname" => Condition::Name(self.pattern(true)?),
            "-path" | "-wholename" => Condition::Path(self.pattern(false)?),
            "-ipath" | "-iwholename" => Condition::Path(self.pattern(true)?),
            "-lname" => Condition::Target(self.pattern(false)?),
            "-ilname" => Condition::Target(self.pattern(true)?),
            "-type" => Condition::Kind(self.kinds()?),
            "-size" => self.size()?,
            "-empty" => Condition::Empty,
            "-user" => Condition::User(self.user()?),
            "-group" => Condition::Group(self.group()?),
            "-perm" => Condition::Permissions(self.permissions()?),
            "-readable" => Condition::Access(AccessFlags::R_OK),
            "-writable" => Condition::Access(AccessFlags::W_OK),
            "-executable" => Condition::Access(AccessFlags::X_OK),
            "-links" => Condition::Links(self.comparison()?),
            "-inum" => Condition::Inode(self.comparison()?),
            "-samefile" => {
                let file = self.file()?;
                Condition::SameFile(file.dev(), file.ino())
            }
            "-anewer" => self.newer_than_file(Stamp::Accessed, Stamp::Modified)?,
            "-cnewer" => self.newer_than_file(Stamp::Changed, Stamp::Modified)?,
            "-newer" => self.newer_than_file(Stamp::Modified, Stamp::Modified)?,
            _ => return self.time(name),
        }))
    }

    /// `-mtime` and its relatives, and `-newerXY`.
    fn time(&mut self, name: &str) -> Result<Option<Condition>, ParseError> {
        let stamp = |letter: u8| Stamp::from_letter(letter);
        let now = self.now;
        Ok(match name.as_bytes() {
            [b'-', b'n', b'e', b'w', b'e', b'r', of, than] => match (stamp(*of), than) {
                (Some(of), b't') => Some(Condition::Newer(of, self.moment()?)),
                (Some(of), _) => match stamp(*than) {
                    Some(than) => Some(self.newer_than_file(of, than)?),
                    None => None,
                },
                (None, _) => None,
            },
            [b'-', of, b't', b'i', b'm', b'e'] => match stamp(*of) {
                Some(of) => Some(Condition::DaysAgo(of, self.comparison()?, now)),
                None => None,
            },
            [b'-', of, b'm', b'i', b'n'] => match stamp(*of) {
                Some(of) => Some(Condition::MinutesAgo(of, self.comparison()?, now)),
                None => None,
            },
            _ => None,
        })
    }

    fn pattern(&mut self, case_fold: bool) -> Result<Pattern, ParseError> {
        let options = Options {
            case_fold,
            ..Options::default()
        };
        Ok(Pattern::new(self.value()?, options))
    }

    fn kinds(&mut self) -> Result<Vec<Kind>, ParseError> {
        let letters = self.text()?;
        letters
            .split(',')
            .map(kind)
            .collect::<Option<_>>()
            .ok_or_else(|| self.error("kinds are f, d, l, p, s, c and b, with commas between them"))
    }

    fn size(&mut self) -> Result<Condition, ParseError> {
        let text = self.text()?;
        let (number, unit) = match text.as_bytes().last() {
            Some(b'c') => (&text[..text.len() - 1], 1),
            Some(b'w') => (&text[..text.len() - 1], 2),
            Some(b'b') => (&text[..text.len() - 1], 512),
            Some(b'k') => (&text[..text.len() - 1], 1 << 10),
            Some(b'M') => (&text[..text.len() - 1], 1 << 20),
            Some(b'G') => (&text[..text.len() - 1], 1 << 30),
            _ => (text, 512),
        };
        let comparison = Comparison::parse(number);
        comparison
            .map(|comparison| Condition::Size(comparison, unit))
            .ok_or_else(|| self.error("a size is [+-]N and one of c, w, b, k, M, G"))
    }

    fn user(&mut self) -> Result<u32, ParseError> {
        let name = self.text()?;
        let found = User::from_name(name)
            .ok()
            .flatten()
            .map(|user| user.uid.as_raw());
        found
            .or_else(|| name.parse().ok())
            .ok_or_else(|| self.error("no such user"))
    }

    fn group(&mut self) -> Result<u32, ParseError> {
        let name = self.text()?;
        let found = Group::from_name(name)
            .ok()
            .flatten()
            .map(|group| group.gid.as_raw());
        found
            .or_else(|| name.parse().ok())
            .ok_or_else(|| self.error("no such group"))
    }

    fn permissions(&mut self) -> Result<Permissions, ParseError> {
        let text = self.text()?;
        Permissions::parse(text).map_err(|error| self.error(error))
    }

    fn newer_than_file(&mut self, of: Stamp, than: Stamp) -> Result<Condition, ParseError> {
        let file = self.file()?;
        let time = match than {
            Stamp::Accessed => file.accessed(),
            Stamp::Modified => file.modified(),
            Stamp::Changed => {
                let seconds = Duration::from_secs(file.ctime().unsigned_abs());
                let nanoseconds = Duration::from_nanos(file.ctime_nsec() as u64);
                Ok(SystemTime::UNIX_EPOCH + seconds + nanoseconds)
            }
        };
        time.map(|time| Condition::Newer(of, time))
            .map_err(|error| self.error(error))
    }

    fn moment(&mut self) -> Result<SystemTime, ParseError> {
        let text = self.text()?;
        parse_time(text)
            .ok_or_else(|| self.error("a time is @SECONDS, YYYY-MM-DD or YYYY-MM-DD HH:MM[:SS]"))
    }

    fn file(&mut self) -> Result<fs::Metadata, ParseError> {
        let path = self.value()?;
        let found = if self.query.links == Links::None {
            fs::symlink_metadata(path)
        } else {
            fs::metadata(path).or_else(|_| fs::symlink_metadata(path))
        };
        found.map_err(|error| self.error(error))
    }

    fn comparison(&mut self) -> Result<Comparison, ParseError> {
        let text = self.text()?;
        Comparison::parse(text).ok_or_else(|| self.error("not a number with + or - or neither"))
    }

    fn number(&mut self) -> Result<usize, ParseError> {
        let text = self.text()?;
        text.parse().map_err(|_| self.error("not a number"))
    }

    fn text(&mut self) -> Result<&'a str, ParseError> {
        let value = self.value()?;
        value.to_str().ok_or_else(|| self.error("not UTF-8"))
    }

    /// The argument that the one before needs.
    fn value(&mut self) -> Result<&'a OsStr, ParseError> {
        match self.next() {
            Some(value) => Ok(value),
            None => Err(self.error("needs an argument")),
        }
    }
}

fn kind(letter: &str) -> Option<Kind> {
    Some(match letter {
        "f" => Kind::File,
        "d" => Kind::Directory,
        "l" => Kind::Symlink,
        "p" => Kind::Fifo,
        "s" => Kind::Socket,
        "c" => Kind::CharacterDevice,
        "b" => Kind::BlockDevice,
        _ => return None,
    })
}
