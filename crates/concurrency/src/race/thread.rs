//! Threads: what came before the start happens before the thread, and the thread before its join.

use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::thread;

use super::lock;
use super::report::Role;
use super::strand::{self, Child};

/// Waits for a thread's end and gets what it returned.
#[derive(Debug)]
#[must_use = "a thread that is not joined is ordered with nobody"]
pub struct JoinHandle<T> {
    real: thread::JoinHandle<T>,
    child: Option<Child>,
}

/// [`std::thread::spawn`], seen by the detector.
#[track_caller]
pub fn spawn<T, W>(work: W) -> JoinHandle<T>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let (mut strand, child) = strand::fork(Role::Thread, Location::caller());
    let real = thread::spawn(move || strand::run(&mut strand, work));
    JoinHandle { real, child }
}

impl<T> JoinHandle<T> {
    /// Waits until it is over.
    ///
    /// # Errors
    ///
    /// The thread's panic.
    pub fn join(self) -> thread::Result<T> {
        let result = self.real.join();
        self.child.iter().for_each(Child::join);
        result
    }
}

/// Where threads can be started that are joined at its end, and may borrow until then.
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    real: &'scope thread::Scope<'scope, 'env>,
    children: Arc<Mutex<Vec<Child>>>,
}

/// Waits for the end of a thread of a [`Scope`] and gets what it returned.
#[derive(Debug)]
pub struct ScopedJoinHandle<'scope, T> {
    real: thread::ScopedJoinHandle<'scope, T>,
    child: Option<Child>,
}

/// [`std::thread::scope`], seen by the detector.
pub fn scope<'env, R>(work: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> R) -> R {
    let children = Arc::new(Mutex::new(Vec::new()));
    let result = thread::scope(|real| {
        work(&Scope {
            real,
            children: Arc::clone(&children),
        })
    });
    lock(&children).iter().for_each(Child::join);
    result
}

impl<'scope> Scope<'scope, '_> {
    /// [`std::thread::Scope::spawn`], seen by the detector.
    #[track_caller]
    pub fn spawn<T, W>(&self, work: W) -> ScopedJoinHandle<'scope, T>
    where
        T: Send + 'scope,
        W: FnOnce() -> T + Send + 'scope,
    {
        let (mut strand, child) = strand::fork(Role::Thread, Location::caller());
        lock(&self.children).extend(child.clone());
        let real = self.real.spawn(move || strand::run(&mut strand, work));
        ScopedJoinHandle { real, child }
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits until it is over.
    ///
    /// # Errors
    ///
    /// The thread's panic.
    pub fn join(self) -> thread::Result<T> {
        let result = self.real.join();
        self.child.iter().for_each(Child::join);
        result
    }
}
