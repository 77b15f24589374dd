//! Sets of signals: `[INT CHLD]`, and `~[RTMIN RT_1]` for nearly all.

use super::Context;
use super::siginfo::signal_name;

/// How many bytes the kernel's set has; with any other size a call fails.
pub(crate) const SIZE: u64 = 8;

/// When so many of the 64 signals are in a set, those that are not are named.
const MANY: u32 = 64 * 2 / 3;

/// Appends the set at an address.
pub(crate) fn write(context: &mut Context<'_>, address: u64, size: u64) {
    match context.u64(address).filter(|_| size == SIZE) {
        Some(set) => write_set(context, set),
        None => context.address(address),
    }
}

/// Appends a set of which bit 0 is signal 1.
pub(crate) fn write_set(context: &mut Context<'_>, set: u64) {
    let (mark, named) = if set.count_ones() >= MANY {
        ("~[", !set)
    } else {
        ("[", set)
    };
    context.push(mark);
    let members = (1..=64).filter(|signal| named >> (signal - 1) & 1 == 1);
    for (index, signal) in members.enumerate() {
        if index > 0 {
            context.push(" ");
        }
        let name = signal_name(signal);
        context.push(name.strip_prefix("SIG").unwrap_or(&name));
    }
    context.push("]");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written, written_with};

    #[test]
    fn members_are_named_without_the_prefix() {
        let set = 1 << (2 - 1) | 1 << (17 - 1) | 1 << (34 - 1);
        assert_eq!(written(|c| write_set(c, set)), "[INT CHLD RT_2]");
        assert_eq!(written(|c| write_set(c, 0)), "[]");
    }

    #[test]
    fn of_a_large_set_those_outside_are_named() {
        let set = !(1 << 31 | 1 << 32);
        assert_eq!(written(|c| write_set(c, set)), "~[RTMIN RT_1]");
        assert_eq!(written(|c| write_set(c, u64::MAX)), "~[]");
    }

    #[test]
    fn a_set_of_another_size_is_not_looked_at() {
        let memory = Fake::default().with(0x1000, [1, 0, 0, 0, 0, 0, 0, 0]);
        let set = |size| written_with(&memory, [0; 6], |c| write(c, 0x1000, size));
        assert_eq!(set(8), "[HUP]");
        assert_eq!(set(4), "0x1000");
    }
}
