//! x86-64 and i386, by iced-x86.

use iced_x86::{
    Decoder, DecoderOptions, Formatter, FormatterOutput, FormatterTextKind, GasFormatter,
    Instruction, IntelFormatter, Mnemonic, OpKind,
};

use super::decoder::{Line, Syntax};
use super::names::Names;

pub(super) fn decode<'d, E>(
    code: &'d [u8],
    address: u64,
    bits: u32,
    syntax: Syntax,
    names: &Names,
    mut each: impl FnMut(Line<'d>) -> Result<(), E>,
) -> Result<(), E> {
    let mut formatter = formatter(syntax);
    let mut decoder = Decoder::with_ip(bits, code, address, DecoderOptions::NONE);
    let mut instruction = Instruction::default();
    while decoder.can_decode() {
        let from = decoder.position();
        decoder.decode_out(&mut instruction);
        let line = if instruction.is_invalid() {
            unknown(&code[from..=from], instruction.ip())
        } else {
            let bytes = &code[from..from + instruction.len()];
            known(bytes, &instruction, formatter.as_mut(), names)
        };
        let past = from + line.bytes.len();
        each(line)?;
        // After bytes that are no instruction, the next one may begin at the next byte.
        if past != decoder.position() {
            let moved = decoder.set_position(past);
            debug_assert!(moved.is_ok());
            decoder.set_ip(address + past as u64);
        }
    }
    Ok(())
}

fn formatter(syntax: Syntax) -> Box<dyn Formatter> {
    let mut formatter: Box<dyn Formatter> = match syntax {
        Syntax::Att => Box::new(GasFormatter::new()),
        Syntax::Intel => Box::new(IntelFormatter::new()),
    };
    let options = formatter.options_mut();
    options.set_uppercase_hex(false);
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_small_hex_numbers_in_decimal(false);
    options.set_branch_leading_zeros(false);
    options.set_displacement_leading_zeros(false);
    options.set_show_branch_size(false);
    options.set_rip_relative_addresses(true);
    formatter
}

fn unknown(bytes: &[u8], address: u64) -> Line<'_> {
    Line {
        address,
        bytes,
        mnemonic: ".byte".to_owned(),
        operands: format!("{:#04x}", bytes[0]),
        target: None,
    }
}

fn known<'d>(
    bytes: &'d [u8],
    instruction: &Instruction,
    formatter: &mut dyn Formatter,
    names: &Names,
) -> Line<'d> {
    let mut mnemonic = Plain(String::new());
    formatter.format_mnemonic(instruction, &mut mnemonic);
    let mut operands = Plain(String::new());
    formatter.format_all_operands(instruction, &mut operands);
    let mut operands = operands.0;
    let target = target(instruction);
    let meant = target.or_else(|| {
        let relative = instruction.is_ip_rel_memory_operand();
        relative.then(|| instruction.ip_rel_memory_address())
    });
    if let Some(address) = meant {
        let label = names.label(address);
        match (target, label) {
            (Some(_), Some(label)) => operands = format!("{address:x} {label}"),
            (Some(_), None) => operands = format!("{address:x}"),
            (None, Some(label)) => operands += &format!(" # {address:x} {label}"),
            (None, None) => operands += &format!(" # {address:x}"),
        }
    }
    Line {
        address: instruction.ip(),
        bytes,
        mnemonic: without_size(mnemonic.0),
        operands,
        target,
    }
}

/// The memory that the first jump of a stub takes its target from.
pub(super) fn slot(stub: &[u8], address: u64, bits: u32) -> Option<u64> {
    let decoder = Decoder::with_ip(bits, stub, address, DecoderOptions::NONE);
    let mut instructions = decoder.into_iter();
    let jump = instructions.find(|one| one.mnemonic() == Mnemonic::Jmp)?;
    let is_slot = jump.is_ip_rel_memory_operand();
    is_slot.then(|| jump.ip_rel_memory_address())
}

/// In 64-bit code these always move 64 bits, and objdump does not say so.
fn without_size(mnemonic: String) -> String {
    match mnemonic.as_str() {
        "callq" | "jmpq" | "pushq" | "popq" => mnemonic.trim_end_matches('q').to_owned(),
        _ => mnemonic,
    }
}

fn target(instruction: &Instruction) -> Option<u64> {
    let near = matches!(
        instruction.op0_kind(),
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64
    );
    near.then(|| instruction.near_branch_target())
}

/// The text without colours.
struct Plain(String);

impl FormatterOutput for Plain {
    fn write(&mut self, text: &str, _: FormatterTextKind) {
        self.0.push_str(text);
    }
}
