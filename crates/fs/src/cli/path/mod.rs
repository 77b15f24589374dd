//! `fs path`: the operations on paths, one by one or as a service.

mod batch;
mod operation;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use clap::error::ErrorKind;

use super::complain;
use operation::{Answer, Operation};

/// Work on paths as Go's path/filepath does: most of it on the strings alone, for files that need
/// not exist.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PathCommand {
    /// Answer requests on standard input, a line each (see below)
    #[arg(long, conflicts_with = "operation")]
    batch: bool,

    /// What to do
    #[arg(required_unless_present = "batch", hide_possible_values = true)]
    operation: Option<Operation>,

    /// What to do it with
    #[arg(
        value_name = "ARG",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<OsString>,
}

const EXAMPLES: &str = "\
Operations:
  clean, path.clean, base, dir, ext, split, splitlist, islocal, isabs, validpath, localize,
  fromslash, toslash, abs, expand, tilde, evalsymlinks, glob   each ARG by itself
  join ARG…                the elements as one path
  rel BASE TARGET…         each target as seen from the base
  match PATTERN NAME…      whether each name matches
  walk ROOT [NAME [all]]   everything below ROOT, a folder as NAME/, a link as NAME@, another special
                           file as NAME|, an error as !NAME; at NAME the folder is skipped, or with
                           a further argument all that is left

A result a line; split answers in two lines, the directory and the name.

Batch: {\"op\": \"clean\", \"args\": [\"a/../b\"]} is answered with {\"r\": \"b\"}, or {\"err\": \"why not\"}; lists and
booleans are JSON's. With \"b64\": true in the request, its strings and those of the answer are base64,
so that they can be any bytes. The answers come in the order of the requests, each at once.

Examples:
  fs path clean ./a//b/../c
  fs path rel /usr/lib /usr/share/doc
  fs path match '*.tar.?z' backup.tar.gz
  echo '{\"op\": \"join\", \"args\": [\"a\", \"../b\"]}' | fs path --batch";

impl PathCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = BufWriter::new(io::stdout().lock());
        match self.operation {
            Some(operation) => self.once(operation, &mut out),
            None => batch::serve(io::stdin().lock(), &mut out).map(|()| ExitCode::SUCCESS),
        }
        .map_err(anyhow::Error::from)
    }

    /// Answers all that can be answered, and complains of the rest.
    fn once(&self, operation: Operation, out: &mut impl Write) -> io::Result<ExitCode> {
        let mut status = ExitCode::SUCCESS;
        let arguments: Vec<&[u8]> = self.arguments.iter().map(|text| text.as_bytes()).collect();
        for request in requests(operation, &arguments) {
            if let Some(complaint) = operation.refuses(request.len()) {
                clap::Error::raw(ErrorKind::WrongNumberOfValues, format!("{complaint}\n")).exit();
            }
            match operation.run(&request) {
                Ok(answer) => print(&answer, out)?,
                Err(error) => {
                    out.flush()?;
                    complain(error);
                    status = ExitCode::FAILURE;
                }
            }
        }
        out.flush()?;
        Ok(status)
    }
}

/// On the command line one call does the same with many arguments.
fn requests<'a>(operation: Operation, arguments: &[&'a [u8]]) -> Vec<Vec<&'a [u8]>> {
    match (*operation.arguments().end(), arguments) {
        (1, [_, ..]) => arguments.iter().map(|&one| vec![one]).collect(),
        (2, [first, rest @ ..]) if !rest.is_empty() => {
            rest.iter().map(|&one| vec![*first, one]).collect()
        }
        _ => vec![arguments.to_vec()],
    }
}

fn print(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    match answer {
        Answer::Bool(yes) => writeln!(out, "{yes}"),
        Answer::Text(text) => line(text, out),
        Answer::List(list) => list.iter().try_for_each(|text| line(text, out)),
    }
}

fn line(text: &[u8], out: &mut impl Write) -> io::Result<()> {
    out.write_all(text)?;
    out.write_all(b"\n")
}
