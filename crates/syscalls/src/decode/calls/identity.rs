//! Whose process it is: users, groups, sessions.

use crate::decode::Argument::{In, Int, Out};
use crate::decode::{Argument, Context, Signature};

/// The calls of this family.
pub(super) const CALLS: &[Signature] = &[
    Signature::new("getuid", &[]),
    Signature::new("geteuid", &[]),
    Signature::new("getgid", &[]),
    Signature::new("getegid", &[]),
    Signature::new("setuid", &[ID]),
    Signature::new("setgid", &[ID]),
    Signature::new("setreuid", &[ID, ID]),
    Signature::new("setregid", &[ID, ID]),
    Signature::new("setresuid", &[ID, ID, ID]),
    Signature::new("setresgid", &[ID, ID, ID]),
    Signature::new("setfsuid", &[ID]),
    Signature::new("setfsgid", &[ID]),
    Signature::new("getresuid", &[ID_READ, ID_READ, ID_READ]),
    Signature::new("getresgid", &[ID_READ, ID_READ, ID_READ]),
    Signature::new("getgroups", &[Int, Out(groups_read)]),
    Signature::new("setgroups", &[Int, In(groups)]),
    Signature::new("getpid", &[]),
    Signature::new("gettid", &[]),
    Signature::new("getppid", &[]),
    Signature::new("getpgrp", &[]),
    Signature::new("getpgid", &[Int]),
    Signature::new("setpgid", &[Int, Int]),
    Signature::new("getsid", &[Int]),
    Signature::new("setsid", &[]),
    Signature::new("vhangup", &[]),
];

const ID: Argument = In(id);
const ID_READ: Argument = Out(id_at);

/// A user's or group's number; -1 stands for "leave it as it is".
pub(super) fn id(context: &mut Context<'_>, value: u64) {
    let id = value as u32;
    if id == u32::MAX {
        context.push("-1");
    } else {
        context.format(format_args!("{id}"));
    }
}

/// `[1000]`
fn id_at(context: &mut Context<'_>, address: u64) {
    match context.u32(address) {
        Some(value) => {
            context.push("[");
            id(context, u64::from(value));
            context.push("]");
        }
        None => context.address(address),
    }
}

/// No process is in more groups than this.
const MOST_GROUPS: u32 = 65_536;

/// `[0, 1000]`, as many as the first argument says.
fn groups(context: &mut Context<'_>, address: u64) {
    match context.registers[0] as u32 {
        count @ ..=MOST_GROUPS => id_list(context, address, u64::from(count)),
        _ => context.address(address),
    }
}

/// As many as the result says; nothing when only their number was asked for.
fn groups_read(context: &mut Context<'_>, address: u64) {
    let count = context.success().unwrap_or(0).cast_unsigned();
    if context.registers[0] as u32 == 0 {
        context.address(address);
    } else {
        id_list(context, address, count);
    }
}

fn id_list(context: &mut Context<'_>, address: u64, count: u64) {
    context.array(address, count, |context, bytes| {
        id(context, u64::from(u32::from_ne_bytes(*bytes)));
    });
}
