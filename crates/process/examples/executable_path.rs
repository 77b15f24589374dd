//! argv[0] is whatever the caller says; the kernel knows which file really runs.
//!
//! A program gets its name as its first argument, and nobody checks it: `execve(2)` takes the file
//! and the arguments apart from each other. A login shell is called `-sh`, and busybox looks there
//! to know which tool it is to be. Whoever wants the file asks the kernel, `/proc/self/exe` on
//! Linux, which is what `std::env::current_exe` does (Go: `os.Executable`, against `os.Args[0]`).

use std::error::Error;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::{env, str};

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::current_exe()?;
    if env::args().any(|argument| argument == "child") {
        let name = env::args().next().unwrap_or_default();
        println!("{name}\n{}", file.display());
        return Ok(());
    }

    let output = Command::new(&file)
        .arg0("-somebody-else")
        .arg("child")
        .output()?;
    let said = str::from_utf8(&output.stdout)?;
    let (name, really) = said.trim_end().split_once('\n').ok_or("two lines")?;
    println!("the child was told that it is {name}");
    println!("and found out that it is      {really}");
    assert_eq!(name, "-somebody-else");
    assert!(Path::new(really).is_absolute());
    assert_eq!(Path::new(really).canonicalize()?, file.canonicalize()?);
    Ok(())
}
