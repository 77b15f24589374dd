//! Opening: the access mode, the flags, and the permissions of a file that is created.

use nix::libc;

use crate::decode::Argument::{DirFd, In, Path, Size};
use crate::decode::bytes::field;
use crate::decode::named::{Flags, named};
use crate::decode::{Argument, Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("open", &[Path, In(flags), In(mode_behind::<1>)]).returns(ResultKind::Fd),
    Signature::new("openat", &[DirFd, Path, In(flags), In(mode_behind::<2>)])
        .returns(ResultKind::Fd),
    Signature::new("openat2", &[DirFd, Path, In(open_how), Size]).returns(ResultKind::Fd),
    Signature::new("creat", &[Path, Argument::Mode]).returns(ResultKind::Fd),
];

/// The kernel's own number; the C library calls it 0 where all files may be large.
const O_LARGEFILE: u64 = if cfg!(target_arch = "aarch64") {
    0o40_0000
} else {
    0o10_0000
};

/// The flags beside the access mode.
pub(in crate::decode::calls) const OPEN_FLAGS: Flags = Flags {
    names: &[
        (libc::O_CREAT as u64, "O_CREAT"),
        (libc::O_EXCL as u64, "O_EXCL"),
        (libc::O_NOCTTY as u64, "O_NOCTTY"),
        (libc::O_TRUNC as u64, "O_TRUNC"),
        (libc::O_APPEND as u64, "O_APPEND"),
        (libc::O_NONBLOCK as u64, "O_NONBLOCK"),
        (libc::O_SYNC as u64, "O_SYNC"),
        (libc::O_DSYNC as u64, "O_DSYNC"),
        (libc::O_DIRECT as u64, "O_DIRECT"),
        (O_LARGEFILE, "O_LARGEFILE"),
        (libc::O_NOFOLLOW as u64, "O_NOFOLLOW"),
        (libc::O_NOATIME as u64, "O_NOATIME"),
        (libc::O_CLOEXEC as u64, "O_CLOEXEC"),
        (libc::O_PATH as u64, "O_PATH"),
        (libc::O_TMPFILE as u64, "O_TMPFILE"),
        (libc::O_DIRECTORY as u64, "O_DIRECTORY"),
        (libc::O_ASYNC as u64, "FASYNC"),
    ],
    unknown: "O_???",
};

const RESOLVE: Flags = Flags {
    names: named![
        RESOLVE_NO_XDEV,
        RESOLVE_NO_MAGICLINKS,
        RESOLVE_NO_SYMLINKS,
        RESOLVE_BENEATH,
        RESOLVE_IN_ROOT,
        RESOLVE_CACHED,
    ],
    unknown: "RESOLVE_???",
};

/// `O_RDONLY|O_CLOEXEC`
pub(in crate::decode::calls) fn flags(context: &mut Context<'_>, value: u64) {
    wide_flags(context, value & u64::from(u32::MAX));
}

/// The access mode is a number from 0 to 3, not a set of bits.
fn wide_flags(context: &mut Context<'_>, value: u64) {
    let access = libc::O_ACCMODE as u64;
    context.push(["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"][(value & access) as usize]);
    let others = value & !access;
    if others != 0 {
        let rest = OPEN_FLAGS.write_known(context, others, "|");
        if rest != 0 {
            context.format(format_args!("|{rest:#x}"));
        }
    }
}

/// True when these flags create a file, so that its permissions count.
fn creates(flags: u64) -> bool {
    let unnamed = libc::O_TMPFILE as u64;
    flags & libc::O_CREAT as u64 != 0 || flags & unnamed == unnamed
}

/// The permissions, left out when the flags (argument `FLAGS`) create nothing: the program passed
/// none then, and the register holds whatever was in it.
fn mode_behind<const FLAGS: usize>(context: &mut Context<'_>, mode: u64) {
    if creates(context.registers[FLAGS]) {
        context.mode(u32::from(mode as u16));
    }
}

/// `{flags=O_RDONLY, resolve=0}`, of the size that the last argument says.
fn open_how(context: &mut Context<'_>, address: u64) {
    const SIZE: usize = size_of::<libc::open_how>();
    let size = context.registers[3];
    let bytes = (size >= SIZE as u64).then(|| context.bytes::<SIZE>(address));
    let Some(bytes) = bytes.flatten() else {
        return context.address(address);
    };
    let flags = field!(&bytes, libc::open_how, flags, u64_at);
    let mode = field!(&bytes, libc::open_how, mode, u64_at);
    context.push("{flags=");
    wide_flags(context, flags);
    if mode != 0 || creates(flags) {
        context.push(", mode=");
        context.mode(u32::from(mode as u16));
    }
    context.push(", resolve=");
    let resolve = field!(&bytes, libc::open_how, resolve, u64_at);
    RESOLVE.write_wide(context, resolve);
    context.push("}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written};

    #[test]
    fn the_access_mode_comes_first() {
        let text = |value: i32| written(|context| flags(context, value as u64));
        assert_eq!(text(0), "O_RDONLY");
        assert_eq!(text(libc::O_RDWR | libc::O_TMPFILE), "O_RDWR|O_TMPFILE");
        assert_eq!(
            text(libc::O_WRONLY | libc::O_DIRECTORY | libc::O_DSYNC),
            "O_WRONLY|O_DSYNC|O_DIRECTORY"
        );
        assert_eq!(text(i32::MIN), "O_RDONLY|0x80000000");
    }

    #[test]
    fn permissions_count_when_a_file_is_created() {
        let text = |flags: i32| {
            crate::decode::fake::written_with(
                &Fake::default(),
                [0, flags as u64, 0, 0, 0, 0],
                |context| mode_behind::<1>(context, 0o600),
            )
        };
        assert_eq!(text(libc::O_CREAT), "0600");
        assert_eq!(text(libc::O_TMPFILE), "0600");
        assert_eq!(text(libc::O_DIRECTORY), "");
    }
}
