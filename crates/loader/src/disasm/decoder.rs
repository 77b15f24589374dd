//! Bytes into instructions, for one machine.

use super::names::Names;
use super::{arm64, x86};
use crate::elf::Machine;

/// One instruction, or bytes that are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'d> {
    /// Its linked address.
    pub address: u64,
    /// What it consists of.
    pub bytes: &'d [u8],
    /// `call`, `ldr`, and `.byte` or `.inst` for bytes that no instruction begins with.
    pub mnemonic: String,
    /// Registers, numbers and memory, in the order of the syntax; addresses with their symbol.
    pub operands: String,
    /// Where a call or a jump with a fixed target goes.
    pub target: Option<u64>,
}

/// Two ways to write x86 instructions. arm64 has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// `mov %rsp,%rbp`: the source first; what `objdump -d` prints.
    #[default]
    Att,
    /// `mov rbp,rsp`: the destination first; what the processor's manuals print.
    Intel,
}

/// How to decode one machine's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoder {
    machine: Kind,
    syntax: Syntax,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    X86 { bits: u32 },
    Arm64,
}

impl Decoder {
    /// [`None`] for machines that it does not know.
    pub fn new(machine: Machine, syntax: Syntax) -> Option<Self> {
        let machine = match machine {
            Machine::X86_64 => Kind::X86 { bits: 64 },
            Machine::I386 => Kind::X86 { bits: 32 },
            Machine::AARCH64 => Kind::Arm64,
            _ => return None,
        };
        Some(Decoder { machine, syntax })
    }

    /// Gives each instruction of `code`, which begins at `address`, to `each`, until that fails.
    ///
    /// # Errors
    ///
    /// Those of `each`.
    pub fn decode<'d, E>(
        self,
        code: &'d [u8],
        address: u64,
        names: &Names,
        each: impl FnMut(Line<'d>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.machine {
            Kind::X86 { bits } => x86::decode(code, address, bits, self.syntax, names, each),
            Kind::Arm64 => arm64::decode(code, address, names, each),
        }
    }

    /// The address of the slot that a stub at `address` jumps through.
    pub(super) fn slot(self, stub: &[u8], address: u64) -> Option<u64> {
        match self.machine {
            Kind::X86 { bits } => x86::slot(stub, address, bits),
            Kind::Arm64 => arm64::slot(stub, address),
        }
    }

    /// All instructions of `code`.
    pub fn lines<'d>(self, code: &'d [u8], address: u64, names: &Names) -> Vec<Line<'d>> {
        let mut lines = Vec::new();
        let push = |line| {
            lines.push(line);
            Ok::<_, std::convert::Infallible>(())
        };
        match self.decode(code, address, names, push) {
            Ok(()) => lines,
            Err(never) => match never {},
        }
    }
}
