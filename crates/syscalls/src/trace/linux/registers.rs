//! A task's general registers, as `NT_PRSTATUS` numbers them: what differs between processors.

use nix::libc;

use crate::symbols;

/// How many words `struct user_regs_struct` has.
#[cfg(target_arch = "x86_64")]
const WORDS: usize = 27;
#[cfg(target_arch = "aarch64")]
const WORDS: usize = 34;

/// Where in them the address of the next instruction is: `rip`, `pc`.
#[cfg(target_arch = "x86_64")]
const INSTRUCTION: usize = 16;
#[cfg(target_arch = "aarch64")]
const INSTRUCTION: usize = 32;

/// The top of the stack: `rsp`, `sp`.
#[cfg(target_arch = "x86_64")]
const STACK: usize = 19;
#[cfg(target_arch = "aarch64")]
const STACK: usize = 31;

/// The caller's frame: `rbp`, `x29`.
#[cfg(target_arch = "x86_64")]
const FRAME: usize = 4;
#[cfg(target_arch = "aarch64")]
const FRAME: usize = 29;

/// The return address, where a register holds it: `x30`. On x86-64 it is on the stack.
#[cfg(target_arch = "x86_64")]
const LINK: Option<usize> = None;
#[cfg(target_arch = "aarch64")]
const LINK: Option<usize> = Some(30);

/// The general registers of a stopped task.
#[derive(Clone, Debug)]
pub(super) struct Registers([u64; WORDS]);

impl Registers {
    /// The address of the next instruction.
    pub(super) fn instruction(&self) -> u64 {
        self.0[INSTRUCTION]
    }

    pub(super) fn set_instruction(&mut self, address: u64) {
        self.0[INSTRUCTION] = address;
    }

    /// Those that tell who called.
    pub(super) fn of_stack(&self) -> symbols::Registers {
        symbols::Registers {
            instruction: self.0[INSTRUCTION],
            stack: self.0[STACK],
            frame: self.0[FRAME],
            link: LINK.map_or(0, |index| self.0[index]),
        }
    }

    /// For the requests that read or write them.
    pub(super) fn window(&mut self) -> libc::iovec {
        libc::iovec {
            iov_base: self.0.as_mut_ptr().cast(),
            iov_len: size_of_val(&self.0),
        }
    }
}

impl Default for Registers {
    fn default() -> Self {
        Self([0; WORDS])
    }
}
