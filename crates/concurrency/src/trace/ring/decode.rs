//! From the words of a chunk to its events.

use super::{ARGUMENT, DELTA_AT, DELTA_BITS, MACHINE, OWN, SAME, TASK_AT, TIME, WIDE};
use crate::runtime::TaskId;
use crate::trace::{Event, Kind, NO_MACHINE};

/// Reads a chunk. What cannot be read ends it.
pub(super) fn decode(words: &[u64], processor: Option<usize>, events: &mut Vec<Event>) {
    let [time, machine, _, words @ ..] = words else {
        return;
    };
    let mut decoder = Decoder {
        time: *time,
        machine: *machine,
        running: 0,
        argument: 0,
        processor,
        events,
    };
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word & 0x1f {
            TIME => decoder.time = word >> 5,
            MACHINE => decoder.machine = word >> 5,
            number => {
                let event = Kind::from_number(number)
                    .and_then(|kind| decoder.event(kind, word, &mut words));
                if event.is_none() {
                    return;
                }
            }
        }
    }
}

/// What the words so far have said, which is what the owner knew when it wrote them.
struct Decoder<'a> {
    time: u64,
    machine: u64,
    running: u64,
    argument: u64,
    processor: Option<usize>,
    events: &'a mut Vec<Event>,
}

impl Decoder<'_> {
    /// An event, and the start in its word if there is one. `None` when the words end.
    fn event(
        &mut self,
        kind: Kind,
        word: u64,
        words: &mut impl Iterator<Item = u64>,
    ) -> Option<()> {
        let delta = (word >> DELTA_AT) & ((1 << DELTA_BITS) - 1);
        self.time = self.time.wrapping_add(delta);
        let is_own = word & OWN != 0;
        let task = match word >> TASK_AT {
            _ if is_own => self.running,
            _ if word & WIDE != 0 => words.next()?,
            task => task,
        };
        if word & ARGUMENT != 0 {
            self.argument = words.next()?;
        }
        let has_argument = word & (ARGUMENT | SAME) != 0;
        self.push(kind, task, if has_argument { self.argument } else { 0 });
        if is_own {
            self.running = 0;
        }
        let next = if is_own { word >> TASK_AT } else { 0 };
        if next != 0 {
            self.push(Kind::Start, next, 0);
        }
        Some(())
    }

    fn push(&mut self, kind: Kind, task: u64, argument: u64) {
        if kind == Kind::Start {
            self.running = task;
        }
        self.events.push(Event {
            time: self.time,
            kind,
            task: TaskId(task),
            argument,
            processor: self.processor,
            machine: (self.machine != NO_MACHINE).then_some(self.machine as usize),
        });
    }
}
