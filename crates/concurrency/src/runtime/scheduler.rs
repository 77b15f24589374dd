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
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::deadlock::Policy;
use super::machine::{BUDGET, Machine, NOBODY, Seat};
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
    global_length: AtomicUsize,
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
    /// Numbers of Ps. The last one is taken first: its cache is warmest.
    pub(crate) idle_processors: Vec<usize>,
    pub(crate) idle_machines: Vec<Arc<Machine>>,
    /// All that there are.
    pub(crate) machines: Vec<Arc<Machine>>,
    threads: Vec<thread::JoinHandle<()>>,
    next_machine: usize,
    /// Ms of `block_on` that sleep until their future is woken.
    pub(crate) locked_asleep: usize,
    /// What is told to those: all tasks are asleep.
    pub(crate) deadlock: Option<String>,
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

    /// A task has become runnable. It is one of its own, and so not complete.
    pub(crate) fn ready(&self, task: TaskPointer) {
        let mut task = Some(task);
        Seat::of(self, |seat| {
            let task = task.take().expect("taken once");
            trace::emit(self, Some(seat), trace::Kind::Ready, task.id(), 0);
            self.ready_on(seat, task);
        });
        if let Some(task) = task {
            // As soon as the task is in the queue it may run, end, and let its runtime go: this keeps the
            // scheduler until we are done with it. (An M owns a reference anyway.)
            let _keep = self.sysmon.scheduler();
            trace::emit(self, None, trace::Kind::Ready, task.id(), 0);
            self.ready_from_outside(task);
        }
    }

    /// The same for a new task, which is runnable from the beginning.
    pub(crate) fn enqueue_new(&self, task: TaskPointer) {
        let mut task = Some(task);
        Seat::of(self, |seat| {
            self.ready_on(seat, task.take().expect("taken once"));
        });
        if let Some(task) = task {
            self.ready_from_outside(task);
        }
    }

    fn ready_from_outside(&self, task: TaskPointer) {
        self.push_global(task);
        self.wake_processor();
    }

    /// A task that this M polled is over: its turn is, with it.
    pub(crate) fn trace_end(&self, id: TaskId) {
        if self.tracer.is_on() {
            Seat::current(|seat| {
                trace::emit(self, seat, trace::Kind::End, id, 0);
                let is_current =
                    |seat: &&Seat| seat.machine.current_task.load(Ordering::Relaxed) == id.0;
                if let Some(seat) = seat.filter(is_current) {
                    seat.ended.set(true);
                }
            });
        }
    }

    fn ready_on(&self, seat: &Seat, task: TaskPointer) {
        match seat.processor() {
            // It runs next: it is what the running task has just spoken to.
            Some(processor) => {
                self.with_overflow(|overflow| processor.queue.push_next(task, overflow));
                self.wake_processor();
            }
            None if seat.collecting.get() => seat.collected.borrow_mut().push(task),
            None => {
                self.push_global(task);
                self.wake_processor();
            }
        }
    }

    /// To the end of the queue of the M's own P: for a task that has given up its turn.
    pub(crate) fn requeue(&self, seat: &Seat, task: TaskPointer) {
        match seat.processor() {
            Some(processor) if !seat.preempted.take() => {
                self.with_overflow(|overflow| processor.queue.push(task, overflow));
            }
            // It had enough: first come those that wait for any P.
            _ => self.push_global(task),
        }
        self.wake_processor();
    }

    /// Collects what a local queue cannot take, and puts it into the global one under one lock.
    fn with_overflow(&self, push: impl FnOnce(&mut dyn FnMut(TaskPointer))) {
        let mut overflow = Vec::new();
        push(&mut |task| overflow.push(task));
        if !overflow.is_empty() {
            self.push_all_global(overflow);
        }
    }

    fn push_global(&self, task: TaskPointer) {
        let mut central = self.central();
        central.global.push(task);
        self.publish(&central);
    }

    pub(crate) fn push_all_global(&self, tasks: impl IntoIterator<Item = TaskPointer>) {
        let mut central = self.central();
        tasks.into_iter().for_each(|task| central.global.push(task));
        self.publish(&central);
    }

    /// To be called under the lock whenever the global queue has changed.
    pub(crate) fn publish(&self, central: &Central) {
        let length = central.global.len() + central.returning.len();
        self.global_length.store(length, Ordering::SeqCst);
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
            any |= processor.run_timers(self.start, Instant::now());
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
        let thread = thread::Builder::new().name(name).spawn(move || {
            Seat::occupy(machine, scheduler, Seat::run);
        });
        match thread {
            Ok(thread) => central.threads.push(thread),
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
        if !processor.queue.is_empty() {
            return self.start_machine(central, id, false);
        }
        if self.global_length() > 0 {
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
        let threads = std::mem::take(&mut central.threads);
        drop(central);
        self.watch.wake(self);
        self.sysmon.stop();
        let me = thread::current().id();
        for thread in threads {
            if thread.thread().id() != me && !self.is_stuck(&thread) {
                // A panic of an M is one of this module's, and was printed.
                let _ = thread.join();
            }
        }
    }

    /// Whether a thread's M is in a system call that may take for ever.
    fn is_stuck(&self, thread: &thread::JoinHandle<()>) -> bool {
        let name = thread.thread().name().unwrap_or_default();
        let central = self.central();
        let machine = central
            .machines
            .iter()
            .find(|machine| name == format!("{}-m{}", self.name, machine.id));
        machine.is_some_and(|machine| machine.in_syscall.load(Ordering::SeqCst))
    }
}

impl Seat {
    /// What an M does all its life.
    pub(crate) fn run(&self) {
        let spinning = self.machine.next_spinning.load(Ordering::Relaxed);
        self.machine.spinning.store(spinning, Ordering::Relaxed);
        let first = self.machine.next_processor.swap(NOBODY, Ordering::AcqRel);
        self.acquire(first);
        while let Some((task, inherits_slice)) = self.next_task() {
            self.execute(task, inherits_slice);
        }
        let mut central = self.scheduler.central();
        Scheduler::remove_machine(&mut central, self.machine.id);
    }

    /// Takes a P that is the caller's: just taken from the idle ones, or handed over. It begins a turn:
    /// what sysmon has seen, and asked for, was about the M that had the P before.
    pub(crate) fn acquire(&self, id: usize) {
        self.acquire_again(id);
        let processor = &self.scheduler.processors[id];
        Processor::count(&processor.tick);
        processor.preempt.store(false, Ordering::Relaxed);
    }

    /// The same after a system call: the turn goes on.
    pub(crate) fn acquire_again(&self, id: usize) {
        let processor = &self.scheduler.processors[id];
        processor.set_status(Status::Running);
        processor.machine.store(self.machine.id, Ordering::Relaxed);
        self.set_processor(id);
        self.just_stopped.set(false);
        trace::emit_machine(&self.scheduler, self, trace::Kind::ProcessorStart, id);
    }

    /// Lets go of the P, which is the caller's then.
    pub(crate) fn release(&self) -> usize {
        let id = self.processor.get();
        // While it is ours: so is its part of the trace.
        trace::emit_machine(&self.scheduler, self, trace::Kind::ProcessorStop, id);
        self.set_processor(NOBODY);
        id
    }

    /// Runs one task until it waits, ends, or gives up its turn.
    fn execute(&self, task: TaskPointer, inherits_slice: bool) {
        if self.machine.spinning.load(Ordering::Relaxed) {
            self.stop_spinning_with_work();
        }
        if let Some(processor) = self.processor().filter(|_| !inherits_slice) {
            Processor::count(&processor.tick);
            processor.preempt.store(false, Ordering::Relaxed);
        }
        let id = task.id();
        self.machine.current_task.store(id.0, Ordering::Relaxed);
        self.task.set(Some(task.as_ptr()));
        self.budget.set(BUDGET);
        self.preempted.set(false);
        self.waits_for.set(None);
        self.ended.set(false);
        trace::emit(&self.scheduler, Some(self), trace::Kind::Start, id, 0);
        let again = task.run();
        self.trace_stop(id, again.is_some());
        // With nobody recording, nobody knows when that was.
        self.just_stopped.set(self.scheduler.tracer.is_on());
        self.task.set(None);
        self.machine.current_task.store(0, Ordering::Relaxed);
        if let Some(task) = again {
            self.scheduler.requeue(self, task);
        }
    }

    /// Why a turn was over; an end was told when it came.
    pub(crate) fn trace_stop(&self, id: TaskId, goes_on: bool) {
        let tracer = &self.scheduler.tracer;
        if !tracer.is_on() || self.ended.get() {
            return;
        }
        let (kind, reason) = match goes_on {
            true if self.preempted.get() => (trace::Kind::Preempt, 0),
            true => (trace::Kind::Yield, 0),
            false => (trace::Kind::Stop, tracer.reason(self.waits_for.get())),
        };
        tracer.record(&self.scheduler, Some(self), kind, id, reason);
    }

    /// Work was found. If nobody else looks around now, somebody should.
    fn stop_spinning_with_work(&self) {
        self.machine.spinning.store(false, Ordering::Relaxed);
        let before = self.scheduler.spinning.fetch_sub(1, Ordering::SeqCst);
        debug_assert!(before > 0, "this M was counted");
        if before == 1 {
            self.scheduler.wake_processor();
        }
    }
}
