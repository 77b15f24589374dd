//! Where input comes from: the `Read` trait and what is built on it.
//!
//! A program asks the kernel for bytes with read(2) and gets *some*: at least one and at most as
//! many as it has room for, or none at the end. Everything else is made of that one call, by
//! wrapping a reader in another: windows onto a part of a file, several streams as one, copies,
//! tokens, and the formats PNG and zip.
//!
//! Three types to begin with: [`limit::Limit`] reads the first n bytes of a stream,
//! [`section::Section`] a window at any offset of a file, and [`scan::Scanner`] cuts a stream into
//! lines, words and values.
//!
//! ```
//! use io_reader::{scan::Scanner, section::Section};
//!
//! let file = b"name,age\0Ada 36 Alan 41\0checksum".to_vec();
//! // As with a file, any number of windows can stand open over it, each with a place of its own.
//! let table = Section::new(&file, 9, 14);
//! let mut scanner = Scanner::new(table);
//! let mut ages = Vec::new();
//! while let Some(_name) = scanner.word()? {
//!     ages.extend(scanner.value::<u8>()?);
//! }
//! assert_eq!(ages, [36, 41]);
//! # Ok::<(), io_reader::scan::ScanError>(())
//! ```
//!
//! The modules, in reading order:
//!
//! | module | what it has |
//! |---|---|
//! | [`limit`] | the first n bytes of a stream, and not one more taken |
//! | [`section`] | reading at an offset, and windows that do not move each other |
//! | [`multi`] | one stream after another |
//! | [`tee`] | reading, and keeping a copy |
//! | [`copy`] | from a reader to a writer: n bytes, or through one's own buffer |
//! | [`pipe`] | a pipe inside one process, where writer and reader meet |
//! | [`scan`] | lines, words and values out of a stream, in bounded memory |
//! | [`hex`] | bytes for eyes, as `hexdump -C` prints them |
//! | [`png`] | a format of chunks, read, checked and written |
//! | [`zip`] | an archive written to a sink that cannot seek |

pub mod limit;
pub mod section;

pub mod multi;
pub mod tee;

pub mod copy;
pub mod pipe;
pub mod scan;

pub mod hex;
pub mod png;
pub mod zip;
