//! How deep commands may nest before it is an error.
//!
//! A function that calls itself takes some of the stack at each call, and the kernel ends a program
//! that runs off its stack. So the shell looks how much it has taken, which costs an address and a
//! comparison, and stops with a message while there is room for one.

use nix::sys::resource::{Resource, getrlimit};

/// Kept for what is below the last check: the line editor, a path search, the message itself.
const RESERVE: u64 = 512 * 1024;

/// What is assumed of a stack without a limit.
const UNLIMITED: u64 = 64 * 1024 * 1024;

/// Where the stack began, and how far it may go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth {
    base: usize,
    limit: usize,
}

impl Depth {
    /// From here on, by the soft limit of this process.
    pub(crate) fn new() -> Self {
        let (soft, _) = getrlimit(Resource::RLIMIT_STACK).unwrap_or((8 << 20, 8 << 20));
        let limit = soft.min(UNLIMITED).saturating_sub(RESERVE);
        Self {
            base: here(),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        }
    }

    /// Whether there is no room to go deeper.
    pub(crate) fn is_reached(self) -> bool {
        self.base.abs_diff(here()) > self.limit
    }
}

/// About where the stack is now.
#[inline(never)]
fn here() -> usize {
    let mark = 0_u8;
    (&raw const mark).addr()
}
