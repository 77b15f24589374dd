//! `memory maps`: the address space of a process.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::ensure;
use clap::value_parser;
use memory::maps::{AddressSpace, Area, Kind, Totals, Usage};
use memory::picture;
use nix::unistd::Pid;
use serde_json::{Map, Value, json};

/// Draw the address space of a process.
///
/// High addresses at the top, a line for each area; a bar's length is the logarithm of the size, a
/// dotted line is a gap. Then the totals: address space, memory, what is private and what is
/// shared.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Maps {
    /// The process; without it, this tool's own
    #[arg(value_parser = value_parser!(i32).range(1..))]
    pid: Option<i32>,

    /// A line for each area: what of it is in memory, and whose, in kilobytes
    #[arg(long, conflicts_with = "json")]
    smaps: bool,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  memory maps
  memory maps $$
  memory maps --smaps $(pgrep -n firefox)
  memory maps --json $$ | jq '.totals.heap.resident'

Other users' processes need root. Status: 0, or 1 when the process could not be read.";

impl Maps {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let space = AddressSpace::read_with_usage(self.pid.map(Pid::from_raw))?;
        // A thread of the kernel, or a process that has ended and was not waited for.
        ensure!(
            !space.areas().is_empty(),
            "process {} has no address space",
            self.pid.unwrap_or_default()
        );
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{}", as_json(self.pid, &space))?;
        } else if self.smaps {
            write!(out, "{}", picture::table(&space))?;
        } else {
            write!(
                out,
                "{}\n{}",
                picture::space(&space),
                picture::totals(&space)
            )?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(pid: Option<i32>, space: &AddressSpace) -> Value {
    let areas: Vec<Value> = space
        .iter()
        .map(|(area, kind)| area_as_json(area, kind))
        .collect();
    let mut totals: Map<String, Value> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, space.totals_of(kind)))
        .filter(|(_, totals)| totals.areas > 0)
        .map(|(kind, totals)| (kind.to_string(), totals_as_json(&totals)))
        .collect();
    totals.insert("all".to_owned(), totals_as_json(&space.totals()));
    json!({
        "pid": pid.unwrap_or(std::process::id().cast_signed()),
        "program": space.program().map(|path| path.to_string_lossy()),
        "areas": areas,
        "totals": totals,
    })
}

/// Addresses are text: a number of 64 bits is more than most readers of JSON keep.
fn area_as_json(area: &Area, kind: Kind) -> Value {
    json!({
        "start": format!("{:#x}", area.range.start),
        "end": format!("{:#x}", area.range.end),
        "size": area.size(),
        "permissions": area.permissions.to_string(),
        "offset": area.offset,
        "device": format!("{:x}:{:x}", area.device.0, area.device.1),
        "inode": area.inode,
        "name": area.name.to_string_lossy(),
        "kind": kind.to_string(),
        "usage": usage_as_json(&area.usage.unwrap_or_default()),
    })
}

fn totals_as_json(totals: &Totals) -> Value {
    let mut object = usage_as_json(&totals.usage);
    object["areas"] = totals.areas.into();
    object["size"] = totals.size.into();
    object
}

fn usage_as_json(usage: &Usage) -> Value {
    json!({
        "resident": usage.resident,
        "proportional": usage.proportional,
        "shared_clean": usage.shared_clean,
        "shared_dirty": usage.shared_dirty,
        "private_clean": usage.private_clean,
        "private_dirty": usage.private_dirty,
        "anonymous": usage.anonymous,
        "swapped": usage.swapped,
        "huge": usage.huge,
    })
}
