//! How a program wants to be told: `{sigev_signo=SIGALRM, sigev_notify=SIGEV_SIGNAL}` (sigevent(3)).

use super::bytes::{i32_at, u32_at, u64_at};
use super::siginfo::signal_name;
use super::{Choice, Context};

/// How many bytes a `sigevent` has.
const SIZE: usize = 64;

const SIGNAL: i32 = 0;
const THREAD: i32 = 2;
const THREAD_ID: i32 = 4;

const NOTIFY: Choice = Choice {
    names: &[
        (SIGNAL as u64, "SIGEV_SIGNAL"),
        (1, "SIGEV_NONE"),
        (THREAD as u64, "SIGEV_THREAD"),
        (THREAD_ID as u64, "SIGEV_THREAD_ID"),
    ],
    unknown: "SIGEV_???",
};

/// Appends the `sigevent` at an address.
pub(crate) fn write(context: &mut Context<'_>, address: u64) {
    let Some(event) = context.bytes::<SIZE>(address) else {
        return context.address(address);
    };
    let value = u64_at(&event, 0);
    let signal = i32_at(&event, 8);
    let notify = i32_at(&event, 12);
    context.push("{");
    if value != 0 {
        let int = value as i32;
        context.format(format_args!(
            "sigev_value={{sival_int={int}, sival_ptr={value:#x}}}, "
        ));
    }
    context.push("sigev_signo=");
    if notify == SIGNAL || notify == THREAD_ID {
        context.push(&signal_name(signal));
    } else {
        context.format(format_args!("{signal}"));
    }
    context.push(", sigev_notify=");
    NOTIFY.write(context, u64::from(notify.cast_unsigned()));
    target(context, notify, &event);
    context.push("}");
}

/// The thread that gets the signal, or the function that a new one executes.
fn target(context: &mut Context<'_>, notify: i32, event: &[u8]) {
    match notify {
        THREAD_ID => {
            let thread = u32_at(event, 16);
            context.format(format_args!(", sigev_notify_thread_id={thread}"));
        }
        THREAD => {
            context.push(", sigev_notify_function=");
            context.address(u64_at(event, 16));
            context.push(", sigev_notify_attributes=");
            context.address(u64_at(event, 24));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn event(value: u64, signal: i32, notify: i32) -> String {
        let mut bytes = [0; SIZE];
        bytes[..8].copy_from_slice(&value.to_ne_bytes());
        bytes[8..12].copy_from_slice(&signal.to_ne_bytes());
        bytes[12..16].copy_from_slice(&notify.to_ne_bytes());
        bytes[16] = 77;
        let memory = Fake::default().with(0x1000, bytes);
        written_with(&memory, [0; 6], |context| write(context, 0x1000))
    }

    #[test]
    fn a_signal_is_named_when_there_will_be_one() {
        assert_eq!(
            event(0, 14, SIGNAL),
            "{sigev_signo=SIGALRM, sigev_notify=SIGEV_SIGNAL}"
        );
        assert_eq!(
            event(5, 10, 1),
            "{sigev_value={sival_int=5, sival_ptr=0x5}, sigev_signo=10, sigev_notify=SIGEV_NONE}"
        );
    }

    #[test]
    fn a_thread_is_told_by_its_number() {
        assert_eq!(
            event(0, 10, THREAD_ID),
            "{sigev_signo=SIGUSR1, sigev_notify=SIGEV_THREAD_ID, sigev_notify_thread_id=77}"
        );
    }
}
