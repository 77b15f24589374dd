//! Leaving one stack for another.
//!
//! A switch is a call that returns to somebody else. Whatever a function may overwrite, its caller has
//! saved before the call or does not need; what is left are the registers that a function has to
//! preserve, the *callee-saved* ones: six on x86-64, twenty on arm64, and the settings of floating-point
//! arithmetic. They are pushed on the stack that is left, and where they lie is all that has to be noted.
//! Then the stack pointer is changed, and the same registers are popped: those that another thread
//! pushed when it left. So each `ret` goes to where that thread called.
//!
//! The kernel has no part in it and saves far more when it switches: all registers, since it interrupts
//! anywhere. A thread that a signal interrupts is left in the same way here, see
//! [`preempt`](super::preempt): then the kernel has pushed the rest.
//!
//! A thread that has not run yet has no call to return to, so [`prepare`] writes what one would have
//! pushed: zeros, and the address of a few instructions, `start`, that call its first function. They are
//! the bottom of the stack, and say so to whoever walks it: their return address is *undefined* in the
//! unwind tables, and the frame pointer is 0. A backtrace ends there.
//!
//! Sound: the instructions touch nothing but the registers, the two stacks, and the place to note the old
//! one in. What makes a switch right is promised by the caller, see [`switch`].
//!
//! Not done: a shadow stack of return addresses (Intel's CET, arm64's GCS). A process that has one turned on
//! would need to switch it too; Linux leaves it off unless a program and all its libraries ask for it.
#![allow(unsafe_code)]

use std::ptr;

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
mod arch;

/// Where a thread that does not run has left its registers: the value of its stack pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Context(*mut u8);

impl Context {
    /// Of whoever runs: its registers are where registers are.
    pub(super) const NONE: Self = Context(ptr::null_mut());
}

/// Notes in `save` where the caller left its registers, and goes on where `to` left its own. Returns when
/// somebody switches to what was noted.
///
/// # Safety
///
/// `save` may be written to. `to` is of a [`prepare`]d stack or was noted by a switch, has not been gone
/// on with since, and its stack is still there; it left on this same thread of the system (the compiler
/// may have kept addresses of thread-locals). What the caller borrows stays valid until it is back.
pub(super) unsafe fn switch(save: *mut Context, to: Context) {
    // SAFETY: as the caller promises.
    unsafe { arch::switch(save, to) }
}

/// The context of a thread that is to begin with `first`, at the top of a stack.
///
/// # Safety
///
/// `top` is the end of a mapped stack with at least 256 bytes, a multiple of 16, which nobody uses.
pub(super) unsafe fn prepare(top: *mut u8, first: extern "C" fn() -> !) -> Context {
    let frame = arch::first_frame(first);
    let place = top.wrapping_sub(size_of_val(&frame)).cast();
    // SAFETY: it lies in those 256 bytes, and its size is a multiple of 16, so it is aligned.
    unsafe { ptr::write(place, frame) };
    Context(place.cast())
}

#[cfg(test)]
mod tests;
