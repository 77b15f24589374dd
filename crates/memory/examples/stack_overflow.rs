//! Endless recursion ends at the guard page: a message, and SIGABRT.
//!
//! Below a stack lies a page that may not be touched. The frame that reaches it causes a fault;
//! std's handler for SIGSEGV, which runs on a stack of its own, sees that the address is in the
//! guard page, says which thread has overflowed, and aborts. Without the guard the frames would run
//! on into whatever lies below.
//!
//! It is no panic: nothing is unwound and nothing can catch it. Go's stacks grow by being copied,
//! until 1 GB, and then it is fatal there as well.

use std::env;
use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::thread;

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if env::args().len() > 1 {
        // The death is the plan: no core file.
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        let deep = thread::Builder::new().name("deep".into());
        let thread = deep.stack_size(256 * 1024).spawn(|| recurse(1))?;
        println!("never printed: {:?}", thread.join());
        return Ok(());
    }
    let output = Command::new(env::current_exe()?).arg("recurse").output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let signal = output.status.signal().map(Signal::try_from).transpose()?;
    println!("{}", said.trim());
    println!("the process ended by {signal:?}");
    assert!(said.contains("thread 'deep'") && said.contains("has overflowed its stack"));
    assert_eq!(signal, Some(Signal::SIGABRT));
    assert!(output.stdout.is_empty());
    Ok(())
}

/// Has no end, which the compiler must not see, and work after the call, so that it is no loop.
#[inline(never)]
fn recurse(level: u64) -> u64 {
    match black_box(level) {
        0 => 0,
        level => black_box([recurse(level + 1); 16])[0],
    }
}
