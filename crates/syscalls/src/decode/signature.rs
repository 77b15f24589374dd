//! What the arguments of a call are.

use std::collections::HashMap;
use std::sync::Mutex;

use super::{Choice, Context, Flags};

/// One call: its arguments in order, and what its result is.
#[derive(Debug)]
pub struct Signature {
    /// The call's name in the kernel's table.
    pub name: &'static str,
    /// At most six.
    pub arguments: &'static [Argument],
    /// How the result reads.
    pub result: ResultKind,
}

impl Signature {
    /// A call whose result is a number.
    pub(crate) const fn new(name: &'static str, arguments: &'static [Argument]) -> Self {
        Self {
            name,
            arguments,
            result: ResultKind::Number,
        }
    }

    /// The same call with another kind of result.
    pub(crate) const fn returns(mut self, result: ResultKind) -> Self {
        self.result = result;
        self
    }
}

/// What an argument is, and so how it is shown.
#[derive(Clone, Copy, Debug)]
pub enum Argument {
    /// A signed number of 32 bits.
    Int,
    /// An unsigned number of 32 bits.
    Unsigned,
    /// A signed number of the register's size.
    Long,
    /// An unsigned number of the register's size: a length, a count.
    Size,
    /// A number in hexadecimal.
    Hex,
    /// An address that is not looked at.
    Pointer,
    /// File permission bits, in octal.
    Mode,
    /// A descriptor.
    Fd,
    /// A descriptor of a directory, or `AT_FDCWD`.
    DirFd,
    /// The address of a path, which is shown whole.
    Path,
    /// The address of another string, of which as much is shown as the style says.
    Text,
    /// One bit each.
    Flags(&'static Flags),
    /// One of several.
    Choice(&'static Choice),
    /// Whatever the function reads, at entry.
    In(fn(&mut Context<'_>, u64)),
    /// What the kernel fills: the function is called at exit, when the call succeeded; after an
    /// error the address is shown.
    Out(fn(&mut Context<'_>, u64)),
    /// As `Out`, but the function is called after an error as well.
    OutAlways(fn(&mut Context<'_>, u64)),
    /// What the kernel reads and changes: the first function writes what it was at entry, the second
    /// what it became (` => 16]`), after an error as well.
    InOut(fn(&mut Context<'_>, u64), fn(&mut Context<'_>, u64)),
    /// As `OutAlways`, where something must be remembered that the kernel will overwrite: the first
    /// function is called at entry, whichever arguments stand before, and what it returns is
    /// [`Context::kept`] at exit. At most one in a signature.
    Kept(fn(&Context<'_>, u64) -> u64, fn(&mut Context<'_>, u64)),
}

/// What a result is, and so how it is shown.
#[derive(Clone, Copy, Debug)]
pub enum ResultKind {
    /// A number, in decimal.
    Number,
    /// An address or a set of bits, in hexadecimal.
    Hex,
    /// A permission mask, in octal.
    Octal,
    /// A new descriptor.
    Fd,
    /// Does not return.
    Never,
    /// It depends on the arguments: the function writes it.
    Written(fn(&mut Context<'_>, i64)),
}

/// For calls without a signature: six numbers.
pub(super) const SIX_NUMBERS: &[Argument] = &[Argument::Hex; 6];

impl Argument {
    /// True when it is known only after the kernel has answered.
    pub(super) fn is_output(&self) -> bool {
        matches!(
            self,
            Self::Out(_) | Self::OutAlways(_) | Self::InOut(..) | Self::Kept(..)
        )
    }

    pub(super) fn write(&self, context: &mut Context<'_>, value: u64) {
        match self {
            Self::Int => context.format(format_args!("{}", value as i32)),
            Self::Unsigned => context.format(format_args!("{}", value as u32)),
            Self::Long => context.format(format_args!("{}", value as i64)),
            Self::Size => context.format(format_args!("{value}")),
            Self::Hex => context.hex(value),
            Self::Pointer => context.address(value),
            Self::Mode => context.mode(u32::from(value as u16)),
            Self::Fd => context.fd(value as i32),
            Self::DirFd => context.directory(value as i32),
            Self::Path => context.path(value),
            Self::Text => context.string(value),
            Self::Flags(flags) => flags.write(context, value),
            Self::Choice(choice) => choice.write(context, value),
            Self::In(write)
            | Self::OutAlways(write)
            | Self::InOut(_, write)
            | Self::Kept(_, write) => write(context, value),
            Self::Out(write) if context.success().is_some() => write(context, value),
            Self::Out(_) => context.address(value),
        }
    }
}

/// A name for a number that has none; made once for each number.
pub(super) fn unknown(number: u64) -> &'static str {
    static NAMES: Mutex<Option<HashMap<u64, &'static str>>> = Mutex::new(None);
    let mut names = NAMES
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    names
        .get_or_insert_default()
        .entry(number)
        .or_insert_with(|| format!("syscall_{number:#x}").leak())
}
