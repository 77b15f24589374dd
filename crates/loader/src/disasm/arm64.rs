//! arm64, by yaxpeax-arm.

use yaxpeax_arch::{Arch, Decoder, U8Reader};
use yaxpeax_arm::armv8::a64::{ARMv8, Instruction, Opcode, Operand};

use super::decoder::Line;
use super::names::Names;

const SIZE: usize = 4;

pub(super) fn decode<'d, E>(
    code: &'d [u8],
    address: u64,
    names: &Names,
    mut each: impl FnMut(Line<'d>) -> Result<(), E>,
) -> Result<(), E> {
    let decoder = <ARMv8 as Arch>::Decoder::default();
    for (number, bytes) in code.chunks(SIZE).enumerate() {
        let address = address + (number * SIZE) as u64;
        let decoded = decoder.decode(&mut U8Reader::new(bytes));
        each(match decoded {
            Ok(instruction) => known(bytes, &instruction, address, names),
            Err(_) => unknown(bytes, address),
        })?;
    }
    Ok(())
}

fn unknown(bytes: &[u8], address: u64) -> Line<'_> {
    let word = bytes.try_into().map(u32::from_le_bytes);
    let (mnemonic, operands) = match word {
        Ok(word) => (".inst", format!("{word:#010x}")),
        Err(_) => (
            ".byte",
            bytes
                .iter()
                .map(|b| format!("{b:#04x}"))
                .collect::<Vec<_>>()
                .join(", "),
        ),
    };
    Line {
        address,
        bytes,
        mnemonic: mnemonic.to_owned(),
        operands,
        target: None,
    }
}

fn known<'d>(bytes: &'d [u8], instruction: &Instruction, address: u64, names: &Names) -> Line<'d> {
    let text = instruction.to_string();
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((&text, ""));
    let mut line = Line {
        address,
        bytes,
        mnemonic: carry(mnemonic).to_owned(),
        operands: operands.to_owned(),
        target: None,
    };
    // The decoder writes how far away it is; a reader wants to know where.
    if let Some((place, distance)) = relative(&instruction.operands) {
        let base = match instruction.opcode {
            Opcode::ADRP => address & !0xfff,
            _ => address,
        };
        let meant = base.wrapping_add_signed(distance);
        let label = names
            .label(meant)
            .map_or(String::new(), |label| format!(" {label}"));
        let mut words: Vec<_> = line.operands.split(", ").map(str::to_owned).collect();
        if let Some(word) = words.get_mut(place) {
            *word = format!("{meant:x}{label}");
        }
        line.operands = words.join(", ");
        let is_address = matches!(
            instruction.opcode,
            Opcode::ADR | Opcode::ADRP | Opcode::LDR | Opcode::LDRSW | Opcode::PRFM
        );
        line.target = (!is_address).then_some(meant);
    }
    line
}

/// A stub is `adrp x16, page`, `ldr x17, [x16, #offset]`, `add`, `br x17`, after a `bti` or not.
pub(super) fn slot(stub: &[u8], address: u64) -> Option<u64> {
    let words: Vec<u32> = stub
        .chunks_exact(SIZE)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    let first = words
        .iter()
        .position(|word| word & 0x9f00_001f == 0x9000_0010)?;
    let (adrp, ldr) = (words[first], *words.get(first + 1)?);
    if ldr & 0xffc0_03ff != 0xf940_0211 {
        return None;
    }
    // 21 bits, the two lowest apart from the others, count pages forward or back.
    let pages = (adrp >> 5 & 0x7_ffff) << 2 | adrp >> 29 & 3;
    let pages = i64::from((pages << 11) as i32 >> 11);
    let page = (address & !0xfff).wrapping_add_signed(pages << 12);
    Some(page.wrapping_add(u64::from(ldr >> 10 & 0xfff) * 8))
}

/// Two conditions have two names each; objdump prints those for the carry flag.
fn carry(mnemonic: &str) -> &str {
    match mnemonic {
        "b.hs" => "b.cs",
        "b.lo" => "b.cc",
        _ => mnemonic,
    }
}

/// The operand that is a distance from here.
fn relative(operands: &[Operand]) -> Option<(usize, i64)> {
    let distance = |operand: &Operand| match operand {
        Operand::PCOffset(distance) => Some(*distance),
        _ => None,
    };
    let mut found = operands.iter().map(distance).enumerate();
    found.find_map(|(place, distance)| Some((place, distance?)))
}
