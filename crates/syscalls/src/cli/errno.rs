//! `syscalls errno`: what an error number means.

use std::io::Write;

use anyhow::bail;
use serde_json::json;
use syscalls::errno::Errno as Error;

/// Show error numbers, names and texts of this system.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Errno {
    /// A number, a name, or part of a name or text; all errors without
    #[arg(value_name = "NAME|NUMBER|TEXT", allow_negative_numbers = true)]
    query: Option<String>,

    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  syscalls errno 13
  syscalls errno EWOULDBLOCK
  syscalls errno 'no such'";

impl Errno {
    pub(crate) fn run(self, out: &mut impl Write) -> anyhow::Result<()> {
        let errors = match &self.query {
            None => Error::all().collect(),
            Some(query) => found(query),
        };
        if errors.is_empty() {
            bail!("no error {}", self.query.unwrap_or_default());
        }
        for error in errors {
            if self.json {
                let (number, name, text) = (error.number(), error.name(), error.text());
                let object =
                    json!({"number": number, "name": name, "text": text, "alias": error.alias()});
                writeln!(out, "{object}")?;
                continue;
            }
            write!(
                out,
                "{:<16} {:>3}  {}",
                error.name(),
                error.number(),
                error.text()
            )?;
            match error.alias() {
                Some(alias) => writeln!(out, " (also {alias})")?,
                None => writeln!(out)?,
            }
        }
        Ok(())
    }
}

/// The one of that number or name; otherwise all that have the words in their name or text.
fn found(query: &str) -> Vec<Error> {
    if let Ok(number) = query.parse::<i32>() {
        // The kernel returns errors as negative numbers, and so some programs print them.
        let number = number.unsigned_abs();
        return Error::all()
            .filter(|error| error.number().unsigned_abs() == number)
            .collect();
    }
    let upper = query.to_uppercase();
    if let Some(error) = Error::from_name(&upper) {
        return vec![error];
    }
    Error::all()
        .filter(|error| {
            let has = |text: &str| text.to_uppercase().contains(&upper);
            has(error.name()) || has(error.text())
        })
        .collect()
}
