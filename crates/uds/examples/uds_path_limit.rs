//! A socket's path has room for 107 bytes on Linux and 103 on macOS; a relative path gets round it.
//!
//! The address is a C structure with a field of 108 (104) bytes, and a C string needs a NUL. std and
//! Go refuse longer ones themselves. Linux would take 108 bytes without a NUL, and says EINVAL from 109
//! on. Temporary folders of tests and of build systems are where the limit is met. It is the
//! text that must be short, not the place: from inside the folder a name of one byte will do.
#![allow(unsafe_code)] // One call of bind(2), with an address that no library lets through.

use std::env;
use std::fs;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};

use uds::address::{Address, FIELD, LONGEST};

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    env::set_current_dir(&folder)?;
    println!("the field has {FIELD} bytes, the longest path {LONGEST}");
    assert_eq!(FIELD, if cfg!(target_os = "linux") { 108 } else { 104 });

    let fits = "x".repeat(LONGEST);
    let too_long = "x".repeat(LONGEST + 1);
    let _listener = UnixListener::bind(&fits)?;
    assert!(UnixStream::connect(&fits).is_ok());
    let refused = UnixListener::bind(&too_long).unwrap_err();
    println!("std, {} bytes: {refused}", too_long.len());
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    println!("ours: {}", Address::path(&too_long).unwrap_err());

    #[cfg(target_os = "linux")]
    for (length, expected) in [(107, Ok(())), (108, Ok(())), (109, Err(libc::EINVAL))] {
        let bound = raw_bind(&"y".repeat(length));
        println!("the kernel, {length} bytes: {bound:?}");
        let code = bound.map_err(|error| error.raw_os_error().unwrap_or_default());
        assert_eq!(code, expected);
    }

    let deep = folder.path().join("a-long-name-for-a-folder/".repeat(8));
    fs::create_dir_all(&deep)?;
    env::set_current_dir(&deep)?;
    let _deep = UnixListener::bind("s")?;
    println!(
        "bound with 1 byte: a file with a path of {} bytes",
        deep.join("s").as_os_str().len()
    );
    assert!(deep.join("s").exists() && deep.as_os_str().len() > FIELD);
    Ok(())
}

#[cfg(target_os = "linux")]
use nix::libc;

#[cfg(target_os = "linux")]
fn raw_bind(path: &str) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None)?;
    // The family, two bytes in the machine's order, and the path without a NUL.
    let family = (libc::AF_UNIX as libc::sa_family_t).to_ne_bytes();
    let address = [&family[..], path.as_bytes()].concat();
    let length = address.len() as libc::socklen_t;
    // SAFETY: the kernel reads `length` bytes, of any alignment, and the address has so many.
    let result = unsafe { libc::bind(socket.as_raw_fd(), address.as_ptr().cast(), length) };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
