//! The kernel asks the effective user; the real one only says who started the program.
//!
//! They are the same nearly always. A *set-user-ID* program, such as `passwd`, runs with the file
//! owner's rights: its effective user is root and its real one you, so that it may write a file
//! that you may not and still knows whose password to change. Servers go the other way, from root
//! to somebody harmless.
//!
//! Only root can show both here; others see that theirs are the same.

use std::env;
use std::error::Error;
use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use nix::unistd::{Uid, seteuid};
use process::id::Identity;

/// `nobody` on most systems; any number but 0 does.
const SOMEBODY: u32 = 65534;

fn main() -> Result<(), Box<dyn Error>> {
    // The rights of a process are not to be changed under its threads: a child of its own does it.
    if let Some(secret) = env::args().nth(1) {
        return give_rights_away(&secret);
    }

    let users = Identity::current()?.users;
    println!(
        "real {}, effective {}, saved {}",
        users.real, users.effective, users.saved
    );
    assert_eq!(users.real, users.effective);
    if users.effective != 0 {
        println!("skipped: only root can give rights away");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let secret = folder.path().join("secret");
    fs::write(&secret, "only root reads this")?;
    fs::set_permissions(&secret, Permissions::from_mode(0o600))?;
    let child = Command::new(env::current_exe()?).arg(&secret).status()?;
    assert!(child.success());
    Ok(())
}

fn give_rights_away(secret: &str) -> Result<(), Box<dyn Error>> {
    File::open(secret)?;
    seteuid(Uid::from_raw(SOMEBODY))?;
    let users = Identity::current()?.users;
    let refused = File::open(secret).map_err(|error| error.kind());
    println!(
        "real {}, effective {}: {refused:?}",
        users.real, users.effective
    );
    assert_eq!((users.real, users.effective), (0, SOMEBODY));
    assert_eq!(refused.err(), Some(ErrorKind::PermissionDenied));

    // The real user is still root, and so it may come back.
    seteuid(Uid::from_raw(0))?;
    File::open(secret)?;
    Ok(())
}
