//! Symbol tables, a line each symbol.
//!
//! A big program has hundreds of thousands of them, so lines are put together by hand in one buffer,
//! which is written out whenever it is full; `write!` would take longer for one column than this for all.

use std::io::Write;

use super::{digits, entries};
use crate::bytes::Malformed;
use crate::elf::names::{symbol_binding, symbol_type, symbol_visibility};
use crate::elf::section::{SHT_DYNSYM, SHT_SYMTAB};
use crate::elf::symbol::{SHN_ABS, SHN_COMMON, SHN_UNDEF, SHN_XINDEX, STT_SECTION};
use crate::elf::{Elf, Machine, Symbol, Symbols, Version, Versions};
use crate::report::Failure;
use crate::report::text::Printable;

/// The buffer is written out when it is longer than this.
const FULL: usize = 1 << 16;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let versions = elf.versions()?;
    let mut some = false;
    for (number, section) in (0..).zip(elf.sections().iter()) {
        if matches!(section.kind, SHT_DYNSYM | SHT_SYMTAB) {
            let symbols = elf.symbols_in(number, &section)?;
            let versions = versions.as_ref().filter(|_| section.kind == SHT_DYNSYM);
            table(elf, elf.section_name(&section)?, &symbols, versions, out)?;
            some = true;
        }
    }
    if !some && let Some(symbols) = elf.dynamic_symbols()? {
        table(elf, b".dynsym", &symbols, None, out)?;
    }
    Ok(())
}

fn table(
    elf: &Elf<'_>,
    name: &[u8],
    symbols: &Symbols<'_>,
    versions: Option<&Versions<'_>>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let width = digits(elf);
    let (name, count) = (Printable(name), entries(symbols.len()));
    writeln!(out, "\nSymbol table '{name}' contains {count}:")?;
    writeln!(
        out,
        "   Num: {:>width$}  Size Type    Bind   Vis      Ndx Name",
        "Value"
    )?;
    let mut lines = Lines {
        elf,
        symbols,
        versions,
        width,
        buffer: Vec::with_capacity(FULL + 4096),
    };
    for (number, symbol) in (0..).zip(symbols.iter()) {
        lines.push(number, &symbol)?;
        if lines.buffer.len() > FULL {
            out.write_all(&lines.buffer)?;
            lines.buffer.clear();
        }
    }
    out.write_all(&lines.buffer)?;
    Ok(())
}

struct Lines<'a, 'd> {
    elf: &'a Elf<'d>,
    symbols: &'a Symbols<'d>,
    versions: Option<&'a Versions<'d>>,
    /// Of an address.
    width: usize,
    buffer: Vec<u8>,
}

impl Lines<'_, '_> {
    fn push(&mut self, number: u64, symbol: &Symbol) -> Result<(), Malformed> {
        self.decimal(number, 6);
        self.buffer.extend_from_slice(b": ");
        self.hexadecimal(symbol.value);
        self.buffer.push(b' ');
        self.size(symbol.size);
        self.word(symbol_type(symbol.kind()), symbol.kind(), 8);
        self.word(symbol_binding(symbol.binding()), symbol.binding(), 7);
        self.padded(symbol_visibility(symbol.visibility()).as_bytes(), 8);
        self.other(symbol.other & !3);
        self.section(number, symbol);
        self.buffer.push(b' ');
        self.name(number, symbol)?;
        self.buffer.push(b'\n');
        Ok(())
    }

    /// Decimal, and hexadecimal from six digits on.
    fn size(&mut self, size: u64) {
        if size > 99_999 {
            self.buffer
                .extend_from_slice(format!("{size:#x}").as_bytes());
        } else {
            self.decimal(size, 5);
        }
        self.buffer.push(b' ');
    }

    /// The names from ten on are GNU's, and only so in files that say they are GNU's or FreeBSD's.
    fn word(&mut self, name: Option<&str>, number: u8, width: usize) {
        let is_gnu = matches!(self.elf.header().os_abi, 3 | 9);
        let text = match (name, number) {
            (Some(name), number) if number < 10 || is_gnu => {
                return self.padded(name.as_bytes(), width);
            }
            (_, 10..=12) => format!("<OS specific>: {number}"),
            (_, 13..) => format!("<processor specific>: {number}"),
            _ => format!("<unknown>: {number}"),
        };
        self.padded(text.as_bytes(), width);
        self.buffer.push(b' ');
    }

    /// What a processor keeps beside the visibility; PowerPC, how far the entry for callers of the same
    /// library is behind the one for all.
    fn other(&mut self, other: u8) {
        let text = match (self.elf.header().machine, other >> 5) {
            (_, 0) if other == 0 => return,
            (Machine::PPC64, power @ 2..=6) => format!(" [<localentry>: {}] ", 1 << power),
            _ => format!(" [<other>: {other:x}] "),
        };
        self.buffer.extend_from_slice(text.as_bytes());
    }

    fn section(&mut self, number: u64, symbol: &Symbol) {
        match symbol.section {
            SHN_UNDEF => self.buffer.extend_from_slice(b" UND"),
            SHN_ABS => self.buffer.extend_from_slice(b" ABS"),
            SHN_COMMON => self.buffer.extend_from_slice(b" COM"),
            SHN_XINDEX => {
                let number = self.symbols.section_of(number, symbol).unwrap_or_default();
                self.decimal(u64::from(number), 4);
            }
            reserved @ 0xff00.. => {
                let range = if reserved < 0xff20 {
                    "PRC"
                } else if reserved < 0xff40 {
                    "OS "
                } else {
                    "RSV"
                };
                let text = format!("{range}[{reserved:#x}]");
                self.buffer.extend_from_slice(text.as_bytes());
            }
            section => self.decimal(u64::from(section), 4),
        }
    }

    /// The name with its version; the symbol of a section is named as the section is.
    fn name(&mut self, number: u64, symbol: &Symbol) -> Result<(), Malformed> {
        if symbol.kind() == STT_SECTION && symbol.name == 0 {
            let section = self.symbols.section_of(number, symbol);
            let section = section.and_then(|section| self.elf.sections().get(section.into()));
            if let Some(section) = section {
                self.text(self.elf.section_name(&section)?);
            }
            return Ok(());
        }
        let name = self.symbols.name(symbol)?;
        self.text(name);
        if let Some(version) = self.versions.and_then(|versions| versions.of(number)) {
            self.version(name, version);
        }
        Ok(())
    }

    /// The symbol that stands for a version has its name.
    fn version(&mut self, symbol: &[u8], version: Version<'_>) {
        match version {
            Version::Defined { name, .. } if name == symbol => (),
            Version::Defined { name, hidden } => {
                self.buffer
                    .extend_from_slice(if hidden { b"@" } else { b"@@" });
                self.text(name);
            }
            Version::Needed { name, index } => {
                self.buffer.push(b'@');
                self.text(name);
                self.buffer
                    .extend_from_slice(format!(" ({index})").as_bytes());
            }
        }
    }

    /// Names are nearly always printable ASCII.
    fn text(&mut self, name: &[u8]) {
        let is_plain = |plain, byte: &u8| plain & (byte.wrapping_sub(b' ') < 0x5f);
        // All bytes are looked at, many at a time; ending early would be slower.
        if name.iter().fold(true, is_plain) {
            self.buffer.extend_from_slice(name);
        } else {
            self.buffer
                .extend_from_slice(Printable(name).to_string().as_bytes());
        }
    }

    fn padded(&mut self, text: &[u8], width: usize) {
        self.buffer.extend_from_slice(text);
        let missing = width.saturating_sub(text.len());
        self.buffer.extend(std::iter::repeat_n(b' ', missing));
    }

    fn decimal(&mut self, mut number: u64, width: usize) {
        let mut digits = [b' '; 20];
        let mut first = digits.len();
        loop {
            first -= 1;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        let start = first.min(digits.len() - width);
        self.buffer.extend_from_slice(&digits[start..]);
    }

    fn hexadecimal(&mut self, number: u64) {
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().rev().enumerate() {
            *digit = b"0123456789abcdef"[(number >> (4 * place) & 0xf) as usize];
        }
        self.buffer.extend_from_slice(&digits[16 - self.width..]);
    }
}
