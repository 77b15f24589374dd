//! Texts by number: an event has room for a number only.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// As many as an event has bits for. What comes later has no text.
const MOST: usize = 1 << 16;

/// How many texts are found without the lock.
const CACHE: usize = 64;

#[derive(Debug)]
pub(super) struct Strings {
    table: Mutex<Table>,
    /// For texts that are there for ever: the address in the upper 48 bits, the number below. Whoever
    /// reads an address that is not the one he looks for asks the table.
    cache: [AtomicU64; CACHE],
    /// For texts that come again from where they came first, as those in the program's source do. A place
    /// here is taken once and for all: whoever finds another text in it asks the table.
    seen: [OnceLock<(Box<str>, u64)>; CACHE],
}

#[derive(Debug)]
struct Table {
    numbers: HashMap<String, u64>,
    texts: Vec<String>,
}

impl Strings {
    /// With the empty text, which is number 0.
    pub(super) fn new() -> Self {
        Strings {
            table: Mutex::new(Table {
                numbers: HashMap::from([(String::new(), 0)]),
                texts: vec![String::new()],
            }),
            cache: [const { AtomicU64::new(0) }; CACHE],
            seen: [const { OnceLock::new() }; CACHE],
        }
    }

    /// The number of a text.
    pub(super) fn number(&self, text: &str) -> u64 {
        let seen = &self.seen[(text.as_ptr().addr() >> 3) % CACHE];
        if let Some((known, number)) = seen.get()
            && **known == *text
        {
            return *number;
        }
        let number = self.number_in_table(text);
        // Somebody else may have been first.
        let _ = seen.set((text.into(), number));
        number
    }

    fn number_in_table(&self, text: &str) -> u64 {
        let mut table = self.table();
        if let Some(&number) = table.numbers.get(text) {
            return number;
        }
        let number = table.texts.len();
        if number == MOST {
            return 0;
        }
        table.texts.push(text.to_owned());
        table.numbers.insert(text.to_owned(), number as u64);
        number as u64
    }

    /// The same for what is known by the address of something that is there for ever: the text is
    /// made the first time only.
    #[inline]
    pub(super) fn number_of<T: ?Sized>(
        &self,
        known: &'static T,
        text: impl FnOnce() -> String,
    ) -> u64 {
        let address = std::ptr::from_ref(known).addr() as u64;
        let slot = &self.cache[(address >> 3) as usize % CACHE];
        let cached = slot.load(Ordering::Relaxed);
        if cached >> 16 == address {
            return cached & 0xffff;
        }
        let number = self.number(&text());
        if address >> 48 == 0 {
            slot.store((address << 16) | number, Ordering::Relaxed);
        }
        number
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.table().texts.clone()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
