//! Ask an error for its kind; comparing the error itself, or its text, misses what it means.
//!
//! "There is no such file" comes in many values: from the kernel with the number 2, from a library
//! that made an error of its own, wrapped into another error that says what was tried. All of them
//! are `ErrorKind::NotFound` when asked, and none is equal to another. In Go the same mistake
//! compiles: `err == os.ErrNotExist` is false for what `os.Open` returns, a `*PathError` that holds
//! the number; `errors.Is` looks inside. Rust's `io::Error` has no `==`, but its text can be
//! compared, and is.
//!
//! "Not found" is not "cannot be opened" either. `Path::exists` answers false to every error;
//! `try_exists` keeps those apart that do not mean that the file is missing.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/missing", *) = -1 ENOENT (No such file or directory)
//! statx(AT_FDCWD, "*/loop", *) = -1 ELOOP (Too many levels of symbolic links)
//! ```

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;

use anyhow::Context;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let from_kernel = File::open(folder.path().join("missing")).unwrap_err();
    let from_library = io::Error::new(ErrorKind::NotFound, "no such entry in the archive");
    let plain = io::Error::from(ErrorKind::NotFound);
    for error in [&from_kernel, &from_library, &plain] {
        println!("{:?}: {error}", error.kind());
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    // Neither text nor number would have recognised them.
    assert_ne!(from_kernel.to_string(), plain.to_string());
    assert_ne!(from_library.to_string(), plain.to_string());
    assert_eq!(from_kernel.raw_os_error(), Some(2));
    assert_eq!(from_library.raw_os_error(), None);

    let wrapped = Err::<File, _>(from_kernel)
        .context("cannot read the settings")
        .unwrap_err();
    println!("{wrapped:#}");
    assert_eq!(kind_inside(&wrapped), Some(ErrorKind::NotFound));

    let to_itself = folder.path().join("loop");
    symlink("loop", &to_itself)?;
    let refused = to_itself.try_exists().unwrap_err();
    println!("exists: {}, try_exists: {refused}", to_itself.exists());
    assert!(!to_itself.exists());
    assert_ne!(refused.kind(), ErrorKind::NotFound);
    Ok(())
}

/// What `errors.Is` does in Go: looks through the wrappings.
fn kind_inside(error: &anyhow::Error) -> Option<ErrorKind> {
    let io_error = error.downcast_ref::<io::Error>()?;
    Some(io_error.kind())
}
