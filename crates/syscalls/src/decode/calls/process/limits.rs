//! How much of what a process may use.

use nix::libc;

use crate::decode::Argument::{Choice, In, Int, Out};
use crate::decode::bytes::field;
use crate::decode::named;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("getrlimit", &[Choice(&RESOURCES), Out(limit)]),
    Signature::new("setrlimit", &[Choice(&RESOURCES), In(limit)]),
    Signature::new(
        "prlimit64",
        &[Int, Choice(&RESOURCES), In(limit), Out(limit)],
    ),
];

const RESOURCES: named::Choice = named::Choice {
    names: &[
        (0, "RLIMIT_CPU"),
        (1, "RLIMIT_FSIZE"),
        (2, "RLIMIT_DATA"),
        (3, "RLIMIT_STACK"),
        (4, "RLIMIT_CORE"),
        (5, "RLIMIT_RSS"),
        (6, "RLIMIT_NPROC"),
        (7, "RLIMIT_NOFILE"),
        (8, "RLIMIT_MEMLOCK"),
        (9, "RLIMIT_AS"),
        (10, "RLIMIT_LOCKS"),
        (11, "RLIMIT_SIGPENDING"),
        (12, "RLIMIT_MSGQUEUE"),
        (13, "RLIMIT_NICE"),
        (14, "RLIMIT_RTPRIO"),
        (15, "RLIMIT_RTTIME"),
    ],
    unknown: "RLIMIT_???",
};

/// `{rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}`
fn limit(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::rlimit64>() }>(address) else {
        return context.address(address);
    };
    context.push("{rlim_cur=");
    amount(context, field!(&bytes, libc::rlimit64, rlim_cur, u64_at));
    context.push(", rlim_max=");
    amount(context, field!(&bytes, libc::rlimit64, rlim_max, u64_at));
    context.push("}");
}

/// Whole kibibytes are shown as such.
fn amount(context: &mut Context<'_>, amount: u64) {
    match amount {
        u64::MAX => context.push("RLIM64_INFINITY"),
        1025.. if amount.is_multiple_of(1024) => {
            context.format(format_args!("{}*1024", amount / 1024));
        }
        _ => context.format(format_args!("{amount}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::written;

    #[test]
    fn whole_kibibytes_are_shown_as_such() {
        let text = |value| written(|context| amount(context, value));
        assert_eq!(text(1024), "1024");
        assert_eq!(text(2048), "2*1024");
        assert_eq!(text(2049), "2049");
        assert_eq!(text(u64::MAX), "RLIM64_INFINITY");
    }
}
