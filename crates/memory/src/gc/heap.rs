//! The heap, and the threads that use it.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::collector::{Collector, Config};
use super::cycle::{Cycle, Phase};
use super::edge::{Brand, Index, Trace};
use super::pacer::Pacer;
use super::pause::Pause;
use super::roots::Roots;
use super::safepoint::Safepoint;
use super::scope::{Scope, WeakPin};
use super::space::{Claim, Colour, Space};

/// A collected heap of objects of one type.
pub struct Heap<T: Trace> {
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<()>>,
}

/// What the heap, its mutators and its collector share.
pub(super) struct Shared<T> {
    pub(super) space: Space<T>,
    pub(super) config: Config,
    /// A [`Phase`].
    phase: AtomicU8,
    /// Slots that are allocated, open claims included.
    pub(super) used: AtomicUsize,
    /// Slots that ever were.
    pub(super) allocated: AtomicUsize,
    /// The next word that a mutator tries.
    pub(super) cursor: AtomicUsize,
    /// Copies of the pacer's plan.
    pub(super) trigger: AtomicUsize,
    pub(super) goal: AtomicUsize,
    pub(super) roots: Roots,
    pub(super) weaks: Mutex<Vec<Arc<WeakPin>>>,
    pub(super) mutators: Mutex<Vec<Arc<Safepoint>>>,
    pub(super) cycle: Mutex<Cycle>,
    /// What the collector's thread waits for.
    wish: Mutex<Wish>,
    wished: Condvar,
    /// Whether a wish for a cycle is on its way, so that only one mutator expresses it.
    is_wished: AtomicBool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Nothing,
    Cycle,
    End,
}

/// What a mutator has for itself.
#[derive(Debug, Default)]
pub(super) struct Local {
    pub(super) claim: Claim,
    /// Objects that its barrier has marked.
    pub(super) grey: Vec<Index>,
    /// Words that it may try next, `0..` of them from this one.
    pub(super) words: std::ops::Range<usize>,
}

impl<T: Trace> Heap<T> {
    /// An empty heap. Its memory is reserved now and used as it fills.
    ///
    /// # Panics
    ///
    /// When the capacity is over 2³² − 64 objects, or no thread can be started.
    #[must_use]
    pub fn new(config: Config) -> Self {
        assert!(
            config.capacity <= u32::MAX as usize - 64,
            "a slot's number has 32 bits"
        );
        let space = Space::new(config.capacity);
        let pacer = Pacer::new(config.percent, space.capacity());
        let shared = Arc::new(Shared {
            space,
            config,
            phase: AtomicU8::new(Phase::Idle as u8),
            used: AtomicUsize::new(0),
            allocated: AtomicUsize::new(0),
            cursor: AtomicUsize::new(0),
            trigger: AtomicUsize::new(pacer.trigger()),
            goal: AtomicUsize::new(pacer.goal()),
            roots: Roots::default(),
            weaks: Mutex::default(),
            mutators: Mutex::default(),
            cycle: Mutex::new(Cycle::new(pacer)),
            wish: Mutex::new(Wish::Nothing),
            wished: Condvar::new(),
            is_wished: AtomicBool::new(false),
        });
        let thread = (config.collector == Collector::Concurrent).then(|| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.serve())
        });
        Heap { shared, thread }
    }

    /// What a thread needs to use the heap. One for each thread: a scope of one that is open in a
    /// scope of another could wait for itself.
    #[must_use]
    pub fn mutator(&self) -> Mutator<T> {
        let safepoint = Arc::<Safepoint>::default();
        lock(&self.shared.mutators).push(Arc::clone(&safepoint));
        Mutator {
            shared: Arc::clone(&self.shared),
            safepoint,
        }
    }

    /// All pauses so far.
    #[must_use]
    pub fn pauses(&self) -> Vec<Pause> {
        lock(&self.shared.cycle).pauses.clone()
    }

    /// How many cycles were completed.
    #[must_use]
    pub fn cycles(&self) -> usize {
        lock(&self.shared.cycle).cycles
    }

    /// Slots in use: objects, garbage that was not found yet, and what threads have claimed ahead.
    #[must_use]
    pub fn used(&self) -> usize {
        self.shared.used.load(Ordering::Relaxed)
    }
}

impl<T: Trace> Drop for Heap<T> {
    /// The collector's thread ends. The objects stay until the last mutator is gone.
    fn drop(&mut self) {
        self.shared.wish_for(Wish::End);
        if let Some(thread) = self.thread.take() {
            // It panics only where the invariant was to be asserted, and has said so itself.
            let _ = thread.join();
        }
    }
}

impl<T: Trace> fmt::Debug for Heap<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let capacity = self.shared.space.capacity();
        write!(f, "Heap({} of {capacity} slots used)", self.used())
    }
}

/// A thread's way into the heap.
pub struct Mutator<T: Trace> {
    pub(super) shared: Arc<Shared<T>>,
    safepoint: Arc<Safepoint>,
}

impl<T: Trace> Mutator<T> {
    /// Opens a scope: in it, objects can be made, read and linked, and none moves or vanishes. Between
    /// two scopes is the *safepoint* where the world can be stopped, so a scope should be short.
    pub fn enter<R>(&mut self, body: impl for<'gc> FnOnce(&mut Scope<'gc, '_, T>) -> R) -> R {
        self.work();
        let mut local = self.safepoint.open();
        body(&mut Scope::new(&self.shared, &mut local, Brand::default()))
    }

    /// Collects: what is unreachable now is gone when this returns. A cycle that is on its way is
    /// completed first, as it may have marked what has become garbage since.
    pub fn collect(&mut self) {
        let mut cycle = lock(&self.shared.cycle);
        if self.shared.config.collector == Collector::Stop {
            return self.shared.collect_stopped(&mut cycle);
        }
        self.shared.complete(&mut cycle);
        self.shared.advance(&mut cycle);
        self.shared.complete(&mut cycle);
    }

    /// Moves a cycle on by one step, beginning one if need be. Says whether it has been completed.
    pub fn step(&mut self) -> bool {
        let mut cycle = lock(&self.shared.cycle);
        self.shared.advance(&mut cycle);
        self.shared.phase() == Phase::Idle
    }

    /// Every slot's colour.
    #[must_use]
    pub fn colours(&mut self) -> Vec<Colour> {
        let cycle = lock(&self.shared.cycle);
        self.shared
            .stopped(|locals| self.shared.colours(&cycle, locals))
            .0
    }

    /// Before a scope: what the collector wants of the thread that allocates.
    fn work(&self) {
        let shared = &*self.shared;
        let used = shared.used.load(Ordering::Relaxed);
        let is_due = used >= shared.trigger.load(Ordering::Relaxed);
        match shared.config.collector {
            Collector::Stop if is_due => {
                let mut cycle = lock(&shared.cycle);
                // Another thread may have done it while this one waited.
                if shared.used.load(Ordering::Relaxed) >= cycle.pacer.trigger() {
                    shared.collect_stopped(&mut cycle);
                }
            }
            Collector::Incremental if is_due || shared.phase() != Phase::Idle => {
                if let Ok(mut cycle) = shared.cycle.try_lock() {
                    shared.advance(&mut cycle);
                }
            }
            Collector::Concurrent if is_due => {
                if !shared.is_wished.swap(true, Ordering::Relaxed) {
                    shared.wish_for(Wish::Cycle);
                }
                if used >= shared.goal.load(Ordering::Relaxed) {
                    // The collector is late: let it have the processor.
                    thread::yield_now();
                }
            }
            _ => {}
        }
    }
}

impl<T: Trace> Drop for Mutator<T> {
    /// Hands over what it has marked, and gives back what it has claimed.
    fn drop(&mut self) {
        let mut cycle = lock(&self.shared.cycle);
        let mut mutators = lock(&self.shared.mutators);
        mutators.retain(|safepoint| !Arc::ptr_eq(safepoint, &self.safepoint));
        let mut local = self.safepoint.hold();
        cycle.take_over(&mut local.grey);
        let unused = self.shared.space.give_back(&mut local.claim);
        self.shared.used.fetch_sub(unused, Ordering::Relaxed);
    }
}

impl<T: Trace> fmt::Debug for Mutator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutator")
    }
}

impl<T: Trace> Shared<T> {
    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            phase if phase == Phase::Mark as u8 => Phase::Mark,
            phase if phase == Phase::Sweep as u8 => Phase::Sweep,
            _ => Phase::Idle,
        }
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Moves a cycle that has begun to its end.
    pub(super) fn complete(&self, cycle: &mut Cycle) {
        while self.phase() != Phase::Idle {
            self.advance(cycle);
        }
    }

    fn wish_for(&self, wish: Wish) {
        let mut current = lock(&self.wish);
        if *current != Wish::End {
            *current = wish;
        }
        self.wished.notify_one();
    }

    /// The collector's thread. The cycle's lock is let go between steps, for others to look.
    fn serve(&self) {
        loop {
            let wish = lock(&self.wish);
            let wait = self.wished.wait_while(wish, |wish| *wish == Wish::Nothing);
            let mut wish = wait.unwrap_or_else(PoisonError::into_inner);
            if *wish == Wish::End {
                return;
            }
            *wish = Wish::Nothing;
            drop(wish);
            self.advance(&mut lock(&self.cycle));
            while self.phase() != Phase::Idle {
                self.advance(&mut lock(&self.cycle));
            }
            self.is_wished.store(false, Ordering::Relaxed);
        }
    }
}

/// A panic in a scope leaves nothing half done: each change under these locks is complete in itself.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
