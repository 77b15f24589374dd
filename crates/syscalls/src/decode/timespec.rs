//! Moments and durations: `{tv_sec=1, tv_nsec=0}`.

use super::Context;
use super::bytes::{i64_at, u64_at};

/// How many bytes a `timespec` or a `timeval` has: seconds, and a fraction of one.
pub(crate) const SIZE: usize = 16;

/// Appends the `timespec` at an address.
pub(crate) fn write(context: &mut Context<'_>, address: u64) {
    write_one(context, address, "tv_nsec");
}

/// Appends the `timeval` at an address.
pub(crate) fn write_timeval(context: &mut Context<'_>, address: u64) {
    write_one(context, address, "tv_usec");
}

/// Appends the `itimerspec` at an address.
pub(crate) fn write_itimerspec(context: &mut Context<'_>, address: u64) {
    write_interval(context, address, "tv_nsec");
}

/// Appends the `itimerval` at an address.
pub(crate) fn write_itimerval(context: &mut Context<'_>, address: u64) {
    write_interval(context, address, "tv_usec");
}

/// Appends a `timespec` that was read before.
pub(crate) fn write_bytes(context: &mut Context<'_>, bytes: &[u8]) {
    write_parts(context, bytes, "tv_nsec");
}

/// Appends a `timeval` that was read before.
pub(crate) fn write_timeval_bytes(context: &mut Context<'_>, bytes: &[u8]) {
    write_parts(context, bytes, "tv_usec");
}

fn write_one(context: &mut Context<'_>, address: u64, fraction: &str) {
    match context.bytes::<SIZE>(address) {
        Some(bytes) => write_parts(context, &bytes, fraction),
        None => context.address(address),
    }
}

fn write_interval(context: &mut Context<'_>, address: u64, fraction: &str) {
    let Some(bytes) = context.bytes::<{ 2 * SIZE }>(address) else {
        return context.address(address);
    };
    let (interval, value) = bytes.split_at(SIZE);
    context.push("{it_interval=");
    write_parts(context, interval, fraction);
    context.push(", it_value=");
    write_parts(context, value, fraction);
    context.push("}");
}

/// The kernel takes nanoseconds as a number without a sign, and so does strace; microseconds have one.
fn write_parts(context: &mut Context<'_>, bytes: &[u8], fraction: &str) {
    let seconds = i64_at(bytes, 0);
    context.format(format_args!("{{tv_sec={seconds}, {fraction}="));
    if fraction == "tv_nsec" {
        context.format(format_args!("{}}}", u64_at(bytes, 8)));
    } else {
        context.format(format_args!("{}}}", i64_at(bytes, 8)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn memory() -> Fake {
        let numbers = [1_i64, 5, -2, 7];
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        Fake::default().with(0x1000, bytes)
    }

    fn shown(write: fn(&mut Context<'_>, u64), address: u64) -> String {
        written_with(&memory(), [0; 6], |context| write(context, address))
    }

    #[test]
    fn seconds_and_a_fraction() {
        assert_eq!(shown(write, 0x1000), "{tv_sec=1, tv_nsec=5}");
        assert_eq!(shown(write_timeval, 0x1010), "{tv_sec=-2, tv_usec=7}");
        assert_eq!(shown(write, 0x1018), "0x1018");
        assert_eq!(shown(write, 0), "NULL");
    }

    #[test]
    fn a_timer_has_two() {
        assert_eq!(
            shown(write_itimerspec, 0x1000),
            "{it_interval={tv_sec=1, tv_nsec=5}, it_value={tv_sec=-2, tv_nsec=7}}"
        );
        assert!(shown(write_itimerval, 0x1000).contains("tv_usec=7"));
        assert_eq!(shown(write_itimerval, 0x1008), "0x1008");
    }
}
