//! For small blocks malloc moves the end of the heap; a big one it maps, and unmaps again.
//!
//! The C library's malloc, which is Rust's allocator unless it is told otherwise, buys from the
//! kernel wholesale. `brk` makes the heap larger by 132 KiB or so, and small blocks are cut from
//! it; a free block goes back to malloc, not to the kernel. From a threshold on (128 KiB at first,
//! 32 MiB at most) a block gets a map of its own, and to free it really is to give the memory back.
//!
//! Linux only: macOS's malloc has no brk. (Nor does musl's for long.)
//!
//! ```syscalls
//! brk(NULL) = $end
//! brk(*) = $larger
//! mmap(NULL, *, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $big
//! munmap($big, *) = 0
//! ```
#![allow(unsafe_code)] // asks where the heap ends

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use memory::maps::{AddressSpace, Kind};
    use nix::libc;

    // SAFETY: brk(0) is refused, and the answer is where the heap ends.
    let heap_end = || unsafe { libc::syscall(libc::SYS_brk, 0) };

    let before = heap_end();
    let small: Vec<Box<[u8; 64]>> = (0..10_000).map(|n| Box::new([n as u8; 64])).collect();
    let after = heap_end();
    println!(
        "10,000 blocks of 64 bytes: the heap grew by {} KiB",
        (after - before) / 1024
    );
    assert!(after - before >= 10_000 * 64);
    let space = AddressSpace::read(None)?;
    let kind = space.find_value(&*small[9_999]).map(|(_, kind)| kind);
    assert_eq!(kind, Some(Kind::Heap));

    let big = vec![1u8; 64 << 20];
    let middle = &raw const big[32 << 20];
    let space = AddressSpace::read(None)?;
    let (area, kind) = space.find_value(middle).ok_or("it is somewhere")?;
    println!(
        "a block of 64 MiB: {kind}, {} KiB at {:#x}",
        area.size() / 1024,
        area.range.start
    );
    assert_eq!(kind, Kind::Anonymous);

    drop(big);
    let gone = AddressSpace::read(None)?.find_value(middle).is_none();
    println!(
        "dropped: there is {} at its address",
        if gone { "nothing" } else { "something" }
    );
    assert!(gone);

    drop(small);
    println!(
        "the small ones dropped: the heap ends {} KiB after where it did",
        (heap_end() - before) / 1024
    );
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: macOS's malloc has no brk");
}
