//! Two processes run the C library's code from the same pages of memory.
//!
//! The dynamic linker maps a library's file; its pages are those of the page cache, in memory once
//! however many processes map them. Only what a process writes to, some tables and variables, is
//! copied for it. So a hundred processes do not cost a hundred C libraries, and what `top` calls
//! RES, which counts shared pages whole for each, adds up to more memory than there is.
//!
//! `Pss`, the proportional size, counts a page that two processes have as a half for each.
//!
//! Linux only: /proc/PID/smaps and pagemap tell.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::env;
    use std::io::{self, Read};
    use std::process::{Command, Stdio};

    use memory::maps::{AddressSpace, Pagemap};
    use memory::picture::human;
    use nix::libc;

    if env::args().len() > 1 {
        // The second process: it says that it is there, and lives until its standard input is
        // closed.
        println!("here");
        io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    // A function that std itself has called already, so that its page is in memory.
    let function = (libc::write as *const ()).addr();
    let mut second = Command::new(env::current_exe()?)
        .arg("second")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let answers = second.stdout.as_mut().expect("it is a pipe");
    answers.read_exact(&mut [0])?;

    let space = AddressSpace::read_with_usage(None)?;
    let (text, kind) = space.find(function as u64).expect("code is mapped");
    let usage = text.usage.expect("it was asked for");
    println!(
        "{kind} {}: {}",
        text.short_name().display(),
        text.permissions
    );
    println!("  in memory {}", human(usage.resident));
    println!("  shared    {}", human(usage.shared()));
    println!("  our part  {}", human(usage.proportional));
    assert!(text.permissions.execute && !text.permissions.write);
    assert!(usage.shared_clean > 0 && usage.proportional < usage.resident);

    let entry = Pagemap::open(None)?.entry(function)?;
    println!(
        "the page of write(2): of a file {}, ours alone {}",
        entry.is_file_or_shared(),
        entry.is_exclusive()
    );
    assert!(entry.is_present() && entry.is_file_or_shared() && !entry.is_exclusive());

    drop(second.stdin.take());
    assert!(second.wait()?.success());
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone has /proc/PID/smaps");
}
