//! Files in a zip at the end of an executable.
//!
//! An executable is read from its front: the header says where segments and sections are, and nobody
//! looks at what comes behind the last of them. A zip is read from its back: the *end of central
//! directory* record is its last, and says where the directory is. So a file can be both. The
//! program finds its data in itself: one file to ship, and nothing to install.
//!
//! Everything before the zip stays byte for byte what it was: sections, a signature that covers them,
//! the build-id. (A signature over the whole file, as macOS and Windows have it, is made after adding.)
//!
//! [`append`] adds a zip, [`Archive`] reads one; [`open_self`] reads the one of the program that calls
//! it. The offsets in the zip count from the start of the whole file, so that `unzip` finds no fault.

mod archive;
mod end;
mod error;

pub use archive::{Archive, Entry, append, open_self};
pub use end::{END_SIZE, End, find_end};
pub use error::EmbedError;
