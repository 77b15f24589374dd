//! POSIX's message queues, which have names and are descriptors.

use nix::libc;

use crate::decode::Argument::{Fd, In, Out, Size, Text, Unsigned};
use crate::decode::bytes::{i64_at, u64_at};
use crate::decode::calls::files::open::flags;
use crate::decode::{Context, ResultKind, Signature, sigevent, timespec};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "mq_open",
        &[Text, In(flags), In(mode), In(attributes_to_create)],
    )
    .returns(ResultKind::Fd),
    Signature::new("mq_unlink", &[Text]),
    Signature::new(
        "mq_timedsend",
        &[Fd, In(message), Size, Unsigned, In(timespec::write)],
    ),
    Signature::new(
        "mq_timedreceive",
        &[Fd, Out(received), Size, Out(priority), In(timespec::write)],
    ),
    Signature::new("mq_notify", &[Fd, In(sigevent::write)]),
    Signature::new("mq_getsetattr", &[Fd, In(attributes), Out(attributes)]),
];

fn creates(context: &Context<'_>) -> bool {
    context.registers[1] as i32 & libc::O_CREAT != 0
}

fn mode(context: &mut Context<'_>, mode: u64) {
    if creates(context) {
        context.mode(u32::from(mode as u16));
    }
}

fn attributes_to_create(context: &mut Context<'_>, address: u64) {
    if creates(context) {
        attributes(context, address);
    }
}

/// `{mq_flags=0, mq_maxmsg=10, mq_msgsize=8192, mq_curmsgs=0}`
fn attributes(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<32>(address) else {
        return context.address(address);
    };
    context.push("{mq_flags=");
    match u64_at(&bytes, 0) {
        0 => context.push("0"),
        flags if flags == libc::O_NONBLOCK as u64 => context.push("O_NONBLOCK"),
        flags => context.hex(flags),
    }
    context.format(format_args!(
        ", mq_maxmsg={}, mq_msgsize={}, mq_curmsgs={}}}",
        i64_at(&bytes, 8),
        i64_at(&bytes, 16),
        i64_at(&bytes, 24),
    ));
}

fn message(context: &mut Context<'_>, address: u64) {
    context.buffer(address, context.registers[2]);
}

fn received(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0).cast_unsigned();
    context.buffer(address, length);
}

fn priority(context: &mut Context<'_>, address: u64) {
    match context.u32(address) {
        Some(priority) => context.format(format_args!("[{priority}]")),
        None => context.address(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    #[test]
    fn attributes_are_shown_where_a_queue_is_created() {
        let numbers = [0_i64, 3, 8, 1];
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let memory = Fake::default().with(0x1000, bytes);
        let shown = |flags: i32| {
            let registers = [0, flags as u64, 0, 0x1000, 0, 0];
            written_with(&memory, registers, |c| attributes_to_create(c, 0x1000))
        };
        assert_eq!(
            shown(libc::O_CREAT),
            "{mq_flags=0, mq_maxmsg=3, mq_msgsize=8, mq_curmsgs=1}"
        );
        assert_eq!(shown(0), "");
    }
}
