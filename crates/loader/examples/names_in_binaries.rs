//! The linker knows no types or modules, so a compiler writes them into the names of its symbols.
//!
//! C has one function of a name in a program, and its symbol is called so (on macOS with an underscore).
//! Rust has generic functions, methods and crates of the same name in two versions; all of that is
//! *mangled* into letters, digits and underscores. `demangle` reads it back. Names with `extern "C"` and
//! `no_mangle` stay as they are, which is what makes them callable from C.
//!
//! The function with a plain name shares it with no other in this program.
#![allow(unsafe_code)]

use std::error::Error;

use loader::bytes::Mapped;
use loader::image::Image;
use rustc_demangle::{demangle, try_demangle};

// SAFETY: no other symbol of the program is called so.
#[unsafe(no_mangle)]
extern "C" fn lesson_plain_name() -> u32 {
    1
}

#[inline(never)]
fn generic<T: Default>() -> T {
    T::default()
}

/// All names of this program, as they stand in its file.
fn symbols(file: &[u8]) -> Result<Vec<String>, Box<dyn Error>> {
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    match Image::parse(file)? {
        Image::Elf(elf) => {
            let symbols = elf.symbols()?.ok_or("this program is stripped")?;
            symbols
                .iter()
                .map(|symbol| Ok(text(symbols.name(&symbol)?)))
                .collect()
        }
        Image::Macho(file) => {
            let symbols = file.symbols()?.ok_or("this program is stripped")?;
            symbols
                .iter()
                .map(|symbol| Ok(text(symbols.name(&symbol)?)))
                .collect()
        }
        _ => Err("neither ELF nor Mach-O".into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Names and what they mean: the older way of mangling, the newer, and none.
    for (mangled, meaning) in [
        (
            "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE",
            "core::fmt::Formatter::pad",
        ),
        ("_RNvCs1234_7mycrate3foo", "mycrate::foo"),
        ("_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<usize>"),
        ("memcpy", "memcpy"),
    ] {
        println!("{mangled:<48} {:#}", demangle(mangled));
        assert_eq!(format!("{:#}", demangle(mangled)), meaning);
    }
    assert!(try_demangle("memcpy").is_err(), "it was never mangled");

    assert_eq!(
        (generic::<u8>(), generic::<u64>(), lesson_plain_name()),
        (0, 0, 1)
    );
    let file = Mapped::open(&std::env::current_exe()?)?;
    let symbols = symbols(&file)?;
    let plain = symbols
        .iter()
        .filter(|name| name.trim_start_matches('_') == "lesson_plain_name");
    assert_eq!(plain.count(), 1);
    let made = symbols
        .iter()
        .filter(|name| format!("{:#}", demangle(name)).starts_with("names_in_binaries::generic"));
    let made: Vec<_> = made.collect();
    println!("one generic function, used with two types:\n{made:#?}");
    assert_eq!(made.len(), 2, "each type has a function of its own");
    Ok(())
}
