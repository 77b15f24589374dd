//! A context with a deadline ends by itself, and its error tells that from being cancelled.
//!
//! A deadline is handed on with the context: the database call at the end of ten calls knows how much
//! time the request has left, without a parameter for it in each. The earlier deadline wins; a child
//! may have less time than its parent, never more. Cancelling it later changes nothing any more.
//!
//! Who cancels earlier frees the timer; nobody has to wait for it to run out. tokio has
//! `timeout(duration, future)` for one future; a deadline for a whole request it leaves to you.
//!
//! ```syscalls
//! futex(*, FUTEX_WAIT_BITSET*, {tv_sec=*}, *) = -1 ETIMEDOUT (*)
//! !timer_create
//! !timerfd_create
//! ```

use std::time::{Duration, Instant};

use channels::context::{Context, ContextError};
use channels::time::live_timers;

fn main() {
    let begin = Instant::now();
    let timeout = Duration::from_millis(50);
    let (request, cancel) = Context::background().with_timeout(timeout);
    let (query, _cancel_query) = request.with_timeout(Duration::from_secs(60));
    assert_eq!(
        query.deadline(),
        request.deadline(),
        "never more time than its parent"
    );

    assert!(query.done().recv().is_err(), "closed, and nothing was sent");
    let elapsed = begin.elapsed();
    println!("{} after {elapsed:.1?}", query.error().expect("it is done"));
    assert!(elapsed >= timeout && elapsed < timeout + Duration::from_secs(5));
    assert_eq!(query.error(), Some(ContextError::DeadlineExceeded));

    cancel.cancel();
    assert_eq!(request.error(), Some(ContextError::DeadlineExceeded));

    let (request, cancel) = Context::background().with_timeout(Duration::from_secs(60));
    assert_eq!(live_timers(), 1);
    cancel.cancel();
    println!(
        "{} before its deadline",
        request.error().expect("it is done")
    );
    assert_eq!(request.error(), Some(ContextError::Cancelled));
    assert_eq!(live_timers(), 0, "nothing waits for the minute to pass");
}
