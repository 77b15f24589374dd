//! `ioctl(2)`: what drivers can do beside reading and writing.

mod requests;
mod terminal;

use crate::decode::Argument::{Fd, In, OutAlways};
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[Signature::new(
    "ioctl",
    &[Fd, In(request), OutAlways(argument)],
)];

/// What a request's argument is.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// There is none.
    Nothing,
    /// A number in decimal.
    Number,
    /// A number in hexadecimal.
    Hex,
    /// A descriptor.
    Fd,
    /// An address of something that is not shown.
    Pointer,
    /// Which way to stop or start a terminal.
    Flow,
    /// What of a terminal's queues to throw away.
    Queue,
    /// The address of a number that the driver reads.
    NumberIn,
    /// The address of a number that the driver writes.
    NumberOut,
    /// The address of a `termios` that the driver reads.
    TermiosIn,
    /// The address of a `termios` that the driver writes.
    TermiosOut,
    /// The address of a `winsize` that the driver reads.
    WindowIn,
    /// The address of a `winsize` that the driver writes.
    WindowOut,
    /// The address of a structure about a network interface, which begins with the name.
    Interface,
}

/// `TCGETS`, or for a request without a name what its bits say.
fn request(context: &mut Context<'_>, value: u64) {
    let request = value as u32;
    match requests::find(request) {
        Some((name, _)) => context.push(name),
        None => parts(context, request),
    }
}

/// `_IOC(_IOC_READ, 0x5a, 0x5, 0x4)`: direction, the driver's letter, the request's number there, and
/// the size of what the argument points to (`asm-generic/ioctl.h`).
fn parts(context: &mut Context<'_>, request: u32) {
    let directions = [
        "_IOC_NONE",
        "_IOC_WRITE",
        "_IOC_READ",
        "_IOC_READ|_IOC_WRITE",
    ];
    context.push("_IOC(");
    context.push(directions[(request >> 30) as usize]);
    for field in [request >> 8 & 0xff, request & 0xff, request >> 16 & 0x3fff] {
        context.push(", ");
        context.hex(u64::from(field));
    }
    context.push(")");
}

fn argument(context: &mut Context<'_>, value: u64) {
    let known = requests::find(context.registers[1] as u32);
    let answered = context.success().is_some();
    match known.map_or(Kind::Hex, |(_, kind)| kind) {
        Kind::Nothing => {}
        Kind::Number => context.format(format_args!("{}", value as i32)),
        Kind::Hex => context.hex(value),
        Kind::Flow => terminal::FLOWS.write(context, value),
        Kind::Queue => terminal::QUEUES.write(context, value),
        Kind::Fd => context.fd(value as i32),
        Kind::NumberIn => context.int_at(value),
        Kind::NumberOut if answered => context.int_at(value),
        Kind::TermiosIn => terminal::termios(context, value),
        Kind::TermiosOut if answered => terminal::termios(context, value),
        Kind::WindowIn => terminal::window(context, value),
        Kind::WindowOut if answered => terminal::window(context, value),
        Kind::Interface => interface(context, value),
        Kind::Pointer | Kind::NumberOut | Kind::TermiosOut | Kind::WindowOut => {
            context.address(value);
        }
    }
}

const IFINDEX: u32 = 0x8933;
const IFMTU: u32 = 0x8921;

/// `{ifr_name="lo", ifr_ifindex=1}`; what else there is to know of an interface is `...`.
fn interface(context: &mut Context<'_>, address: u64) {
    const NAME: usize = nix::libc::IFNAMSIZ;
    let Some(name) = context.bytes::<NAME>(address) else {
        return context.address(address);
    };
    context.push("{ifr_name=");
    context.quote_all(crate::decode::bytes::until_nul(&name));
    let number = context
        .u32(address.wrapping_add(NAME as u64))
        .unwrap_or(0)
        .cast_signed();
    match context.registers[1] as u32 {
        _ if context.success().is_none() => context.push("}"),
        IFINDEX => context.format(format_args!(", ifr_ifindex={number}}}")),
        IFMTU => context.format(format_args!(", ifr_mtu={number}}}")),
        _ => context.push(", ...}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written, written_with};

    #[test]
    fn a_request_without_a_name_is_taken_apart() {
        let text = |value| written(|context| request(context, value));
        assert_eq!(text(0x5401), "TCGETS");
        assert_eq!(text(0xffff_ffff_0000_5413), "TIOCGWINSZ");
        assert_eq!(text(0x8004_5a05), "_IOC(_IOC_READ, 0x5a, 0x5, 0x4)");
        assert_eq!(text(0), "_IOC(_IOC_NONE, 0, 0, 0)");
    }

    #[test]
    fn what_a_driver_reads_is_shown_even_when_it_refuses() {
        let memory = Fake::default().with(0x1000, [24, 0, 80, 0, 0, 0, 0, 0]);
        let text = |request| {
            let registers = [3, request, 0x1000, 0, 0, 0];
            written_with(&memory, registers, |context| argument(context, 0x1000))
        };
        let window = "{ws_row=24, ws_col=80, ws_xpixel=0, ws_ypixel=0}";
        assert_eq!(text(0x5414), window);
        assert_eq!(text(0x5413), "0x1000");
        assert_eq!(text(0x5421), "[5242904]");
        assert_eq!(text(0x5451), "");
    }
}
