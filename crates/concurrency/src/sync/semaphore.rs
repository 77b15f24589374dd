//! A number of permits.

use super::{Condvar, Mutex, const_new};

/// Lets so many in at a time.
///
/// ```
/// use concurrency::sync::Semaphore;
///
/// let tables = Semaphore::new(2);
/// let (one, _other) = (tables.acquire(), tables.acquire());
/// assert!(tables.try_acquire().is_none());
/// drop(one);
/// assert!(tables.try_acquire().is_some());
/// ```
#[derive(Debug)]
pub struct Semaphore {
    permits: Mutex<usize>,
    released: Condvar,
}

/// One permit; dropped, it is given back.
#[derive(Debug)]
#[must_use = "dropped at once, it is given back at once"]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    const_new! {
        /// With so many permits.
        pub fn new(permits: usize) -> Self {
            Semaphore { permits: Mutex::new(permits), released: Condvar::new() }
        }
    }

    /// Takes a permit, and waits while there is none.
    pub fn acquire(&self) -> Permit<'_> {
        let lock = self.permits.lock();
        *self.released.wait_while(lock, |permits| *permits == 0) -= 1;
        Permit(self)
    }

    /// Takes a permit if there is one.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut permits = self.permits.lock();
        *permits = permits.checked_sub(1)?;
        Some(Permit(self))
    }

    /// How many permits are left.
    pub fn available(&self) -> usize {
        *self.permits.lock()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.permits.lock() += 1;
        self.0.released.notify_one();
    }
}
