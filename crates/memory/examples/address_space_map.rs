//! From low addresses to high: program, heap, libraries, stack.
//!
//! So the kernel lays out every program. The program's own file comes first, then the heap, which
//! grows upwards; far above are the libraries and all other maps, each new one below the last; at
//! the top is the stack, which grows downwards. Where each part begins is random, so that an
//! attacker does not know it (ASLR), but the order stays. `memory layout` draws the whole of it.
//!
//! Linux only: macOS puts the heap and the libraries elsewhere.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::hint::black_box;

    use memory::maps::{AddressSpace, Kind};
    use nix::libc;

    static VARIABLE: [u8; 8] = [1; 8];
    let local = black_box(1u32);
    let small = Box::new(black_box(2u32));

    let places = [
        ("main", (main as *const ()).addr()),
        ("a small block of heap", (&raw const *small).addr()),
        ("the C library's malloc", (libc::malloc as *const ()).addr()),
        ("a local variable", (&raw const local).addr()),
    ];
    let space = AddressSpace::read(None)?;
    let mut kinds = Vec::new();
    for (what, address) in places.iter().rev() {
        let (area, kind) = space.find(*address as u64).expect("it is somewhere");
        println!("{address:>14x}  {what:<24} {kind:<8} {}", area.permissions);
        kinds.push(kind);
    }
    assert!(places.is_sorted_by_key(|(_, address)| *address));
    assert_eq!(kinds, [Kind::Stack, Kind::Library, Kind::Heap, Kind::Text]);

    let variable = space
        .find_value(&VARIABLE)
        .map(|(area, _)| area.permissions);
    assert!(variable.is_some_and(|permissions| permissions.read && !permissions.write));
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: on macOS the heap and the libraries are elsewhere");
}
