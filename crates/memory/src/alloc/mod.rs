//! Five allocators in stages, from a bump to thread caches.
//!
//! An allocator answers two questions: which bytes are free, and which of them to hand out. Each stage
//! answers one of them better than the stage before, and pays for it with something else:
//!
//! | stage | knows what is free by | good at | bad at |
//! |---|---|---|---|
//! | [`Bump`] | one number | speed: an addition | freeing anything but the last block |
//! | [`FreeList`] | tags beside each block | freeing in any order | finding a fit: it walks |
//! | [`Buddy`] | one list for each power of two | merging: a buddy's address is computed | waste inside blocks: up to half |
//! | [`Slab`] | one bit for each slot | many blocks of few sizes | a slab is bound to its size |
//! | [`ThreadCaching`] | all of these | many threads | (it is five hundred lines) |
//!
//! The first four manage memory that they are given, a `&mut [u8]`, behind one trait, [`Arena`]. They
//! hold no pointers but offsets, so they are safe Rust to the last line, and a mistake in one spoils a
//! block and never the process. The fifth is Rust's `GlobalAlloc`: any program runs on it.
//!
//! Two words for waste. *Internal* fragmentation is what a block holds beyond what was asked for;
//! *external* is free memory in pieces too small for the next request. [`Report`] tells both.

mod arena;
mod buddy;
mod bump;
mod free_list;
mod picture;
mod slab;

pub mod caching;
pub mod workload;

pub use arena::{Arena, Block, Exhausted, Extent, Report, Use};
pub use buddy::Buddy;
pub use bump::Bump;
pub use caching::ThreadCaching;
pub use free_list::FreeList;
pub use picture::{arena_picture, pages_picture};
pub use slab::Slab;
