//! `/proc/PID/stat`: one line of some fifty numbers, and a name in the middle that may hold
//! anything.
//!
//! The second field is the program's name in parentheses. Whoever splits the line at its spaces is
//! fooled by a program called `a) R 1 (b`, so that the name is all from the first `(` to the *last*
//! `)`: the fields after it are letters and numbers.

use std::time::Duration;

use super::process::{Process, State};
use super::terminal::Terminal;
use crate::id::Pid;

/// What the numbers of the line count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// Clock ticks a second, `sysconf(_SC_CLK_TCK)`.
    pub ticks: u64,
    /// Bytes a page.
    pub page: u64,
}

impl Units {
    fn time(self, ticks: u64) -> Duration {
        let rest = (ticks % self.ticks) * (1_000_000_000 / self.ticks);
        Duration::new(ticks / self.ticks, rest as u32)
    }
}

/// Reads a line. `None` when it is not one: the file of a process that ends may be cut.
pub fn parse(line: &[u8], units: Units) -> Option<Process> {
    let open = line.iter().position(|&byte| byte == b'(')?;
    let close = line.iter().rposition(|&byte| byte == b')')?;
    let name = line.get(open + 1..close)?;
    let pid: Pid = number(line[..open].trim_ascii())?;
    let mut fields = Rest::new(&line[close + 1..]);
    Some(Process {
        pid,
        thread: pid,
        name: name.to_vec(),
        state: State::from_letter(*fields.next()?.first()?),
        parent: fields.number()?,
        group: fields.number()?,
        session: fields.number()?,
        terminal: Terminal::from_kernel(fields.number()?),
        foreground: fields.number()?,
        flags: fields.number()?,
        minor_faults: fields.number()?,
        major_faults: fields.skip(1).number()?,
        user_time: units.time(fields.skip(1).number()?),
        system_time: units.time(fields.number()?),
        priority: fields.skip(2).number()?,
        nice: fields.number()?,
        threads: fields.number()?,
        started: units.time(fields.skip(1).number()?),
        virtual_memory: fields.number()?,
        resident: fields.number::<u64>()?.saturating_mul(units.page),
        // After the memory's addresses and the signals that `status` tells better.
        processor: Some(fields.skip(14).number()?),
        realtime_priority: fields.number()?,
        policy: Some(fields.number()?),
        owner: None,
        status: None,
        command_line: Vec::new(),
        wait_channel: String::new(),
    })
}

/// The fields after the name.
struct Rest<'a>(std::slice::Split<'a, u8, fn(&u8) -> bool>);

impl<'a> Rest<'a> {
    fn new(text: &'a [u8]) -> Rest<'a> {
        let is_space: fn(&u8) -> bool = |byte| *byte == b' ';
        Rest(text.trim_ascii().split(is_space))
    }

    fn skip(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            self.0.next();
        }
        self
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        self.0.next()
    }

    fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        number(self.next()?)
    }
}

fn number<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
