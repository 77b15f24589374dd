//! `fcntl(2)`: what it asks or sets depends on the command.

use nix::libc;

use crate::decode::Argument::{Choice, Fd, OutAlways};
use crate::decode::bytes::field;
use crate::decode::calls::files::open;
use crate::decode::named::{self, named};
use crate::decode::{Context, ResultKind, Signature};

use super::positions::WHENCE;

pub(super) const CALLS: &[Signature] =
    &[
        Signature::new("fcntl", &[Fd, Choice(&COMMANDS), OutAlways(argument)])
            .returns(ResultKind::Written(result)),
    ];

/// A command: its number and name, what its argument is, and what its result.
struct Command {
    number: u32,
    argument: Kind,
    result: Answer,
}

/// What a command's argument is.
#[derive(Clone, Copy)]
enum Kind {
    /// There is none.
    Nothing,
    /// A signed number of 32 bits.
    Number,
    /// An unsigned number.
    Size,
    /// A number in hexadecimal.
    Hex,
    /// `FD_CLOEXEC`
    DescriptorFlags,
    /// `O_NONBLOCK`
    StatusFlags,
    /// A lock to be had or given back.
    Lock,
    /// A question about a lock: the kernel writes the answer over it.
    LockQuestion,
    /// A signal.
    Signal,
    /// `F_RDLCK`
    LockType,
    /// `DN_MODIFY`
    Notifications,
    /// `F_SEAL_WRITE`
    Seals,
    /// Who gets signals.
    Owner,
    /// The same, written by the kernel.
    OwnerAnswer,
}

/// What a command's result is.
#[derive(Clone, Copy)]
enum Answer {
    Number,
    Fd,
    DescriptorFlags,
    StatusFlags,
    LockType,
    Seals,
    Signal,
}

const fn command(number: u32, argument: Kind, result: Answer) -> Command {
    Command {
        number,
        argument,
        result,
    }
}

/// The numbers are the same on x86-64 and arm64 (the kernel's `asm-generic/fcntl.h`).
const TABLE: &[Command] = &[
    command(0, Kind::Number, Answer::Fd),
    command(1, Kind::Nothing, Answer::DescriptorFlags),
    command(2, Kind::DescriptorFlags, Answer::Number),
    command(3, Kind::Nothing, Answer::StatusFlags),
    command(4, Kind::StatusFlags, Answer::Number),
    command(5, Kind::LockQuestion, Answer::Number),
    command(6, Kind::Lock, Answer::Number),
    command(7, Kind::Lock, Answer::Number),
    command(8, Kind::Number, Answer::Number),
    command(9, Kind::Nothing, Answer::Number),
    command(10, Kind::Signal, Answer::Number),
    command(11, Kind::Nothing, Answer::Signal),
    command(15, Kind::Owner, Answer::Number),
    command(16, Kind::OwnerAnswer, Answer::Number),
    command(36, Kind::LockQuestion, Answer::Number),
    command(37, Kind::Lock, Answer::Number),
    command(38, Kind::Lock, Answer::Number),
    command(1024, Kind::LockType, Answer::Number),
    command(1025, Kind::Nothing, Answer::LockType),
    command(1026, Kind::Notifications, Answer::Number),
    command(1030, Kind::Number, Answer::Fd),
    command(1031, Kind::Size, Answer::Number),
    command(1032, Kind::Nothing, Answer::Number),
    command(1033, Kind::Seals, Answer::Number),
    command(1034, Kind::Nothing, Answer::Seals),
];

const COMMANDS: named::Choice = named::Choice {
    names: &[
        (0, "F_DUPFD"),
        (1, "F_GETFD"),
        (2, "F_SETFD"),
        (3, "F_GETFL"),
        (4, "F_SETFL"),
        (5, "F_GETLK"),
        (6, "F_SETLK"),
        (7, "F_SETLKW"),
        (8, "F_SETOWN"),
        (9, "F_GETOWN"),
        (10, "F_SETSIG"),
        (11, "F_GETSIG"),
        (12, "F_GETLK64"),
        (13, "F_SETLK64"),
        (14, "F_SETLKW64"),
        (15, "F_SETOWN_EX"),
        (16, "F_GETOWN_EX"),
        (17, "F_GETOWNER_UIDS"),
        (36, "F_OFD_GETLK"),
        (37, "F_OFD_SETLK"),
        (38, "F_OFD_SETLKW"),
        (1024, "F_SETLEASE"),
        (1025, "F_GETLEASE"),
        (1026, "F_NOTIFY"),
        (1030, "F_DUPFD_CLOEXEC"),
        (1031, "F_SETPIPE_SZ"),
        (1032, "F_GETPIPE_SZ"),
        (1033, "F_ADD_SEALS"),
        (1034, "F_GET_SEALS"),
    ],
    unknown: "F_???",
};

const DESCRIPTOR_FLAGS: named::Flags = named::Flags {
    names: named![FD_CLOEXEC],
    unknown: "FD_???",
};

const LOCK_TYPES: named::Choice = named::Choice {
    names: named![F_RDLCK, F_WRLCK, F_UNLCK],
    unknown: "F_???",
};

const NOTIFICATIONS: named::Flags = named::Flags {
    names: &[
        (0x01, "DN_ACCESS"),
        (0x02, "DN_MODIFY"),
        (0x04, "DN_CREATE"),
        (0x08, "DN_DELETE"),
        (0x10, "DN_RENAME"),
        (0x20, "DN_ATTRIB"),
        (0x8000_0000, "DN_MULTISHOT"),
    ],
    unknown: "DN_???",
};

const SEALS: named::Flags = named::Flags {
    names: named![
        F_SEAL_SEAL,
        F_SEAL_SHRINK,
        F_SEAL_GROW,
        F_SEAL_WRITE,
        F_SEAL_FUTURE_WRITE,
    ],
    unknown: "F_SEAL_???",
};

const OWNER_TYPES: named::Choice = named::Choice {
    names: &[(0, "F_OWNER_TID"), (1, "F_OWNER_PID"), (2, "F_OWNER_PGRP")],
    unknown: "F_OWNER_???",
};

fn known(context: &Context<'_>) -> Option<&'static Command> {
    let number = context.registers[1] as u32;
    TABLE.iter().find(|command| command.number == number)
}

fn argument(context: &mut Context<'_>, value: u64) {
    match known(context).map_or(Kind::Hex, |command| command.argument) {
        Kind::Nothing => {}
        Kind::Number => context.format(format_args!("{}", value as i32)),
        Kind::Size => context.format(format_args!("{value}")),
        Kind::Hex => context.hex(value),
        Kind::DescriptorFlags => DESCRIPTOR_FLAGS.write(context, value),
        Kind::StatusFlags => open::flags(context, value),
        Kind::Signal if value == 0 => context.push("0"),
        Kind::Signal => context.signal(value as i32),
        Kind::LockType => LOCK_TYPES.write(context, value),
        Kind::Notifications => NOTIFICATIONS.write_wide(context, value),
        Kind::Seals => SEALS.write(context, value),
        Kind::Lock => lock(context, value, false),
        Kind::Owner => owner(context, value),
        Kind::LockQuestion if context.success().is_some() => lock(context, value, true),
        Kind::OwnerAnswer if context.success().is_some() => owner(context, value),
        Kind::LockQuestion | Kind::OwnerAnswer => context.address(value),
    }
}

/// `{l_type=F_RDLCK, l_whence=SEEK_SET, l_start=0, l_len=0}`; an answer also says whose lock is in
/// the way.
fn lock(context: &mut Context<'_>, address: u64, answer: bool) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::flock>() }>(address) else {
        return context.address(address);
    };
    context.push("{l_type=");
    LOCK_TYPES.write(
        context,
        u64::from(field!(&bytes, libc::flock, l_type, u16_at)),
    );
    context.push(", l_whence=");
    WHENCE.write(
        context,
        u64::from(field!(&bytes, libc::flock, l_whence, u16_at)),
    );
    let start = field!(&bytes, libc::flock, l_start, i64_at);
    let length = field!(&bytes, libc::flock, l_len, i64_at);
    context.format(format_args!(", l_start={start}, l_len={length}"));
    if answer {
        let pid = field!(&bytes, libc::flock, l_pid, i32_at);
        context.format(format_args!(", l_pid={pid}"));
    }
    context.push("}");
}

/// `{type=F_OWNER_PID, pid=5}`
fn owner(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<8>(address) else {
        return context.address(address);
    };
    let [kind, pid] = [0, 4].map(|offset| crate::decode::bytes::u32_at(&bytes, offset));
    context.push("{type=");
    OWNER_TYPES.write(context, u64::from(kind));
    context.format(format_args!(", pid={}}}", pid.cast_signed()));
}

fn result(context: &mut Context<'_>, value: i64) {
    let bits = value.cast_unsigned();
    let answer = known(context).map_or(Answer::Number, |command| command.result);
    match answer {
        Answer::Fd => context.fd(value as i32),
        Answer::StatusFlags => {
            noted(context, bits, "flags ", |context| {
                open::flags(context, bits);
            });
        }
        Answer::DescriptorFlags if value != 0 => noted(context, bits, "flags ", |context| {
            DESCRIPTOR_FLAGS.write(context, bits);
        }),
        Answer::Seals if value != 0 => noted(context, bits, "seals ", |context| {
            SEALS.write(context, bits);
        }),
        Answer::LockType => noted(context, bits, "", |context| LOCK_TYPES.write(context, bits)),
        Answer::Signal if value != 0 => {
            context.format(format_args!("{value} ("));
            context.signal(value as i32);
            context.push(")");
        }
        _ => context.format(format_args!("{value}")),
    }
}

/// `0x1 (flags FD_CLOEXEC)`
fn noted(context: &mut Context<'_>, value: u64, what: &str, write: impl FnOnce(&mut Context<'_>)) {
    context.hex(value);
    context.push(" (");
    context.push(what);
    write(context);
    context.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn resulting(command: u64, value: i64) -> String {
        let registers = [3, command, 0, 0, 0, 0];
        written_with(&Fake::default(), registers, |context| {
            result(context, value);
        })
    }

    #[test]
    fn a_result_reads_as_the_command_says() {
        assert_eq!(resulting(1, 1), "0x1 (flags FD_CLOEXEC)");
        assert_eq!(resulting(1, 0), "0");
        assert_eq!(resulting(3, 2), "0x2 (flags O_RDWR)");
        assert_eq!(resulting(1025, 2), "0x2 (F_UNLCK)");
        assert_eq!(resulting(1032, 65536), "65536");
    }

    #[test]
    fn an_argument_is_what_the_command_says() {
        let text = |command, value| {
            let registers = [3, command, value, 0, 0, 0];
            written_with(&Fake::default(), registers, |context| {
                argument(context, value);
            })
        };
        assert_eq!(text(1, 7), "");
        assert_eq!(text(4, 0o4000), "O_RDONLY|O_NONBLOCK");
        assert_eq!(text(2, 1), "FD_CLOEXEC");
        assert_eq!(text(6, 8), "0x8");
        assert_eq!(text(999, 8), "0x8");
    }
}
