//! Lines and literals, counted on all cores.
//!
//! A file is cut into chunks of [`CHUNK`] bytes. An atomic counter hands them out, so a thread that
//! was interrupted takes fewer of them and nobody waits for it. Each chunk is reduced to a small
//! *summary*, in which everything about its two borders is still open: "a match before the first
//! line end", "the last line has one". Two neighbouring summaries add up to the summary of both
//! ([`Summary::then`]); so the order in which the chunks were done does not matter, and no line is
//! counted twice or lost because a border went through it.
//!
//! # A map, or `pread` into a buffer?
//!
//! Both are a [`Source`]. One gigabyte of text in the page cache, searched for a literal by two
//! threads; the map is also taken down again, as it is at the latest when the process ends:
//!
//! | | milliseconds | of processor, small folios | large folios |
//! |---|---:|---:|---:|
//! | map, touched as it comes | 65 | 131 | 69 |
//! | map, `MAP_POPULATE` | 99 | | |
//! | map, `MADV_POPULATE_READ` a chunk | 90 | | |
//! | map of each chunk, taken down after it | 66 | | |
//! | map, `MADV_DONTNEED` a chunk after it | 61 | 125 | 71 |
//! | `pread` of 128 KiB | 79 | 139 | 118 |
//! | `pread` of 2 MiB | 68 | 134 | 106 |
//!
//! The map copies nothing, but the kernel enters each page into the page table and removes it
//! again; `pread` copies, but into a buffer that may stay in the processor's cache. On a quiet machine that is
//! a draw: both wait for memory. What decides is how the page cache holds the file. In *folios* of
//! many pages, as it keeps a file that was written or read in one go, a whole folio is entered at one
//! fault, and the map costs little more than half; on a busy machine it shows as time. (With
//! folios of one page a fault still enters the 15 neighbours; without that the map would lose.)
//! Populating in advance is done by one thread, or waits for one lock, and only adds a pass.
//!
//! So [`Input`] maps large regular files, under the guard that survives truncation, and reads the
//! small ones, what stands at an offset, and whatever was cut short below its map. Pipes and `/proc`
//! are read as streams. Whoever must not be told nonsense by a file that changes takes [`FileSource`].

mod chunks;

mod count;
mod input;
mod lines;
mod patterns;
mod source;
mod words;

pub use chunks::{CHUNK, Chunk, for_each_chunk};
pub use count::{Summary, count_lines, count_matching_lines};
pub use input::{Contents, Input};
pub use lines::{Flow, Line, MatchingLines};
pub use patterns::{LineEnd, Patterns};
pub use source::{FileSource, Source};
pub use words::{Charset, Counts, Wanted};
