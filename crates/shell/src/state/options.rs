//! What `set` and the command line switch on and off.

/// The options that are on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    bits: u32,
}

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `-a`: whatever is assigned is exported.
    AllExport,
    /// `{a,b}` makes two words. Beyond POSIX, and off at first.
    BraceExpand,
    /// `-c`: the script came from the command line.
    CommandString,
    /// Keys as in Emacs. Beyond POSIX.
    Emacs,
    /// `-e`: the first failure ends the shell.
    ErrExit,
    /// `-h`: the places of commands are remembered. They always are.
    HashAll,
    /// Ctrl-D does not end an interactive shell.
    IgnoreEof,
    /// `-i`: a person is at the other end.
    Interactive,
    /// `-m`: each pipeline is a process group of its own.
    Monitor,
    /// `-C`: `>` does not overwrite a file.
    NoClobber,
    /// `-n`: commands are read and not run.
    NoExec,
    /// `-f`: `*?[` are characters like others.
    NoGlob,
    /// Function definitions stay out of the history. Accepted, and without effect.
    NoLog,
    /// `-b`: the end of a job is told at once.
    Notify,
    /// `-u`: an unset parameter is an error.
    NoUnset,
    /// A pipeline fails when any part of it does.
    PipeFail,
    /// `-s`: the script comes from standard input.
    StandardInput,
    /// `-v`: lines are shown as they are read.
    Verbose,
    /// Keys as in vi.
    Vi,
    /// `-x`: commands are shown as they are run.
    XTrace,
}

/// Flag, its letter, its name for `set -o`. Without a name: only the command line sets it.
type Row = (Flag, Option<u8>, Option<&'static str>);

/// Sorted by name, which is the order of `set -o`.
const TABLE: [Row; 20] = [
    (Flag::AllExport, Some(b'a'), Some("allexport")),
    (Flag::BraceExpand, None, Some("braceexpand")),
    (Flag::CommandString, Some(b'c'), None),
    (Flag::Emacs, None, Some("emacs")),
    (Flag::ErrExit, Some(b'e'), Some("errexit")),
    (Flag::HashAll, Some(b'h'), Some("hashall")),
    (Flag::IgnoreEof, None, Some("ignoreeof")),
    (Flag::Interactive, Some(b'i'), None),
    (Flag::Monitor, Some(b'm'), Some("monitor")),
    (Flag::NoClobber, Some(b'C'), Some("noclobber")),
    (Flag::NoExec, Some(b'n'), Some("noexec")),
    (Flag::NoGlob, Some(b'f'), Some("noglob")),
    (Flag::NoLog, None, Some("nolog")),
    (Flag::Notify, Some(b'b'), Some("notify")),
    (Flag::NoUnset, Some(b'u'), Some("nounset")),
    (Flag::PipeFail, None, Some("pipefail")),
    (Flag::StandardInput, Some(b's'), None),
    (Flag::Verbose, Some(b'v'), Some("verbose")),
    (Flag::Vi, None, Some("vi")),
    (Flag::XTrace, Some(b'x'), Some("xtrace")),
];

impl Flag {
    /// The option that `set -letter` switches on.
    #[must_use]
    pub fn from_letter(letter: u8) -> Option<Self> {
        let found = settable().find(|row| row.1 == Some(letter));
        found.map(|(flag, ..)| flag)
    }

    /// The option that `set -o name` switches on.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let found = settable().find(|row| row.2.is_some_and(|own| own.as_bytes() == name));
        found.map(|(flag, ..)| flag)
    }
}

impl Options {
    /// Whether `flag` is on.
    #[must_use]
    pub fn get(self, flag: Flag) -> bool {
        self.bits & (1 << flag as u32) != 0
    }

    /// Switches `flag`. Of `vi` and `emacs` one at most is on.
    pub fn set(&mut self, flag: Flag, on: bool) {
        match flag {
            Flag::Vi if on => self.set(Flag::Emacs, false),
            Flag::Emacs if on => self.set(Flag::Vi, false),
            _ => {}
        }
        let bit = 1 << flag as u32;
        self.bits = if on {
            self.bits | bit
        } else {
            self.bits & !bit
        };
    }

    /// `$-`: the letters of what is on.
    #[must_use]
    pub fn letters(self) -> Vec<u8> {
        let on = TABLE.iter().filter(|row| self.get(row.0));
        on.filter_map(|row| row.1).collect()
    }

    /// What `set -o` prints: each name, and whether it is on.
    pub fn named(self) -> impl Iterator<Item = (&'static str, bool)> {
        TABLE
            .iter()
            .filter_map(move |row| Some((row.2?, self.get(row.0))))
    }
}

fn settable() -> impl Iterator<Item = Row> {
    TABLE.into_iter().filter(|row| row.2.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_names_are_two_ways_to_the_same_option() {
        for (letter, name) in [(b'a', "allexport"), (b'C', "noclobber"), (b'x', "xtrace")] {
            assert_eq!(Flag::from_letter(letter), Flag::from_name(name.as_bytes()));
        }
        assert_eq!(Flag::from_letter(b'i'), None, "not while it runs");
        assert_eq!(Flag::from_name(b""), None);
    }

    #[test]
    fn what_is_on_shows_in_the_letters() {
        let mut options = Options::default();
        assert_eq!(options.letters(), b"");
        options.set(Flag::ErrExit, true);
        options.set(Flag::PipeFail, true);
        options.set(Flag::NoUnset, true);
        assert_eq!(options.letters(), b"eu");
        options.set(Flag::ErrExit, false);
        assert_eq!(options.letters(), b"u");
    }

    #[test]
    fn the_table_is_sorted_and_each_flag_has_its_own_bit() {
        let names: Vec<_> = Options::default().named().map(|(name, _)| name).collect();
        assert!(names.is_sorted());
        for row in TABLE {
            let mut options = Options::default();
            options.set(row.0, true);
            assert_eq!(TABLE.iter().filter(|other| options.get(other.0)).count(), 1);
        }
    }

    #[test]
    fn one_editing_mode_at_a_time() {
        let mut options = Options::default();
        options.set(Flag::Vi, true);
        options.set(Flag::Emacs, true);
        assert!(options.get(Flag::Emacs) && !options.get(Flag::Vi));
    }
}
