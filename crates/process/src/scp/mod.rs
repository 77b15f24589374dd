//! The sink side of a copy over a byte stream.
//!
//! `scp file host:` used to start `scp -t` over there and talk to it through the pipe that ssh is:
//! lines that announce, the bytes of a file, and a NUL after each step from either side. That is
//! all of the protocol, and it was never written down but in the program:
//!
//! ```text
//! source                     sink
//!                            NUL          ready
//! D0755 0 testdir\n          NUL          go down into a directory
//! C0644 6 name\n             NUL          a file of six bytes
//! hello\n NUL                NUL          they are complete
//! E\n                        NUL          go up again
//! ```
//!
//! `T`, with two times, may come before a `C` or `D`. A byte 1 or 2 in the place of a NUL, with a
//! line of text, is a complaint; after a 2 it is over.
//!
//! The names are the other side's, and this is where it was attacked: a server that sends
//! `../.ssh/x`, or a file into a symbolic link, writes where it likes. [`receive`] takes only names
//! without a slash, goes into directories by descriptor, and follows no link.
//!
//! OpenSSH uses SFTP by default since 9.0; `scp -O` speaks this.

mod record;
mod sink;

pub use record::{Record, RecordError, Time};
pub use sink::{Keep, Received, ScpError, receive};
