//! When a file was last read and changed.

use nix::libc;

use crate::decode::Argument::{DirFd, Flags, In, Path};
use crate::decode::bytes::i64_at;
use crate::decode::date::{self, Fraction};
use crate::decode::{Context, Signature};

use super::AT_FLAGS;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("utimensat", &[DirFd, Path, In(timespecs), Flags(&AT_FLAGS)]),
    Signature::new("futimesat", &[DirFd, Path, In(timevals)]),
    Signature::new("utimes", &[Path, In(timevals)]),
    Signature::new("utime", &[Path, In(seconds)]),
];

/// `[{tv_sec=1, tv_nsec=2} /* 1970-01-01T00:00:01.000000002+0000 */, UTIME_NOW]`
fn timespecs(context: &mut Context<'_>, address: u64) {
    pair(context, address, |context, seconds, nanos| match nanos {
        libc::UTIME_NOW => context.push("UTIME_NOW"),
        libc::UTIME_OMIT => context.push("UTIME_OMIT"),
        _ => {
            let unsigned = nanos.cast_unsigned();
            context.format(format_args!("{{tv_sec={seconds}, tv_nsec={unsigned}}}"));
            date::comment(context, seconds, Fraction::Nanos(nanos));
        }
    });
}

fn timevals(context: &mut Context<'_>, address: u64) {
    pair(context, address, |context, seconds, micros| {
        let unsigned = micros.cast_unsigned();
        context.format(format_args!("{{tv_sec={seconds}, tv_usec={unsigned}}}"));
        date::comment(context, seconds, Fraction::Micros(micros));
    });
}

fn pair(context: &mut Context<'_>, address: u64, write: impl Fn(&mut Context<'_>, i64, i64)) {
    let Some(bytes) = context.bytes::<32>(address) else {
        return context.address(address);
    };
    context.push("[");
    write(context, i64_at(&bytes, 0), i64_at(&bytes, 8));
    context.push(", ");
    write(context, i64_at(&bytes, 16), i64_at(&bytes, 24));
    context.push("]");
}

/// `{actime=1 /* 1970-01-01T00:00:01+0000 */, modtime=2 /* … */}`
fn seconds(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<16>(address) else {
        return context.address(address);
    };
    for (text, offset) in [("{actime=", 0), (", modtime=", 8)] {
        let seconds = i64_at(&bytes, offset);
        context.format(format_args!("{text}{seconds}"));
        date::comment(context, seconds, Fraction::None);
    }
    context.push("}");
}
