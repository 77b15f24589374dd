//! Types of relocations, by machine.

mod aarch64;
mod arm;
mod mips;
mod ppc64;
mod riscv;
mod s390;
mod x86;

use super::look_up;
use crate::elf::Machine;

/// The `R_` name of a type, if it is one that we know of this machine.
pub fn relocation(machine: Machine, kind: u32) -> Option<&'static str> {
    let table = match machine {
        Machine::I386 => x86::I386,
        Machine::X86_64 => x86::X86_64,
        Machine::ARM => arm::ARM,
        Machine::AARCH64 => aarch64::AARCH64,
        Machine::RISCV => riscv::RISCV,
        Machine::MIPS => mips::MIPS,
        Machine::PPC64 => ppc64::PPC64,
        Machine::S390 => s390::S390,
        _ => return None,
    };
    look_up(table, kind)
}
