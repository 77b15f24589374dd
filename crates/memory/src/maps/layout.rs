//! Where the parts of this very program are.
//!
//! `unsafe` is allowed for one question to the C library, which passes a number.
#![allow(unsafe_code)]

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use nix::libc;

use super::kind::Kind;

/// A part of the program, at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// Where it is, or was: some of them are gone when the list is made.
    pub address: u64,
    /// The kinds of area that it may lie in, by the rules of this system. Empty where the system
    /// tells too little.
    pub expected: &'static [Kind],
}

static CONSTANT: [u64; 4] = [1, 1, 2, 3];
static WITH_A_VALUE: AtomicU64 = AtomicU64::new(8);
static WITHOUT_A_VALUE: AtomicU64 = AtomicU64::new(0);

/// Far above the size from which malloc asks the kernel for a map.
const LARGE: usize = 4 << 20;

/// The parts of this program, unsorted; `main` is the address of the caller's own code, `local` a
/// variable of it. The blocks of heap and the thread live as long as `look` runs, so that it can
/// find their areas.
pub fn with_parts<T>(main: *const (), local: &u64, look: impl FnOnce(&[Part]) -> T + Send) -> T
where
    T: Send,
{
    let small = Box::new(black_box(13u64));
    let large = vec![21u8; LARGE];
    let mut parts = vec![
        part("main's code", main.addr(), &[Kind::Text]),
        part("a constant", address(&CONSTANT), CONSTANTS),
        part("a string literal", address("immutable"), CONSTANTS),
        part(
            "a variable with a value (.data)",
            address(&WITH_A_VALUE),
            DATA,
        ),
        part(
            "a variable of zeros (.bss)",
            address(&WITHOUT_A_VALUE),
            DATA,
        ),
        part("a small block of heap", address(&*small), SMALL),
        part(
            "a large block of heap",
            address(&large[LARGE / 2]),
            LARGE_BLOCK,
        ),
        part("a local variable of main", address(local), &[Kind::Stack]),
        part(
            "a function of the C library",
            (libc::getpid as *const ()).addr(),
            C_LIBRARY,
        ),
    ];
    parts.extend(vdso().map(|address| part("the kernel's own library", address, &[Kind::Vdso])));
    // Without these the compiler may well find that nothing of it is needed.
    WITHOUT_A_VALUE.fetch_add(WITH_A_VALUE.load(Ordering::Relaxed), Ordering::Relaxed);
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let local = black_box(34u64);
            parts.push(part(
                "a local variable of a thread",
                address(&local),
                THREAD,
            ));
            look(&parts)
        });
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// On arm64 the linker may put constants and code into one segment.
const CONSTANTS: &[Kind] = &[Kind::Constants, Kind::Text];
const DATA: &[Kind] = &[Kind::Data];
/// Other allocators than glibc's do without brk.
const SMALL: &[Kind] = &[Kind::Heap, Kind::Anonymous];
const LARGE_BLOCK: &[Kind] = &[Kind::Anonymous];
const THREAD: &[Kind] = &[Kind::Anonymous];
/// Part of the program when it is linked statically.
const C_LIBRARY: &[Kind] = &[Kind::Library, Kind::Text];

fn part(name: &'static str, address: usize, expected: &'static [Kind]) -> Part {
    Part {
        name,
        address: address as u64,
        // On macOS the libraries share one file, and every block of heap has a tag of its own.
        expected: match cfg!(target_os = "linux") {
            true => expected,
            false => &[],
        },
    }
}

fn address<T: ?Sized>(value: &T) -> usize {
    (&raw const *value).addr()
}

#[cfg(target_os = "linux")]
fn vdso() -> Option<usize> {
    // SAFETY: looks up a number in a list that the C library keeps.
    let address = unsafe { libc::getauxval(libc::AT_SYSINFO_EHDR) };
    usize::try_from(address)
        .ok()
        .filter(|&address| address != 0)
}

/// The commpage is at an address that is part of the system's interface.
#[cfg(not(target_os = "linux"))]
fn vdso() -> Option<usize> {
    None
}
