//! Redirections happen from left to right: `>f 2>&1` and `2>&1 >f` are different commands.
//!
//! `2>&1` does not tie two descriptors together. It makes 2 what 1 is at that moment: the same open
//! file, with the same offset. What 1 becomes afterwards does not concern 2 any more. Behind each is
//! one call: `open` for a file, `dup2` for a number; and for a built-in the shell first puts aside
//! what it replaces, under a number from 10 on, to put it back afterwards.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/both", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = $file
//! fcntl(1, F_DUPFD_CLOEXEC, 10) = $kept
//! dup*($file, 1*) = 1
//! fcntl(2, F_DUPFD_CLOEXEC, 10) = *
//! dup*(1, 2*) = 2
//! dup*($kept, 1*) = 1
//! ```

use std::fs;
use std::io;

use shell::exec::Shell;
use shell::state::{Positional, Variables};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let mut shell = Shell::new(Variables::new(), Positional::new(b"shell".to_vec(), vec![]));
    let (both, one, other) = (at("both"), at("one"), at("other"));
    let text = format!(
        "{{ echo out; echo err >&2; }} >{both} 2>&1
         {{ {{ echo out; echo err >&2; }} 2>&1 >{one}; }} >{other}",
        both = both.display(),
        one = one.display(),
        other = other.display(),
    );
    let status = shell.run_text(text.as_bytes()).expect("no way out");
    assert_eq!(status, 0);

    let read = |path| fs::read_to_string(path).map(|text| text.replace('\n', " "));
    println!(">f 2>&1 puts into f: {}", read(&both)?);
    println!(
        "2>&1 >f puts into f: {}, and {} elsewhere",
        read(&one)?,
        read(&other)?
    );
    assert_eq!(read(&both)?, "out err ");
    assert_eq!(read(&one)?, "out ");
    assert_eq!(read(&other)?, "err ");
    Ok(())
}
