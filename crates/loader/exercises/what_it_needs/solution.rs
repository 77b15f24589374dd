//! Everything is in the file: the dynamic section has an entry for each name, and the chapter's reader
//! checks each number on the way. Where the libraries are, and what *they* need, is another question
//! (`loader::libraries` answers it).

use std::path::Path;

use loader::bytes::Mapped;
use loader::elf::Elf;

/// The names of the libraries, in their order.
pub fn needed(program: &Path) -> anyhow::Result<Vec<String>> {
    let file = Mapped::open(program)?;
    let names = Elf::parse(&file)?.needed()?;
    let names = names
        .into_iter()
        .map(|name| String::from_utf8_lossy(name).into_owned());
    Ok(names.collect())
}
