//! An abstract name has no file: nothing to remove, nothing to guard it, and free after close.
//!
//! The address begins with a NUL byte, which tools show as `@`. It lives in the network namespace for
//! as long as a socket has it. That solves the trouble with stale files, and gives up permissions:
//! every user may connect, and may take the name before the server does. So ask for the peer's
//! credentials. Go spells it `net.Listen("unix", "@name")`.
//!
//! Linux only: no other Unix has them.
//! Covers: windows-named-pipe
//!
//! ```syscalls
//! bind(*, {sa_family=AF_UNIX, sun_path=@"lesson-*"}, *) = 0
//! bind(*, {sa_family=AF_UNIX, sun_path=@"lesson-*"}, *) = -1 EADDRINUSE (*)
//! bind(*, {sa_family=AF_UNIX, sun_path=@"lesson-*"}, *) = 0
//! ```

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::{env, fs, process};

    use uds::address::Address;
    use uds::listener::{BindError, Listener};

    let folder = tempfile::tempdir()?;
    env::set_current_dir(&folder)?;
    let name = format!("lesson-{}", process::id());
    let address = Address::abstract_name(name)?;
    let listener = Listener::bind(&address)?;

    let listed = || -> std::io::Result<bool> {
        let shown = format!(" {address}");
        Ok(fs::read_to_string("/proc/net/unix")?
            .lines()
            .any(|line| line.ends_with(&shown)))
    };
    println!("listening at {address}, in /proc/net/unix: {}", listed()?);
    assert!(listed()?);
    println!("files: {}", fs::read_dir(".")?.count());
    assert_eq!(fs::read_dir(".")?.count(), 0);

    let refused = Listener::bind(&address).unwrap_err();
    println!("a second one: {refused}");
    assert!(matches!(refused, BindError::InUse(_)));
    address.connect()?;

    drop(listener);
    assert!(!listed()?);
    let again = Listener::bind(&address)?;
    println!(
        "closed, and free at once: {} is bound again",
        again.address()
    );
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
