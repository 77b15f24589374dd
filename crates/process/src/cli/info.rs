//! `process info`: one process told as a page.

mod page;

use std::io::{self, Write};
use std::process::ExitCode;

use page::Page;
use process::id::Pid;
use process::table::Table;

/// Tell who a process is, from where, with what open, and how much it uses.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  process info           whoever started it: your shell
  process info 1         as root; others are not shown all of it
  process info --environment $$
  process info --json $$ | jq .memory

Status: 0, or 1 when there is no such process.")]
pub(crate) struct Info {
    /// Which; the one that started us if none is given
    pid: Option<Pid>,

    /// With its variables, which may hold secrets
    #[arg(long)]
    environment: bool,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Info {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let pid = self
            .pid
            .unwrap_or_else(|| std::os::unix::process::parent_id() as Pid);
        let page = Page::read(&mut Table::open()?, pid, self.environment)?;
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{}", page.to_json())?;
        } else {
            out.write_all(page.into_text().as_bytes())?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
