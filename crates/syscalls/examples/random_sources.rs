//! A seeded generator repeats itself; the kernel's random bytes differ at every call.
//!
//! A pseudo-random generator is arithmetic on a state: the same seed gives the same numbers, which
//! is what a simulation or a failing test wants, and a thief too. What nobody may guess comes from
//! the kernel, which stirs the timing of interrupts and the processor's own source into a pool.
//! Rust's std has no generator of its own; its only use of randomness is `HashMap`, whose keys a
//! stranger could otherwise choose so that all fall into one bucket. The first map of a thread asks
//! the kernel for 16 bytes and the next ones count up from there. (A C library from glibc 2.41 on
//! hands out bytes of a generator in the vDSO, which the kernel seeds with 32.)
//!
//! Go's math/rand seeds itself since 1.20; crypto/rand asks the kernel, as the crate getrandom
//! does.
//!
//! ```syscalls
//! getrandom(*, 20, 0) = 20
//! getrandom(*, 20, 0) = 20
//! getrandom(*) = * x3
//! ```
#![allow(unsafe_code)] // the kernel fills a buffer

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io;

use nix::libc;

/// SplitMix64: counts in steps of an odd number and scrambles the count. Good for a simulation;
/// whoever sees one number can compute all others.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn main() -> io::Result<()> {
    let three_of = |seed| {
        let mut generator = Generator(seed);
        [(); 3].map(|()| generator.next() % 100)
    };
    println!("seed 1: {:?}, again {:?}", three_of(1), three_of(1));
    println!("seed 2: {:?}", three_of(2));
    assert_eq!(three_of(1), three_of(1));
    assert_ne!(three_of(1), three_of(2));

    let (first, second) = (from_kernel()?, from_kernel()?);
    println!("kernel: {}", hex(&first));
    println!("again:  {}", hex(&second));
    assert_ne!(first, second);
    assert_ne!(first, [0; 20], "nothing was filled in");

    let hashes = [(); 3].map(|()| RandomState::new().hash_one("the same key"));
    println!("three maps' hashes of one key: {hashes:x?}");
    assert_eq!(HashSet::from(hashes).len(), 3);
    Ok(())
}

/// The call itself, not the C library's function of this name, which may not enter the kernel.
#[cfg(target_os = "linux")]
fn from_kernel() -> io::Result<[u8; 20]> {
    let mut bytes = [0; 20];
    // SAFETY: the kernel writes at most 20 bytes to an array of 20.
    let filled = unsafe { libc::syscall(libc::SYS_getrandom, &raw mut bytes, bytes.len(), 0) };
    match filled {
        20 => Ok(bytes),
        // Up to 256 bytes come whole and are never interrupted, says getrandom(2).
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(not(target_os = "linux"))]
fn from_kernel() -> io::Result<[u8; 20]> {
    let mut bytes = [0; 20];
    // SAFETY: the kernel writes 20 bytes to an array of 20.
    let result = unsafe { libc::getentropy(bytes.as_mut_ptr().cast(), bytes.len()) };
    match result {
        0 => Ok(bytes),
        _ => Err(io::Error::last_os_error()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
