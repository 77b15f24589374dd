//! Where a program's own code begins.
//!
//! Before `main` a runtime runs: the dynamic linker, C's start-up code, Rust's or Go's. Which function
//! the author calls `main` depends on the language:
//!
//! - Go's is the symbol `main.main`;
//! - Rust's is `CRATE::main`. The linker's `main` is made by rustc: a few instructions that hand the
//!   author's to `std::rt::lang_start`. Other crates of the same program may have a `main` in their
//!   root as well, so it is the one whose address the code of the linker's `main` contains; if that
//!   cannot be seen (there is code that rustc generates in other ways), the only one there is;
//! - everything else has the linker's `main`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::libc;

use super::image::Image;
use super::table::Symbol;
use crate::event::Pid;

/// The address of the program's own `main` in a process that has just executed a program; `None`
/// when the program does not tell (a stripped one does not).
///
/// # Errors
///
/// When `/proc` does not let us read the executable or its auxiliary vector: the process is gone, or
/// somebody else's.
pub fn main_address(pid: Pid) -> io::Result<Option<u64>> {
    let image = match Image::read(Path::new(&format!("/proc/{pid}/exe"))) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
        image => image?,
    };
    let Some(main) = main_of(&image) else {
        return Ok(None);
    };
    let bias = entry(pid)?.wrapping_sub(image.entry);
    Ok(Some(main.wrapping_add(bias)))
}

/// The source file that a program's own `main` is in, as the compiler named it, and so the same as
/// [`Frame::file`](crate::event::Frame::file) in a stack; `None` when the executable cannot be read
/// or has no debug information.
#[must_use]
pub fn main_source(executable: &Path) -> Option<PathBuf> {
    let image = Image::read(executable).ok()?;
    // The outermost: the first instructions may be those of a function that was inlined.
    image.frames(main_of(&image)?).pop()?.file
}

/// As the file has it, without the load bias.
fn main_of(image: &Image) -> Option<u64> {
    let symbols = image.symbols();
    if let Some(go) = symbols.named("main.main") {
        return Some(go.address);
    }
    let linked = symbols.named("main")?;
    let code = image.code(linked.address, linked.size);
    let candidates: Vec<_> = symbols.iter().filter(|s| is_main_of_a_crate(s)).collect();
    let author = candidates
        .iter()
        .find(|symbol| mentions(code, linked.address, symbol.address));
    match (author, &candidates[..]) {
        (Some(symbol), _) | (None, [symbol]) => Some(symbol.address),
        _ => Some(linked.address),
    }
}

/// `CRATE::main`, in either mangling.
fn is_main_of_a_crate(symbol: &Symbol) -> bool {
    let mangled = symbol.name.starts_with("_ZN") || symbol.name.starts_with("_R");
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    mangled && symbol.path().strip_suffix("::main").is_some_and(is_name)
}

/// True when `code`, which is to run at `start`, contains the address `target`.
#[cfg(not(target_arch = "aarch64"))]
fn mentions(code: &[u8], start: u64, target: u64) -> bool {
    // Four bytes of an instruction, at any place: the address itself, or its distance from the
    // instruction's end, which is the end of these four.
    code.windows(4).enumerate().any(|(index, bytes)| {
        let end = start.wrapping_add(index as u64 + 4);
        let value = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        end.wrapping_add_signed(value.into()) == target
            || u64::from(value.cast_unsigned()) == target
    })
}

/// True when `code`, which is to run at `start`, contains the address `target`.
#[cfg(target_arch = "aarch64")]
fn mentions(code: &[u8], start: u64, target: u64) -> bool {
    // `adrp` takes the page, an `add` of the same register behind it the place in the page. Where the
    // address is near, a linker may have made one `adr` of the two.
    let words: Vec<u32> = code
        .chunks_exact(4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    let adds = |register, following: &[u32]| {
        following.iter().any(|add| {
            add & 0xffc0_0000 == 0x9100_0000
                && add >> 5 & 31 == register
                && u64::from(add >> 10 & 0xfff) == target & 0xfff
        })
    };
    words.iter().enumerate().any(|(index, &word)| {
        let at = start.wrapping_add(index as u64 * 4);
        match word & 0x9f00_0000 {
            0x1000_0000 => at.wrapping_add_signed(distance(word)) == target,
            // In pages of 4 KiB, whichever size the kernel's have.
            0x9000_0000 => {
                let page = (at & !0xfff).wrapping_add_signed(distance(word) << 12);
                page == target & !0xfff && adds(word & 31, &words[index + 1..])
            }
            _ => false,
        }
    })
}

/// The number in an `adr` or `adrp`: 21 bits with a sign, the lowest two apart from the others.
#[cfg(target_arch = "aarch64")]
fn distance(instruction: u32) -> i64 {
    let bits = (instruction >> 5 & 0x7_ffff) << 2 | (instruction >> 29 & 3);
    i64::from((bits << 11).cast_signed() >> 11)
}

/// Where the kernel says that the program's first instruction is (`AT_ENTRY`, getauxval(3)).
fn entry(pid: Pid) -> io::Result<u64> {
    let vector = fs::read(format!("/proc/{pid}/auxv"))?;
    let word = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_ne_bytes);
    vector
        .chunks_exact(16)
        .map(|pair| (word(&pair[..8]), word(&pair[8..])))
        .find_map(|(key, value)| (key == libc::AT_ENTRY).then_some(value))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no AT_ENTRY"))
}

#[cfg(all(test, target_arch = "aarch64"))]
mod tests {
    use super::*;

    /// As a linker writes them at 0x1_0ff8.
    fn code(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn an_address_is_made_of_its_page_and_its_place_there() {
        // adrp x0, -2 pages; mov w1, w0; add x0, x0, #0x678
        let near = code(&[0xd0ff_ffe0, 0x2a00_03e1, 0x9119_e000]);
        assert!(mentions(&near, 0x1_0ff8, 0xe678));
        assert!(!mentions(&near, 0x1_0ff8, 0xe67c));
        assert!(!mentions(&near, 0x1_1000, 0xe678));
        // The same, added to x1.
        let other = code(&[0xd0ff_ffe0, 0x2a00_03e1, 0x9119_e020]);
        assert!(!mentions(&other, 0x1_0ff8, 0xe678));
    }

    #[test]
    fn a_near_address_is_one_distance() {
        // nop; adr x0, #-9
        let code = code(&[0xd503_201f, 0x70ff_ffa0]);
        assert!(mentions(&code, 0x1_0ff8, 0x1_0ff3));
        assert!(!mentions(&code, 0x1_0ff8, 0x1_0ff4));
    }
}
