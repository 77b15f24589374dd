//! The wall between program and kernel: calls, errors, numbers, and a tracer that shows them.
//!
//! A program can compute by itself and nothing more. To read a file, print a line or know its own
//! name it puts a number and up to six arguments into registers and executes one instruction; the
//! processor switches to the kernel, the kernel does what the number says and puts one number back.
//! That is a *system call*. This chapter makes one by hand, and then builds the instrument with which
//! the whole course looks at them: a tracer that reads like strace and goes on where strace ends, at
//! the source line that made the call.
//!
//! The central types:
//!
//! - [`trace::Tracer`] runs a program (or attaches to one) and yields an [`event::Event`] for each
//!   call, signal and end of a task;
//! - [`event::Call`] is one call as the kernel saw it: name, arguments in the words of the manual
//!   pages, result, and on request the stack that led to it;
//! - [`witness::Block`] is a list of calls that must be found in such a trace: what a lesson claims.
//!
//! ```
//! use syscalls::errno::Errno;
//!
//! // What the kernel returns is a number; -2 is the error number 2.
//! let error = Errno::from_name("ENOENT").unwrap();
//! assert_eq!((error.number(), error.text()), (2, "No such file or directory"));
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`raw`] | the system-call instruction by hand, on x86-64 and arm64 |
//! | [`errno`] | error numbers, names and texts |
//! | [`table`] | call numbers, which differ between architectures |
//! | [`event`] | what a tracer tells: calls, signals, ends |
//! | [`decode`] | numbers and addresses made readable: flags, paths, structures (Linux) |
//! | [`filter`] | which calls to show: `-e trace=%file` |
//! | [`trace`] | the tracer itself: ptrace, seccomp, breakpoints (Linux) |
//! | [`symbols`] | from an address to function, file and line (Linux) |
//! | [`print`](mod@print) | lines as strace prints them, and JSON |
//! | [`summary`] | how many calls, how many errors, how long |
//! | [`source`] | a program's text with the calls of each line under it |
//! | [`witness`] | the `syscalls` blocks of the lessons, and whether a trace bears them out |

#[cfg(target_os = "linux")]
pub mod raw;

pub mod errno;
pub mod table;

pub mod event;

#[cfg(target_os = "linux")]
pub mod decode;

pub mod filter;

pub mod trace;

#[cfg(target_os = "linux")]
pub mod symbols;

pub mod print;
pub mod summary;

pub mod source;

pub mod witness;
