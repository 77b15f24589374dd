//! The scheduler: what Go calls `sched`, and the ways in which tasks, Ps and Ms come together.
//!
//! # Concepts
//!
//! Runnable tasks wait in queues of Ps, and in a global one. An M that has a P takes them from there and
//! polls them. Ps that have nothing to do are on a list of idle ones, Ms that have nothing to do sleep on
//! another.
//!
//! The hard question is *when to wake a sleeping M*. Too late, and a processor idles while tasks wait;
//! too early, and Ms are woken to find nothing, which costs more than most tasks. Designs that were
//! rejected, in Go as here:
//!
//! - One queue and one lock for all: every M waits for it.
//! - To hand a P over to another M at each new task: tasks lose their cache, and Ms wake and sleep
//!   without end.
//! - To wake an M whenever there is a task and an idle P: with many short tasks again too many.
//!
//! The protocol: an M that has run out of work *spins*, which is to look at all queues for a
//! while before it sleeps; at most half as many spin as there are busy Ps. Who makes a task runnable
//! wakes an M if there is an idle P *and nobody spins*; a spinning M that finds work wakes the next one
//! if it was the last to spin. So work that comes in bursts wakes Ms one by one, each making sure
//! that somebody looks, and steady work wakes nobody.
//!
//! # The delicate moment
//!
//! A spinning M gives up at the moment at which somebody makes a task runnable:
//!
//! ```text
//! M that gives up                     whoever makes a task runnable
//! ---------------                     -----------------------------
//! spinning -= 1                       puts the task into a queue
//! (full fence)                        (full fence)
//! looks at all queues once more       spinning == 0 and a P is idle: wakes an M
//! ```
//!
//! Of two threads that each write and then read what the other writes, with a fence between, at least
//! one sees the other's write. So the task is seen by the M, or the M is seen not to spin.
//!
//! After the comment at the head of Go's `runtime/proc.go`, and Dmitry Vyukov's "Scalable Go Scheduler
//! Design".

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::deadlock::Policy;
use super::machine::{Machine, NOBODY, Seat};
use super::net::Net;
use super::processor::{Processor, Status};
use super::queue::Global;
use super::registry::{IDS, Registry};
use super::sysmon::Sysmon;
use super::task::{TaskId, TaskPointer};
use super::watch::Watch;
use crate::trace;

/// More Ps than this there cannot be.
pub const MAX_PROCESSORS: usize = 256;

/// More Ms than this there cannot be: as in Go, beyond it something else is wrong.
const MAX_MACHINES: usize = 10_000;

/// All of a runtime.
#[derive(Debug)]
pub(crate) struct Scheduler {
    /// Those that there are, and those that there may be one day.
    pub(crate) processors: Box<[Processor]>,
    /// How many of them may run: GOMAXPROCS.
    pub(crate) active: AtomicUsize,
    /// The most that there ever were.
    most: AtomicUsize,
    central: Mutex<Central>,
    /// What is in the global queue, locked Ms included: a look without the lock.
    pub(super) global_length: AtomicUsize,
    pub(crate) idle_processors: AtomicUsize,
    /// Ms that look for work and have none.
    pub(crate) spinning: AtomicUsize,
    pub(crate) net: Net,
    pub(crate) watch: Watch,
    pub(crate) sysmon: Sysmon,
    pub(crate) registry: Registry,
    /// Ms are to end.
    stopping: AtomicBool,
    next_id: AtomicU64,
    pub(crate) start: Instant,
    pub(crate) policy: Policy,
    pub(crate) name: String,
    pub(crate) tracer: trace::Tracer,
}

/// What the lock guards.
#[derive(Debug)]
pub(crate) struct Central {
    pub(crate) global: Global<TaskPointer>,
    /// Ms that come back from a system call, or whose own future was woken, and wait for a P. They
    /// stand for a task that is on their stack, and so for a part of the global queue.
    pub(crate) returning: VecDeque<Arc<Machine>>,
    /// The last that a P took from here was one of those.
    machine_was_last: bool,
    /// Numbers of Ps. The last one is taken first: its cache is warmest.
    pub(crate) idle_processors: Vec<usize>,
    pub(crate) idle_machines: Vec<Arc<Machine>>,
    /// All that there are.
    pub(crate) machines: Vec<Arc<Machine>>,
    threads: Vec<(Arc<Machine>, thread::JoinHandle<()>)>,
    next_machine: usize,
    /// Ms of `block_on` that sleep until their future is woken.
    pub(crate) locked_asleep: usize,
    /// What is told to those: all tasks are asleep.
    pub(crate) deadlock: Option<String>,
}

impl Central {
    /// The locked M that has waited longest, unless the last one taken was an M as well: the next is a
    /// task's turn, or nobody's. The future of a `block_on` that yields without end is back here at each
    /// look, and would keep out all others.
    pub(crate) fn next_returning(&mut self) -> Option<Arc<Machine>> {
        let is_tasks_turn = mem::take(&mut self.machine_was_last);
        let machine = if is_tasks_turn {
            None
        } else {
            self.returning.pop_front()
        };
        self.machine_was_last = machine.is_some();
        machine
    }
}

impl Scheduler {
    pub(crate) fn new(processors: usize, policy: Policy, name: String) -> Arc<Self> {
        let scheduler = Arc::new(Scheduler {
            processors: (0..MAX_PROCESSORS).map(Processor::new).collect(),
            active: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            central: Mutex::new(Central {
                global: Global::new(),
                returning: VecDeque::new(),
                machine_was_last: false,
                idle_processors: Vec::new(),
                idle_machines: Vec::new(),
                machines: Vec::new(),
                threads: Vec::new(),
                next_machine: 0,
                locked_asleep: 0,
                deadlock: None,
            }),
            global_length: AtomicUsize::new(0),
            idle_processors: AtomicUsize::new(0),
            spinning: AtomicUsize::new(0),
            net: Net::new(),
            watch: Watch::new(),
            sysmon: Sysmon::new(),
            registry: Registry::new(),
            stopping: AtomicBool::new(false),
            next_id: AtomicU64::new(1),
            start: Instant::now(),
            policy,
            name,
            tracer: trace::Tracer::new(),
        });
        scheduler.resize(processors);
        scheduler
    }

    pub(crate) fn central(&self) -> MutexGuard<'_, Central> {
        self.central.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// How many things wait for any P.
    #[inline]
    pub(crate) fn global_length(&self) -> usize {
        self.global_length.load(Ordering::Acquire)
    }

    /// Changes how many Ps may run. Those above the number are taken out of the list of idle ones here;
    /// one that runs is given up by its M when that looks for its next task.
    pub(crate) fn resize(&self, number: usize) {
        let number = number.clamp(1, MAX_PROCESSORS);
        let mut central = self.central();
        let before = self.active.swap(number, Ordering::SeqCst);
        self.most.fetch_max(number, Ordering::SeqCst);
        for processor in &self.processors[before.min(number)..number] {
            // One that is still running, as it has not been given up yet, stays what it is.
            if processor.status() == Status::Dead {
                processor.set_status(Status::Idle);
                central.idle_processors.push(processor.id);
            }
        }
        central.idle_processors.retain(|&id| {
            let stays = id < number;
            if !stays {
                self.processors[id].set_status(Status::Dead);
            }
            stays
        });
        // From the highest to the lowest, so that P 0 is taken first.
        central.idle_processors.sort_unstable_by(|a, b| b.cmp(a));
        self.idle_processors
            .store(central.idle_processors.len(), Ordering::SeqCst);
        drop(central);
        if before > 0 {
            self.wake_processor();
        }
    }

    /// A number for a new task.
    pub(crate) fn new_id(&self) -> TaskId {
        let mine = Seat::of(self, |seat| {
            let mut ids = seat.ids.take();
            if ids.is_empty() {
                ids = self.more_ids();
            }
            let id = ids.next();
            seat.ids.set(ids);
            id
        });
        let id = mine.flatten().or_else(|| self.more_ids().next());
        TaskId(id.expect("the numbers were just taken"))
    }

    fn more_ids(&self) -> std::ops::Range<u64> {
        let first = self.next_id.fetch_add(IDS, Ordering::Relaxed);
        first..first + IDS
    }

    /// There may be more to do than there are Ms doing it: wakes one, if there is an idle P and nobody
    /// looks around already. Go calls it `wakep`.
    #[inline]
    pub(crate) fn wake_processor(&self) {
        // The other half of the delicate moment: the task was put into a queue before.
        fence(Ordering::SeqCst);
        if self.idle_processors.load(Ordering::Relaxed) > 0
            && self.spinning.load(Ordering::Relaxed) == 0
        {
            self.wake_one();
        }
    }

    #[cold]
    fn wake_one(&self) {
        let alone = self
            .spinning
            .compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed)
            .is_ok();
        if !alone {
            return;
        }
        let mut central = self.central();
        match self.take_idle_processor(&mut central) {
            Some(processor) => self.start_machine(central, processor, true),
            None => {
                drop(central);
                self.spinning.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }

    /// Takes a P from the list of idle ones.
    pub(crate) fn take_idle_processor(&self, central: &mut Central) -> Option<usize> {
        let id = central.idle_processors.pop()?;
        let left = central.idle_processors.len();
        self.idle_processors.store(left, Ordering::SeqCst);
        self.processors[id].set_status(Status::Running);
        if left + 1 == self.active.load(Ordering::Relaxed) {
            self.sysmon.wake_if_deep_asleep();
        }
        Some(id)
    }

    /// Puts a P without an M onto the list of idle ones.
    pub(crate) fn put_idle_processor(&self, central: &mut Central, id: usize) {
        let processor = &self.processors[id];
        processor.machine.store(NOBODY, Ordering::Relaxed);
        let may_run = id < self.active.load(Ordering::Relaxed);
        // No P is idle while an M waits for one.
        if may_run && let Some(machine) = central.returning.pop_front() {
            self.publish(central);
            processor.set_status(Status::Running);
            machine.start_with(id, false);
        } else if may_run {
            processor.set_status(Status::Idle);
            central.idle_processors.push(id);
            self.idle_processors
                .store(central.idle_processors.len(), Ordering::SeqCst);
        } else {
            self.retire(central, processor);
        }
    }

    /// A P above the number of those that may run: what it has goes to others.
    fn retire(&self, central: &mut Central, processor: &Processor) {
        while let Some(task) = processor.queue.pop_next().or_else(|| processor.queue.pop()) {
            central.global.push(task);
        }
        self.publish(central);
        processor.set_status(Status::Dead);
        // Its timers stay with it, as those who set them know it by its number.
    }

    /// The Ps that may run, or might once: no other has ever had a task or a timer.
    pub(crate) fn ever_active(&self) -> &[Processor] {
        &self.processors[..self.most.load(Ordering::SeqCst)]
    }

    /// Rings what is due on Ps that may not run any more. True when there was something.
    pub(crate) fn run_timers_of_the_dead(&self) -> bool {
        let active = self.active.load(Ordering::SeqCst);
        let most = self.most.load(Ordering::SeqCst);
        let dead = self.processors.get(active..most).unwrap_or_default();
        let mut any = false;
        for processor in dead.iter().filter(|dead| dead.earliest() != u64::MAX) {
            any |= processor.run_timers(self, Instant::now());
        }
        any
    }

    /// Has an M run with this P: one that sleeps, or a new one. Go calls it `startm`.
    pub(crate) fn start_machine(
        &self,
        mut central: MutexGuard<'_, Central>,
        processor: usize,
        spinning: bool,
    ) {
        // A thread is woken or made, which takes time.
        Seat::of(self, |seat| seat.just_stopped.set(false));
        if let Some(machine) = central.idle_machines.pop() {
            drop(central);
            machine.start_with(processor, spinning);
            return;
        }
        let machine = Scheduler::new_machine(&mut central, false);
        machine.next_processor.store(processor, Ordering::Relaxed);
        machine.next_spinning.store(spinning, Ordering::Relaxed);
        let scheduler = self.sysmon.scheduler();
        let name = format!("{}-m{}", self.name, machine.id);
        let its = Arc::clone(&machine);
        let thread = thread::Builder::new().name(name).spawn(move || {
            Seat::occupy(its, scheduler, Seat::run);
        });
        match thread {
            Ok(thread) => central.threads.push((machine, thread)),
            Err(error) => panic!("the runtime cannot start another thread: {error}"),
        }
    }

    pub(crate) fn new_machine(central: &mut Central, locked: bool) -> Arc<Machine> {
        let id = central.next_machine;
        central.next_machine += 1;
        assert!(
            central.machines.len() < MAX_MACHINES,
            "more than {MAX_MACHINES} threads block in system calls at once"
        );
        let machine = Arc::new(Machine::new(id, locked));
        central.machines.push(Arc::clone(&machine));
        machine
    }

    /// An M ends.
    pub(crate) fn remove_machine(central: &mut Central, id: usize) {
        central.machines.retain(|machine| machine.id != id);
    }

    /// A P has lost its M to a system call or to a locked future: another M takes it if there is
    /// anything to do, or else it is idle. Go calls it `handoffp`.
    pub(crate) fn hand_off(&self, id: usize) {
        let processor = &self.processors[id];
        let mut central = self.central();
        if self.is_stopping() {
            self.put_idle_processor(&mut central, id);
            return;
        }
        if !processor.queue.is_empty() || self.global_length() > 0 {
            return self.start_machine(central, id, false);
        }
        // Somebody should be looking around while there are tasks that run.
        let nobody_looks = self.spinning.load(Ordering::SeqCst) == 0
            && self.idle_processors.load(Ordering::SeqCst) == 0;
        if nobody_looks
            && self.active.load(Ordering::Relaxed) > 1
            && self
                .spinning
                .compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed)
                .is_ok()
        {
            return self.start_machine(central, id, true);
        }
        self.put_idle_processor(&mut central, id);
        drop(central);
        // Its timers, and what becomes ready in the network, are nobody's business else.
        if self.watch.is_needed(self) {
            self.wake_processor();
        }
    }

    /// A complete task leaves.
    pub(crate) fn forget(&self, task: &TaskPointer) {
        drop(self.registry.leave(task));
    }

    /// Has all Ms end, and waits for those that are not in a system call.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let mut central = self.central();
        for machine in central.idle_machines.drain(..) {
            machine.start_with(NOBODY, false);
        }
        let threads = mem::take(&mut central.threads);
        drop(central);
        self.watch.wake(self);
        self.sysmon.stop();
        let me = thread::current().id();
        for (machine, thread) in threads {
            // In a system call it may be for ever.
            let is_stuck = machine.in_syscall.load(Ordering::SeqCst);
            if thread.thread().id() != me && !is_stuck {
                // A panic of an M is one of this module's, and was printed.
                let _ = thread.join();
            }
        }
    }
}
