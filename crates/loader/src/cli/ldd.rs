//! `loader ldd FILE`: the libraries that a program would be started with, without starting it.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use loader::libraries::{Found, Resolved, Search, resolve};

/// The libraries that a program would be started with, found as the dynamic linker finds them.
///
/// ldd asks the dynamic linker itself, which maps the file and may run code of it. This only reads.
/// Status 1 if a library is not found.
#[derive(Debug, clap::Args)]
pub(crate) struct Ldd {
    /// ELF programs or libraries
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Ldd {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let search = Search::of_this_system();
        let mut out = BufWriter::new(io::stdout().lock());
        let mut all_found = true;
        for file in &self.files {
            if self.files.len() > 1 {
                writeln!(out, "{}:", file.display())?;
            }
            let resolved = resolve(file, &search)
                .with_context(|| format!("cannot read {}", file.display()))?;
            all_found &= show(&resolved, &mut out)?;
        }
        out.flush()?;
        Ok(if all_found {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn show(resolved: &Resolved, out: &mut impl Write) -> io::Result<bool> {
    if resolved.is_static {
        writeln!(out, "\tstatically linked")?;
        return Ok(true);
    }
    let mut all_found = true;
    for library in &resolved.libraries {
        let name = library.name.display();
        match &library.found {
            Found::At(path) if library.name == *path => writeln!(out, "\t{name}")?,
            Found::At(path) => writeln!(out, "\t{name} => {}", path.display())?,
            Found::Kernel => writeln!(out, "\t{name} (from the kernel)")?,
            Found::Nowhere => {
                writeln!(out, "\t{name} => not found")?;
                all_found = false;
            }
        }
    }
    Ok(all_found)
}
