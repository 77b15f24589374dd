//! What the kernel says, before anybody has looked whether it is so.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long the first half of a rename waits for the second. The kernel queues both in a row, so only
/// a name that was moved to where nobody watches has to wait at all.
const HALF_LIFE: Duration = Duration::from_millis(100);

/// A message about a canonical path.
#[derive(Debug, Clone, PartialEq, Eq)]
// FSEvents says only where to look.
#[cfg_attr(target_os = "macos", allow(dead_code))]
pub(super) enum Hint {
    Created(PathBuf),
    Written(PathBuf),
    /// Its attributes, that is.
    Changed(PathBuf),
    Removed(PathBuf),
    MovedFrom {
        cookie: usize,
        path: PathBuf,
    },
    MovedTo {
        cookie: usize,
        path: PathBuf,
    },
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    /// A watched directory has another name now, which its own watch does not know.
    Moved(PathBuf),
    /// Something is different, who knows what.
    Look(PathBuf),
    /// The kernel has dropped messages: anything may be different.
    Rescan,
}

/// Makes the two halves of a rename one, by their cookie.
///
/// Hints leave in the order in which they came; a half that stands at the head of the queue holds the
/// others up until its time is over. A half that stays alone is a removal, or a creation.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    queue: VecDeque<(Hint, Instant)>,
}

impl Pairing {
    pub(super) fn push(&mut self, hint: Hint, now: Instant) {
        let hint = match hint {
            Hint::MovedTo { cookie, path } => match self.take_half(cookie) {
                Some(from) => Hint::Renamed { from, to: path },
                None => Hint::Created(path),
            },
            hint => hint,
        };
        self.queue.push_back((hint, now));
    }

    pub(super) fn pop(&mut self, now: Instant) -> Option<Hint> {
        if self.due().is_some_and(|due| now < due) {
            return None;
        }
        match self.queue.pop_front()?.0 {
            Hint::MovedFrom { path, .. } => Some(Hint::Removed(path)),
            hint => Some(hint),
        }
    }

    /// When [`pop`](Self::pop) is to be called again, if a half at the head holds it up.
    pub(super) fn due(&self) -> Option<Instant> {
        match self.queue.front()? {
            (Hint::MovedFrom { .. }, since) => Some(*since + HALF_LIFE),
            _ => None,
        }
    }

    fn take_half(&mut self, wanted: usize) -> Option<PathBuf> {
        let is_half = |(hint, _): &(Hint, Instant)| matches!(hint, Hint::MovedFrom { cookie, .. } if *cookie == wanted);
        // The newest is nearly always the one.
        let place = self.queue.iter().rposition(is_half)?;
        match self.queue.remove(place)?.0 {
            Hint::MovedFrom { path, .. } => Some(path),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(cookie: usize) -> Hint {
        let path = PathBuf::from("old");
        Hint::MovedFrom { cookie, path }
    }

    fn to(cookie: usize) -> Hint {
        let path = PathBuf::from("new");
        Hint::MovedTo { cookie, path }
    }

    #[test]
    fn halves_with_one_cookie_are_a_rename() {
        let (mut pairing, now) = (Pairing::default(), Instant::now());
        pairing.push(from(1), now);
        assert_eq!(pairing.pop(now), None);
        pairing.push(to(1), now);
        let (from, to) = ("old".into(), "new".into());
        assert_eq!(pairing.pop(now), Some(Hint::Renamed { from, to }));
        assert_eq!(pairing.pop(now), None);
    }

    #[test]
    fn a_half_without_its_other_is_a_removal_when_its_time_is_over() {
        let (mut pairing, now) = (Pairing::default(), Instant::now());
        pairing.push(from(1), now);
        pairing.push(to(2), now);
        assert_eq!(pairing.pop(now), None);
        let due = pairing.due().expect("the half is waited for");
        assert_eq!(pairing.pop(due), Some(Hint::Removed("old".into())));
        assert_eq!(pairing.pop(now), Some(Hint::Created("new".into())));
    }
}
