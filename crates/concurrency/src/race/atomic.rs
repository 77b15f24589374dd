//! An atomic number as Go has it: who sees what another wrote comes after it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use super::edge::Edge;
use super::lock;

/// A sequentially consistent number, seen by the detector.
#[derive(Debug, Default)]
pub struct Atomic {
    real: AtomicI64,
    /// Locked over each operation, so that number and edge change together.
    edge: Mutex<Edge>,
}

impl Atomic {
    /// A number.
    pub fn new(value: i64) -> Self {
        Atomic {
            real: AtomicI64::new(value),
            edge: Mutex::default(),
        }
    }

    /// Reads it.
    pub fn load(&self) -> i64 {
        let edge = lock(&self.edge);
        edge.acquire();
        self.real.load(Ordering::SeqCst)
    }

    /// Writes it. Who reads this value comes after this write, and no longer after the one before.
    pub fn store(&self, value: i64) {
        let mut edge = lock(&self.edge);
        *edge = Edge::released();
        self.real.store(value, Ordering::SeqCst);
    }

    /// Adds to it, in one step, and gives what it was.
    pub fn fetch_add(&self, value: i64) -> i64 {
        let mut edge = lock(&self.edge);
        edge.acquire();
        edge.release();
        self.real.fetch_add(value, Ordering::SeqCst)
    }
}
