//! The kernel itself: its messages, its modules, its end.

use crate::decode::Argument::{Choice, Fd, Flags, Hex, In, Int, OutAlways, Pointer, Size, Text};
use crate::decode::calls::files::open::OPEN_FLAGS;
use crate::decode::named;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "syslog",
        &[In(action), OutAlways(messages), OutAlways(size)],
    ),
    Signature::new(
        "reboot",
        &[
            Choice(&MAGIC),
            Choice(&MAGIC),
            Choice(&REBOOT),
            In(restart_text),
        ],
    ),
    Signature::new("init_module", &[Pointer, Size, Text]),
    Signature::new("finit_module", &[Fd, Text, Flags(&MODULE)]),
    Signature::new("delete_module", &[Text, Flags(&OPEN_FLAGS)]),
    Signature::new("iopl", &[Int]),
    Signature::new("ioperm", &[Hex, Hex, Int]),
    Signature::new("modify_ldt", &[Int, Pointer, Size]),
    Signature::new("kexec_load", &[Pointer, Size, Pointer, Hex]),
    Signature::new("kexec_file_load", &[Fd, Fd, Size, Text, Hex]),
];

const MAGIC: named::Choice = named::Choice {
    names: &[
        (0xfee1_dead, "LINUX_REBOOT_MAGIC1"),
        (672_274_793, "LINUX_REBOOT_MAGIC2"),
        (85_072_278, "LINUX_REBOOT_MAGIC2A"),
        (369_367_448, "LINUX_REBOOT_MAGIC2B"),
        (537_993_216, "LINUX_REBOOT_MAGIC2C"),
    ],
    unknown: "LINUX_REBOOT_MAGIC_???",
};

const RESTART2: u64 = 0xa1b2_c3d4;
const REBOOT: named::Choice = named::Choice {
    names: &[
        (0x0123_4567, "LINUX_REBOOT_CMD_RESTART"),
        (0xcdef_0123, "LINUX_REBOOT_CMD_HALT"),
        (0x89ab_cdef, "LINUX_REBOOT_CMD_CAD_ON"),
        (0, "LINUX_REBOOT_CMD_CAD_OFF"),
        (0x4321_fedc, "LINUX_REBOOT_CMD_POWER_OFF"),
        (RESTART2, "LINUX_REBOOT_CMD_RESTART2"),
        (0xd000_fce2, "LINUX_REBOOT_CMD_SW_SUSPEND"),
        (0x4558_4543, "LINUX_REBOOT_CMD_KEXEC"),
    ],
    unknown: "LINUX_REBOOT_CMD_???",
};

const MODULE: named::Flags = named::Flags {
    names: &[
        (1, "MODULE_INIT_IGNORE_MODVERSIONS"),
        (2, "MODULE_INIT_IGNORE_VERMAGIC"),
        (4, "MODULE_INIT_COMPRESSED_FILE"),
    ],
    unknown: "MODULE_INIT_???",
};

const READ: u32 = 2;
const READ_CLEAR: u32 = 4;
const CONSOLE_LEVEL: u32 = 8;

const ACTIONS: [&str; 11] = [
    "CLOSE",
    "OPEN",
    "READ",
    "READ_ALL",
    "READ_CLEAR",
    "CLEAR",
    "CONSOLE_OFF",
    "CONSOLE_ON",
    "CONSOLE_LEVEL",
    "SIZE_UNREAD",
    "SIZE_BUFFER",
];

const LEVELS: [&str; 8] = [
    "EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG",
];

/// `3 /* SYSLOG_ACTION_READ_ALL */`
fn action(context: &mut Context<'_>, value: u64) {
    let name = ACTIONS.get(value as u32 as usize).unwrap_or(&"???");
    context.format(format_args!("{} /* SYSLOG_ACTION_{name} */", value as i32));
}

/// The messages, for the actions that read any.
fn messages(context: &mut Context<'_>, address: u64) {
    match (context.registers[0] as u32, context.success()) {
        (READ..=READ_CLEAR, Some(length)) => {
            context.buffer(address, length.cast_unsigned());
        }
        (0 | 1 | 5..=7 | 9 | 10, _) => {}
        _ => context.address(address),
    }
}

fn size(context: &mut Context<'_>, value: u64) {
    let number = value as i32;
    match context.registers[0] as u32 {
        0 | 1 | 5..=7 | 9 | 10 => {}
        CONSOLE_LEVEL => {
            let name = LEVELS.get(value as u32 as usize).unwrap_or(&"???");
            context.format(format_args!("{number} /* LOGLEVEL_{name} */"));
        }
        _ => context.format(format_args!("{number}")),
    }
}

/// What the firmware is told; only one command tells it anything.
fn restart_text(context: &mut Context<'_>, address: u64) {
    if context.registers[2] as u32 == RESTART2 as u32 {
        context.string(address);
    }
}
