//! Between the areas of an address space there is nothing: a load from there is a SIGSEGV.
//!
//! Most of an address space is gaps: 128 TiB of addresses, and a few MiB that mean something. An
//! access to a gap finds no area in the kernel's list, and the process is sent SIGSEGV, the
//! *segmentation violation*. Address 0 and some pages behind it are always such a gap; that is why
//! a null pointer crashes rather than read something.
#![allow(unsafe_code)] // loads from where nothing is

use std::env;
use std::ops::Range;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::ptr;

use memory::maps::AddressSpace;
use memory::picture::human;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if env::args().len() > 1 {
        return load_from_a_gap();
    }
    let space = AddressSpace::read(None)?;
    let gap = largest_gap(&space);
    println!("all areas together: {}", human(space.totals().size));
    println!("the largest gap:    {}", human(gap.end - gap.start));
    assert!(gap.end - gap.start > 1 << 30);

    let status = Command::new(env::current_exe()?).arg("load").status()?;
    let signal = status.signal().map(Signal::try_from).transpose()?;
    println!("a process that loads from a gap ends by {signal:?}");
    assert!(matches!(signal, Some(Signal::SIGSEGV | Signal::SIGBUS)));
    Ok(())
}

/// Never returns well.
fn load_from_a_gap() -> Result<(), Box<dyn std::error::Error>> {
    // The death is the plan: no core file.
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    let space = AddressSpace::read(None)?;
    let gap = largest_gap(&space);
    let middle = usize::try_from(gap.start + (gap.end - gap.start) / 2)?;
    println!("loading from {middle:#x}");
    // SAFETY: there is none: nothing is mapped there, and the kernel ends this process.
    let byte = unsafe { ptr::with_exposed_provenance::<u8>(middle).read_volatile() };
    println!("never printed: {byte}");
    Ok(())
}

/// Not the one below the last area: on x86-64 that is a page at the very end, and between it and
/// the stack are addresses that no program can have.
fn largest_gap(space: &AddressSpace) -> Range<u64> {
    let last_area = space.areas().last().expect("there are areas");
    let gaps = space.gaps().filter(|gap| gap.end < last_area.range.start);
    gaps.max_by_key(|gap| gap.end - gap.start)
        .expect("there are gaps")
}
