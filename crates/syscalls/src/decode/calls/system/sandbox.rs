//! What a process gives up: calls (seccomp), files (landlock).

use crate::decode::Argument::{Choice, Fd, Flags, In, OutAlways, Size};
use crate::decode::bytes::{i32_at, u16_at, u64_at};
use crate::decode::named;
use crate::decode::{Argument, Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "seccomp",
        &[
            Choice(&OPERATIONS),
            In(seccomp_flags),
            OutAlways(seccomp_argument),
        ],
    ),
    Signature::new(
        "landlock_create_ruleset",
        &[In(ruleset), Size, Flags(&RULESET_FLAGS)],
    )
    .returns(ResultKind::Written(ruleset_result)),
    Signature::new(
        "landlock_add_rule",
        &[Fd, Choice(&RULES), In(rule), NO_FLAGS],
    ),
    Signature::new("landlock_restrict_self", &[Fd, NO_FLAGS]),
];

/// No flag has been defined for these calls.
const NO_FLAGS: Argument = In(|context, value| context.hex(u64::from(value as u32)));

const SET_MODE_FILTER: u32 = 1;
const GET_ACTION_AVAIL: u32 = 2;
const GET_NOTIF_SIZES: u32 = 3;

const OPERATIONS: named::Choice = named::Choice {
    names: &[
        (0, "SECCOMP_SET_MODE_STRICT"),
        (1, "SECCOMP_SET_MODE_FILTER"),
        (2, "SECCOMP_GET_ACTION_AVAIL"),
        (3, "SECCOMP_GET_NOTIF_SIZES"),
    ],
    unknown: "SECCOMP_SET_MODE_???",
};

const FILTER_FLAGS: named::Flags = named::Flags {
    names: &[
        (0x01, "SECCOMP_FILTER_FLAG_TSYNC"),
        (0x02, "SECCOMP_FILTER_FLAG_LOG"),
        (0x04, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"),
        (0x08, "SECCOMP_FILTER_FLAG_NEW_LISTENER"),
        (0x10, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH"),
        (0x20, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
    ],
    unknown: "SECCOMP_FILTER_FLAG_???",
};

const ACTIONS: named::Choice = named::Choice {
    names: &[
        (0x8000_0000, "SECCOMP_RET_KILL_PROCESS"),
        (0, "SECCOMP_RET_KILL_THREAD"),
        (0x0003_0000, "SECCOMP_RET_TRAP"),
        (0x0005_0000, "SECCOMP_RET_ERRNO"),
        (0x7fc0_0000, "SECCOMP_RET_USER_NOTIF"),
        (0x7ff0_0000, "SECCOMP_RET_TRACE"),
        (0x7ffc_0000, "SECCOMP_RET_LOG"),
        (0x7fff_0000, "SECCOMP_RET_ALLOW"),
    ],
    unknown: "SECCOMP_RET_???",
};

fn seccomp_flags(context: &mut Context<'_>, value: u64) {
    if context.registers[0] as u32 == SET_MODE_FILTER {
        FILTER_FLAGS.write(context, value);
    } else {
        context.hex(u64::from(value as u32));
    }
}

fn seccomp_argument(context: &mut Context<'_>, address: u64) {
    let answered = context.success().is_some();
    match context.registers[0] as u32 {
        SET_MODE_FILTER => filter_program(context, address),
        GET_ACTION_AVAIL => match context.u32(address) {
            Some(action) => {
                context.push("[");
                ACTIONS.write(context, u64::from(action));
                context.push("]");
            }
            None => context.address(address),
        },
        GET_NOTIF_SIZES if answered => match context.bytes::<6>(address) {
            Some(bytes) => {
                let [notif, response, data] = [0, 2, 4].map(|offset| u16_at(&bytes, offset));
                context.format(format_args!(
                    "{{seccomp_notif={notif}, seccomp_notif_resp={response}, \
                     seccomp_data={data}}}"
                ));
            }
            None => context.address(address),
        },
        _ => context.address(address),
    }
}

/// `{len=3, filter=0x7ffe…}`
pub(in crate::decode::calls) fn filter_program(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<16>(address) else {
        return context.address(address);
    };
    context.format(format_args!("{{len={}, filter=", u16_at(&bytes, 0)));
    context.address(u64_at(&bytes, 8));
    context.push("}");
}

const RULESET_VERSION: u64 = 1;

const RULESET_FLAGS: named::Flags = named::Flags {
    names: &[(RULESET_VERSION, "LANDLOCK_CREATE_RULESET_VERSION")],
    unknown: "LANDLOCK_CREATE_RULESET_???",
};

const RULES: named::Choice = named::Choice {
    names: &[(1, "LANDLOCK_RULE_PATH_BENEATH")],
    unknown: "LANDLOCK_RULE_???",
};

const ACCESS: named::Flags = named::Flags {
    names: &[
        (0x0001, "LANDLOCK_ACCESS_FS_EXECUTE"),
        (0x0002, "LANDLOCK_ACCESS_FS_WRITE_FILE"),
        (0x0004, "LANDLOCK_ACCESS_FS_READ_FILE"),
        (0x0008, "LANDLOCK_ACCESS_FS_READ_DIR"),
        (0x0010, "LANDLOCK_ACCESS_FS_REMOVE_DIR"),
        (0x0020, "LANDLOCK_ACCESS_FS_REMOVE_FILE"),
        (0x0040, "LANDLOCK_ACCESS_FS_MAKE_CHAR"),
        (0x0080, "LANDLOCK_ACCESS_FS_MAKE_DIR"),
        (0x0100, "LANDLOCK_ACCESS_FS_MAKE_REG"),
        (0x0200, "LANDLOCK_ACCESS_FS_MAKE_SOCK"),
        (0x0400, "LANDLOCK_ACCESS_FS_MAKE_FIFO"),
        (0x0800, "LANDLOCK_ACCESS_FS_MAKE_BLOCK"),
        (0x1000, "LANDLOCK_ACCESS_FS_MAKE_SYM"),
        (0x2000, "LANDLOCK_ACCESS_FS_REFER"),
    ],
    unknown: "LANDLOCK_ACCESS_FS_???",
};

/// `{handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE|…}`
fn ruleset(context: &mut Context<'_>, address: u64) {
    match context.u64(address).filter(|_| context.registers[1] >= 8) {
        Some(access) => {
            context.push("{handled_access_fs=");
            ACCESS.write_wide(context, access);
            context.push("}");
        }
        None => context.address(address),
    }
}

/// A descriptor, unless only the version was asked for.
fn ruleset_result(context: &mut Context<'_>, value: i64) {
    if context.registers[2] & RULESET_VERSION == 0 {
        context.fd(value as i32);
    } else {
        context.format(format_args!("{value}"));
    }
}

/// `{allowed_access=LANDLOCK_ACCESS_FS_EXECUTE, parent_fd=3}`
fn rule(context: &mut Context<'_>, address: u64) {
    let bytes = context.bytes::<12>(address);
    match bytes.filter(|_| context.registers[1] as u32 == 1) {
        Some(bytes) => {
            context.push("{allowed_access=");
            ACCESS.write_wide(context, u64_at(&bytes, 0));
            context.push(", parent_fd=");
            context.fd(i32_at(&bytes, 8));
            context.push("}");
        }
        None => context.address(address),
    }
}
