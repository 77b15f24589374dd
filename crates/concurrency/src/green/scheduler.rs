//! Who runs next: all green threads of one thread of the system.
//!
//! The scheduler is on the stack that [`run`](super::run) was called on, Go's g0. A thread that stops says
//! why, and switches to it; the scheduler does what is to be done, and switches to the next. That is two
//! switches where one would do, and saves what is delicate otherwise: a thread cannot put itself into a
//! queue while it is still running, nor take its own stack away.
//!
//! ```text
//!   thread 1 --leave(Yields)--> scheduler --resume--> thread 2 --leave(Parks)--> scheduler --> ...
//! ```
//!
//! Sound, in three parts:
//!
//! - *The pointers.* [`CURRENT`] is a scheduler from when [`Entered`] is made until it is dropped, which has
//!   borrowed it; `running` is a thread that [`Scheduler::resume`]'s caller holds. Neither ever leaves its
//!   thread of the system, so what is reached by them is used by nobody else.
//! - *The stacks.* A thread's stack is taken from it when its first function is over, by the scheduler, on
//!   another stack. Until then `alive` holds the thread. A thread that can never go on is not forgotten
//!   with what is on its stack, for somebody may have borrowed that: it is made to unwind. And when the
//!   scheduler itself should fall while threads are alive, the process is aborted.
//! - *The switches.* `home` is noted by `resume` and used by `leave`, a thread's context the other way
//!   round, in turns: whoever runs cannot be switched to.
//!
//! A signal handler may find any of this half done, and so looks at nothing but `running`, and that thread's
//! `locks`: see [`preempt`](super::preempt).
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering, compiler_fence};
use std::time::Instant;

use super::locks::Locks;
use super::stack::Pool;
use super::switch::{self, Context};
use super::thread::{Inner, State};

thread_local! {
    // Without a destructor, so that a signal handler's access to it is a load. (In a library that is loaded
    // later it may be a call, which allocates when a thread makes it first; ours has when it enters.)
    static CURRENT: Cell<*const Scheduler> = const { Cell::new(ptr::null()) };
}

/// Why a thread has switched to the scheduler.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaving {
    Yields,
    Parks,
    Sleeps(Instant),
    Ends,
}

pub(super) struct Scheduler {
    /// Who has its turn; null while the scheduler itself runs.
    running: AtomicPtr<Inner>,
    /// How many turns there were.
    turn: AtomicU64,
    /// Where the scheduler goes on when a thread leaves.
    home: Cell<Context>,
    /// Set by a thread that leaves, taken by the scheduler.
    left: Cell<Option<Leaving>>,
    run_queue: RefCell<VecDeque<Rc<Inner>>>,
    /// Who sleeps, by the time of waking and the turn in which it fell asleep.
    timers: RefCell<BTreeMap<(Instant, u64), Rc<Inner>>>,
    /// All that are not over, by number.
    alive: RefCell<BTreeMap<u64, Rc<Inner>>>,
    pool: RefCell<Pool>,
    last_id: Cell<u64>,
}

/// While there is one, this thread of the system has a scheduler.
pub(super) struct Entered<'a>(&'a Scheduler);

impl Scheduler {
    pub(super) fn new(stack_size: usize) -> Self {
        Scheduler {
            running: AtomicPtr::new(ptr::null_mut()),
            turn: AtomicU64::new(0),
            home: Cell::new(Context::NONE),
            left: Cell::new(None),
            run_queue: RefCell::default(),
            timers: RefCell::default(),
            alive: RefCell::default(),
            pool: RefCell::new(Pool::new(stack_size)),
            last_id: Cell::new(0),
        }
    }

    /// # Panics
    ///
    /// When there is another one.
    pub(super) fn enter(&self) -> Entered<'_> {
        let other = CURRENT.replace(self);
        if !other.is_null() {
            CURRENT.set(other);
            panic!("a green thread cannot run a scheduler of its own");
        }
        Entered(self)
    }

    /// Adds a thread, which runs when its turn comes.
    pub(super) fn add(&self, name: &str, job: Box<dyn FnOnce()>) -> io::Result<Rc<Inner>> {
        let stack = self.pool.borrow_mut().take()?;
        // SAFETY: the stack is new or nobody is on it any more; it is pages, so its end is aligned.
        let context = unsafe { switch::prepare(stack.top(), bottom) };
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let thread = Rc::new_cyclic(|itself| Inner {
            id,
            name: name.into(),
            state: Cell::new(State::Runnable),
            token: Cell::new(false),
            cancelled: Cell::new(false),
            job: Cell::new(Some(job)),
            context: Cell::new(context),
            stack_bounds: stack.usable(),
            guard: stack.guard(),
            stack: RefCell::new(Some(stack)),
            locks: Locks::new(),
            preemptions: AtomicU64::new(0),
            itself: itself.clone(),
        });
        self.alive.borrow_mut().insert(id, Rc::clone(&thread));
        self.run_queue.borrow_mut().push_back(Rc::clone(&thread));
        Ok(thread)
    }

    /// Runs threads until none is left. Returns the names of those that once were all parked and had to be
    /// ended; most often there are none.
    pub(super) fn run(&self) -> Vec<String> {
        let mut deadlocked = Vec::new();
        while !self.alive.borrow().is_empty() {
            self.ring_timers();
            let next = self.run_queue.borrow_mut().pop_front();
            let earliest = || Some(self.timers.borrow().first_key_value()?.0.0);
            if let Some(thread) = next {
                self.resume(thread);
            } else if let Some(time) = earliest() {
                std::thread::sleep(time.saturating_duration_since(Instant::now()));
            } else {
                let names = self.cancel_all();
                deadlocked.extend(names);
            }
        }
        deadlocked
    }

    fn ring_timers(&self) {
        let mut timers = self.timers.borrow_mut();
        if timers.is_empty() {
            return;
        }
        let now = Instant::now();
        while let Some(first) = timers.first_entry()
            && first.key().0 <= now
        {
            self.make_runnable(first.remove());
        }
    }

    fn make_runnable(&self, thread: Rc<Inner>) {
        thread.state.set(State::Runnable);
        self.run_queue.borrow_mut().push_back(thread);
    }

    /// Nobody can run, and nobody will: each parked thread is to unwind from where it waits.
    fn cancel_all(&self) -> Vec<String> {
        let alive = self.alive.borrow();
        for thread in alive.values() {
            thread.cancelled.set(true);
            self.make_runnable(Rc::clone(thread));
        }
        alive.values().map(|thread| thread.to_string()).collect()
    }

    /// Gives a thread its turn.
    fn resume(&self, thread: Rc<Inner>) {
        thread.state.set(State::Running);
        let turn = self.turn() + 1;
        self.turn.store(turn, Ordering::Relaxed);
        self.running
            .store(Rc::as_ptr(&thread).cast_mut(), Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        // SAFETY: `home` is ours. The thread was runnable, so its context was prepared or noted when it
        // left; its stack is there until it ends, which it does by leaving.
        unsafe { switch::switch(self.home.as_ptr(), thread.context.get()) };
        compiler_fence(Ordering::SeqCst);
        self.running.store(ptr::null_mut(), Ordering::Relaxed);
        match self.left.take().expect("it said why it left") {
            Leaving::Yields => self.make_runnable(thread),
            Leaving::Parks => thread.state.set(State::Parked),
            Leaving::Sleeps(until) => {
                thread.state.set(State::Sleeping);
                self.timers.borrow_mut().insert((until, turn), thread);
            }
            Leaving::Ends => self.bury(&thread),
        }
    }

    fn bury(&self, thread: &Inner) {
        thread.state.set(State::Finished);
        if let Some(stack) = thread.stack.take() {
            // SAFETY: its first function has returned, and nobody can go on with it any more.
            unsafe { self.pool.borrow_mut().give_back(stack) };
        }
        self.alive.borrow_mut().remove(&thread.id);
    }

    /// Stops the thread that runs, until its next turn. It is not stopped again on the way.
    pub(super) fn leave(&self, thread: &Inner, why: Leaving) {
        let _hold = thread.locks.hold();
        self.left.set(Some(why));
        // SAFETY: `thread` runs, so its context is free and `home` was noted when it was resumed. The
        // scheduler is not dropped while a thread is alive, and holds this one.
        unsafe { switch::switch(thread.context.as_ptr(), self.home.get()) };
    }

    /// The number of the turn.
    pub(super) fn turn(&self) -> u64 {
        self.turn.load(Ordering::Relaxed)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if !self.0.alive.borrow().is_empty() {
            std::process::abort();
        }
        CURRENT.set(ptr::null());
    }
}

/// The scheduler and the thread that runs; `None` outside of green threads, and in the scheduler itself.
pub(super) fn here<R>(f: impl FnOnce(&Scheduler, &Inner) -> R) -> Option<R> {
    let scheduler = CURRENT.get();
    // SAFETY: it is null, or borrowed by the `Entered` of this thread of the system.
    let scheduler = unsafe { scheduler.as_ref() }?;
    let thread = scheduler.running.load(Ordering::Relaxed);
    // SAFETY: it is null, or held by the scheduler as long as it runs; and it is it that calls.
    let thread = unsafe { thread.as_ref() }?;
    Some(f(scheduler, thread))
}

pub(super) fn unpark(thread: &Rc<Inner>) {
    match thread.state.get() {
        State::Parked => {
            let woken = here(|scheduler, running| {
                let _hold = running.locks.hold();
                scheduler.make_runnable(Rc::clone(thread));
            });
            woken.expect("it is parked, so another one of its scheduler runs");
        }
        State::Finished => {}
        _ => thread.token.set(true),
    }
}

/// The first function of every thread. There is nothing below it to unwind to, nor does it come to that:
/// `extern "C"` is where Rust aborts.
extern "C" fn bottom() -> ! {
    here(|scheduler, thread| {
        let job = thread.job.take().expect("a thread starts once");
        job();
        scheduler.leave(thread, Leaving::Ends);
    });
    unreachable!("nobody switches to a thread that is over")
}
