//! The least that can run tasks: a list of futures, and a queue of those that want to be polled.
//!
//! All run on the thread that made the [`Executor`], which cannot go to another. What wakes them may come from any thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// In the queue: the future that `run` was called with.
const MAIN: usize = usize::MAX;

pub(super) struct Executor<'a> {
    tasks: RefCell<Vec<Slot<'a>>>,
    ready: Arc<ReadyQueue>,
}

struct Slot<'a> {
    /// Away while it is polled, and gone when it is done.
    task: Option<Task<'a>>,
    waker: Waker,
}

/// Who wants to be polled, first come first.
struct ReadyQueue {
    numbers: Mutex<VecDeque<usize>>,
    /// Who polls. To unpark it while it does costs no system call; to notify a `Condvar` costs one
    /// each time.
    thread: Thread,
}

struct TaskWaker {
    number: usize,
    ready: Arc<ReadyQueue>,
}

impl<'a> Executor<'a> {
    pub(super) fn new() -> Self {
        Self {
            tasks: RefCell::default(),
            ready: Arc::new(ReadyQueue {
                numbers: Mutex::default(),
                thread: thread::current(),
            }),
        }
    }

    /// Adds a task, which runs as long as [`run`](Self::run) does.
    pub(super) fn spawn(&self, future: impl Future<Output = ()> + 'a) {
        let mut tasks = self.tasks.borrow_mut();
        let number = tasks.len();
        tasks.push(Slot {
            task: Some(Box::pin(future)),
            waker: self.waker(number),
        });
        self.ready.push(number);
    }

    /// Polls until `main` is done. The other tasks stay as they are, and go with the executor.
    pub(super) fn run<T>(&self, main: impl Future<Output = T>) -> T {
        let mut main = pin!(main);
        let main_waker = self.waker(MAIN);
        self.ready.push(MAIN);
        loop {
            match self.ready.pop() {
                MAIN => {
                    let poll = main.as_mut().poll(&mut Context::from_waker(&main_waker));
                    if let Poll::Ready(output) = poll {
                        return output;
                    }
                }
                number => self.poll(number),
            }
        }
    }

    /// The list is not borrowed meanwhile: a task may spawn others.
    fn poll(&self, number: usize) {
        let (task, waker) = {
            let slot = &mut self.tasks.borrow_mut()[number];
            (slot.task.take(), slot.waker.clone())
        };
        // A task that was woken twice and is done by now.
        let Some(mut task) = task else { return };
        if task
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
        {
            self.tasks.borrow_mut()[number].task = Some(task);
        }
    }

    fn waker(&self, number: usize) -> Waker {
        let ready = Arc::clone(&self.ready);
        Waker::from(Arc::new(TaskWaker { number, ready }))
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.number);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ready.push(self.number);
    }
}

impl ReadyQueue {
    fn push(&self, number: usize) {
        self.numbers().push_back(number);
        self.thread.unpark();
    }

    /// Waits while nobody wants anything.
    fn pop(&self) -> usize {
        loop {
            let first = self.numbers().pop_front();
            match first {
                Some(number) => return number,
                None => thread::park(),
            }
        }
    }

    fn numbers(&self) -> MutexGuard<'_, VecDeque<usize>> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
