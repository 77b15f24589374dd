//! `loader disasm`: a file's instructions.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use loader::bytes::Mapped;
use loader::disasm::{Line, Listing, Syntax};
use loader::elf::Elf;
use loader::lines::{Lines, Place};

/// Print the instructions of FILE, or of the function SYMBOL.
///
/// A line an instruction: address, mnemonic, operands. The targets of calls and jumps, and the memory
/// that an instruction names relative to itself, carry their symbol: <name+distance>. x86-64, i386
/// and arm64 ELF files; addresses and mnemonics are those of `objdump -d`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Disasm {
    /// An ELF executable, library or object file
    file: PathBuf,

    /// Only this function: its name as it is in the file, or demangled
    symbol: Option<String>,

    /// How to write x86 instructions: source first, or destination first
    #[arg(long, value_enum, default_value_t = Style::Att)]
    syntax: Style,

    /// The bytes of each instruction after its address
    #[arg(long)]
    bytes: bool,

    /// A line with file and line, where an instruction begins one
    #[arg(long)]
    source: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Style {
    Att,
    Intel,
}

const EXAMPLES: &str = "\
Examples:
  loader disasm /bin/true
  loader disasm --source --bytes target/debug/loader loader::main
  loader disasm --syntax intel a.out main";

pub(crate) fn run(options: &Disasm) -> anyhow::Result<ExitCode> {
    let file = &options.file;
    let context = || format!("cannot disassemble {file:?}");
    let bytes = Mapped::open(file).with_context(context)?;
    let elf = Elf::parse(&bytes).with_context(context)?;
    let syntax = match options.syntax {
        Style::Att => Syntax::Att,
        Style::Intel => Syntax::Intel,
    };
    let listing = Listing::new(elf, syntax).with_context(context)?;
    let lines = match options.source {
        true => Some(Lines::of(&elf).with_context(context)?),
        false => None,
    };
    let mut printer = Printer {
        out: BufWriter::new(io::stdout().lock()),
        listing: &listing,
        lines,
        bytes: options.bytes,
        last: None,
    };
    match &options.symbol {
        Some(symbol) => {
            for function in listing.functions(symbol).with_context(context)? {
                printer.code(function.code, function.address)?;
            }
        }
        None => {
            for piece in listing.pieces().with_context(context)? {
                writeln!(printer.out, "\nsection {}:", piece.name)?;
                printer.code(piece.code, piece.address)?;
            }
        }
    }
    printer.out.flush()?;
    Ok(ExitCode::SUCCESS)
}

struct Printer<'p, 'd, W> {
    out: W,
    listing: &'p Listing<'d>,
    lines: Option<Lines<'d>>,
    bytes: bool,
    /// The place of the line before.
    last: Option<Place>,
}

impl<W: Write> Printer<'_, '_, W> {
    fn code(&mut self, code: &[u8], address: u64) -> io::Result<()> {
        let listing = self.listing;
        let names = &listing.names;
        listing
            .decoder
            .decode(code, address, names, |line| self.line(&line))
    }

    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        let name = self.listing.names.at(line.address);
        if let Some(name) = name.filter(|name| name.address == line.address) {
            writeln!(self.out, "\n{:x} <{}>:", line.address, name.text)?;
        }
        self.place(line.address)?;
        write!(self.out, "{:8x} ", line.address)?;
        if self.bytes {
            let hex: Vec<_> = line
                .bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            write!(self.out, "{:24} ", hex.join(" "))?;
        }
        match line.operands.as_str() {
            "" => writeln!(self.out, "{}", line.mnemonic),
            operands => writeln!(self.out, "{:7} {operands}", line.mnemonic),
        }
    }

    fn place(&mut self, address: u64) -> io::Result<()> {
        let place = self.lines.as_ref().and_then(|lines| lines.place(address));
        if let Some(place) = place.filter(|place| self.last.as_ref() != Some(place)) {
            writeln!(self.out, "; {}:{}", place.file.display(), place.line)?;
            self.last = Some(place);
        }
        Ok(())
    }
}
