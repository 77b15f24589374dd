//! Cleaned on paper, `link/../file` is `file`; the kernel goes through the link and up from there.
//!
//! `clean` looks at the string alone. That is what makes it quick, usable for files that are not
//! there, and wrong where a symbolic link stands before a `..`: the kernel has no notion of taking an
//! element back, `..` is an entry of the directory it has reached. Rust's std leaves `..` alone for that
//! reason; Go's `Join` and `Abs` clean without being asked.
//!
//! Who wants the truth asks the kernel: `canonicalize` in std, `EvalSymlinks` in Go.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/here/link/../file", O_RDONLY|*) = $through_link
//! openat(AT_FDCWD, "*/here/file", O_RDONLY|*) = $on_paper
//! ```

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::str::from_utf8;

use ::fs::path::{clean, eval_symlinks};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (path, cleaned) in [
        ("./path/filepath/../path.go", "path/path.go"),
        ("//usr///lib/./", "/usr/lib"),
        ("/../etc", "/etc"),
        ("../../up", "../../up"),
        ("a/..", "."),
        ("", "."),
    ] {
        println!("{path:?} -> {cleaned:?}");
        assert_eq!(clean(path.as_bytes()), cleaned.as_bytes());
    }

    let folder = tempfile::tempdir()?;
    let folder = fs::canonicalize(folder.path())?;
    fs::create_dir_all(folder.join("here"))?;
    fs::create_dir_all(folder.join("there/inner"))?;
    symlink("../there/inner", folder.join("here/link"))?;
    fs::write(folder.join("here/file"), "the file here")?;
    fs::write(folder.join("there/file"), "the file there")?;

    let path = folder.join("here/link/../file");
    let cleaned = clean(path.as_os_str().as_bytes()).into_owned();
    let by_kernel = fs::read_to_string(&path)?;
    let by_paper = fs::read_to_string(from_utf8(&cleaned)?)?;
    println!("here/link/../file is {by_kernel}; here/file is {by_paper}");
    assert_eq!(by_kernel, "the file there");
    assert_eq!(by_paper, "the file here");

    let resolved = eval_symlinks(path.as_os_str().as_bytes())?;
    assert_eq!(fs::canonicalize(&path)?, Path::new(from_utf8(&resolved)?));
    assert_ne!(resolved, cleaned);
    fs::remove_dir_all(folder)?;
    Ok(())
}
