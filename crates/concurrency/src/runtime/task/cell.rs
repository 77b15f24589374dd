//! A task in memory, and the one pointer type that everybody holds.
#![allow(unsafe_code)]

use std::any::Any;
use std::cell::UnsafeCell;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::state::{Begin, Finish, Pause, State, Wake};
use super::{JoinError, Panic, Phase, Reason, TaskId, WaitReason};
use crate::runtime::queue::Item;
use crate::runtime::scheduler::Scheduler;

/// What all tasks have, whatever their future is.
///
/// 96 bytes: a parked task costs these and its future.
pub(crate) struct Header {
    state: State,
    functions: &'static Functions,
    /// Whose queues it goes to. Good as long as the task is not complete: a scheduler goes when all of
    /// its tasks have.
    scheduler: NonNull<Scheduler>,
    id: AtomicU64,
    spawned_at: &'static Location<'static>,
    /// What it has said that it waits for, and where: null, or something that is there for ever.
    waits_for: AtomicPtr<&'static str>,
    waits_at: AtomicPtr<Location<'static>>,
    /// Who waits for the output; see the state for whose it is.
    joiner: UnsafeCell<Option<Waker>>,
    /// The neighbours in the registry; its lock guards them.
    links: UnsafeCell<Links>,
}

/// A task's place in the registry.
#[derive(Default)]
pub(crate) struct Links {
    pub(crate) before: Option<NonNull<Header>>,
    pub(crate) after: Option<NonNull<Header>>,
}

impl Header {
    /// Where the links of a task are.
    pub(crate) fn links(task: NonNull<Header>) -> *mut Links {
        // SAFETY: only an address is computed; a task's links lie in the task.
        unsafe { UnsafeCell::raw_get(&raw const (*task.as_ptr()).links) }
    }
}

/// What depends on the future's type.
struct Functions {
    /// Polls the future. True when it is over, and the output in its place.
    poll: unsafe fn(NonNull<Header>, &mut Context<'_>) -> bool,
    /// Drops the future and leaves "cancelled" for the output.
    cancel: unsafe fn(NonNull<Header>),
    /// Moves the output to where the pointer says, an `Option<Result<T, JoinError>>`.
    take_output: unsafe fn(NonNull<Header>, *mut ()),
    /// Drops the output.
    drop_output: unsafe fn(NonNull<Header>),
    /// Frees all.
    free: unsafe fn(NonNull<Header>),
}

/// The header first, so that a pointer to the one is a pointer to the other.
#[repr(C)]
struct Cell<F: Future> {
    header: Header,
    stage: UnsafeCell<Stage<F>>,
}

enum Stage<F: Future> {
    Future(F),
    Output(Result<F::Output, JoinError>),
    Taken,
}

/// A reference to a task, counted.
pub(crate) struct TaskPointer(NonNull<Header>);

impl std::fmt::Debug for TaskPointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TaskPointer({})", self.id())
    }
}

// SAFETY: futures and outputs are `Send` where tasks are made (`allocate` asks for it), and all
// other fields are atomics or guarded as the module says.
unsafe impl Send for TaskPointer {}
// SAFETY: as above.
unsafe impl Sync for TaskPointer {}

/// A new task, runnable and in no queue yet: the references of the registry, the handle and the queue.
pub(crate) fn allocate<F>(
    future: F,
    scheduler: NonNull<Scheduler>,
    id: TaskId,
    spawned_at: &'static Location<'static>,
) -> [TaskPointer; 3]
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let cell = Box::new(Cell {
        header: Header {
            state: State::new(),
            functions: &const {
                Functions {
                    poll: poll::<F>,
                    cancel: cancel::<F>,
                    take_output: take_output::<F>,
                    drop_output: drop_output::<F>,
                    free: free::<F>,
                }
            },
            scheduler,
            id: AtomicU64::new(id.0),
            spawned_at,
            waits_for: AtomicPtr::new(ptr::null_mut()),
            waits_at: AtomicPtr::new(ptr::null_mut()),
            joiner: UnsafeCell::new(None),
            links: UnsafeCell::default(),
        },
        stage: UnsafeCell::new(Stage::Future(future)),
    });
    let header = NonNull::from(Box::leak(cell)).cast::<Header>();
    [header, header, header].map(TaskPointer)
}

impl TaskPointer {
    pub(super) fn header(&self) -> &Header {
        // SAFETY: this is a counted reference, so the task is there.
        unsafe { self.0.as_ref() }
    }

    pub(crate) fn as_ptr(&self) -> NonNull<Header> {
        self.0
    }

    /// Takes over a reference that somebody has let go of by [`into_ptr`](Self::into_ptr).
    ///
    /// # Safety
    ///
    /// There is one such reference, and nobody else takes it over.
    pub(crate) unsafe fn from_ptr(header: NonNull<Header>) -> Self {
        TaskPointer(header)
    }

    pub(crate) fn into_ptr(self) -> NonNull<Header> {
        ManuallyDrop::new(self).0
    }

    pub(crate) fn id(&self) -> TaskId {
        TaskId(self.header().id.load(Ordering::Relaxed))
    }

    pub(crate) fn phase(&self) -> Phase {
        self.header().state.phase()
    }

    pub(crate) fn spawned_at(&self) -> &'static Location<'static> {
        self.header().spawned_at
    }

    /// What the task has said that it waits for, if it waits.
    pub(crate) fn waiting_for(&self) -> Option<WaitReason> {
        let header = self.header();
        let what = header.waits_for.load(Ordering::Acquire);
        let place = header.waits_at.load(Ordering::Acquire);
        // SAFETY: null, or made of a `'static` reference below.
        let what = unsafe { what.as_ref() }?;
        // SAFETY: null, or made of a `'static` reference below.
        let place = unsafe { place.as_ref() }?;
        (self.phase() == Phase::Waiting).then_some(WaitReason { what, place })
    }

    /// Says what the task that runs here waits for, until the next one is said.
    pub(crate) fn set_waiting_for(task: NonNull<Header>, reason: Option<&Reason>) {
        // SAFETY: it is the task that this M polls, of which the runner has a reference.
        let header = unsafe { task.as_ref() };
        let (what, place) = reason.map_or((ptr::null(), ptr::null()), |reason| {
            (ptr::from_ref(reason.what), ptr::from_ref(reason.place))
        });
        header.waits_for.store(what.cast_mut(), Ordering::Release);
        header.waits_at.store(place.cast_mut(), Ordering::Release);
    }

    /// Polls the future once, or drops it if the task was aborted. Gives the task back when it is to
    /// go into a queue again.
    pub(crate) fn run(self) -> Option<TaskPointer> {
        let state = &self.header().state;
        if state.begin() == Begin::Cancel {
            self.cancel_running();
            return None;
        }
        // The waker borrows our reference: one is counted when it is cloned.
        let waker = ManuallyDrop::new(waker_of(self.0));
        let mut context = Context::from_waker(&waker);
        // SAFETY: we have set RUNNING, so the future is ours; the function is that of its type.
        let over = unsafe { (self.header().functions.poll)(self.0, &mut context) };
        if over {
            self.finish();
            return None;
        }
        match state.pause() {
            Pause::Requeue => return Some(self),
            Pause::Cancel => self.cancel_running(),
            // The reference was dropped with the state.
            Pause::Wait => mem::forget(self),
            Pause::Free => free_task(self.into_ptr()),
        }
        None
    }

    /// Drops the future of a task that is RUNNING by us.
    fn cancel_running(self) {
        // SAFETY: we have set RUNNING, so the future is ours; the function is that of its type.
        unsafe { (self.header().functions.cancel)(self.0) };
        self.finish();
    }

    /// The output is in its place: tells who waits for it, and forgets the task.
    fn finish(self) {
        let header = self.header();
        // SAFETY: the scheduler is there until its last task has left the registry, which this one
        // does below. The reference ends before.
        let scheduler = unsafe { header.scheduler.as_ref() };
        let finish = header.state.finish();
        if finish == Finish::Drop {
            // SAFETY: complete, and no handle any more that could take it.
            unsafe { (header.functions.drop_output)(self.0) };
        }
        scheduler.trace_end(self.id());
        if finish == Finish::KeepAndWake {
            // SAFETY: AWAITED was set when the task became complete: the handle does not touch
            // the field any more.
            let joiner = unsafe { &*header.joiner.get() };
            if let Some(joiner) = joiner {
                joiner.wake_by_ref();
            }
        }
        scheduler.forget(&self);
    }

    /// Has the next M drop the future.
    pub(crate) fn cancel(&self) {
        match self.header().state.cancel() {
            Wake::Queue => schedule(self.0),
            Wake::Nothing | Wake::Free => {}
        }
    }
}

impl Clone for TaskPointer {
    fn clone(&self) -> Self {
        self.header().state.add_reference();
        TaskPointer(self.0)
    }
}

impl Drop for TaskPointer {
    fn drop(&mut self) {
        if self.header().state.drop_reference() {
            free_task(self.0);
        }
    }
}

impl Item for TaskPointer {
    fn into_word(self) -> usize {
        self.into_ptr().as_ptr().expose_provenance()
    }

    fn from_word(word: usize) -> Self {
        let header = ptr::with_exposed_provenance_mut(word);
        TaskPointer(NonNull::new(header).expect("a task's address"))
    }
}

/// What the handle does with its part; all of it is for the one [`JoinHandle`](super::JoinHandle).
impl TaskPointer {
    /// The output if the task is over, or else leaves `waker` to be told.
    pub(super) fn poll_join<T>(&self, waker: &Waker) -> Poll<Result<T, JoinError>> {
        let header = self.header();
        let state = &header.state;
        if state.is_complete() || !self.leave(waker) {
            let mut output: Option<Result<T, JoinError>> = None;
            // SAFETY: complete, and the handle is the only one who takes the output, whose type it
            // knows.
            unsafe { (header.functions.take_output)(self.0, (&raw mut output).cast()) };
            return Poll::Ready(output.expect("a handle is not polled again after its output"));
        }
        Poll::Pending
    }

    /// False when the task is complete by now.
    fn leave(&self, waker: &Waker) -> bool {
        let header = self.header();
        if header.state.is_awaited() {
            // SAFETY: only the handle writes the field while AWAITED is set and, as it still may be
            // by the other one, both only read.
            let known = unsafe { &*header.joiner.get() };
            if known.as_ref().is_some_and(|known| known.will_wake(waker)) {
                return !header.state.is_complete();
            }
            if !header.state.unset_awaited() {
                return false;
            }
        }
        // SAFETY: AWAITED is not set, so the field is the handle's.
        unsafe { *header.joiner.get() = Some(waker.clone()) };
        header.state.set_awaited()
    }

    /// The handle goes.
    pub(super) fn drop_join(&self) {
        let header = self.header();
        if header.state.drop_handle() {
            // SAFETY: complete, and the handle is the only one who takes the output.
            unsafe { (header.functions.drop_output)(self.0) };
        } else {
            // SAFETY: neither AWAITED nor JOINABLE is set any more, and it was not complete before:
            // nobody else will look at the field.
            drop(unsafe { (*header.joiner.get()).take() });
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.header().state.is_complete()
    }
}

/// Puts a task that has become runnable into a queue of its scheduler.
fn schedule(task: NonNull<Header>) {
    // SAFETY: the caller has set RUNNABLE and with it got the queue's reference.
    let task = unsafe { TaskPointer::from_ptr(task) };
    let scheduler = task.header().scheduler;
    // SAFETY: a task that is RUNNABLE is not complete, so its scheduler is there; `ready` sees to it
    // that it stays until it has returned.
    unsafe { scheduler.as_ref() }.ready(task);
}

fn free_task(task: NonNull<Header>) {
    // SAFETY: the last reference is gone, so nobody else has a pointer to it that he may use.
    let functions = unsafe { task.as_ref() }.functions;
    // SAFETY: as above; the function is that of its type.
    unsafe { (functions.free)(task) };
}

const WAKER: RawWakerVTable = RawWakerVTable::new(clone_waker, wake, wake_by_ref, drop_waker);

fn waker_of(task: NonNull<Header>) -> Waker {
    // SAFETY: the four functions keep the contract: the pointer is a counted reference, and all
    // that they do is thread-safe.
    unsafe { Waker::from_raw(RawWaker::new(task.as_ptr().cast(), &WAKER)) }
}

/// The state that a waker's pointer leads to.
///
/// # Safety
///
/// `data` is that of a waker that is there.
unsafe fn state_of<'a>(data: *const ()) -> &'a State {
    let header = data.cast::<Header>();
    // SAFETY: a waker is a reference to its task.
    unsafe { &(*header).state }
}

unsafe fn clone_waker(data: *const ()) -> RawWaker {
    // SAFETY: the waker that is cloned is there.
    unsafe { state_of(data) }.add_reference();
    RawWaker::new(data, &WAKER)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: the waker that is used up is there until its reference is given away below.
    let what = unsafe { state_of(data) }.wake_by_value();
    act(what, data);
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the waker is there.
    let what = unsafe { state_of(data) }.wake_by_ref();
    act(what, data);
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: the waker that is dropped was there until now.
    if unsafe { state_of(data) }.drop_reference() {
        act(Wake::Free, data);
    }
}

#[inline]
fn act(what: Wake, data: *const ()) {
    let task = NonNull::new(data.cast_mut().cast::<Header>()).expect("a waker has a task");
    match what {
        Wake::Queue => schedule(task),
        Wake::Nothing => {}
        Wake::Free => free_task(task),
    }
}

/// # Safety
///
/// `task` is one of a `Cell<F>`, and its stage is the caller's.
unsafe fn stage_of<'a, F: Future>(task: NonNull<Header>) -> &'a mut Stage<F> {
    let cell = task.cast::<Cell<F>>().as_ptr();
    // SAFETY: only an address is computed; the stage lies in the cell.
    let stage = UnsafeCell::raw_get(unsafe { &raw const (*cell).stage });
    // SAFETY: the caller says that nobody else uses the stage.
    unsafe { &mut *stage }
}

unsafe fn poll<F: Future>(task: NonNull<Header>, context: &mut Context<'_>) -> bool {
    // SAFETY: handed on to the caller.
    let stage = unsafe { stage_of::<F>(task) };
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let Stage::Future(future) = stage else {
            unreachable!("a task is not polled after its end");
        };
        // SAFETY: the future lies in its own allocation and is dropped in place, never moved.
        unsafe { Pin::new_unchecked(future) }.poll(context)
    }));
    let output = match polled {
        Ok(Poll::Pending) => return false,
        Ok(Poll::Ready(output)) => Ok(output),
        Err(panic) => Err(JoinError::Panicked(Panic::new(panic))),
    };
    // SAFETY: handed on to the caller. (Once more, as the closure has borrowed the first.)
    let stage = unsafe { stage_of::<F>(task) };
    replace(stage, output);
    true
}

unsafe fn cancel<F: Future>(task: NonNull<Header>) {
    // SAFETY: handed on to the caller.
    let stage = unsafe { stage_of::<F>(task) };
    replace(stage, Err(JoinError::Cancelled));
}

/// Drops the future in place and puts the output there. A panic of its destructor becomes the output.
fn replace<F: Future>(stage: &mut Stage<F>, output: Result<F::Output, JoinError>) {
    let dropped = catch_unwind(AssertUnwindSafe(|| *stage = Stage::Taken));
    let output = match dropped {
        Ok(()) => output,
        Err(panic) => Err(JoinError::Panicked(Panic::new(panic))),
    };
    // SAFETY: whether or not the destructor panicked, what was there has been dropped; so it is
    // overwritten, not dropped again.
    unsafe { ptr::write(stage, Stage::Output(output)) };
}

unsafe fn take_output<F: Future>(task: NonNull<Header>, to: *mut ()) {
    // SAFETY: handed on to the caller.
    let stage = unsafe { stage_of::<F>(task) };
    if let Stage::Output(output) = mem::replace(stage, Stage::Taken) {
        // SAFETY: the caller has an Option of this very type there.
        unsafe { *to.cast::<Option<Result<F::Output, JoinError>>>() = Some(output) };
    }
}

unsafe fn drop_output<F: Future>(task: NonNull<Header>) {
    // SAFETY: handed on to the caller.
    let stage = unsafe { stage_of::<F>(task) };
    // A destructor's panic has nobody left to go to, and would end an M.
    let dropped: Result<(), Box<dyn Any + Send>> =
        catch_unwind(AssertUnwindSafe(|| *stage = Stage::Taken));
    drop(dropped);
}

unsafe fn free<F: Future>(task: NonNull<Header>) {
    // SAFETY: it was made by Box, and this is the last reference.
    drop(unsafe { Box::from_raw(task.cast::<Cell<F>>().as_ptr()) });
}
