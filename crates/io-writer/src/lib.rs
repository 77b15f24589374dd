//! Where output goes: file descriptors, the `Write` trait, buffers, fan-out and gzip.
//!
//! Whatever a program prints ends in one system call, `write(2)`: a number (the file descriptor),
//! an address, a length. Everything above it, from `println!` to a compressing network stream, is a
//! [`Write`](std::io::Write) around another `Write`. This chapter builds that tower from the ground:
//!
//! - [`write_loop::write_fully`] makes one `write(2)` into "all of it, or say how much";
//! - [`buffered::Buffered`] makes many small writes into few large ones;
//! - [`fan_out::FanOut`] makes one stream into many, none of which can spoil the others.
//!
//! ```
//! use std::io::Write;
//! use io_writer::buffered::Buffered;
//! use io_writer::recorder::recorder;
//!
//! // `recorder` is a file that keeps each write(2) apart.
//! let (file, recorder) = recorder()?;
//! let mut out = Buffered::new(file);
//! writeln!(out, "{} {}", "Hello", "World!")?;
//! out.flush()?;
//! assert_eq!(recorder.finish()?, [b"Hello World!\n"]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`write_loop`] | short writes, `EINTR`, `EAGAIN`, and a peer that takes nothing |
//! | [`counting`] | how many bytes in how many calls |
//! | [`recorder`] | which calls the kernel saw, without a tracer |
//! | [`buffered`] | a buffer, and how its bytes get lost |
//! | [`line`](mod@line) | a buffer that passes on whole lines, as standard output does |
//! | [`tee`] | one writer and a copy |
//! | [`multi`] | many writers, one thread, and a decision about failure |
//! | [`gzip`] | a compressing writer, on all cores |
//! | [`sink`] | files, `.gz` files, TCP and Unix sockets by name |
//! | [`fan_out`] | many sinks, each on a thread: the engine of `io-writer tee` |

pub mod write_loop;

pub mod counting;
pub mod recorder;

pub mod buffered;
pub mod line;

pub mod tee;

pub mod multi;

pub mod gzip;

pub mod sink;

pub mod fan_out;
