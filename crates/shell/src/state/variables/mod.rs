//! Variables: values, attributes, scopes, and the environment made of them.
//!
//! A [`Name`] is a number, and a variable is the entry of a vector with that number: a loop that
//! counts neither hashes nor compares text. Three things hang on values and would be slow to work out
//! at each use: how IFS splits, where commands are found (PATH), and the environment block. They are
//! worked out when they are asked for, and forgotten when a variable under them changes.

mod environment;
mod listed;
mod scopes;

use std::cell::OnceCell;
use std::ffi::CString;
use std::rc::Rc;

use thiserror::Error;

use super::Ifs;
use crate::arithmetic::constant;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;
pub use listed::Listed;
use scopes::Scope;

/// All variables of a shell.
#[derive(Debug, Clone)]
pub struct Variables {
    /// By [`Name::index`].
    slots: Vec<Slot>,
    /// The values that `local` put aside, a scope for each call.
    scopes: Vec<Scope>,
    /// `set -a`: whatever is assigned from now on is exported.
    pub all_export: bool,
    /// How far `getopts` is within the argument that OPTIND names; 0 after each assignment to OPTIND.
    pub option_offset: usize,
    known: Known,
    ifs: Ifs,
    path_generation: u64,
    line: u32,
    /// `line` as text, once it was asked for.
    line_text: OnceCell<Bytes>,
    /// None when an exported variable changed since it was made.
    environment: Option<Rc<[CString]>>,
    /// Entries that came with the environment and are no variables, as `a.b=1`: passed on as they are.
    foreign: Vec<CString>,
}

/// A variable may not be changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: is read only", .0.text().escape_ascii())]
pub struct ReadOnly(pub Name);

#[derive(Debug, Clone, Default)]
struct Slot {
    content: Content,
    exported: bool,
    read_only: bool,
    /// Something depends on the value: see [`Variables::react`].
    watched: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Content {
    #[default]
    Unset,
    Text(Bytes),
    /// A number that arithmetic assigned, and how it is written.
    Number(i64, Bytes),
    /// LINENO, until a script assigns it.
    Line,
}

/// The names that the shell itself asks for.
#[derive(Debug, Clone, Copy)]
struct Known {
    ifs: Name,
    path: Name,
    optind: Name,
}

impl Default for Variables {
    fn default() -> Self {
        Self::new()
    }
}

impl Variables {
    /// Only what POSIX has set at the start whatever the environment says: IFS, OPTIND, LINENO and
    /// PS4.
    #[must_use]
    pub fn new() -> Self {
        let known = Known {
            ifs: Name::new("IFS"),
            path: Name::new("PATH"),
            optind: Name::new("OPTIND"),
        };
        let mut new = Self {
            slots: Vec::new(),
            scopes: Vec::new(),
            all_export: false,
            option_offset: 0,
            known,
            ifs: Ifs::default(),
            path_generation: 0,
            line: 0,
            line_text: OnceCell::new(),
            environment: None,
            foreign: Vec::new(),
        };
        for watched in [known.ifs, known.path, known.optind] {
            new.slot(watched).watched = true;
        }
        new.slot(known.ifs).content = Content::Text(b" \t\n".to_vec());
        new.slot(known.optind).content = Content::Text(b"1".to_vec());
        new.slot(Name::new("PS4")).content = Content::Text(b"+ ".to_vec());
        new.slot(Name::new("LINENO")).content = Content::Line;
        new
    }

    /// The value, if there is one.
    #[must_use]
    pub fn get(&self, name: Name) -> Option<&[u8]> {
        match &self.slots.get(name.index())?.content {
            Content::Unset => None,
            Content::Text(text) | Content::Number(_, text) => Some(text),
            Content::Line => Some(self.line_text()),
        }
    }

    /// The value as arithmetic sees it: 0 for an unset or empty variable, None for what is no number.
    #[must_use]
    pub fn integer(&self, name: Name) -> Option<i64> {
        match self.slots.get(name.index()).map(|slot| &slot.content) {
            Some(Content::Number(number, _)) => Some(*number),
            Some(Content::Text(text)) => constant::value(text),
            Some(Content::Line) => Some(i64::from(self.line)),
            Some(Content::Unset) | None => Some(0),
        }
    }

    /// The value, if it is an integer constant with nothing around it: then `$name` as text and as a
    /// number mean the same to arithmetic.
    #[must_use]
    pub fn constant(&self, name: Name) -> Option<i64> {
        match &self.slots.get(name.index())?.content {
            Content::Number(number, _) => Some(*number),
            Content::Text(text) => constant::plain(text),
            Content::Line => Some(i64::from(self.line)),
            Content::Unset => None,
        }
    }

    /// Whether it has a value, if only an empty one.
    #[must_use]
    pub fn is_set(&self, name: Name) -> bool {
        let slot = self.slots.get(name.index());
        slot.is_some_and(|slot| slot.content != Content::Unset)
    }

    /// Whether children get it, once it has a value.
    #[must_use]
    pub fn is_exported(&self, name: Name) -> bool {
        let slot = self.slots.get(name.index());
        slot.is_some_and(|slot| slot.exported)
    }

    /// Whether it may not be changed.
    #[must_use]
    pub fn is_read_only(&self, name: Name) -> bool {
        let slot = self.slots.get(name.index());
        slot.is_some_and(|slot| slot.read_only)
    }

    /// `name=value`
    ///
    /// # Errors
    ///
    /// When it is read only.
    pub fn set(&mut self, name: Name, value: Bytes) -> Result<(), ReadOnly> {
        self.writable(name)?.content = Content::Text(value);
        self.changed(name);
        Ok(())
    }

    /// `name=$((value))`, into the memory that the old value had.
    ///
    /// # Errors
    ///
    /// When it is read only.
    pub fn set_integer(&mut self, name: Name, value: i64) -> Result<(), ReadOnly> {
        let content = &mut self.writable(name)?.content;
        let mut text = match std::mem::take(content) {
            Content::Text(text) | Content::Number(_, text) => text,
            Content::Unset | Content::Line => Bytes::new(),
        };
        text.clear();
        constant::write(value, &mut text);
        *content = Content::Number(value, text);
        self.changed(name);
        Ok(())
    }

    /// `unset -v name`: the value and the attribute of being exported go.
    ///
    /// # Errors
    ///
    /// When it is read only.
    pub fn unset(&mut self, name: Name) -> Result<(), ReadOnly> {
        let slot = self.writable(name)?;
        slot.content = Content::Unset;
        let was_exported = std::mem::take(&mut slot.exported);
        if was_exported {
            self.environment = None;
        }
        self.react(name);
        Ok(())
    }

    /// Takes the value and leaves the attributes: what `local name` begins with.
    ///
    /// # Errors
    ///
    /// When it is read only.
    pub fn clear(&mut self, name: Name) -> Result<(), ReadOnly> {
        self.writable(name)?.content = Content::Unset;
        self.environment = None;
        self.react(name);
        Ok(())
    }

    /// `export name`
    pub fn export(&mut self, name: Name) {
        self.slot(name).exported = true;
        self.environment = None;
    }

    /// `readonly name`
    pub fn make_read_only(&mut self, name: Name) {
        self.slot(name).read_only = true;
    }

    /// How IFS splits and joins.
    #[must_use]
    pub fn ifs(&self) -> &Ifs {
        &self.ifs
    }

    /// Counts the changes of PATH: a place of a command that was found under another count may be
    /// stale.
    #[must_use]
    pub fn path_generation(&self) -> u64 {
        self.path_generation
    }

    /// `$LINENO`
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// What `$LINENO` is from now on. Cheap: it is called for each command.
    pub fn set_line(&mut self, line: u32) {
        if self.line != line {
            self.line = line;
            self.line_text.take();
        }
    }

    fn line_text(&self) -> &[u8] {
        self.line_text
            .get_or_init(|| self.line.to_string().into_bytes())
    }

    fn slot(&mut self, name: Name) -> &mut Slot {
        let index = name.index();
        if index >= self.slots.len() {
            self.slots.resize_with(index + 1, Slot::default);
        }
        &mut self.slots[index]
    }

    fn writable(&mut self, name: Name) -> Result<&mut Slot, ReadOnly> {
        let slot = self.slot(name);
        if slot.read_only {
            return Err(ReadOnly(name));
        }
        Ok(slot)
    }

    /// After each assignment.
    fn changed(&mut self, name: Name) {
        let all_export = self.all_export;
        let slot = &mut self.slots[name.index()];
        slot.exported |= all_export;
        let (exported, watched) = (slot.exported, slot.watched);
        if exported {
            self.environment = None;
        }
        if watched {
            self.react(name);
        }
    }

    /// Brings what depends on `name` up to date.
    fn react(&mut self, name: Name) {
        if name == self.known.ifs {
            self.ifs = self.get(name).map_or_else(Ifs::default, Ifs::new);
        } else if name == self.known.path {
            self.path_generation += 1;
        } else if name == self.known.optind {
            self.option_offset = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::new(text)
    }

    #[test]
    fn a_number_is_text_too() {
        let mut variables = Variables::new();
        let i = name("i");
        assert_eq!(variables.integer(i), Some(0), "unset counts as 0");
        variables.set_integer(i, -7).unwrap();
        assert_eq!(variables.get(i), Some(&b"-7"[..]));
        variables.set(i, b"0x10".to_vec()).unwrap();
        assert_eq!(variables.integer(i), Some(16));
        variables.set(i, b"ten".to_vec()).unwrap();
        assert_eq!(variables.integer(i), None);
    }

    #[test]
    fn read_only_means_neither_assigned_nor_unset() {
        let mut variables = Variables::new();
        let fixed = name("fixed");
        variables.set(fixed, b"1".to_vec()).unwrap();
        variables.make_read_only(fixed);
        assert_eq!(variables.set(fixed, b"2".to_vec()), Err(ReadOnly(fixed)));
        assert_eq!(variables.set_integer(fixed, 2), Err(ReadOnly(fixed)));
        assert_eq!(variables.unset(fixed), Err(ReadOnly(fixed)));
        assert_eq!(variables.get(fixed), Some(&b"1"[..]));
        assert_eq!(ReadOnly(fixed).to_string(), "fixed: is read only");
    }

    #[test]
    fn what_hangs_on_a_value_follows_it() {
        let mut variables = Variables::new();
        variables.set(name("IFS"), b":".to_vec()).unwrap();
        assert_eq!(variables.ifs().joint(), b":");
        variables.unset(name("IFS")).unwrap();
        assert_eq!(variables.ifs(), &Ifs::default());

        let before = variables.path_generation();
        variables.set(name("PATH"), b"/bin".to_vec()).unwrap();
        assert_ne!(variables.path_generation(), before);

        variables.option_offset = 3;
        variables.set(name("OPTIND"), b"1".to_vec()).unwrap();
        assert_eq!(variables.option_offset, 0);
    }

    #[test]
    fn the_line_number_is_a_variable_until_it_is_assigned() {
        let mut variables = Variables::new();
        let line = name("LINENO");
        variables.set_line(7);
        assert_eq!(variables.get(line), Some(&b"7"[..]));
        variables.set_line(8);
        assert_eq!(variables.get(line), Some(&b"8"[..]));
        assert_eq!(variables.integer(line), Some(8));
        variables.set(line, b"x".to_vec()).unwrap();
        variables.set_line(9);
        assert_eq!(variables.get(line), Some(&b"x"[..]));
    }
}
