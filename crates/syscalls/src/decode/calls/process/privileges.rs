//! What a process is allowed: capabilities.

use crate::decode::Argument::{In, Out};
use crate::decode::bytes::{i32_at, u32_at};
use crate::decode::named::Choice;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("capget", &[In(header), Out(sets)]),
    Signature::new("capset", &[In(header), In(sets)]),
];

const VERSIONS: Choice = Choice {
    names: &[
        (0x1998_0330, "_LINUX_CAPABILITY_VERSION_1"),
        (0x2007_1026, "_LINUX_CAPABILITY_VERSION_2"),
        (0x2008_0522, "_LINUX_CAPABILITY_VERSION_3"),
    ],
    unknown: "_LINUX_CAPABILITY_VERSION_???",
};

/// By number, from 0.
const CAPABILITIES: [&str; 41] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];

/// `CAP_KILL`, or the number.
pub(super) fn capability(context: &mut Context<'_>, number: u64) {
    match CAPABILITIES.get(number as u32 as usize) {
        Some(name) => context.push(name),
        None => {
            context.hex(u64::from(number as u32));
            context.push(" /* CAP_??? */");
        }
    }
}

/// `{version=_LINUX_CAPABILITY_VERSION_3, pid=0}`
fn header(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<8>(address) else {
        return context.address(address);
    };
    context.push("{version=");
    VERSIONS.write(context, u64::from(u32_at(&bytes, 0)));
    context.format(format_args!(", pid={}}}", i32_at(&bytes, 4)));
}

/// `{effective=1<<CAP_CHOWN|…, permitted=…, inheritable=0}`: one word of each, or, since there are
/// more than 32 capabilities, two, one structure behind the other.
fn sets(context: &mut Context<'_>, address: u64) {
    const ONE: usize = 12;
    let version = context.u32(context.registers[0]);
    let words = if version == Some(0x1998_0330) { 1 } else { 2 };
    let mut bytes = [0; 2 * ONE];
    let wanted = words * ONE;
    if address == 0 || context.memory.read(address, &mut bytes[..wanted]) < wanted {
        return context.address(address);
    }
    let mut separator = "{";
    for (offset, name) in [(0, "effective"), (4, "permitted"), (8, "inheritable")] {
        let low = u64::from(u32_at(&bytes, offset));
        let high = u64::from(u32_at(&bytes, offset + ONE));
        context.format(format_args!("{separator}{name}="));
        set(context, high << 32 | low);
        separator = ", ";
    }
    context.push("}");
}

fn set(context: &mut Context<'_>, set: u64) {
    let mut separator = "";
    let mut rest = set;
    for (number, name) in CAPABILITIES.iter().enumerate() {
        if set & 1 << number != 0 {
            context.format(format_args!("{separator}1<<{name}"));
            separator = "|";
            rest &= !(1 << number);
        }
    }
    if rest != 0 || set == 0 {
        context.push(separator);
        context.hex(rest);
    }
}
