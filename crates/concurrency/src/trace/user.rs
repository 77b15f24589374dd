//! What the program says of itself: regions, tasks, messages.
//!
//! A *region* is a stretch of one task of the runtime; regions nest. A *task* (Go's word; a user's
//! task, here) is a job, such as one request, on which many tasks of the runtime may work: the regions
//! that are opened through it belong to it, wherever they run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Kind, current};
use crate::runtime::TaskId;
use crate::runtime::machine::Seat;
use crate::runtime::scheduler::Scheduler;

/// The open regions of each task, and the last numbers that were given.
///
/// Most regions end in the turn in which they began, the innermost first. Those are known to their M alone (see
/// [`Seat::regions`]) and take no lock. The others come here: when the turn ends before them, or when one is
/// closed before one that is in it.
#[derive(Debug, Default)]
pub(super) struct Users {
    /// By task and number, so that those of a task stand together, the innermost last. True: it was closed
    /// before its turn, and ends when the ones in it have ended. Those are all here, so that none of them is
    /// forgotten when the M closes one that only it knows.
    open: Mutex<BTreeMap<(TaskId, u64), bool>>,
    regions: AtomicU64,
    /// Of the regions of this recording, the lowest number.
    first: AtomicU64,
    tasks: AtomicU64,
    refused: AtomicU64,
}

/// A region that is open. It ends when it is dropped.
#[must_use = "dropped, it ends at once"]
pub struct Region(Option<Inside>);

struct Inside {
    scheduler: Arc<Scheduler>,
    task: TaskId,
    number: u64,
}

/// A job that may take many tasks of the runtime. It ends when its last clone is dropped.
#[derive(Clone)]
#[must_use = "dropped, it ends at once"]
pub struct Task(Option<Arc<Job>>);

struct Job {
    scheduler: Arc<Scheduler>,
    number: u64,
    name: u64,
}

/// A region that could not be closed then and there. It stays open until those in it are closed, or
/// until its task is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// A region is of one task.
    #[error("a region of task {opened} cannot be closed in another task")]
    OtherTask {
        /// Where it was opened.
        opened: TaskId,
    },
    /// Regions are closed in the reverse order of their opening.
    #[error("a region cannot be closed before those that were opened in it: {0}")]
    NotInnermost(usize),
}

/// Opens a region of the current task. Nothing outside of a runtime, or when nobody records.
pub fn region(name: &str) -> Region {
    Region::open(name, 0)
}

/// Begins a job. Nothing outside of a runtime, or when nobody records.
pub fn task(name: &str) -> Task {
    let begun = here(|seat| {
        let scheduler = Arc::clone(&seat.scheduler);
        let tracer = &scheduler.tracer;
        let number = tracer.users.tasks.fetch_add(1, Ordering::Relaxed) + 1;
        let name = tracer.strings.number(name);
        let argument = (name << 48) | number;
        tracer.record(
            &scheduler,
            Some(seat),
            Kind::TaskBegin,
            current(seat),
            argument,
        );
        Arc::new(Job {
            scheduler: Arc::clone(&scheduler),
            number,
            name,
        })
    });
    Task(begun)
}

/// Notes a message at this moment of the current task.
pub fn log(message: &str) {
    log_for(0, message);
}

fn log_for(job: u64, message: &str) {
    here(|seat| {
        let tracer = &seat.scheduler.tracer;
        let argument = (tracer.strings.number(message) << 48) | job;
        tracer.record(
            &seat.scheduler,
            Some(seat),
            Kind::Log,
            current(seat),
            argument,
        );
    });
}

/// Only on an M whose runtime is recorded.
fn here<R>(what: impl FnOnce(&Seat) -> R) -> Option<R> {
    Seat::current(|seat| seat.filter(|seat| seat.scheduler.tracer.is_on()).map(what))
}

impl Task {
    /// Opens a region of the current task, whichever that is, that belongs to this job.
    pub fn region(&self, name: &str) -> Region {
        self.0
            .as_ref()
            .map_or(Region(None), |job| Region::open(name, job.number))
    }

    /// Notes a message that belongs to this job.
    pub fn log(&self, message: &str) {
        if let Some(job) = &self.0 {
            log_for(job.number, message);
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let argument = (self.name << 48) | self.number;
        Seat::current(|seat| {
            let task = seat.map_or(TaskId(0), current);
            super::emit(&self.scheduler, seat, Kind::TaskEnd, task, argument);
        });
    }
}

impl Region {
    fn open(name: &str, job: u64) -> Region {
        let opened = here(|seat| {
            let tracer = &seat.scheduler.tracer;
            let task = current(seat);
            let number = tracer.users.regions.fetch_add(1, Ordering::Relaxed);
            seat.regions.borrow_mut().push((task, number));
            let argument = (tracer.strings.number(name) << 48) | job;
            tracer.record(
                &seat.scheduler,
                Some(seat),
                Kind::RegionBegin,
                task,
                argument,
            );
            Inside {
                scheduler: Arc::clone(&seat.scheduler),
                task,
                number,
            }
        });
        Region(opened)
    }

    /// Closes it.
    ///
    /// # Errors
    ///
    /// [`RegionError`] in another task, or while there is a region open in it. Dropping it then has the
    /// same effect, without telling; the trace counts it as [refused](super::Trace::refused).
    pub fn end(mut self) -> Result<(), RegionError> {
        self.0.take().map_or(Ok(()), Inside::close)
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(inside) = self.0.take() {
            // Counted.
            let _ = inside.close();
        }
    }
}

impl Inside {
    fn close(self) -> Result<(), RegionError> {
        let users = &self.scheduler.tracer.users;
        Seat::current(|seat| {
            let is_here = |seat: &&Seat| {
                Arc::ptr_eq(&seat.scheduler, &self.scheduler) && current(seat) == self.task
            };
            let Some(seat) = seat.filter(is_here) else {
                users.refused.fetch_add(1, Ordering::Relaxed);
                return Err(RegionError::OtherTask { opened: self.task });
            };
            let closed = users.close(seat, self.task, self.number);
            for _ in 0..*closed.as_ref().unwrap_or(&0) {
                super::emit(&self.scheduler, Some(seat), Kind::RegionEnd, self.task, 0);
            }
            closed.map(|_| ())
        })
    }
}

impl Users {
    /// A new recording: regions that are open were not seen to begin.
    pub(super) fn begin(&self) {
        self.lock().clear();
        let next = self.regions.load(Ordering::Relaxed);
        self.first.store(next, Ordering::Relaxed);
        self.refused.store(0, Ordering::Relaxed);
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// A turn is over on this M, and the task may go on with another. What it left open is to be found there.
    #[cold]
    pub(super) fn leave(&self, seat: &Seat) {
        let first = self.first.load(Ordering::Relaxed);
        let left = seat.regions.take().into_iter();
        let of_now = left.filter(|&(_, number)| number >= first);
        self.lock().extend(of_now.map(|region| (region, false)));
    }

    /// How many regions end now: this one, and those around it that have waited for it. None if it is
    /// of an earlier recording.
    fn close(&self, seat: &Seat, task: TaskId, number: u64) -> Result<usize, RegionError> {
        let innermost = seat
            .regions
            .borrow_mut()
            .pop_if(|last| *last == (task, number));
        if innermost.is_some() {
            let is_of_now = number >= self.first.load(Ordering::Relaxed);
            return Ok(is_of_now.into());
        }
        self.leave(seat);
        let mut open = self.lock();
        let Some(is_late) = open.get_mut(&(task, number)) else {
            return Ok(0);
        };
        *is_late = true;
        let inside = open.range((task, number + 1)..=(task, u64::MAX)).count();
        if inside > 0 {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(RegionError::NotInnermost(inside));
        }
        let mut closed = 0;
        while let Some((&innermost, true)) = open.range((task, 0)..=(task, number)).next_back() {
            open.remove(&innermost);
            closed += 1;
        }
        Ok(closed)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(TaskId, u64), bool>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.0.as_ref().map(|inside| inside.task);
        f.debug_tuple("Region").field(&task).finish()
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0.as_ref().map(|job| job.number);
        f.debug_tuple("Task").field(&number).finish()
    }
}
