//! Contexts: who is cancelled with whom, why, and what is left behind.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use channels::context::{Context, ContextError};
use channels::time::live_timers;
use channels::{RecvError, RecvTimeoutError, TryRecvError, channel, select, select_async};

const LONG: Duration = Duration::from_secs(3600);
const GUARD: Duration = Duration::from_secs(20);

/// For the tests that look at the number of timers, and those that make some.
fn in_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_done(context: &Context) -> bool {
    context.done().try_recv() == Err(TryRecvError::Closed)
}

#[test]
fn the_background_is_never_done() {
    let background = Context::background();
    assert_eq!(background.done().try_recv(), Err(TryRecvError::Empty));
    assert_eq!(background.error(), None);
    assert!(background.cause().is_none());
    assert_eq!(background.deadline(), None);
}

#[test]
fn cancelling_the_middle_spares_parent_and_sibling() {
    let (parent, _parent_canceller) = Context::background().with_cancel();
    let (middle, middle_canceller) = parent.with_cancel();
    let (sibling, _sibling_canceller) = parent.with_cancel();
    let (child, _child_canceller) = middle.with_value("between").with_cancel();

    middle_canceller.cancel();
    assert!(is_done(&middle) && is_done(&child));
    assert!(!is_done(&parent) && !is_done(&sibling));
    assert_eq!(child.error(), Some(ContextError::Cancelled));
    assert_eq!(parent.error(), None);
}

#[test]
fn a_child_of_a_cancelled_context_is_cancelled_from_the_beginning() {
    let (parent, canceller) = Context::background().with_cancel_cause();
    canceller.cancel("closing time");
    let (child, _child_canceller) = parent.with_cancel();
    let (late, _late_canceller) = parent.with_timeout(LONG);
    assert!(is_done(&child) && is_done(&late));
    assert_eq!(late.cause().unwrap().to_string(), "closing time");
}

#[test]
fn a_dropped_canceller_cancels() {
    let (context, canceller) = Context::background().with_cancel();
    drop(canceller);
    assert_eq!(context.error(), Some(ContextError::Cancelled));
    let (context, canceller) = Context::background().with_cancel_cause();
    drop(canceller);
    assert_eq!(context.cause().unwrap().to_string(), "context cancelled");
}

#[test]
fn the_first_cause_stays() {
    #[derive(Debug, PartialEq)]
    struct DiskFull(u64);
    impl fmt::Display for DiskFull {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} bytes missing", self.0)
        }
    }
    impl Error for DiskFull {}

    let (context, canceller) = Context::background().with_cancel_cause();
    let (child, _child_canceller) = context.with_cancel();
    canceller.cancel(DiskFull(7));
    canceller.cancel("too late");
    assert_eq!(context.error(), Some(ContextError::Cancelled));
    let cause = child.cause().unwrap();
    assert_eq!(cause.downcast_ref(), Some(&DiskFull(7)));
}

#[test]
fn a_deadline_comes_by_itself_and_for_the_children() {
    let _turn = in_turn();
    let timeout = Duration::from_millis(20);
    let begin = Instant::now();
    let (context, canceller) = Context::background().with_timeout(timeout);
    let (child, _child_canceller) = context.with_cancel();
    assert_eq!(
        child.done().recv_timeout(GUARD),
        Err(RecvTimeoutError::Closed)
    );
    assert!(begin.elapsed() >= timeout);
    assert_eq!(child.error(), Some(ContextError::DeadlineExceeded));
    canceller.cancel();
    assert_eq!(context.error(), Some(ContextError::DeadlineExceeded));
    assert_eq!(
        context.cause().unwrap().to_string(),
        "context deadline exceeded"
    );
    assert_eq!(live_timers(), 0);
}

#[test]
fn the_earlier_deadline_is_in_force() {
    let _turn = in_turn();
    let soon = Instant::now() + Duration::from_millis(20);
    let (parent, _parent_canceller) = Context::background().with_deadline(soon);
    let (child, _child_canceller) = parent.with_timeout(LONG);
    assert_eq!(live_timers(), 1, "the child needs none");
    assert_eq!(child.deadline(), Some(soon));
    assert_eq!(
        child.done().recv_timeout(GUARD),
        Err(RecvTimeoutError::Closed)
    );
    assert_eq!(child.error(), Some(ContextError::DeadlineExceeded));

    let (parent, _parent_canceller) = Context::background().with_timeout(LONG);
    let soon = Instant::now() + Duration::from_millis(20);
    let (child, _child_canceller) = parent.with_deadline(soon);
    assert_eq!(
        child.done().recv_timeout(GUARD),
        Err(RecvTimeoutError::Closed)
    );
    assert_eq!(parent.error(), None);
}

#[test]
fn a_deadline_in_the_past_is_exceeded_at_once() {
    let (context, _canceller) = Context::background().with_timeout(Duration::ZERO);
    assert!(is_done(&context));
    assert_eq!(context.error(), Some(ContextError::DeadlineExceeded));
}

#[test]
fn cancelling_takes_the_timer_away() {
    let _turn = in_turn();
    let (parent, canceller) = Context::background().with_cancel();
    let below: Vec<_> = (0..100).map(|_| parent.with_timeout(LONG)).collect();
    assert_eq!(live_timers(), 100);
    canceller.cancel();
    assert_eq!(live_timers(), 0);
    assert!(below.iter().all(|(context, _)| is_done(context)));
}

#[test]
fn values_are_found_by_type_from_here_upwards() {
    #[derive(Debug, PartialEq)]
    struct User(&'static str);
    let root = Context::background()
        .with_value(User("root"))
        .with_value(1_u8);
    let (child, canceller) = root.with_value(User("guest")).with_cancel();
    assert_eq!(root.value(), Some(&User("root")));
    assert_eq!(child.value(), Some(&User("guest")));
    assert_eq!(child.value(), Some(&1_u8));
    assert_eq!(child.value::<u16>(), None);

    canceller.cancel();
    let log = child.without_cancel();
    assert!(!is_done(&log));
    assert_eq!(log.value(), Some(&User("guest")));
}

#[test]
fn a_tree_may_be_deeper_than_the_stack_and_wide() {
    const DEPTH: usize = 100_000;
    let (root, canceller) = Context::background().with_cancel();
    let mut chain = vec![root];
    let mut cancellers = Vec::new();
    for _ in 0..DEPTH {
        let (child, canceller) = chain.last().unwrap().with_cancel();
        cancellers.push(canceller);
        chain.push(child);
    }
    canceller.cancel();
    assert!(chain.iter().all(is_done));
    let lowest = chain.pop();
    drop(chain);
    drop(lowest);
}

#[test]
fn threads_and_tasks_hear_of_it() {
    let (context, canceller) = Context::background().with_cancel();
    let (_tx, quiet) = channel::<u8>(0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (context, quiet) = (context.clone(), quiet.clone());
            thread::spawn(move || {
                select! {
                    recv(quiet) -> _ => None,
                    recv(context.done()) -> _ => context.error(),
                    timeout(GUARD) => None,
                }
            })
        })
        .collect();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (context, quiet) = (context.clone(), quiet.clone());
            runtime.spawn(async move {
                select_async! {
                    recv(quiet) -> _ => None,
                    recv(context.done()) -> _ => context.error(),
                }
            })
        })
        .collect();
    let begin = Instant::now();
    while context.done().inspect().receivers_waiting.len() < 8 {
        assert!(begin.elapsed() < GUARD, "not all of them wait");
        thread::yield_now();
    }
    canceller.cancel();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), Some(ContextError::Cancelled));
    }
    for task in tasks {
        let error = runtime.block_on(task).unwrap();
        assert_eq!(error, Some(ContextError::Cancelled));
    }
    assert_eq!(context.done().recv(), Err(RecvError));
}

#[test]
fn many_cancel_at_once_and_children_come_meanwhile() {
    for _ in 0..30 {
        let (root, canceller) = Context::background().with_cancel();
        let children = thread::scope(|scope| {
            let adopting: Vec<_> = (0..2)
                .map(|_| scope.spawn(|| (0..50).map(|_| root.with_cancel()).collect::<Vec<_>>()))
                .collect();
            scope.spawn(|| canceller.cancel());
            scope.spawn(|| canceller.cancel());
            let joined = adopting.into_iter().map(|thread| thread.join().unwrap());
            joined.flatten().collect::<Vec<_>>()
        });
        assert!(children.iter().all(|(child, _)| is_done(child)));
    }
}
