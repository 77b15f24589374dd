//! What can be run in a file: its code, piece by piece, or one function.

use thiserror::Error;

use super::decoder::{Decoder, Syntax};
use super::names::Names;
use super::slots;
use crate::bytes::Malformed;
use crate::elf::Elf;
use crate::elf::Machine;
use crate::elf::section::{SHF_EXECINSTR, Section};

/// A file ready to be disassembled.
#[derive(Debug)]
pub struct Listing<'d> {
    elf: Elf<'d>,
    /// Its symbols, and names for the ways to other files' functions: `puts@plt`, `puts@got`.
    pub names: Names,
    /// For its machine.
    pub decoder: Decoder,
}

/// A section with code.
#[derive(Clone, Debug)]
pub struct Piece<'d> {
    /// Its name.
    pub name: String,
    /// The address of its first byte.
    pub address: u64,
    /// Its instructions.
    pub code: &'d [u8],
}

/// One function's instructions.
#[derive(Clone, Debug)]
pub struct Function<'d> {
    /// Demangled if it is Rust's.
    pub name: String,
    /// The address of its first byte.
    pub address: u64,
    /// Its instructions.
    pub code: &'d [u8],
}

/// Why there is no listing.
#[derive(Debug, Error)]
pub enum DisasmError {
    /// Nobody here can decode it.
    #[error("cannot decode the instructions of this machine ({}); x86-64, i386 and arm64 are known", .0.name().unwrap_or("unknown"))]
    Machine(Machine),
    /// A section with code is not all in the file.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// No symbol has that name.
    #[error("there is no function {0}")]
    NoSuchSymbol(String),
}

impl<'d> Listing<'d> {
    /// Reads the symbols of `elf`.
    ///
    /// # Errors
    ///
    /// It is for a machine that nobody here can decode.
    pub fn new(elf: Elf<'d>, syntax: Syntax) -> Result<Self, DisasmError> {
        let machine = elf.header().machine;
        let decoder = Decoder::new(machine, syntax).ok_or(DisasmError::Machine(machine))?;
        let names = Names::of(&elf);
        let more = slots::all(&elf, &names, decoder);
        let names = names.and(more);
        Ok(Listing {
            elf,
            names,
            decoder,
        })
    }

    /// The sections with code, in the file's order.
    ///
    /// # Errors
    ///
    /// One of them is not all in the file.
    pub fn pieces(&self) -> Result<Vec<Piece<'d>>, DisasmError> {
        let sections = self.elf.sections();
        let runnable = sections.iter().filter(is_code);
        let piece = |section: Section| {
            let name = self.elf.section_name(&section)?;
            let code = self.elf.data(&section)?.as_slice();
            Ok(Piece {
                name: String::from_utf8_lossy(name).into_owned(),
                address: section.address,
                code,
            })
        };
        runnable.map(piece).collect()
    }

    /// The functions of this name, as it stands in the file or demangled: a generic one is there
    /// several times.
    ///
    /// # Errors
    ///
    /// There is none, or a section with code is broken.
    pub fn functions(&self, name: &str) -> Result<Vec<Function<'d>>, DisasmError> {
        let pieces = self.pieces()?;
        let named = self.names.named(name);
        let found: Vec<_> = named
            .filter_map(|name| self.function(name.address, &pieces))
            .collect();
        match found.is_empty() {
            true => Err(DisasmError::NoSuchSymbol(name.to_owned())),
            false => Ok(found),
        }
    }

    /// The function that `address` is in.
    pub fn function_at(&self, address: u64) -> Option<Function<'d>> {
        self.function(self.names.at(address)?.address, &self.pieces().ok()?)
    }

    /// From its symbol to its end, or, where the symbol has no size, to the next symbol.
    fn function(&self, address: u64, pieces: &[Piece<'d>]) -> Option<Function<'d>> {
        let name = self.names.at(address)?;
        let holds = |piece: &&Piece<'_>| {
            address
                .checked_sub(piece.address)
                .is_some_and(|at| at < piece.code.len() as u64)
        };
        let piece = pieces.iter().find(holds)?;
        let code = &piece.code[(address - piece.address) as usize..];
        let next = self.names.iter().find(|next| next.address > address);
        let size = match (name.size, next) {
            (0, Some(next)) => next.address - address,
            (0, None) => code.len() as u64,
            (size, _) => size,
        };
        let code = &code[..code.len().min(usize::try_from(size).unwrap_or(usize::MAX))];
        let name = name.text.clone();
        Some(Function {
            name,
            address,
            code,
        })
    }
}

fn is_code(section: &Section) -> bool {
    section.flags & SHF_EXECINSTR != 0 && section.is_in_file()
}
