//! Keys that the kernel keeps for programs.

use crate::decode::Argument::{Choice, In, Size, Text};
use crate::decode::named;
use crate::decode::{Argument, Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("add_key", &[Text, Text, In(payload), Size, KEY]),
    Signature::new("request_key", &[Text, Text, Text, KEY]),
    Signature::new(
        "keyctl",
        &[
            Choice(&OPERATIONS),
            In(first),
            In(further::<2>),
            In(further::<3>),
            In(further::<4>),
        ],
    ),
];

const KEY: Argument = In(key);

const OPERATIONS: named::Choice = named::Choice {
    names: &[
        (0, "KEYCTL_GET_KEYRING_ID"),
        (1, "KEYCTL_JOIN_SESSION_KEYRING"),
        (2, "KEYCTL_UPDATE"),
        (3, "KEYCTL_REVOKE"),
        (4, "KEYCTL_CHOWN"),
        (5, "KEYCTL_SETPERM"),
        (6, "KEYCTL_DESCRIBE"),
        (7, "KEYCTL_CLEAR"),
        (8, "KEYCTL_LINK"),
        (9, "KEYCTL_UNLINK"),
        (10, "KEYCTL_SEARCH"),
        (11, "KEYCTL_READ"),
        (12, "KEYCTL_INSTANTIATE"),
        (13, "KEYCTL_NEGATE"),
        (14, "KEYCTL_SET_REQKEY_KEYRING"),
        (15, "KEYCTL_SET_TIMEOUT"),
        (16, "KEYCTL_ASSUME_AUTHORITY"),
        (17, "KEYCTL_GET_SECURITY"),
        (18, "KEYCTL_SESSION_TO_PARENT"),
        (19, "KEYCTL_REJECT"),
        (20, "KEYCTL_INSTANTIATE_IOV"),
        (21, "KEYCTL_INVALIDATE"),
        (22, "KEYCTL_GET_PERSISTENT"),
    ],
    unknown: "KEYCTL_???",
};

/// Keyrings that every process has, by negative numbers.
const SPECIAL: named::Choice = named::Choice {
    names: &[
        (-1_i32 as u32 as u64, "KEY_SPEC_THREAD_KEYRING"),
        (-2_i32 as u32 as u64, "KEY_SPEC_PROCESS_KEYRING"),
        (-3_i32 as u32 as u64, "KEY_SPEC_SESSION_KEYRING"),
        (-4_i32 as u32 as u64, "KEY_SPEC_USER_KEYRING"),
        (-5_i32 as u32 as u64, "KEY_SPEC_USER_SESSION_KEYRING"),
        (-6_i32 as u32 as u64, "KEY_SPEC_GROUP_KEYRING"),
        (-7_i32 as u32 as u64, "KEY_SPEC_REQKEY_AUTH_KEY"),
        (-8_i32 as u32 as u64, "KEY_SPEC_REQUESTOR_KEYRING"),
    ],
    unknown: "",
};

/// How many arguments the operations have behind their number, in the order of these.
const ARGUMENTS: [usize; 23] = [
    2, 1, 3, 1, 3, 2, 3, 1, 2, 2, 4, 3, 4, 3, 1, 2, 1, 3, 0, 4, 4, 1, 2,
];

fn further<const INDEX: usize>(context: &mut Context<'_>, value: u64) {
    let operation = context.registers[0] as u32 as usize;
    if INDEX <= ARGUMENTS.get(operation).copied().unwrap_or(4) {
        context.hex(value);
    }
}

fn key(context: &mut Context<'_>, value: u64) {
    match SPECIAL.name(u64::from(value as u32)) {
        Some(name) => context.push(name),
        None => context.format(format_args!("{}", value as i32)),
    }
}

fn payload(context: &mut Context<'_>, address: u64) {
    context.buffer(address, context.registers[3]);
}

/// The key it is about; joining a session names one instead.
fn first(context: &mut Context<'_>, value: u64) {
    const JOIN_SESSION_KEYRING: u32 = 1;
    const SESSION_TO_PARENT: u32 = 18;
    match context.registers[0] as u32 {
        JOIN_SESSION_KEYRING => context.string(value),
        SESSION_TO_PARENT => {}
        ..=21 => key(context, value),
        _ => context.hex(value),
    }
}
