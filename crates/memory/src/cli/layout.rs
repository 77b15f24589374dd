//! `memory layout`: where this program's own parts are.

use std::cmp::Reverse;
use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::bail;
use memory::maps::{AddressSpace, Area, Kind, Part, with_parts};

/// Show where the parts of this very program are: code, constants, variables, heap, stacks,
/// libraries.
///
/// High addresses at the top. Each address is looked up in the kernel's list of areas; a part in an
/// area where it does not belong makes the command fail. Run it twice: what moves is address space
/// layout randomisation.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Layout {}

const EXAMPLES: &str = "\
Examples:
  memory layout
  setarch --addr-no-randomize memory layout
  diff <(memory layout) <(memory layout)

Status: 0, or 1 when a part is not where it belongs.";

impl Layout {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout().lock();
        draw(&mut out)?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// # Errors
///
/// When the areas cannot be read, `out` fails, or a part is in the wrong area.
pub(crate) fn draw(out: &mut impl Write) -> anyhow::Result<()> {
    let local = black_box(5);
    let (mut parts, space) = with_parts(crate::main as *const (), &local, |parts| {
        (parts.to_vec(), AddressSpace::read(None))
    });
    let space = space?;
    parts.sort_by_key(|part| Reverse(part.address));
    writeln!(out, "{:>16}  {:<33} area", "address", "what")?;
    let mut misplaced = Vec::new();
    for part in &parts {
        let found = space.find(part.address);
        writeln!(
            out,
            "{:>16x}  {:<33} {}",
            part.address,
            part.name,
            place(found)
        )?;
        if !belongs(part, found) {
            misplaced.push(part.name);
        }
    }
    if !misplaced.is_empty() {
        bail!("not where it belongs: {}", misplaced.join(", "));
    }
    Ok(())
}

fn belongs(part: &Part, found: Option<(&Area, Kind)>) -> bool {
    let expected = part.expected;
    found.is_some_and(|(_, kind)| expected.is_empty() || expected.contains(&kind))
}

fn place(found: Option<(&Area, Kind)>) -> String {
    match found {
        Some((area, kind)) => {
            let name = area.short_name().display();
            format!("{kind:<11} {} {name}", area.permissions)
        }
        None => "none".to_owned(),
    }
}
