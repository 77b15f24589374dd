//! A program's file names the libraries that it needs, and what those need is found by the same rules.
//!
//! The names are in the dynamic section (`DT_NEEDED`), without a path: `libc.so.6`. Where that is, the
//! dynamic linker finds out at each start, from the file's own wishes, `LD_LIBRARY_PATH`, a cache and two
//! or three folders. `ldd` asks it; here the same is done without running anything, which one wants for
//! a file from a stranger.
//!
//! Linux only: names and cache are those of glibc.

use std::error::Error;
use std::process::Command;

use loader::bytes::Mapped;
use loader::elf::Elf;
use loader::libraries::{Found, Search, resolve};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::current_exe()?;
    let file = Mapped::open(&path)?;
    let elf = Elf::parse(&file)?;
    let needed = elf.needed()?;
    for name in &needed {
        println!("needs {}", String::from_utf8_lossy(name));
    }
    assert!(
        needed.contains(&&b"libc.so.6"[..]),
        "this program calls the C library"
    );

    let resolved = resolve(&path, &Search::of_this_system())?;
    let mut lines: Vec<String> = Vec::new();
    for library in &resolved.libraries {
        let name = library.name.display();
        match &library.found {
            Found::At(path) if *path == library.name => lines.push(format!("{name}")),
            Found::At(path) => lines.push(format!("{name} => {}", path.display())),
            Found::Kernel => lines.push(format!("{name}")),
            Found::Nowhere => lines.push(format!("{name} => not found")),
        }
    }
    println!("{}", lines.join("\n"));
    assert!(
        resolved.libraries.len() > needed.len(),
        "the dynamic linker is there too"
    );

    if let Ok(ldd) = Command::new("ldd").arg(&path).output() {
        let text = String::from_utf8(ldd.stdout)?;
        let mut theirs: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split(" (").next())
            .collect();
        theirs.iter_mut().for_each(|line| *line = line.trim());
        theirs.sort_unstable();
        lines.sort_unstable();
        assert_eq!(
            lines, theirs,
            "ldd, which runs the dynamic linker, says the same"
        );
    }
    Ok(())
}
