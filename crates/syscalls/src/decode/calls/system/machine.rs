//! Which machine this is, how it fares, and its random numbers.

use nix::libc;

use crate::decode::Argument::{Flags, In, Out, Size};
use crate::decode::bytes::{field, u64_at, until_nul};
use crate::decode::named::{self, named};
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("uname", &[Out(names)]),
    Signature::new("sysinfo", &[Out(sysinfo)]),
    Signature::new("getrandom", &[Out(random), Size, Flags(&RANDOM)]),
    Signature::new("sethostname", &[In(name), Size]),
    Signature::new("setdomainname", &[In(name), Size]),
];

const RANDOM: named::Flags = named::Flags {
    names: named![GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE],
    unknown: "GRND_???",
};

/// `{sysname="Linux", nodename="vm", ...}`
fn names(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::utsname>() }>(address) else {
        return context.address(address);
    };
    for (text, offset) in [
        ("{sysname=", std::mem::offset_of!(libc::utsname, sysname)),
        (", nodename=", std::mem::offset_of!(libc::utsname, nodename)),
    ] {
        const LENGTH: usize = std::mem::offset_of!(libc::utsname, nodename);
        context.push(text);
        context.quote_all(until_nul(&bytes[offset..offset + LENGTH]));
    }
    context.push(", ...}");
}

/// `{uptime=12716, loads=[287744, 155136, 97344], totalram=…}`
fn sysinfo(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::sysinfo>() }>(address) else {
        return context.address(address);
    };
    let uptime = field!(&bytes, libc::sysinfo, uptime, u64_at);
    let loads = std::mem::offset_of!(libc::sysinfo, loads);
    let [one, five, fifteen] = [0, 8, 16].map(|offset| u64_at(&bytes, loads + offset));
    context.format(format_args!(
        "{{uptime={uptime}, loads=[{one}, {five}, {fifteen}]"
    ));
    let processes = field!(&bytes, libc::sysinfo, procs, u16_at);
    let unit = field!(&bytes, libc::sysinfo, mem_unit, u32_at);
    for (name, value) in [
        ("totalram", field!(&bytes, libc::sysinfo, totalram, u64_at)),
        ("freeram", field!(&bytes, libc::sysinfo, freeram, u64_at)),
        (
            "sharedram",
            field!(&bytes, libc::sysinfo, sharedram, u64_at),
        ),
        (
            "bufferram",
            field!(&bytes, libc::sysinfo, bufferram, u64_at),
        ),
        (
            "totalswap",
            field!(&bytes, libc::sysinfo, totalswap, u64_at),
        ),
        ("freeswap", field!(&bytes, libc::sysinfo, freeswap, u64_at)),
        ("procs", u64::from(processes)),
        (
            "totalhigh",
            field!(&bytes, libc::sysinfo, totalhigh, u64_at),
        ),
        ("freehigh", field!(&bytes, libc::sysinfo, freehigh, u64_at)),
        ("mem_unit", u64::from(unit)),
    ] {
        context.format(format_args!(", {name}={value}"));
    }
    context.push("}");
}

/// Random bytes are no text.
fn random(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0);
    context.hex_buffer(address, length.cast_unsigned());
}

/// The longest name of a machine.
const LONGEST: u64 = 64;

fn name(context: &mut Context<'_>, address: u64) {
    let length = u64::from(context.registers[1] as u32);
    if length > LONGEST {
        context.address(address);
    } else {
        context.buffer(address, length);
    }
}
