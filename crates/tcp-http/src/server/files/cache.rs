//! Files that were asked for lately.
//!
//! The key is the path as it was sent: a hit decodes nothing. (Two spellings of one path are two
//! entries, and there are not many of them.) What was looked at less than a second ago is believed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use super::entry::Entry;

/// With so many files the older half goes: at most this many descriptors are open, 4 MiB of contents are
/// in memory, and of each text of up to 1 MiB what it is compressed to.
const MOST: usize = 256;

/// How long an entry is believed, in milliseconds.
const BELIEVED: u64 = 1000;

#[derive(Debug)]
pub(super) struct Cache {
    start: Instant,
    kept: RwLock<HashMap<Box<[u8]>, Kept>>,
}

#[derive(Debug)]
struct Kept {
    entry: Arc<Entry>,
    /// When it was last seen to be right, in milliseconds from the start.
    checked: AtomicU64,
}

impl Cache {
    pub(super) fn new() -> Self {
        Cache {
            start: Instant::now(),
            kept: RwLock::default(),
        }
    }

    /// The file at `path`, if it is known and was looked at lately.
    pub(super) fn get(&self, path: &[u8]) -> Option<Arc<Entry>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(path)?;
        let age = self.now() - found.checked.load(Ordering::Relaxed).min(self.now());
        (age < BELIEVED).then(|| Arc::clone(&found.entry))
    }

    /// The file at `path` was found to be this. If that is what was known before, what was known stays,
    /// with all that was made of it.
    pub(super) fn put(&self, path: &[u8], entry: Arc<Entry>) -> Arc<Entry> {
        let now = self.now();
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(path)
            && known.entry.is_same(&entry)
        {
            known.checked.store(now, Ordering::Relaxed);
            return Arc::clone(&known.entry);
        }
        kept.remove(path);
        if entry.is_kept() {
            make_room(&mut kept);
            let checked = AtomicU64::new(now);
            let new = Kept {
                entry: Arc::clone(&entry),
                checked,
            };
            kept.insert(path.into(), new);
        }
        entry
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn make_room(kept: &mut HashMap<Box<[u8]>, Kept>) {
    if kept.len() < MOST {
        return;
    }
    let mut ages: Vec<u64> = kept
        .values()
        .map(|kept| kept.checked.load(Ordering::Relaxed))
        .collect();
    let (_, middle, _) = ages.select_nth_unstable(MOST / 2);
    let middle = *middle;
    let mut surplus = MOST / 2;
    kept.retain(|_, kept| {
        let goes = kept.checked.load(Ordering::Relaxed) <= middle && surplus > 0;
        surplus -= usize::from(goes);
        !goes
    });
}
