//! From page to heap: the address space, pages on demand, allocators in stages, and a garbage
//! collector.
//!
//! A pointer is a number, and the kernel decides what is behind it. It keeps two things for each
//! process: a short list of *areas*, which says what an access to an address may find ([`maps`]),
//! and a *page table*, which says what it finds now. A page enters the table when it is first
//! touched, is shared until somebody writes to it, and is copied then; [`residency`] watches that
//! page by page.
//!
//! The kernel gives pages, and programs want twenty bytes. What lies between is an allocator
//! ([`alloc`]), and how it learns that the twenty bytes are wanted no more is the great divide
//! between languages: Rust frees at the end of an owner's scope, Go asks a collector ([`gc`]) which
//! searches for what can still be reached. [`counting`] shows what a line of Rust costs in either
//! currency.
//!
//! Here is the whole of it in ten lines: addresses are given at once, memory on the first touch.
//!
//! ```
//! use memory::page::{Pages, Sharing};
//! use memory::residency::resident;
//!
//! let pages = Pages::anonymous(1000, Sharing::Private)?.never_huge();
//! # if cfg!(target_os = "linux") {
//! assert_eq!(resident(&pages)?.iter().filter(|there| **there).count(), 0);
//! pages.write(500, 1);
//! assert_eq!(resident(&pages)?.iter().filter(|there| **there).count(), 1);
//! # }
//! # std::io::Result::Ok(())
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`page`] | the unit of all of it |
//! | [`maps`] | what the address space holds, read and typed |
//! | [`residency`] | which pages are there, shared, or copied: smaps and pagemap |
//! | [`counting`] | an allocator that counts, and one that remembers who asked |
//! | [`alloc`] | five allocators in stages, from a bump to thread caches |
//! | [`gc`] | a heap with handles, and three collectors |
//! | [`picture`] | address spaces, heaps and pauses drawn in text and SVG |

pub mod page;

pub mod maps;

pub mod residency;

pub mod counting;

pub mod alloc;

pub mod gc;

pub mod picture;
