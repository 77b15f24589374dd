//! The unit of all of it.
//!
//! The processor translates every address that a program uses, and does it by the page: the upper
//! bits of an address choose an entry of the process's page table, the lower ones a byte in the
//! page that the entry names. So permissions, presence, sharing and copying are all properties of
//! whole pages, and everything that the kernel says about memory is a multiple of this size.
//!
//! [`Pages`] is memory straight from the kernel, for experiments with just that.

mod pages;
mod size;

pub use pages::{Pages, Sharing};
pub use size::{ceil, floor, page_size, span};
