//! From file to main: executables read, relocated, disassembled, and started without execve.
//!
//! A program is a file that says how it wants to be put into memory. This chapter reads such files byte by
//! byte, in the formats of Linux ([`elf::Elf`]), macOS ([`macho::Macho`]) and Windows ([`pe::Pe`]), finds
//! the libraries that they need, and then does what the linker, the kernel and the dynamic linker do
//! with them.
//!
//! A file may come from anybody. Each offset and each count in it is checked before it is believed
//! ([`bytes`]), nothing is allocated because a number says so, and what is wrong has a place:
//!
//! ```
//! use loader::elf::{Elf, Machine};
//!
//! let mut file = vec![0; 64];
//! file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
//! file[18] = 62;
//! let elf = Elf::parse(&file)?;
//! assert_eq!(elf.header().machine, Machine::X86_64);
//! assert!(elf.sections().is_empty());
//!
//! // Seven sections, says the header, at the end of these 64 bytes.
//! (file[40], file[58], file[60]) = (64, 64, 7);
//! let error = Elf::parse(&file).unwrap_err();
//! assert_eq!(error.to_string(), "section header 0 at 0x40: 64 bytes end past the 64 bytes that are there");
//! # Ok::<_, loader::bytes::Malformed>(())
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`bytes`] | a cursor that checks every offset and count before it believes it |
//! | [`elf`] | ELF: header, sections, segments, symbols with versions, relocations, dynamic, notes |
//! | [`macho`] | Mach-O, thin and fat |
//! | [`pe`] | PE: sections and imports |
//! | [`image`] | whichever of the three a file is |
//! | [`report`] | what readelf prints, and all of it as JSON |
//! | [`lines`] | from address to file and line |
//! | [`disasm`] | instructions with symbols and source lines |
//! | [`libraries`] | needed libraries found as the dynamic linker finds them, without running anything |
//! | [`link`] | two relocatable objects made into a program |
//! | [`exec`] | a program mapped and started without execve (Linux) |
//! | [`bootstrap`] | what runs between entry and main, stepped and named |
//! | [`embed`] | files in a zip at the end of an executable |

pub mod bytes;

pub mod elf;

pub mod macho;

pub mod pe;

pub mod image;

pub mod report;

pub mod lines;

pub mod disasm;

pub mod libraries;

pub mod link;

#[cfg(target_os = "linux")]
pub mod exec;

pub mod bootstrap;

pub mod embed;
