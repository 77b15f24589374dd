//! What the tool shows when it is called without arguments: its own file.

use std::io::Write;

use anyhow::Context;
use loader::bytes::Mapped;
use loader::image::Image;
use loader::report::text::{self, Part};

use super::reported;

/// # Errors
///
/// This program's own file cannot be read, or `out` fails.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let path = std::env::current_exe().context("cannot find this program's own file")?;
    let what = || format!("cannot read {}", path.display());
    let file = Mapped::open(&path).with_context(what)?;
    let image = Image::parse(&file).with_context(what)?;
    writeln!(
        out,
        "This program is a file of {} bytes in {} format.\n",
        file.len(),
        image.format().name()
    )?;
    for part in [Part::Headers, Part::Segments, Part::Notes] {
        text::write(&image, part, out).map_err(|failure| reported(failure, &path))?;
        writeln!(out)?;
    }
    writeln!(
        out,
        "Try next:\n  \
         cargo run -p loader -- ldd /bin/ls\n  \
         cargo run -p loader -- symbols /bin/ls\n  \
         cargo xtask tour loader"
    )?;
    Ok(())
}
