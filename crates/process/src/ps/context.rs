//! What a value is seen against: the machine, the clock, the names of users, the wishes of who
//! asks.

use std::time::SystemTime;

use super::time::Moment;
use crate::id::Names;
use crate::table::{Process, System};

/// Everything that the columns need beside the process.
#[derive(Debug)]
pub struct Context {
    /// The machine's numbers.
    pub system: System,
    /// Seconds since 1970.
    pub now: i64,
    /// Names of users and groups.
    pub names: Names,
    /// Whether the reader sees UTF-8; otherwise what is not ASCII is shown as `?`.
    pub utf8: bool,
    /// Columns of the program's name show its arguments (`-f`).
    pub arguments_for_name: bool,
    /// Columns of the arguments show the program's name (BSD's `c`).
    pub name_for_arguments: bool,
    /// What stands before the command of the process: its place in the tree.
    pub prefix: String,
}

impl Context {
    /// Now, on this machine.
    pub fn new(system: System) -> Context {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Context {
            system,
            now: now.map_or(0, |now| now.as_secs() as i64),
            names: Names::default(),
            utf8: reader_sees_utf8(),
            arguments_for_name: false,
            name_for_arguments: false,
            prefix: String::new(),
        }
    }

    pub(crate) fn started(&self, process: &Process) -> Moment {
        let booted = self.system.booted.duration_since(SystemTime::UNIX_EPOCH);
        let booted = booted.map_or(0, |time| time.as_secs());
        Moment {
            at: (booted + process.started.as_secs()) as i64,
            now: self.now,
        }
    }

    /// Its processor time as thousandths of its age.
    pub(crate) fn utilization(&self, process: &Process) -> i64 {
        let age = self.system.age(process).as_secs_f64();
        if age <= 0.0 {
            return 0;
        }
        (process.cpu_time().as_secs_f64() / age * 1000.0) as i64
    }

    /// Adds `text` so that it cannot do anything to the reader's terminal: what is not a printable
    /// character becomes `?`.
    pub(crate) fn escape(&self, out: &mut String, text: &[u8]) {
        if !self.utf8 {
            let shown = text
                .iter()
                .map(|&byte| printable(char::from(byte), byte < 0x7f));
            return out.extend(shown);
        }
        for chunk in text.utf8_chunks() {
            let valid = chunk.valid().chars();
            out.extend(valid.map(|c| printable(c, true)));
            out.extend(chunk.invalid().iter().map(|_| '?'));
        }
    }
}

fn printable(character: char, known: bool) -> char {
    if known && !character.is_control() {
        character
    } else {
        '?'
    }
}

/// Whether the locale that the C library would choose for characters is UTF-8.
pub fn reader_sees_utf8() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    set.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
