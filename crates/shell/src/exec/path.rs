//! Where a program is: POSIX.1-2024, 2.9.1.4.

use std::collections::BTreeMap;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use nix::sys::stat::{Mode, SFlag, stat};
use nix::unistd::{AccessFlags, access};

use super::Shell;
use crate::builtins;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

/// Where `command -p` looks: the directories that have all standard utilities.
pub(crate) const STANDARD_PATH: &[u8] =
    b"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The words of the grammar.
const KEYWORDS: [&[u8]; 16] = [
    b"!", b"{", b"}", b"case", b"do", b"done", b"elif", b"else", b"esac", b"fi", b"for", b"if",
    b"in", b"then", b"until", b"while",
];

/// Programs that were found, and how often they were asked for. It is valid for one value of PATH.
#[derive(Debug, Clone, Default)]
pub struct CommandHash {
    generation: u64,
    places: BTreeMap<Bytes, (Bytes, u32)>,
}

impl CommandHash {
    /// Forgets everything: `hash -r`.
    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// Forgets one program, which has moved.
    pub fn forget(&mut self, name: &[u8]) {
        self.places.remove(name);
    }

    /// The places that are remembered, with their uses.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u32)> {
        self.places
            .values()
            .map(|(place, uses)| (place.as_slice(), *uses))
    }
}

/// What a search along PATH came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// This file can be run.
    Found(Bytes),
    /// A file is there, and may not be run: status 126.
    NotExecutable(Bytes),
    /// Nothing: status 127.
    Missing,
}

/// Who would run a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Keyword,
    Alias(Bytes),
    Special,
    Function,
    Regular,
    Program(Bytes),
    Missing,
}

impl Shell {
    /// The program's place, from memory if it is there.
    pub(crate) fn find_program(&mut self, name: &[u8]) -> Lookup {
        if name.contains(&b'/') {
            return examine(name.to_vec());
        }
        let generation = self.variables.path_generation();
        if self.commands.generation != generation {
            self.commands.clear();
            self.commands.generation = generation;
        }
        if let Some((place, uses)) = self.commands.places.get_mut(name) {
            *uses += 1;
            return Lookup::Found(place.clone());
        }
        let found = search(&self.path(), name);
        // A relative place means another file after `cd`.
        if let Lookup::Found(place) = &found
            && place.starts_with(b"/")
        {
            self.commands
                .places
                .insert(name.to_vec(), (place.clone(), 1));
        }
        found
    }

    /// Who would run `name`, in the order in which the shell asks.
    pub(crate) fn find_command(&mut self, name: &[u8], standard: bool) -> Found {
        if KEYWORDS.contains(&name) {
            return Found::Keyword;
        }
        if let Some(text) = self.aliases.get(name) {
            return Found::Alias(text.to_vec());
        }
        let builtin = builtins::find(name);
        if builtin.is_some_and(|entry| entry.is_special) {
            return Found::Special;
        }
        if self.functions.get(name).is_some() {
            return Found::Function;
        }
        if builtin.is_some() {
            return Found::Regular;
        }
        let found = if standard && !name.contains(&b'/') {
            search(STANDARD_PATH, name)
        } else {
            self.find_program(name)
        };
        match found {
            Lookup::Found(place) => Found::Program(absolute(place)),
            Lookup::NotExecutable(_) | Lookup::Missing => Found::Missing,
        }
    }

    /// The value of PATH.
    pub(crate) fn path(&self) -> Bytes {
        let path = self.variables.get(Name::new("PATH"));
        path.unwrap_or(STANDARD_PATH).to_vec()
    }
}

/// The first file called `name` in the directories of `path` that can be run.
pub(crate) fn search(path: &[u8], name: &[u8]) -> Lookup {
    let mut best = Lookup::Missing;
    if name.is_empty() {
        return best;
    }
    for directory in path.split(|byte| *byte == b':') {
        let mut place = directory.to_vec();
        if !place.is_empty() && place != b"/" {
            place.push(b'/');
        }
        place.extend_from_slice(name);
        match examine(place) {
            Lookup::Missing => {}
            found @ Lookup::Found(_) => return found,
            found @ Lookup::NotExecutable(_) if best == Lookup::Missing => best = found,
            Lookup::NotExecutable(_) => {}
        }
    }
    best
}

/// Each place along `path` that is looked at for `name`, and what is there.
pub(crate) fn search_steps(path: &[u8], name: &[u8]) -> Vec<(Bytes, &'static str)> {
    let mut steps = Vec::new();
    for directory in path.split(|byte| *byte == b':') {
        let found = search(directory, name);
        let place = match &found {
            Lookup::Found(place) | Lookup::NotExecutable(place) => place.clone(),
            Lookup::Missing => [directory, b"/", name].concat(),
        };
        let is_found = matches!(found, Lookup::Found(_));
        let answer = match found {
            Lookup::Found(_) => "found",
            Lookup::NotExecutable(_) => "cannot be run",
            Lookup::Missing => "not there",
        };
        steps.push((place, answer));
        if is_found {
            break;
        }
    }
    steps
}

/// `command -v` gives a path that is good from anywhere.
fn absolute(place: Bytes) -> Bytes {
    if place.starts_with(b"/") {
        return place;
    }
    let path = std::path::absolute(OsStr::from_bytes(&place));
    path.map_or(place, |path| path.into_os_string().into_vec())
}

fn examine(place: Bytes) -> Lookup {
    let Ok(path) = CString::new(place.clone()) else {
        return Lookup::Missing;
    };
    let Ok(status) = stat(path.as_c_str()) else {
        return Lookup::Missing;
    };
    let kind = SFlag::from_bits_truncate(status.st_mode) & SFlag::S_IFMT;
    if kind == SFlag::S_IFDIR {
        return Lookup::NotExecutable(place);
    }
    // Root may do everything but run a file that nobody may run.
    let anybody = Mode::S_IXUSR | Mode::S_IXGRP | Mode::S_IXOTH;
    let some = Mode::from_bits_truncate(status.st_mode).intersects(anybody);
    if some && access(path.as_c_str(), AccessFlags::X_OK).is_ok() {
        Lookup::Found(place)
    } else {
        Lookup::NotExecutable(place)
    }
}
