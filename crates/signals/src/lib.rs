//! How processes are told: signals, what a handler may do, signals as files and streams, and a graceful
//! restart.
//!
//! A signal is the smallest message there is: a number, put into another process by the kernel, at a
//! moment that the receiver does not choose. It comes when ctrl-C is typed, when a child ends, when an
//! address is wrong, when an operator wants a server to stop. By default most of them end the
//! process. A program that wants a better end has to catch them, and the moment between any two
//! instructions at which its handler runs is the most restricted place in all of systems programming.
//! This chapter shows the mechanism as it is, and then the ways out of that place: to a descriptor, to an
//! iterator, to a task, to a context that is over.
//!
//! The central types:
//!
//! - [`signal::Signal`] is a number with a name, and [`action::Disposition`] what a process does with it;
//! - [`source::Signals`] makes a descriptor of signals, which a poller can wait for;
//! - [`context::NotifyContext`] is over when one comes.
//!
//! ```
//! use signals::signal::{Received, Signal};
//! use signals::{send, source::Signals};
//!
//! let mut signals = Signals::new([Signal::HUP, Signal::TERM])?;
//! send::to_process(nix::unistd::getpid(), Signal::HUP)?;
//! for Received { signal, pid, .. } in signals.batch(None)? {
//!     println!("{signal} came from {pid:?}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`signal`] | names, numbers and default actions of all signals, real-time ones too |
//! | [`set`] | sets of signals: masks, what is pending |
//! | [`action`] | dispositions: default, ignore, a handler, and what a handler may do |
//! | [`send`] | to a process, a group, a name; with a value; TERM first, KILL later |
//! | [`source`] | self-pipe and signalfd behind one type |
//! | [`stream`] | signals for threads and for async |
//! | [`context`] | cancellation by a signal or a deadline, like Go's NotifyContext |
//! | [`timeout`] | a command with a limit: GNU's `timeout` |
//! | [`supervisor`] | children kept alive, told, and collected |
//! | [`starter`] | a listening socket handed from generation to generation |
//! | [`inherit`] | the server's side: sockets that came by the environment |

pub mod signal;

pub mod set;

pub mod action;

pub mod send;

mod ready;

pub mod source;

pub mod stream;

pub mod context;

pub mod timeout;

pub mod supervisor;

pub mod starter;

pub mod inherit;
