//! Tasks of which the first that fails ends the others, after Go's `errgroup`.

use channels::context::{Canceller, Context};

use crate::runtime::{JoinError, JoinHandle, spawn};
use crate::sync::Mutex;
use std::sync::Arc;

/// Starts tasks and waits for all of them; the first error is the group's.
///
/// Each task is given a [`Context`], which is cancelled at the first error. It is a request and no
/// force: a task that never looks at it goes on, and is waited for.
///
/// ```
/// use concurrency::patterns::group::Group;
/// use concurrency::runtime::Runtime;
///
/// let outcome = Runtime::new().block_on(async {
///     let mut group = Group::new();
///     group.spawn(|_| async { Err("no such host") });
///     group.spawn(|context| async move {
///         let _cancelled = context.done().recv_async().await;
///         Ok(())
///     });
///     group.wait().await
/// });
/// assert_eq!(outcome, Err("no such host"));
/// ```
#[derive(Debug)]
pub struct Group<E> {
    context: Context,
    shared: Arc<Shared<E>>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared<E> {
    first_error: Mutex<Option<E>>,
    canceller: Canceller,
}

impl<E: Send + 'static> Group<E> {
    /// Without tasks.
    pub fn new() -> Self {
        Self::under(&Context::background())
    }

    /// Without tasks; it is cancelled with `parent` too.
    pub fn under(parent: &Context) -> Self {
        let (context, canceller) = parent.with_cancel();
        let shared = Shared {
            first_error: Mutex::new(None),
            canceller,
        };
        Group {
            context,
            shared: Arc::new(shared),
            tasks: Vec::new(),
        }
    }

    /// Starts a task of the group.
    pub fn spawn<F>(&mut self, task: impl FnOnce(Context) -> F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        let future = task(self.context.clone());
        let shared = Arc::clone(&self.shared);
        self.tasks.push(spawn(async move {
            if let Err(error) = future.await {
                shared.first_error.lock().get_or_insert(error);
                shared.canceller.cancel();
            }
        }));
    }

    /// Waits for all tasks.
    ///
    /// # Errors
    ///
    /// The error that was first.
    ///
    /// # Panics
    ///
    /// If a task did, when all are over: the others are cancelled then too.
    pub async fn wait(self) -> Result<(), E> {
        let mut panic: Option<JoinError> = None;
        for task in self.tasks {
            if let Err(error) = task.await {
                self.shared.canceller.cancel();
                panic.get_or_insert(error);
            }
        }
        if let Some(panic) = panic {
            panic.resume();
        }
        self.shared.first_error.lock().take().map_or(Ok(()), Err)
    }
}

impl<E: Send + 'static> Default for Group<E> {
    fn default() -> Self {
        Self::new()
    }
}
