//! Absolute and relative paths are made from strings: the file need not exist.
//!
//! `rel` says how to get from one place to another: up by `..` where they part, then down. `abs` puts
//! the working directory in front. Both clean, and neither asks whether anything is there, which
//! suits a file that is yet to be written. `canonicalize` asks, and fails.
//!
//! Rust's std has `strip_prefix`, which only goes down, and `path::absolute`, which leaves `..` alone.
//! Which name the working directory has is a question of its own: Go and the shell believe PWD, if it
//! leads to the right directory, so that a path through a link is kept; std asks the kernel, which has
//! only the real one.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{self, Path};
use std::str::from_utf8;

use ::fs::path::{abs, abs_from, join, rel, working_directory};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let source = "/usr/local/go/src";
    for (target, expected) in [
        (
            "/usr/local/go/src/path/filepath/path.go",
            "path/filepath/path.go",
        ),
        ("/usr/local/go/bin/go", "../bin/go"),
        ("/usr/local/go/src/.", "."),
        ("/etc", "../../../../etc"),
    ] {
        let seen = rel(source.as_bytes(), target.as_bytes())?;
        println!("{target} is {} from {source}", from_utf8(&seen)?);
        assert_eq!(seen, expected.as_bytes());
        assert_eq!(abs_from(source.as_bytes(), &seen), abs(target.as_bytes())?);
    }
    assert!(Path::new("/etc").strip_prefix(source).is_err());
    let no_way = rel(b"/usr", b"local").unwrap_err();
    println!("{no_way}");
    assert_eq!(no_way.to_string(), "Rel: can't make local relative to /usr");

    let missing = "no such folder/../no such file";
    let absolute = abs(missing.as_bytes())?;
    let here = working_directory()?;
    assert_eq!(absolute, join(&[&here[..], b"no such file"]));
    assert!(
        path::absolute(missing)?.ends_with(missing),
        "std keeps the .."
    );
    assert_eq!(
        fs::canonicalize(missing).unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let (named, dot) = (fs::metadata(from_utf8(&here)?)?, fs::metadata(".")?);
    assert_eq!((named.dev(), named.ino()), (dot.dev(), dot.ino()));
    println!("the working directory: {}", from_utf8(&here)?);
    Ok(())
}
