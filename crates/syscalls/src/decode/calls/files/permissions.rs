//! Who may do what with a file, and whose it is.

use crate::decode::Argument::{DirFd, Fd, Flags, In, Mode, Path};
use crate::decode::{ResultKind, Signature};

use super::AT_FLAGS;
use crate::decode::calls::identity::id;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("chmod", &[Path, Mode]),
    Signature::new("fchmod", &[Fd, Mode]),
    Signature::new("fchmodat", &[DirFd, Path, Mode]),
    Signature::new("fchmodat2", &[DirFd, Path, Mode, Flags(&AT_FLAGS)]),
    Signature::new("umask", &[Mode]).returns(ResultKind::Octal),
    Signature::new("chown", &[Path, In(id), In(id)]),
    Signature::new("lchown", &[Path, In(id), In(id)]),
    Signature::new("fchown", &[Fd, In(id), In(id)]),
    Signature::new("fchownat", &[DirFd, Path, In(id), In(id), Flags(&AT_FLAGS)]),
];
