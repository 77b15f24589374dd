//! Files as memory and as events: maps, searching them, watching, locking, and waiting for many at
//! once.
//!
//! `read(2)` copies bytes out of the kernel's memory into yours, and waits until there are some.
//! This chapter is about the ways around both halves of that sentence. A *map* lends you the
//! kernel's own pages, so that nothing is copied ([`map`], [`search`]). A *watch* tells you that a
//! file has changed ([`watch`]), a *lock* that it is your turn ([`lock`]), and a *poller* which of
//! ten thousand descriptors has something for you, so that one thread waits for all ([`poller`]).
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`map`] | the kinds of map over memmap2, and what happens when the file shrinks below one |
//! | [`search`] | lines and literals counted in a map, on all cores: `grep` and `wc` |
//! | [`watch`] | changes told by the kernel, or found by looking, behind one type |
//! | [`lock`] | flock and fcntl, shared and exclusive, with a deadline |
//! | [`poller`] | epoll and kqueue behind one type, with a waker and timers |
//! | [`quadrants`] | one task done in four ways: blocking or not, called or completed |
//! | [`fuse`] | a filesystem of our own, spoken to the kernel byte by byte (Linux) |

pub mod map;

pub mod search;

pub mod watch;

pub mod lock;

pub mod poller;

pub mod quadrants;

#[cfg(target_os = "linux")]
pub mod fuse;
