//! `process ps`: what runs.

mod formats;
mod options;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use options::Options;
use process::ps::screen_width;
use process::table::Table;

use super::complain;

/// List processes, with the options of Unix and of BSD.
///
/// Options are those of procps. Conditions add up: `-p 1 -u root` is pid 1 and all that is root's.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Ps {
    /// See below
    #[arg(
        value_name = "OPTION",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    options: Vec<OsString>,
}

const AFTER_HELP: &str = "\
Which (default: yours, at this terminal):
  -e -A  all             -a  at terminals, no session leaders   -d  all but session leaders
  -p PID   --ppid PID    -C NAME     -t TTY    -s SESSION       -g SESSION or GROUP
  -u USER  effective     -U USER     real      -G GROUP real    -N  all others
  BSD: a  at terminals   x  all of yours       ax  all          r  running    p PID  t TTY  U USER

What of each:
  -f  full   -F  fuller   -l  long (-y)   -j  jobs   -L -T  a line a thread   BSD: u  l  j  c
  -o COLUMN[=HEADER],...   COLUMN:WIDTH   -O COLUMN,...   --columns-help for their names

How:
  --sort [-]COLUMN,...   --forest  -H   --tree   --no-headers   -w -ww   --cols N   --json

Examples:
  process ps -ef                     all
  process ps aux --sort -rss         the largest first
  process ps --tree                  all programs, down from pid 1
  process ps -o pid,etime,args -C sh

Status: 0 when something was found, 1 when nothing was, 2 for wrong usage.";

impl Ps {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let options = match Options::parse(&self.options) {
            Ok(options) => options,
            Err(error) => {
                complain(format_args!("{error}\nTry 'process ps --help'."));
                return Ok(ExitCode::from(2));
            }
        };
        let mut out = io::stdout().lock();
        if options.columns_help {
            let names = process::ps::column_names().join("\n");
            writeln!(out, "{names}")?;
            return Ok(ExitCode::SUCCESS);
        }
        let listing = options.listing();
        let sheet = listing.read(&mut Table::open()?)?;
        let found = !sheet.is_empty();
        if options.json {
            writeln!(out, "{}", sheet.into_json())?;
        } else {
            let width = options.width(screen_width(io::stdout()));
            out.write_all(sheet.into_text(width).as_bytes())?;
        }
        out.flush()?;
        Ok(if found {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
