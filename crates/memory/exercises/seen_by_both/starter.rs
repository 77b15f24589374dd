//! Makes memory that a process and its child both see.
//!
//! `common` returns `count` pages of zeros. After a fork, what either process stores there the other
//! one loads.
//!
//! Below, each has a copy of its own as soon as one writes.
//!
//! Checked: a child is forked and both write; on Linux also the call.
//!
//! Lesson: memory/fork-shares-until-written

use std::io;

use memory::page::{Pages, Sharing};

/// Pages for this process and all that it forks.
pub fn common(count: usize) -> io::Result<Pages> {
    Pages::anonymous(count, Sharing::Private)
}
