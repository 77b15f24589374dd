//! An allocator that counts, and one that remembers who asked.
//!
//! A Rust program has one global allocator, and may bring its own: a static with the attribute
//! `#[global_allocator]` whose type implements [`GlobalAlloc`](std::alloc::GlobalAlloc). Both types
//! here let another one do the work, [`System`](std::alloc::System) unless told otherwise:
//!
//! - [`Counting`] counts by the thread, so that a [`Scope`] counts exactly what its own thread did
//!   between two points, whatever all the others do;
//! - [`Profiling`] takes samples of who asks, and draws up a heap [`Profile`] by call site, as Go's
//!   runtime does.
//!
//! ```
//! use memory::counting::{Counting, count};
//!
//! #[global_allocator]
//! static ALLOCATOR: Counting = Counting::new();
//!
//! let (counts, text) = count(|| "owned".to_owned());
//! assert_eq!((counts.allocations, counts.bytes), (1, 5));
//! let (counts, ()) = count(|| drop(text));
//! assert_eq!(counts.frees, 1);
//! ```
//!
//! # What needs no counting
//!
//! Two mistakes about memory do not get as far as running. A pointer into a frame cannot leave the
//! function (E0515); what Go would move to the heap for it, Rust wants to be told to:
//!
//! ```compile_fail,E0515
//! fn answer() -> &'static u32 {
//!     let local = 40 + 2;
//!     let local = local + std::env::args().count() as u32;
//!     &local
//! }
//! ```
//!
//! And an index that is known when compiling is compared with an array's length right then. It is a
//! lint that is denied unless allowed (`unconditional_panic`), so it has no number:
//!
//! ```compile_fail
//! let array = [1, 2, 3, 4];
//! println!("{}", array[10]);
//! ```

mod counts;
mod global;
mod profile;
mod sites;

pub use counts::{Counts, Scope, count};
pub use global::Counting;
pub use profile::Profiling;
pub use sites::{Call, Profile, Site};
