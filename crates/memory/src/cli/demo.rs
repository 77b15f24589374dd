//! What the tool shows when it is called without arguments.

use std::io::Write;

use memory::maps::AddressSpace;
use memory::page::{Pages, Sharing};
use memory::picture;

use super::{layout, pages};

/// # Errors
///
/// Failures of `out`, and of what the kernel is asked.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    areas(out)?;
    parts(out)?;
    on_demand(out)?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run -p memory -- maps $$\n  \
         cargo run -p memory -- pages --shared\n  \
         cargo xtask tour memory"
    )?;
    Ok(())
}

/// What there is.
fn areas(out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "The address space of this process:\n")?;
    let space = AddressSpace::read_with_usage(None)?;
    write!(out, "{}", picture::totals(&space))?;
    Ok(())
}

/// Where it is.
fn parts(out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "\nWhere its parts are, from high addresses to low:\n")?;
    layout::draw(out)
}

/// When it comes.
fn on_demand(out: &mut impl Write) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    writeln!(
        out,
        "\nSixteen pages, read, written, and shared with a child (. absent, s shared, O its own):\n"
    )?;
    let sixteen = Pages::anonymous(16, Sharing::Private)?.never_huge();
    pages::experiment(&mut pages::Watch::new(out, &sixteen, false)?)
}
