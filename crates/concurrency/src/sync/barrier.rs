//! A meeting point.

use super::{Condvar, Mutex, const_new};

/// Holds threads up until so many have come, and then lets them all go on; again and again.
///
/// ```
/// use concurrency::sync::Barrier;
///
/// let start = Barrier::new(2);
/// std::thread::scope(|scope| {
///     scope.spawn(|| start.wait());
///     start.wait();
/// });
/// ```
#[derive(Debug)]
pub struct Barrier {
    size: usize,
    meeting: Mutex<Meeting>,
    complete: Condvar,
}

#[derive(Debug)]
struct Meeting {
    here: usize,
    /// Which meeting this is: who was let go must not be taken for one of the next.
    number: u64,
}

impl Barrier {
    const_new! {
        /// For so many threads; with 0 or 1 nobody waits.
        pub fn new(size: usize) -> Self {
            let meeting = Mutex::new(Meeting { here: 0, number: 0 });
            Barrier { size, meeting, complete: Condvar::new() }
        }
    }

    /// Waits until all are here. True for one of them: the last to come.
    pub fn wait(&self) -> bool {
        let mut meeting = self.meeting.lock();
        meeting.here += 1;
        if meeting.here >= self.size {
            meeting.here = 0;
            meeting.number += 1;
            self.complete.notify_all();
            return true;
        }
        let mine = meeting.number;
        drop(
            self.complete
                .wait_while(meeting, |meeting| meeting.number == mine),
        );
        false
    }
}
