//! The commands that have to live in the shell, and those that are faster there.
//!
//! `cd` in a process of its own would change the directory of that process. Such commands have to be
//! part of the shell; `echo` and `test` are part of it because a process costs a thousand times what
//! they do. *Special* built-ins (POSIX.1-2024, 2.15) are found before functions, keep assignments
//! that stand before them, and an error in them ends a script.
//!
//! Each is a function of the shell and its arguments, the first of which is its own name. Output goes
//! straight to descriptor 1, unbuffered: the next command may be a program with the same descriptor.

mod escape;

mod alias;
mod control;
mod directory;
mod echo;
mod evaluate;
mod fc;
mod getopts;
mod jobs;
mod lookup;
mod printf;
mod read;
mod set;
mod signals;
mod test;
mod times;
mod trivial;
mod ulimit;
mod umask;
mod variables;
mod wait;

pub use directory::is_here;

use crate::exec::{Flow, Shell, descriptor};
use crate::syntax::ast::Bytes;

/// What a built-in is: arguments, its own name first, to a status.
pub type Builtin = fn(&mut Shell, &[Bytes]) -> Result<i32, Flow>;

/// A built-in in the table.
#[derive(Debug)]
pub struct Entry {
    /// How it is called.
    pub name: &'static str,
    /// Whether it is one of those that POSIX calls special.
    pub is_special: bool,
    /// What it does.
    pub run: Builtin,
}

const fn special(name: &'static str, run: Builtin) -> Entry {
    Entry {
        name,
        is_special: true,
        run,
    }
}

const fn regular(name: &'static str, run: Builtin) -> Entry {
    Entry {
        name,
        is_special: false,
        run,
    }
}

/// Sorted by name.
static TABLE: &[Entry] = &[
    special(".", evaluate::dot),
    special(":", trivial::succeed),
    regular("[", test::bracket),
    regular("alias", alias::alias),
    regular("bg", jobs::bg),
    special("break", control::break_loop),
    regular("cd", directory::cd),
    regular("command", lookup::command),
    special("continue", control::continue_loop),
    regular("echo", echo::echo),
    special("eval", evaluate::eval),
    special("exec", evaluate::exec),
    special("exit", control::exit),
    special("export", variables::export),
    regular("false", trivial::fail),
    regular("fc", fc::fc),
    regular("fg", jobs::fg),
    regular("getopts", getopts::getopts),
    regular("hash", lookup::hash),
    regular("jobs", jobs::jobs),
    regular("kill", signals::kill),
    regular("local", variables::local),
    regular("printf", printf::printf),
    regular("pwd", directory::pwd),
    regular("read", read::read),
    special("readonly", variables::read_only),
    special("return", control::return_),
    special("set", set::set),
    special("shift", set::shift),
    regular("test", test::test),
    special("times", times::times),
    special("trap", signals::trap),
    regular("true", trivial::succeed),
    regular("type", lookup::type_),
    regular("ulimit", ulimit::ulimit),
    regular("umask", umask::umask),
    regular("unalias", alias::unalias),
    special("unset", variables::unset),
    regular("wait", wait::wait),
];

/// For each byte, where the names begin whose first byte is not less.
static STARTS: [u8; 257] = {
    let mut starts = [0; 257];
    let mut index = 0;
    let mut byte = 0;
    while byte < starts.len() {
        while index < TABLE.len() && (TABLE[index].name.as_bytes()[0] as usize) < byte {
            index += 1;
        }
        starts[byte] = index as u8;
        byte += 1;
    }
    starts
};

/// The built-in of this name. Asked for each command: the first byte leaves few to compare.
#[must_use]
pub fn find(name: &[u8]) -> Option<&'static Entry> {
    let first = usize::from(*name.first()?);
    let (start, end) = (STARTS[first], STARTS[first + 1]);
    let same_first = &TABLE[usize::from(start)..usize::from(end)];
    same_first
        .iter()
        .find(|entry| entry.name.as_bytes() == name)
}

/// The names of all.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|entry| entry.name)
}

/// Writes to standard output: 0, or 1 after a complaint when that fails, as on a full disk.
pub(crate) fn print(shell: &Shell, text: impl AsRef<[u8]>) -> i32 {
    match descriptor::write_all(1, text.as_ref()) {
        Ok(()) => 0,
        Err(error) => {
            shell.complain(format!("write error: {}", error.desc()));
            1
        }
    }
}

/// Complains as `name: message`, and gives the status of a usage error.
pub(crate) fn misused(shell: &Shell, name: &[u8], message: &str) -> Flow {
    shell.complain([name, b": ", message.as_bytes()].concat());
    Flow::Error(2)
}

/// Letters of options, and the operands behind them.
pub(crate) struct Options<'a> {
    pub(crate) letters: Vec<u8>,
    pub(crate) operands: &'a [Bytes],
}

/// Options without arguments, as most built-ins have them: POSIX.1-2024, XBD 12.2.
pub(crate) fn options<'a>(
    shell: &Shell,
    arguments: &'a [Bytes],
    allowed: &[u8],
) -> Result<Options<'a>, Flow> {
    let mut letters = Vec::new();
    for (index, argument) in arguments.iter().enumerate().skip(1) {
        match &argument[..] {
            b"--" => {
                let operands = &arguments[index + 1..];
                return Ok(Options { letters, operands });
            }
            [b'-', given @ ..] if !given.is_empty() => {
                if let Some(letter) = given.iter().find(|letter| !allowed.contains(letter)) {
                    let message = format!("-{}: unknown option", letter.escape_ascii());
                    return Err(misused(shell, &arguments[0], &message));
                }
                letters.extend_from_slice(given);
            }
            _ => {
                let operands = &arguments[index..];
                return Ok(Options { letters, operands });
            }
        }
    }
    Ok(Options {
        letters,
        operands: &[],
    })
}

/// A number without a sign.
pub(crate) fn number(text: &[u8]) -> Option<i32> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits.then(|| str::from_utf8(text).ok()?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.is_sorted_by(|one, other| one.name < other.name));
        assert!(find(b"cd").is_some_and(|entry| !entry.is_special));
        assert!(find(b"exit").is_some_and(|entry| entry.is_special));
        assert!(find(b"ls").is_none() && find(b"").is_none() && find(b"\xff").is_none());
        for entry in TABLE {
            assert!(find(entry.name.as_bytes()).is_some_and(|found| found.name == entry.name));
        }
    }
}
