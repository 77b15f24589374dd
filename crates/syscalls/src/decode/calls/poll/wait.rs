//! poll and ppoll: what is asked of each descriptor, and behind the result what became of it.

use crate::decode::Argument::{In, InOut, Size, Unsigned};
use crate::decode::bytes::{i32_at, u16_at};
use crate::decode::named;
use crate::decode::{Context, Signature, note, sigset, timespec};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("poll", &[In(asked), Unsigned, InOut(milliseconds, answers)]),
    Signature::new(
        "ppoll",
        &[
            In(asked),
            Unsigned,
            InOut(timespec::write, answers_and_rest),
            In(mask),
            Size,
        ],
    ),
];

/// How many descriptors are looked at behind the result; more than programs give to poll.
const MOST: u64 = 1 << 12;

/// How many bytes a `pollfd` has: a descriptor, and two sets of 16 bits.
const SIZE: usize = 8;

const EVENTS: named::Flags = named::Flags {
    names: &[
        (0x0001, "POLLIN"),
        (0x0002, "POLLPRI"),
        (0x0004, "POLLOUT"),
        (0x0040, "POLLRDNORM"),
        (0x0100, "POLLWRNORM"),
        (0x0080, "POLLRDBAND"),
        (0x0200, "POLLWRBAND"),
        (0x0008, "POLLERR"),
        (0x0010, "POLLHUP"),
        (0x0020, "POLLNVAL"),
        (0x0400, "POLLMSG"),
        (0x1000, "POLLREMOVE"),
        (0x2000, "POLLRDHUP"),
    ],
    unknown: "POLL???",
};

/// What the descriptors are watched for: `[{fd=3, events=POLLIN}]`.
fn asked(context: &mut Context<'_>, address: u64) {
    let count = u64::from(context.registers[1] as u32);
    context.array(address, count, |context, poll: &[u8; SIZE]| {
        let fd = i32_at(poll, 0);
        context.push("{fd=");
        context.fd(fd);
        // The kernel skips a negative descriptor.
        if fd >= 0 {
            context.push(", events=");
            EVENTS.write(context, u64::from(u16_at(poll, 4)));
        }
        context.push("}");
    });
}

fn milliseconds(context: &mut Context<'_>, timeout: u64) {
    context.format(format_args!("{}", timeout as i32));
}

fn mask(context: &mut Context<'_>, address: u64) {
    sigset::write(context, address, context.registers[4]);
}

/// Nothing more of the argument itself; behind the result, the descriptors that are ready.
fn answers(context: &mut Context<'_>, _timeout: u64) {
    match context.success() {
        None => {}
        Some(0) => note::add(context, "Timeout"),
        Some(_) => {
            let ready = note::aside(context, ready);
            note::add(context, &ready);
        }
    }
}

/// As [`answers`], with the time that was left: ppoll writes it over the timeout.
fn answers_and_rest(context: &mut Context<'_>, timeout: u64) {
    answers(context, timeout);
    if timeout != 0 && context.success().is_some_and(|count| count > 0) {
        let rest = note::aside(context, |context| timespec::write(context, timeout));
        note::add(context, &format!("left {rest}"));
    }
}

/// `[{fd=3, revents=POLLIN}]`: the descriptors of which something is to be told.
fn ready(context: &mut Context<'_>) {
    let [address, count, ..] = context.registers;
    let mut separator = "[";
    for index in 0..u64::from(count as u32).min(MOST) {
        let place = address.wrapping_add(index.wrapping_mul(SIZE as u64));
        let Some(poll) = context.bytes::<SIZE>(place) else {
            break;
        };
        let events = u64::from(u16_at(&poll, 6));
        if events == 0 {
            continue;
        }
        context.push(separator);
        separator = ", ";
        context.push("{fd=");
        context.fd(i32_at(&poll, 0));
        context.push(", revents=");
        EVENTS.write(context, events);
        context.push("}");
    }
    context.push("]");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Style;
    use crate::decode::context::Answer;
    use crate::decode::fake::{Fake, written_with};

    /// Two descriptors, of which 6 can be written to, and one that is skipped.
    fn memory() -> Fake {
        let polls = [(5_i32, 1_i16 | 2, 0_i16), (6, 4, 4), (-1, 1, 0)];
        let bytes: Vec<u8> = polls
            .iter()
            .flat_map(|(fd, events, ready)| {
                let mut bytes = fd.to_ne_bytes().to_vec();
                bytes.extend(events.to_ne_bytes());
                bytes.extend(ready.to_ne_bytes());
                bytes
            })
            .collect();
        Fake::default().with(0x1000, bytes)
    }

    fn note(result: i64) -> Option<String> {
        let memory = memory();
        let mut context = Context::new([0x1000, 3, 0, 0, 0, 0], Style::default(), &memory);
        let failed = result < 0;
        context.answer = Some(Answer { result, failed });
        answers(&mut context, 0);
        assert_eq!(context.text, "");
        context.note
    }

    #[test]
    fn what_is_asked_stands_in_the_argument() {
        let text = written_with(&memory(), [0x1000, 3, 0, 0, 0, 0], |c| asked(c, 0x1000));
        assert_eq!(
            text,
            "[{fd=5, events=POLLIN|POLLPRI}, {fd=6, events=POLLOUT}, {fd=-1}]"
        );
    }

    #[test]
    fn what_came_of_it_stands_behind_the_result() {
        assert_eq!(note(1).as_deref(), Some("[{fd=6, revents=POLLOUT}]"));
        assert_eq!(note(0).as_deref(), Some("Timeout"));
        assert_eq!(note(-4), None);
    }
}
