//! A new program finds argc, argv, envp and the auxiliary vector on its stack, in this order.
//!
//! They are all that it is told, and where `std::env::args`, C's `main` and Go's `os.Args` have it
//! from. The *auxiliary vector* is the kernel's part: pairs of type and value, such as the size of a page, where the
//! program headers and the first instruction are, and 16 random bytes. The dynamic linker works from it.
//!
//! The lesson reads its own stack through `/proc/self/mem`, from the address where it began.
//!
//! Linux only: the layout is Linux's, and so are the files in /proc.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::{env, path::Path};

use loader::bytes::Mapped;
use loader::elf::Elf;

const AT_NULL: u64 = 0;
const AT_PAGESZ: u64 = 6;
const AT_ENTRY: u64 = 9;

fn main() -> Result<(), Box<dyn Error>> {
    // The 28th field, counted behind the name in parentheses.
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').ok_or("no name")?.1;
    let start: u64 = fields
        .split_whitespace()
        .nth(25)
        .ok_or("too short")?
        .parse()?;
    let mut stack = Stack {
        memory: File::open("/proc/self/mem")?,
        at: start,
    };

    let argc = stack.word()?;
    let argv: Vec<u64> = (0..argc).map(|_| stack.word()).collect::<Result<_, _>>()?;
    println!(
        "{start:#x}: argc {argc}, argv[0] is {:?}",
        stack.text(argv[0])?
    );
    assert_eq!(argc, env::args_os().count() as u64);
    assert_eq!(stack.text(argv[0])?, env::args().next().ok_or("no name")?);
    assert_eq!(stack.word()?, 0, "a null pointer ends argv");

    let mut variables = 0;
    while stack.word()? != 0 {
        variables += 1;
    }
    println!("{variables} environment variables");
    assert!(variables >= env::vars_os().count());

    let mut auxiliary = Vec::new();
    loop {
        match (stack.word()?, stack.word()?) {
            (AT_NULL, _) => break,
            pair => auxiliary.push(pair),
        }
    }
    let value = |kind| {
        auxiliary
            .iter()
            .find(|pair| pair.0 == kind)
            .map(|pair| pair.1)
    };
    let page = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE)?;
    println!(
        "{} entries; AT_PAGESZ is {:?}",
        auxiliary.len(),
        value(AT_PAGESZ)
    );
    assert_eq!(value(AT_PAGESZ), page.map(|page| page as u64));

    let bytes = Mapped::open(&env::current_exe()?)?;
    let linked = Elf::parse(&bytes)?.header().entry;
    println!(
        "AT_ENTRY is {:x?}: {linked:#x} after the beginning of the file",
        value(AT_ENTRY)
    );
    assert_eq!(value(AT_ENTRY), Some(base(&env::current_exe()?)? + linked));
    Ok(())
}

struct Stack {
    memory: File,
    at: u64,
}

impl Stack {
    fn word(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.memory.read_exact_at(&mut bytes, self.at)?;
        self.at += 8;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn text(&self, at: u64) -> io::Result<String> {
        let mut bytes = vec![0; 4096];
        let count = self.memory.read_at(&mut bytes, at)?;
        let end = bytes[..count].iter().position(|byte| *byte == 0);
        Ok(String::from_utf8_lossy(&bytes[..end.unwrap_or(count)]).into_owned())
    }
}

/// Where the first page of this file is in memory.
fn base(program: &Path) -> Result<u64, Box<dyn Error>> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let name = program.to_str().ok_or("the path is no text")?;
    let first = maps
        .lines()
        .find(|line| line.ends_with(name))
        .ok_or("not mapped")?;
    let start = first.split('-').next().unwrap_or_default();
    Ok(u64::from_str_radix(start, 16)?)
}
