//! The file's mode says who may connect: write permission opens the door, all else does not.
//!
//! A port on loopback is open to every user of the machine. A socket file has an owner, a group and
//! a mode, and lies in a folder that has them too: `chmod 660` and a group is a whole access control. On
//! Linux and macOS `connect` asks for write permission; some old systems did not look at
//! the mode at all, and POSIX does not promise it, so careful servers use a folder of mode 700.
//!
//! Root passes every such check. As root this lesson becomes another user for the attempts.
//!
//! ```syscalls
//! connect(*, {sa_family=AF_UNIX, sun_path="*/guarded.sock"}, *) = -1 EACCES (*)
//! connect(*, {sa_family=AF_UNIX, sun_path="*/guarded.sock"}, *) = -1 EACCES (*)
//! connect(*, {sa_family=AF_UNIX, sun_path="*/guarded.sock"}, *) = 0
//! ```

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};

use nix::unistd::{Uid, geteuid, seteuid};

/// The user that owns nothing.
const NOBODY: Uid = Uid::from_raw(65534);

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let path = folder.path().join("guarded.sock");
    let _listener = UnixListener::bind(&path)?;

    for (mode, may_connect) in [(0o000, false), (0o555, false), (0o222, true)] {
        fs::set_permissions(&path, Permissions::from_mode(mode))?;
        let outcome = without_root(|| UnixStream::connect(&path))?;
        match &outcome {
            Ok(_) => println!("mode {mode:03o}: connected"),
            Err(error) => println!("mode {mode:03o}: {error}"),
        }
        let refused = outcome.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
        assert_eq!(refused, !may_connect);
    }
    Ok(())
}

fn without_root<T>(action: impl FnOnce() -> T) -> io::Result<T> {
    if !geteuid().is_root() {
        return Ok(action());
    }
    seteuid(NOBODY)?;
    let outcome = action();
    seteuid(Uid::from_raw(0))?;
    Ok(outcome)
}
