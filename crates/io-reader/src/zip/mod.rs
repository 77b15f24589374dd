//! Zip archives, written to a sink that cannot seek: a pipe, a socket, standard output.
//!
//! # The layout
//!
//! ```text
//! local header, name │ data │ descriptor      once per entry
//! central header, name                        once per entry
//! end of central directory                    once
//! ```
//!
//! A reader begins at the end: the last record says where the central directory is, and that says
//! where every entry is. The local headers repeat it all for who reads front to back.
//!
//! # Why the sizes come after the data
//!
//! A local header has fields for the entry's CRC and its compressed size, and both are known only
//! when the last byte has been compressed. A writer that can seek goes back and fills them in. One
//! that cannot would have to hold the whole compressed entry in memory before its first byte goes
//! out. So the format has flag bit 3 (APPNOTE 4.4.4): the header says zero, and the values follow
//! the data in a *data descriptor*. Who reads front to back must then find the end of the data in
//! the data itself. A deflate stream marks its last block, so that works; raw bytes have no end
//! mark. An entry is therefore stored raw only where all of it is in memory before its header is
//! written, sizes and all; a large file that does not shrink is put into deflate's own stored
//! blocks, which cost five bytes each 64 KiB at most.
//!
//! # Where 32 bits do not suffice
//!
//! Sizes and offsets of 4 GiB and more, and more than 65 534 entries, do not fit the old records.
//! Zip64 (APPNOTE 4.3.14, 4.5.3) adds wider ones, and those are written only where needed. One
//! choice cannot wait for the need: how wide the sizes in the descriptor are is said in the
//! local header. It is made by the [size hint](Entry::size_hint); an entry that outgrows its
//! narrow descriptor is an [error](ZipError::Outgrown).
//!
//! The format is defined by [PKWARE's APPNOTE].
//!
//! [PKWARE's APPNOTE]: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

mod dos_time;
mod entry;
mod record;
mod writer;

pub use entry::{BadName, Entry};
pub use writer::{Added, ZipError, ZipWriter};
