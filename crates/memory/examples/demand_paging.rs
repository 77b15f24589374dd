//! A gibibyte costs nothing until it is touched, and then a page fault for each page touched.
//!
//! `mmap` only notes that the addresses mean something now. The first touch of each page is a
//! *fault*: the processor finds no entry in the page table and calls the kernel, which takes a free
//! page, fills it with zeros, enters it and lets the instruction run again. Such a fault is called
//! minor; one that has to read a disk is major. That is why "virtual size" says little about what a
//! program needs.
//!
//! A kernel may serve one fault with a huge page, of 2 MiB; the lesson asks it not to.
//!
//! Linux only: it counts faults by the thread, and /proc/self/smaps tells what is in memory.
//!
//! ```syscalls
//! mmap(NULL, 1073741824, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $memory
//! madvise($memory, 1073741824, MADV_NOHUGEPAGE) = *
//! munmap($memory, 1073741824) = 0
//! ```

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use memory::maps::AddressSpace;
    use memory::page::{Pages, Sharing, page_size};
    use memory::picture::human;
    use memory::residency::Faults;

    const GIB: usize = 1 << 30;
    const TOUCHED: usize = 1000;
    let memory = Pages::anonymous(GIB / page_size(), Sharing::Private)?.never_huge();
    let in_memory = || -> Result<u64, memory::maps::MapsError> {
        let space = AddressSpace::read_with_usage(None)?;
        let start = memory.range().start as u64;
        let (area, _) = space.find(start).expect("it is mapped");
        Ok(area.usage.expect("it was asked for").resident)
    };
    println!("mapped 1 GiB: {} in memory", human(in_memory()?));
    assert_eq!(in_memory()?, 0);

    let step = memory.count() / TOUCHED;
    let touch = || (0..TOUCHED).for_each(|n| memory.write(n * step, 1));
    let (first, ()) = Faults::during(touch)?;
    println!(
        "touched {TOUCHED} pages: {} faults, {} in memory",
        first.minor,
        human(in_memory()?)
    );
    assert!(first.minor >= TOUCHED as u64);
    assert_eq!(in_memory()?, (TOUCHED * page_size()) as u64);

    let (second, ()) = Faults::during(touch)?;
    println!("touched them again: {} faults", second.minor);
    assert!(second.minor < TOUCHED as u64 / 10);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone has /proc/self/smaps and counts faults by the thread");
}
