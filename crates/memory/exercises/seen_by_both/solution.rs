//! Whether a page is copied at the first store after a fork, or stays one page in two tables, was said
//! when it was mapped: MAP_PRIVATE or MAP_SHARED. Two processes that are not related need a name for
//! it: a file, or a memfd that is handed over.

use std::io;

use memory::page::{Pages, Sharing};

/// Pages for this process and all that it forks.
pub fn common(count: usize) -> io::Result<Pages> {
    Pages::anonymous(count, Sharing::Shared)
}
