//! `fs which`: what a name would run.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use fs::which;

use super::complain;

/// Say which files NAMEs would run.
///
/// Searches the directories of PATH in their order, as exec does: for regular files that may be
/// executed. A NAME with a slash is looked at as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  fs which cargo
  fs which -a python3          every one along PATH, not only the first

Status: 0 when every NAME was found, 1 when one was not, 2 for wrong usage.")]
pub(crate) struct Which {
    /// All that there are along PATH, the first first
    #[arg(short, long)]
    all: bool,

    /// Names of commands
    #[arg(value_name = "NAME", required = true)]
    names: Vec<OsString>,
}

impl Which {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = BufWriter::new(io::stdout().lock());
        let path = env::var_os("PATH").unwrap_or_default();
        let wanted = if self.all { usize::MAX } else { 1 };
        let mut status = ExitCode::SUCCESS;
        for name in &self.names {
            let mut found = false;
            for file in which::all(name, &path).take(wanted) {
                found = true;
                out.write_all(file.as_os_str().as_bytes())?;
                out.write_all(b"\n")?;
            }
            if !found {
                complain(format_args!("no executable {} on PATH", name.display()));
                status = ExitCode::FAILURE;
            }
        }
        out.flush()?;
        Ok(status)
    }
}
