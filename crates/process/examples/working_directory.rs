//! The working directory belongs to the process: threads share it, children begin with a copy.
//!
//! It is where paths without a leading slash begin. Since there is one for all threads, a library
//! that calls `chdir(2)` pulls the ground from under the others; give programs their directory when
//! they are started (`Command::current_dir`, Go's `Cmd.Dir`), or open relative to a descriptor.
//! That is also why `cd` has to be built into a shell: a program could only change its own.
//!
//! ```syscalls
//! chdir("*/first") = 0
//! openat(AT_FDCWD, "note", *) = *
//! chdir("*/second") = 0
//! openat(AT_FDCWD, "note", *) = *
//! ```

use std::error::Error;
use std::process::Command;
use std::{env, fs, thread};

fn main() -> Result<(), Box<dyn Error>> {
    let root = tempfile::tempdir()?;
    let [first, second] = ["first", "second"].map(|name| root.path().join(name));
    for folder in [&first, &second] {
        fs::create_dir(folder)?;
        fs::write(folder.join("note"), folder.to_string_lossy().as_bytes())?;
    }

    env::set_current_dir(&first)?;
    println!("in the first: {}", fs::read_to_string("note")?);
    assert_eq!(fs::read_to_string("note")?, first.to_string_lossy());

    let there = second.clone();
    let moved = thread::spawn(move || env::set_current_dir(there));
    moved.join().map_err(|_| "the thread panicked")??;
    println!("a thread moved us: {}", fs::read_to_string("note")?);
    assert_eq!(fs::read_to_string("note")?, second.to_string_lossy());

    // The child goes elsewhere, and we stay.
    let child = Command::new("sh")
        .args(["-c", "cd ../first && cat note"])
        .output()?;
    assert_eq!(child.stdout, first.to_string_lossy().as_bytes());
    assert_eq!(fs::read_to_string("note")?, second.to_string_lossy());
    println!(
        "a child moved itself; we are still in {}",
        env::current_dir()?.display()
    );

    // The folder is removed now; nobody ought to stand in it.
    env::set_current_dir("/")?;
    Ok(())
}
