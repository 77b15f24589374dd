//! A timer is a channel that gets one message, and the kernel knows it only as a sleep until then.
//!
//! `after` gives the receiver at once; the time comes over it later. So a timeout is nothing special:
//! it is one more arm of a select. All timers of the process share one thread, which sleeps until the
//! earliest is due. Below it is a futex(2) with a deadline; there is no timer in the kernel for each,
//! and none of its own at all (`timer_create`, `timerfd_create`).
//!
//! A sleep is never shorter than asked for and always a little longer, since the kernel gathers
//! wake-ups (50 µs of slack, see `PR_SET_TIMERSLACK` in prctl(2)) and the thread needs a processor.
//!
//! Go's is `time.After`, crossbeam's `after`; tokio's `sleep` is a future and no channel.
//!
//! ```syscalls
//! clone* x1
//! futex(*, FUTEX_WAIT_BITSET*, {tv_sec=*}, *) = -1 ETIMEDOUT (*)
//! !timer_create
//! !timerfd_create
//! ```

use std::time::{Duration, Instant};

use channels::time::{after, live_timers};

fn main() {
    let begin = Instant::now();
    let durations = [90, 30, 60].map(Duration::from_millis);
    let timers = durations.map(after);
    let made = begin.elapsed();
    println!("{} timers after {made:.1?}", live_timers());

    let rung = timers.map(|timer| {
        let rung = timer.recv().expect("one message comes");
        assert!(timer.recv().is_err(), "one message and no more");
        rung - begin
    });
    for (duration, rung) in durations.into_iter().zip(rung) {
        println!("after {duration:?}: {rung:.1?}");
        assert!(rung >= duration, "never early");
        assert!(rung < duration + Duration::from_secs(5), "{rung:?}");
    }
    // The 30 ms begin when that timer is made: on a machine that is busy enough, too late to be first.
    let shortest_first = rung[1] < rung[2] && rung[2] < rung[0];
    assert!(shortest_first || made >= Duration::from_millis(30));
}
