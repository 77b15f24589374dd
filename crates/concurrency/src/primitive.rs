//! What the run queue, the task's state and the parker are made of: std's primitives; or loom's
//! under `--cfg loom`, which runs a small test in every interleaving that the memory model allows.

#[cfg(loom)]
pub(crate) use loom::sync::{Condvar, Mutex, atomic};

#[cfg(not(loom))]
pub(crate) use std::sync::{Condvar, Mutex, atomic};
