//! `fs find`: GNU find's command line.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use fs::find::Query;

use super::complain;

/// Search trees: fs find [-H|-L|-P] [PATH…] [EXPRESSION]
///
/// Walks each PATH (the current directory if there is none), evaluates the expression for all that it
/// meets, and prints where it is true, unless the expression itself says what to do.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true, after_help = HELP)]
pub(crate) struct Find {
    /// This text
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,

    /// Symlinks to follow (-P none, -H those among PATH, -L all), where to walk, and the expression
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<OsString>,
}

const HELP: &str = "\
Conditions (N is +N for more, -N for less, N for exactly):
  -name PATTERN -iname PATTERN     the last name; i: upper and lower case are the same
  -path PATTERN -ipath PATTERN     the whole path
  -lname PATTERN -ilname PATTERN   what is in a symlink
  -type LIST                       f d l p s c b, with commas: -type f,l
  -size N[cwbkMG]                  in begun units: bytes, 2, 512 (if none is given), KiB, MiB, GiB
  -empty                           a file or directory with nothing in it
  -newer FILE -anewer -cnewer      modified (read, changed) after FILE was modified
  -newerXY FILE, -newerXt TIME     X, Y: a, m, c; TIME: @SECONDS or 'YYYY-MM-DD HH:MM'
  -mtime N -atime N -ctime N       whole days ago; -mmin -amin -cmin: minutes
  -user NAME -group NAME           or numbers
  -perm MODE -perm -MODE /MODE     exactly, all of these bits, any of these; 644 or u=rw,g+x
  -readable -writable -executable  by us
  -links N -inum N -samefile FILE
  -true -false
Actions:
  -print -print0 -printf FORMAT    FORMAT as GNU's: %p %P %f %h %s %y %m %u %T@ \\n ...
  -exec COMMAND ;  -execdir        for each, {} is the path; true when its status is 0
  -exec COMMAND {} +               for many at once
  -delete                          implies -depth
  -prune -quit
Operators: ( E )   ! E   E -a E (or nothing between)   E -o E   E , E
Options:
  -maxdepth N -mindepth N -depth -xdev -threads N

An expression that only prints is evaluated on all cores, and its lines come in any order; -threads 1
gives the directories' own. With -exec, -delete, -quit or -depth there is one thread.

Examples:
  fs find / -xdev -name '*.so*'
  fs find . -name target -prune -o -name '*.rs' -newer Cargo.lock -print
  fs find . -type f -size +1M -printf '%s %p\\n'
  fs find . -name '*.orig' -delete

Status: 0 when all was well, 1 when something could not be read, run or removed, 2 for wrong usage.";

impl Find {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let query = match Query::parse(&self.arguments) {
            Ok(query) => query,
            Err(error) => {
                complain(format_args!("find: {error}"));
                return Ok(ExitCode::from(2));
            }
        };
        let outcome = query.run(io::stdout(), |what| complain(what))?;
        Ok(ExitCode::from(u8::from(outcome.failed)))
    }
}
