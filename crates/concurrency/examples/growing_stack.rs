//! A stack's memory follows its depth; the guard page at its end stops what goes too deep.
//!
//! To reserve addresses costs nothing but addresses, of which there are 128 TiB. Memory comes a page at a
//! time, when one is touched first. So a stack of 8 MiB on which little happens is one of a few kilobytes,
//! and a thousand of them are small. Go cannot count on that much address space everywhere: it starts with 2 KiB,
//! and copies the stack into a larger one when it is full, which takes a compiler that knows all pointers into it.
//!
//! Below the stack lies a page that may not be touched. The fault there is a signal, and its handler, on
//! a stack of its own, knows who has gone too deep. It happens in a child.

use std::cell::Cell;
use std::env;
use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::rc::Rc;

use concurrency::green::{Builder, current, park, spawn, spawn_named, yield_now};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

const RESERVED: usize = 8 << 20;

/// Parks below so many frames of a kilobyte and a little more, and says where that is.
#[inline(never)]
fn descend(frames: usize, place: &Cell<usize>) {
    let frame = [1u8; 1024];
    if frames == 0 {
        place.set((&raw const frame).addr());
        park();
    } else {
        descend(frames - 1, place);
    }
    // Work after the call, so that it is no loop.
    black_box(&frame);
}

fn measure() {
    for frames in [0, 64, 256, 1024] {
        let places = Rc::new([Cell::new(0), Cell::new(0)]);
        let [first, deepest] = &*places;
        let theirs = Rc::clone(&places);
        let thread = spawn(move || {
            let local = black_box(0u8);
            theirs[0].set((&raw const local).addr());
            descend(frames, &theirs[1]);
        });
        yield_now();
        let depth = first.get() - deepest.get();
        let resident = thread.thread().stack_resident().expect("it is parked");
        println!(
            "{:>4} KiB deep: {:>4} KiB of {} are there",
            depth >> 10,
            resident >> 10,
            RESERVED >> 10
        );
        if cfg!(target_os = "linux") {
            // Pages may have 64 KiB.
            assert!((depth..depth + (128 << 10)).contains(&resident));
        }
        thread.thread().unpark();
        thread.join().expect("it was not too deep");
    }
}

fn small_ones() {
    let threads: Vec<_> = (0..1000)
        .map(|_| spawn(|| descend(1, &Cell::new(0))))
        .collect();
    yield_now();
    let each = threads.iter().map(|thread| thread.thread());
    let resident: usize = each.map(|thread| thread.stack_resident().unwrap()).sum();
    let reserved = 1000 * current().stack_size();
    println!("1000 threads: {} MiB of {}", resident >> 20, reserved >> 20);
    if cfg!(target_os = "linux") {
        assert!(resident < reserved / 100);
    }
    for thread in threads {
        thread.thread().unpark();
        thread.join().unwrap();
    }
}

fn main() -> anyhow::Result<()> {
    let builder = Builder::new().stack_size(RESERVED);
    if env::args().len() > 1 {
        // The death is the plan: no core file.
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        let survived = builder.run(|| {
            spawn_named("deep", || descend(9 << 10, &Cell::new(0)))
                .join()
                .is_ok()
        })?;
        anyhow::bail!("nobody gets here: {survived}");
    }
    builder.run(measure)?;
    builder.run(small_ones)?;

    let child = Command::new(env::current_exe()?).arg("overflow").output()?;
    let said = String::from_utf8_lossy(&child.stderr);
    println!("{}: {}", child.status, said.trim());
    assert_eq!(child.status.signal(), Some(Signal::SIGABRT as i32));
    assert!(said.contains("green thread 2 'deep' has overflowed its stack of 8388608 bytes"));
    Ok(())
}
