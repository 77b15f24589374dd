//! Machines: what Go calls an M. A thread of the system that runs tasks when it has a P.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::parker::Parker;
use super::processor::Processor;
use super::scheduler::Scheduler;
use super::task::{Header, TaskId, TaskPointer};

/// No P, or no M, where a number is asked for.
pub(crate) const NOBODY: usize = usize::MAX;

/// How many operations a task may do before it has to let others run.
pub(crate) const BUDGET: u32 = 128;

/// What others may know of an M.
#[derive(Debug)]
pub(crate) struct Machine {
    /// From 0.
    pub(crate) id: usize,
    /// Where it sleeps when it has nothing to do.
    pub(crate) parker: Parker,
    /// The P that it is to take when it wakes up: who wakes it writes it before.
    pub(crate) next_processor: AtomicUsize,
    /// It begins to look for work as one that spins.
    pub(crate) next_spinning: AtomicBool,
    /// Looks for work without having any.
    pub(crate) spinning: AtomicBool,
    /// Asleep, for want of a P or of work.
    pub(crate) blocked: AtomicBool,
    /// The P that it has; [`NOBODY`] without one.
    pub(crate) processor: AtomicUsize,
    /// The number of the task that it runs, 0 for none.
    pub(crate) current_task: AtomicU64,
    /// It is in a blocking call.
    pub(crate) in_syscall: AtomicBool,
    /// It cannot run anything but what is on its own stack: the future of a `block_on`.
    pub(crate) locked: bool,
}

impl Machine {
    pub(crate) fn new(id: usize, locked: bool) -> Self {
        Machine {
            id,
            parker: Parker::new(),
            next_processor: AtomicUsize::new(NOBODY),
            next_spinning: AtomicBool::new(false),
            spinning: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            processor: AtomicUsize::new(NOBODY),
            current_task: AtomicU64::new(0),
            in_syscall: AtomicBool::new(false),
            locked,
        }
    }

    /// Hands it a P and wakes it.
    pub(crate) fn start_with(&self, processor: usize, spinning: bool) {
        self.next_spinning.store(spinning, Ordering::Relaxed);
        // Release: with the parker's token, but the number itself is also read without it.
        self.next_processor.store(processor, Ordering::Release);
        self.parker.unpark();
    }
}

/// What an M keeps for itself, found through the thread.
pub(crate) struct Seat {
    pub(crate) machine: Arc<Machine>,
    pub(crate) scheduler: Arc<Scheduler>,
    /// The number of its P; the same as the machine's `processor`, without an atomic's price.
    pub(crate) processor: Cell<usize>,
    /// The P that it had before the system call that it is in.
    pub(crate) old_processor: Cell<usize>,
    /// How many [`blocking`](super::blocking) sections it is in.
    pub(crate) blocking_depth: Cell<usize>,
    /// While it looks at the network without a P, what becomes runnable is collected here.
    pub(crate) collecting: Cell<bool>,
    pub(crate) collected: RefCell<Vec<TaskPointer>>,
    /// The task that it polls; whoever runs it owns the reference.
    pub(crate) task: Cell<Option<NonNull<Header>>>,
    /// How many more operations that task may do in this poll.
    pub(crate) budget: Cell<u32>,
    /// The task gives its turn away because it has had enough: to the global queue with it.
    pub(crate) preempted: Cell<bool>,
    /// What the task that it polls has said that it waits for.
    pub(crate) waits_for: Cell<Option<&'static &'static str>>,
    /// The task that it polled is over, and the trace knows.
    pub(crate) ended: Cell<bool>,
    /// Since the trace was told that a task's turn is over it has done next to nothing: it has not looked
    /// further than its own queue, nor woken a thread.
    pub(crate) just_stopped: Cell<bool>,
    /// The regions that were opened in this turn and are open still, the innermost last: tasks and numbers.
    pub(crate) regions: RefCell<Vec<(TaskId, u64)>>,
    /// Numbers for new tasks, taken in advance.
    pub(crate) ids: Cell<Range<u64>>,
    random: Cell<u64>,
}

thread_local! {
    static SEAT: RefCell<Option<Rc<Seat>>> = const { RefCell::new(None) };
}

impl Seat {
    fn new(machine: Arc<Machine>, scheduler: Arc<Scheduler>) -> Self {
        let random = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(machine.id as u64 + 1) | 1;
        Seat {
            machine,
            scheduler,
            processor: Cell::new(NOBODY),
            old_processor: Cell::new(NOBODY),
            blocking_depth: Cell::new(0),
            collecting: Cell::new(false),
            collected: RefCell::default(),
            task: Cell::new(None),
            budget: Cell::new(BUDGET),
            preempted: Cell::new(false),
            waits_for: Cell::new(None),
            ended: Cell::new(false),
            just_stopped: Cell::new(false),
            regions: RefCell::default(),
            ids: Cell::new(0..0),
            random: Cell::new(random),
        }
    }

    /// Makes this thread an M for as long as `work` takes.
    pub(crate) fn occupy<R>(
        machine: Arc<Machine>,
        scheduler: Arc<Scheduler>,
        work: impl FnOnce(&Seat) -> R,
    ) -> R {
        /// The thread may be an M of another runtime, whose task has started this one.
        struct Restore(Option<Rc<Seat>>);

        impl Drop for Restore {
            fn drop(&mut self) {
                SEAT.set(self.0.take());
            }
        }

        let seat = Rc::new(Seat::new(machine, scheduler));
        let _restore = Restore(SEAT.replace(Some(Rc::clone(&seat))));
        work(&seat)
    }

    /// What this thread is to `scheduler`: `None` when it is not one of its Ms.
    #[inline]
    pub(crate) fn of<R>(scheduler: &Scheduler, look: impl FnOnce(&Seat) -> R) -> Option<R> {
        Seat::current(|seat| {
            let seat = seat.filter(|seat| ptr::eq(&raw const *seat.scheduler, scheduler));
            seat.map(look)
        })
    }

    /// The seat of this thread in whichever runtime. None on a thread that is ending.
    #[inline]
    pub(crate) fn current<R>(look: impl FnOnce(Option<&Seat>) -> R) -> R {
        let mut look = Some(look);
        let found = SEAT.try_with(|seat| {
            let look = look.take().expect("called once");
            look(seat.borrow().as_deref())
        });
        found.unwrap_or_else(|_| look.take().expect("not called")(None))
    }

    /// Its P, if it has one.
    #[inline]
    pub(crate) fn processor(&self) -> Option<&Processor> {
        self.scheduler.processors.get(self.processor.get())
    }

    pub(crate) fn set_processor(&self, id: usize) {
        self.processor.set(id);
        self.machine.processor.store(id, Ordering::Relaxed);
    }

    /// xorshift; which P to steal from first needs no better.
    pub(crate) fn random(&self) -> usize {
        let mut x = self.random.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.random.set(x);
        (x >> 16) as usize
    }
}
