//! epoll: descriptors that the kernel keeps watching, and eventfd.

use crate::decode::Argument::{self, Choice, Fd, Flags, In, Int, Out, Size, Unsigned};
use crate::decode::bytes::{u32_at, u64_at};
use crate::decode::named;
use crate::decode::{Context, ResultKind, Signature, sigset, timespec};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("epoll_create", &[Int]).returns(ResultKind::Fd),
    Signature::new("epoll_create1", &[Flags(&CREATE)]).returns(ResultKind::Fd),
    Signature::new("epoll_ctl", &[Fd, Choice(&OPERATION), Fd, In(wanted)]),
    Signature::new("epoll_wait", &[Fd, READY, Int, Int]),
    Signature::new("epoll_pwait", &[Fd, READY, Int, Int, In(mask), Size]),
    Signature::new(
        "epoll_pwait2",
        &[Fd, READY, Int, In(timespec::write), In(mask), Size],
    ),
    Signature::new("eventfd", &[Unsigned]).returns(ResultKind::Fd),
    Signature::new("eventfd2", &[Unsigned, Flags(&EVENTFD)]).returns(ResultKind::Fd),
];

const READY: Argument = Out(ready);

/// On x86-64 the structure is packed, so that 32-bit programs have the same one.
const SIZE: usize = size_of::<nix::libc::epoll_event>();
const DATA: usize = SIZE - 8;

const DELETE: u32 = 2;

const CREATE: named::Flags = named::Flags {
    names: &[(0o2_000_000, "EPOLL_CLOEXEC"), (0o4_000, "EPOLL_NONBLOCK")],
    unknown: "EPOLL_???",
};

const OPERATION: named::Choice = named::Choice {
    names: &[
        (1, "EPOLL_CTL_ADD"),
        (DELETE as u64, "EPOLL_CTL_DEL"),
        (3, "EPOLL_CTL_MOD"),
    ],
    unknown: "EPOLL_CTL_???",
};

const EVENTS: named::Flags = named::Flags {
    names: &[
        (0x0001, "EPOLLIN"),
        (0x0002, "EPOLLPRI"),
        (0x0004, "EPOLLOUT"),
        (0x0040, "EPOLLRDNORM"),
        (0x0080, "EPOLLRDBAND"),
        (0x0100, "EPOLLWRNORM"),
        (0x0200, "EPOLLWRBAND"),
        (0x0400, "EPOLLMSG"),
        (0x0008, "EPOLLERR"),
        (0x0010, "EPOLLHUP"),
        (0x2000, "EPOLLRDHUP"),
        (1 << 28, "EPOLLEXCLUSIVE"),
        (1 << 29, "EPOLLWAKEUP"),
        (1 << 30, "EPOLLONESHOT"),
        (1 << 31, "EPOLLET"),
    ],
    unknown: "EPOLL???",
};

const EVENTFD: named::Flags = named::Flags {
    names: &[
        (0o0_000_001, "EFD_SEMAPHORE"),
        (0o2_000_000, "EFD_CLOEXEC"),
        (0o0_004_000, "EFD_NONBLOCK"),
    ],
    unknown: "EFD_???",
};

/// The event to wait for; the kernel does not look at it when it is to wait no longer.
fn wanted(context: &mut Context<'_>, address: u64) {
    let operation = context.registers[1] as u32;
    match context.bytes::<SIZE>(address) {
        Some(bytes) if operation != DELETE => event(context, &bytes),
        _ => context.address(address),
    }
}

/// The events that have come, as many as the result says.
fn ready(context: &mut Context<'_>, address: u64) {
    match context.success() {
        Some(count) => context.array(address, count.cast_unsigned(), event),
        None => context.address(address),
    }
}

fn event(context: &mut Context<'_>, bytes: &[u8; SIZE]) {
    context.push("{events=");
    EVENTS.write(context, u64::from(u32_at(bytes, 0)));
    let data = u64_at(bytes, DATA);
    let low = data as u32;
    context.format(format_args!(", data={{u32={low}, u64={data}}}}}"));
}

fn mask(context: &mut Context<'_>, address: u64) {
    sigset::write(context, address, context.registers[5]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn memory() -> Fake {
        let mut bytes = [0; SIZE];
        bytes[..4].copy_from_slice(&0x8000_0001_u32.to_ne_bytes());
        bytes[DATA..].copy_from_slice(&0x1_0000_0005_u64.to_ne_bytes());
        Fake::default().with(0x1000, bytes)
    }

    #[test]
    fn an_event_carries_the_programs_data() {
        let text = written_with(&memory(), [3, 1, 5, 0x1000, 0, 0], |c| wanted(c, 0x1000));
        assert_eq!(
            text,
            "{events=EPOLLIN|EPOLLET, data={u32=5, u64=4294967301}}"
        );
    }

    #[test]
    fn the_event_of_a_deletion_is_not_looked_at() {
        let text = written_with(&memory(), [3, 2, 5, 0x1000, 0, 0], |c| wanted(c, 0x1000));
        assert_eq!(text, "0x1000");
    }
}
