//! Bits and values with names.

use super::Context;

/// A set of bits, each with a name: `O_WRONLY|O_CREAT|O_CLOEXEC`.
#[derive(Debug)]
pub struct Flags {
    /// In the order of writing. A name of several bits stands before the names of single ones; a
    /// name for 0 is written when nothing else is.
    pub names: &'static [(u64, &'static str)],
    /// What strace writes behind a set of which no bit has a name, `O_???` for
    /// `0x80 /* O_??? */`; empty for the number alone.
    pub unknown: &'static str,
}

/// One value of several, each with a name: `SEEK_SET`.
#[derive(Debug)]
pub struct Choice {
    /// In any order; the first name of a value is written.
    pub names: &'static [(u64, &'static str)],
    /// What strace writes behind a value that has no name, `SEEK_???` for `0x9 /* SEEK_??? */`;
    /// empty for the number alone.
    pub unknown: &'static str,
}

/// `[(libc::O_RDWR as u64, "O_RDWR"), …]`
macro_rules! named {
    ($($name:ident),* $(,)?) => {
        &[$((nix::libc::$name as u32 as u64, stringify!($name))),*]
    };
}
pub(super) use named;

impl Flags {
    /// Appends the names of the bits that are set in `value` (of which only the low 32 count).
    pub fn write(&self, context: &mut Context<'_>, value: u64) {
        self.write_wide(context, value & u64::from(u32::MAX));
    }

    /// As [`Flags::write`], for a set of 64 bits.
    pub fn write_wide(&self, context: &mut Context<'_>, value: u64) {
        let start = context.text.len();
        let rest = self.write_known(context, value, "");
        match (context.text.len() > start, rest) {
            (true, 0) => {}
            (true, rest) => context.format(format_args!("|{rest:#x}")),
            (false, 0) => context.push("0"),
            (false, rest) => unknown(context, rest, self.unknown),
        }
    }

    /// Appends the names alone, `separator` before the first and `|` between them; returns the bits
    /// that have none.
    pub fn write_known(&self, context: &mut Context<'_>, value: u64, separator: &str) -> u64 {
        if value == 0 {
            if let Some((_, name)) = self.names.iter().find(|(bits, _)| *bits == 0) {
                context.push(separator);
                context.push(name);
            }
            return 0;
        }
        let mut rest = value;
        let mut separator = separator;
        for (bits, name) in self.names {
            if *bits != 0 && rest & bits == *bits {
                context.push(separator);
                context.push(name);
                separator = "|";
                rest &= !bits;
            }
        }
        rest
    }
}

impl Choice {
    /// Appends the value's name (only the low 32 bits count).
    pub fn write(&self, context: &mut Context<'_>, value: u64) {
        let value = value & u64::from(u32::MAX);
        match self.name(value) {
            Some(name) => context.push(name),
            None => unknown(context, value, self.unknown),
        }
    }

    /// The value's name.
    #[must_use]
    pub fn name(&self, value: u64) -> Option<&'static str> {
        self.names
            .iter()
            .find(|(number, _)| *number == value)
            .map(|(_, name)| *name)
    }
}

/// `0x9 /* SEEK_??? */`
fn unknown(context: &mut Context<'_>, value: u64, comment: &str) {
    context.hex(value);
    if !comment.is_empty() {
        context.format(format_args!(" /* {comment} */"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::written;

    const ACCESS: Flags = Flags {
        names: &[(0, "F_OK"), (6, "RW_OK"), (4, "R_OK"), (2, "W_OK")],
        unknown: "?_OK",
    };
    const WHENCE: Choice = Choice {
        names: &[(0, "SEEK_SET"), (1, "SEEK_CUR")],
        unknown: "SEEK_???",
    };

    fn set(value: u64) -> String {
        written(|context| ACCESS.write(context, value))
    }

    #[test]
    fn names_of_several_bits_come_before_those_of_one() {
        assert_eq!(set(6), "RW_OK");
        assert_eq!(set(2), "W_OK");
        assert_eq!(set(0), "F_OK");
    }

    #[test]
    fn bits_without_a_name_are_a_number() {
        assert_eq!(set(12), "R_OK|0x8");
        assert_eq!(set(8), "0x8 /* ?_OK */");
    }

    #[test]
    fn the_upper_half_of_a_register_is_not_looked_at() {
        assert_eq!(set(0xffff_ffff_0000_0004), "R_OK");
        let text = written(|context| WHENCE.write(context, 0x1_0000_0001));
        assert_eq!(text, "SEEK_CUR");
    }

    #[test]
    fn an_empty_set_without_a_name_for_it_is_zero() {
        let flags = Flags {
            names: &[(1, "ONE")],
            unknown: "?",
        };
        assert_eq!(written(|context| flags.write(context, 0)), "0");
    }

    #[test]
    fn a_value_without_a_name_is_a_number() {
        let text = written(|context| WHENCE.write(context, 9));
        assert_eq!(text, "0x9 /* SEEK_??? */");
    }
}
