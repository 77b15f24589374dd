//! select and pselect6: sets of descriptors, one bit each.

use crate::decode::Argument::{In, InOut, Int};
use crate::decode::bytes::u64_at;
use crate::decode::{Context, Signature, note, sigset, timespec};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "select",
        &[
            Int,
            In(set),
            In(set),
            In(set),
            InOut(timespec::write_timeval, answers_of_select),
        ],
    ),
    Signature::new(
        "pselect6",
        &[
            Int,
            In(set),
            In(set),
            In(set),
            InOut(timespec::write, answers_of_pselect),
            In(mask),
        ],
    ),
];

/// More descriptors than this the kernel does not look at either, as programs have a set of so many.
const LARGEST: i32 = 1024;

/// `[3 4]`
fn set(context: &mut Context<'_>, address: u64) {
    match members(context, address) {
        Some(members) => write_members(context, &members),
        None => context.address(address),
    }
}

/// The descriptors in a set; `None` when it cannot be read.
fn members(context: &Context<'_>, address: u64) -> Option<Vec<i32>> {
    let count = context.registers[0] as i32;
    if count < 0 || address == 0 {
        return None;
    }
    let count = count.min(LARGEST);
    // The kernel reads whole words.
    let mut bytes = vec![0; usize::try_from(count).unwrap_or(0).div_ceil(64) * 8];
    if context.memory.read(address, &mut bytes) < bytes.len() {
        return None;
    }
    let in_set = |fd: &i32| bytes[*fd as usize / 64 * 8..][..8].get(*fd as usize % 64 / 8);
    let members = (0..count).filter(|fd| in_set(fd).is_some_and(|byte| byte >> (fd % 8) & 1 == 1));
    Some(members.collect())
}

fn write_members(context: &mut Context<'_>, members: &[i32]) {
    context.push("[");
    for (index, fd) in members.iter().enumerate() {
        if index > 0 {
            context.push(" ");
        }
        context.fd(*fd);
    }
    context.push("]");
}

fn answers_of_select(context: &mut Context<'_>, timeout: u64) {
    answers(context, timeout, timespec::write_timeval);
}

fn answers_of_pselect(context: &mut Context<'_>, timeout: u64) {
    answers(context, timeout, timespec::write);
}

/// Nothing more of the argument itself; behind the result, what the kernel left in the sets and of
/// the time.
fn answers(context: &mut Context<'_>, timeout: u64, write: fn(&mut Context<'_>, u64)) {
    match context.success() {
        None => {}
        Some(0) => note::add(context, "Timeout"),
        Some(_) => {
            for (index, name) in [(1, "in"), (2, "out"), (3, "except")] {
                ready(context, context.registers[index], name);
            }
            if timeout != 0 {
                let rest = note::aside(context, |context| write(context, timeout));
                note::add(context, &format!("left {rest}"));
            }
        }
    }
}

/// `in [3]`; nothing for an empty set.
fn ready(context: &mut Context<'_>, address: u64, name: &str) {
    let members = members(context, address).unwrap_or_default();
    if !members.is_empty() {
        let text = note::aside(context, |context| write_members(context, &members));
        note::add(context, &format!("{name} {text}"));
    }
}

/// A seventh argument would be too many, so the mask and its size share one.
fn mask(context: &mut Context<'_>, address: u64) {
    let Some(pair) = context.bytes::<16>(address) else {
        return context.address(address);
    };
    let size = u64_at(&pair, 8);
    context.push("{sigmask=");
    sigset::write(context, u64_at(&pair, 0), size);
    context.format(format_args!(", sigsetsize={size}}}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Style;
    use crate::decode::context::Answer;
    use crate::decode::fake::{Fake, written_with};

    fn memory() -> Fake {
        let sets: Vec<u8> = [1_u64 << 3 | 1 << 63, 1 << 6]
            .iter()
            .flat_map(|n| n.to_ne_bytes())
            .collect();
        Fake::default().with(0x1000, sets)
    }

    fn shown(count: u64, address: u64) -> String {
        let registers = [count, 0, 0, 0, 0, 0];
        written_with(&memory(), registers, |c| set(c, address))
    }

    #[test]
    fn a_set_has_a_bit_for_each_descriptor() {
        assert_eq!(shown(64, 0x1000), "[3 63]");
        assert_eq!(shown(63, 0x1000), "[3]");
        assert_eq!(shown(128, 0x1000), "[3 63 70]");
        assert_eq!(shown(3, 0x1000), "[]");
    }

    #[test]
    fn a_set_that_cannot_be_read_is_an_address() {
        assert_eq!(shown(129, 0x1000), "0x1000");
        assert_eq!(shown(u64::MAX, 0x1000), "0x1000");
        assert_eq!(shown(10, 0), "NULL");
    }

    #[test]
    fn what_is_ready_stands_behind_the_result() {
        let memory = memory();
        let registers = [64, 0x1000, 0x1008, 0, 0x1000, 0];
        let mut context = Context::new(registers, Style::default(), &memory);
        context.answer = Some(Answer {
            result: 3,
            failed: false,
        });
        answers(&mut context, 0, timespec::write);
        assert_eq!(context.note.as_deref(), Some("in [3 63], out [6]"));
    }
}
