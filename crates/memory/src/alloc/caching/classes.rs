//! Size classes: the sizes that requests are rounded up to.
//!
//! Up to 128 bytes every multiple of 16; from there eight classes for each power of two, up to 32 KiB.
//! So at most an eighth of a block is lost to rounding (and 15 bytes of the smallest).

use super::pages::{OBJECTS, PAGE};

/// How many there are.
pub const CLASSES: usize = 72;
/// The largest class's size, in bytes.
pub const LARGEST: usize = 32 << 10;

/// A size class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class(u8);

/// What is fixed for a class.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// Bytes of an object.
    size: u32,
    /// Pages of a span.
    pages: u32,
    /// How many objects a thread's cache holds at most.
    capacity: u32,
    /// How many objects move between cache and central list at a time.
    batch: u32,
    /// Where the class's objects begin in a cache's array.
    offset: u32,
}

const FACTS: [Facts; CLASSES] = facts();

/// How many objects a cache holds at most, of all classes together.
pub(super) const CACHED: usize = {
    let last = FACTS[CLASSES - 1];
    (last.offset + last.capacity) as usize
};

/// Up to 1 KiB, where most requests are, by a table.
const BY_SIZE: [u8; 65] = {
    let mut table = [0; 65];
    let mut i = 0;
    while i < table.len() {
        table[i] = computed(i * 16);
        i += 1;
    }
    table
};

impl Class {
    /// The smallest class for `size` bytes, which are at most [`LARGEST`].
    #[inline]
    #[must_use]
    pub fn of(size: usize) -> Self {
        match BY_SIZE.get(size.div_ceil(16)) {
            Some(&class) => Class(class),
            None => Class(computed(size)),
        }
    }

    /// The smallest class for `size` bytes whose size is a multiple of `align`, so that every object of a
    /// span is aligned; none if no class is.
    #[must_use]
    pub fn aligned(size: usize, align: usize) -> Option<Self> {
        let fits = |class: &Class| class.size() >= size && class.size().is_multiple_of(align);
        Self::all().find(fits)
    }

    /// Every class, from the smallest.
    pub fn all() -> impl Iterator<Item = Class> {
        (0..CLASSES as u8).map(Class)
    }

    /// Its place among the classes.
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Bytes of an object.
    #[inline]
    #[must_use]
    pub fn size(self) -> usize {
        FACTS[self.index()].size as usize
    }

    /// Pages of a span.
    #[must_use]
    pub fn pages(self) -> u32 {
        FACTS[self.index()].pages
    }

    /// Objects of a span.
    #[must_use]
    pub fn objects(self) -> usize {
        self.pages() as usize * PAGE / self.size()
    }

    /// How many objects a thread's cache holds at most.
    #[inline]
    #[must_use]
    pub fn capacity(self) -> usize {
        FACTS[self.index()].capacity as usize
    }

    /// How many objects move between cache and central list at a time.
    #[must_use]
    pub fn batch(self) -> usize {
        FACTS[self.index()].batch as usize
    }

    #[inline]
    pub(super) fn offset(self) -> usize {
        FACTS[self.index()].offset as usize
    }
}

const fn computed(size: usize) -> u8 {
    if size <= 128 {
        return (size.div_ceil(16).saturating_sub(1)) as u8;
    }
    let last = size - 1;
    let log = last.ilog2() as usize;
    (8 + (log - 7) * 8 + (last >> (log - 3)) - 8) as u8
}

const fn facts() -> [Facts; CLASSES] {
    let empty = Facts {
        size: 0,
        pages: 0,
        capacity: 0,
        batch: 0,
        offset: 0,
    };
    let mut facts = [empty; CLASSES];
    let mut offset = 0;
    let mut class = 0;
    while class < CLASSES {
        let size = if class < 8 {
            16 * (class + 1)
        } else {
            (8 + class % 8 + 1) << (class / 8 + 3)
        };
        let capacity = within((32 << 10) / size, 4, 128);
        facts[class] = Facts {
            size: size as u32,
            pages: span_pages(size),
            capacity: capacity as u32,
            batch: (capacity / 2) as u32,
            offset: offset as u32,
        };
        offset += capacity;
        class += 1;
    }
    facts
}

/// The shortest span that loses at most an eighth at its end and has objects enough to be worth a lock,
/// and no more than a bitmap has bits.
const fn span_pages(size: usize) -> u32 {
    let least = if size <= 1024 { 16 } else { 4 };
    let mut pages = 1;
    loop {
        let bytes = pages * PAGE;
        let objects = bytes / size;
        if objects >= OBJECTS || (objects >= least && (bytes % size) * 8 <= bytes) {
            return pages as u32;
        }
        pages += 1;
    }
}

const fn within(value: usize, least: usize, most: usize) -> usize {
    if value < least {
        least
    } else if value > most {
        most
    } else {
        value
    }
}
