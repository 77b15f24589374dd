//! std, libc, nix, rustix and one instruction all ask the same kernel: five times the same getpid.
//!
//! They differ in what they hand over and in the way they take. libc has the C functions as they
//! are: raw numbers, raw pointers, `unsafe`. nix puts types around them. std does too, and hides
//! what differs between systems. rustix has nix's types, but on Linux it needs no C library: it
//! executes the instruction itself, as this chapter's `raw` does. On macOS it calls the C library
//! like the others.
//!
//! Where the instruction stands can be seen while a thread waits in the kernel:
//! `/proc/self/syscall` shows which call the main thread waits in and, as its last word, the
//! address at which it will go on. `/proc/self/maps` says to which file that address belongs.
//!
//! ```syscalls
//! getpid() = $pid
//! getpid() = $pid
//! getpid() = $pid
//! getpid() = $pid
//! getpid() = $pid
//! getpid x5
//! ```

use std::io;

fn main() -> io::Result<()> {
    let answers = [
        ("std", std::process::id()),
        ("libc", libc_getpid()),
        ("nix", nix::unistd::getpid().as_raw().unsigned_abs()),
        ("rustix", rustix::process::getpid().as_raw_pid() as u32),
        #[cfg(target_os = "linux")]
        ("raw", syscalls::raw::getpid().unsigned_abs()),
    ];
    for (way, pid) in answers {
        println!("{way:<6} says {pid}");
        assert_eq!(pid, answers[0].1);
    }

    #[cfg(target_os = "linux")]
    instruction::places()?;
    Ok(())
}

#[allow(unsafe_code)] // C functions are
fn libc_getpid() -> u32 {
    // SAFETY: takes nothing, changes nothing, cannot fail.
    unsafe { nix::libc::getpid() }.unsigned_abs()
}

#[cfg(target_os = "linux")]
mod instruction {
    use std::fs;
    use std::io::{self, PipeReader, Read, pipe};
    use std::os::fd::AsFd;
    use std::thread;
    use std::time::{Duration, Instant};

    use nix::libc;
    use syscalls::raw;

    type Wait = fn(&PipeReader) -> bool;

    /// Four ways to wait for a byte.
    const WAYS: [(&str, Wait); 4] = [
        ("std", |mut pipe| pipe.read(&mut [0]).is_ok()),
        ("nix", |pipe| nix::unistd::read(pipe, &mut [0]).is_ok()),
        ("rustix", |pipe| rustix::io::read(pipe, &mut [0; 1]).is_ok()),
        ("raw", |pipe| raw::read(pipe.as_fd(), &mut [0]).is_ok()),
    ];

    pub(super) fn places() -> io::Result<()> {
        let this_program = std::env::current_exe()?.display().to_string();
        for (way, wait) in WAYS {
            let file = file_at(address_in_read(wait)?)?;
            println!("{way:<6} executes the instruction in {file}");
            // In a program that is linked statically the C library is in the same file.
            assert!(file == this_program || ["std", "nix"].contains(&way));
        }
        Ok(())
    }

    /// Where the main thread is going to leave the kernel when it waits for a byte in this way.
    fn address_in_read(wait: Wait) -> io::Result<u64> {
        let (reader, writer) = pipe()?;
        thread::scope(|scope| {
            let observer = scope.spawn(move || {
                let address = address_of_main();
                // The end of the stream is what main has been waiting for.
                drop(writer);
                address
            });
            assert!(wait(&reader));
            observer.join().expect("main did come to read")
        })
    }

    fn address_of_main() -> io::Result<u64> {
        let in_read = format!("{} ", libc::SYS_read);
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            // It says `running` while the thread is not in the kernel.
            let words = fs::read_to_string("/proc/self/syscall")?;
            if words.starts_with(&in_read) {
                return hex(words.split_whitespace().last().unwrap_or_default());
            }
            assert!(Instant::now() < deadline, "not in read: {words}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The file that is mapped at `address`.
    fn file_at(address: u64) -> io::Result<String> {
        for line in fs::read_to_string("/proc/self/maps")?.lines() {
            let mut words = line.split_whitespace();
            let (start, end) = words
                .next()
                .and_then(|w| w.split_once('-'))
                .unwrap_or_default();
            if (hex(start)?..hex(end)?).contains(&address) {
                return Ok(words.skip(4).collect());
            }
        }
        Err(io::Error::other("nothing is mapped there"))
    }

    fn hex(digits: &str) -> io::Result<u64> {
        u64::from_str_radix(digits.trim_start_matches("0x"), 16).map_err(io::Error::other)
    }
}
