//! Who touches a page that a truncation took away gets SIGBUS; a guarded map gives an error.
//!
//! A `read` behind the end returns 0. A load cannot return "nothing there", so the kernel raises a
//! signal, for private maps as for shared ones. The rest of the last page is different: a page is the
//! smallest thing to map, so it reads as zeros.
//!
//! Asking for the length first does not help, as it may change right after. [`Guarded`] lets a signal
//! handler put a page of zeros in the place, copies, and looks afterwards whether that had happened.
//!
//! In Go this is a fatal error, `unexpected fault address`; `debug.SetPanicOnFault` makes a panic of
//! it that can be recovered from.
// Maps of a file that is about to be cut short: that is the lesson.
#![allow(unsafe_code)]

use std::env;
use std::fs::{self, File};
use std::hint::black_box;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use mmap::map::{Guarded, Private, Truncated, View, page_size};
use nix::sys::signal::Signal;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    if let (Some(path), Ok(kind)) = (env::var_os("TOUCH"), env::var("KIND")) {
        return touch(Path::new(&path), &kind);
    }
    let path = folder.path().join("file");
    for kind in ["shared", "private"] {
        fs::write(&path, vec![7; 4 * page_size()])?;
        let mut child = Command::new(env::current_exe()?);
        let status = child.env("TOUCH", &path).env("KIND", kind).status()?;
        println!("{kind} map: {status}");
        let signal = status
            .signal()
            .and_then(|signal| Signal::try_from(signal).ok());
        assert!(matches!(signal, Some(Signal::SIGBUS | Signal::SIGSEGV)));
        assert!(cfg!(target_os = "macos") || signal == Some(Signal::SIGBUS));
    }

    fs::write(&path, vec![7; 4 * page_size()])?;
    let guarded = Guarded::map(File::open(&path)?).map_err(io::Error::other)?;
    cut(&path)?;
    let outcome = guarded.read_at(0, &mut vec![0; guarded.len()]);
    println!("guarded map: {}", outcome.unwrap_err());
    assert_eq!(outcome, Err(Truncated { at: 10 }));
    Ok(())
}

/// Leaves ten bytes of the file.
fn cut(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.set_len(10)
}

/// What the children do.
fn touch(path: &Path, kind: &str) -> io::Result<()> {
    let file = File::open(path)?;
    // SAFETY: the contents of the bytes that are left do not change.
    let view = unsafe { View::map(&file) }?;
    // SAFETY: as above.
    let private = unsafe { Private::map(&file) }?;
    let map = if kind == "shared" {
        &view[..]
    } else {
        &private[..]
    };
    assert_eq!(black_box(map[2 * page_size()]), 7);
    cut(path)?;
    println!("bytes 8 to 12 of the cut file: {:?}", &map[8..12]);
    assert_eq!(map[8..12], [7, 7, 0, 0]);
    println!("never printed: {}", black_box(map[2 * page_size()]));
    Ok(())
}
