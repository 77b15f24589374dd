//! `syscalls table`: the numbers of the calls.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::bail;
use serde_json::json;
use syscalls::table::Architecture;

/// Show the numbers of calls on x86-64, arm64 and macOS.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Table {
    /// A call's name or part of it, or its number; all calls without
    #[arg(value_name = "NAME|NUMBER")]
    query: Option<String>,

    /// Only the calls of one architecture: x86-64, arm64 or macos
    #[arg(long, value_name = "A")]
    arch: Option<Architecture>,

    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  syscalls table openat
  syscalls table 57
  syscalls table 57 --arch arm64
  syscalls table stat          every call with stat in its name";

impl Table {
    pub(crate) fn run(self, out: &mut impl Write) -> anyhow::Result<()> {
        let names = self.names();
        if let (Some(query), true) = (&self.query, names.is_empty()) {
            match self.arch {
                Some(arch) => bail!("no call {query} on {arch}"),
                None => bail!("no call {query}"),
            }
        }
        if !self.json {
            writeln!(out, "{:<24}{}", "call", self.row(|arch| arch.to_string()))?;
        }
        for name in names {
            self.print(out, name)?;
        }
        Ok(())
    }

    fn print(&self, out: &mut impl Write, name: &str) -> anyhow::Result<()> {
        if self.json {
            let mut object = json!({"call": name});
            for arch in self.architectures() {
                object[arch.to_string()] = json!(arch.number(name));
            }
            writeln!(out, "{object}")?;
            return Ok(());
        }
        let numbers = self.row(|arch| match arch.number(name) {
            Some(number) => number.to_string(),
            None => "-".to_owned(),
        });
        writeln!(out, "{name:<24}{numbers}")?;
        Ok(())
    }

    fn row(&self, cell: impl Fn(Architecture) -> String) -> String {
        let cells = self
            .architectures()
            .map(|arch| format!(" {:>7}", cell(arch)));
        cells.collect()
    }

    fn architectures(&self) -> impl Iterator<Item = Architecture> {
        let only = self.arch;
        Architecture::ALL
            .into_iter()
            .filter(move |arch| only.is_none_or(|only| only == *arch))
    }

    /// The calls that are asked for: in the order of their numbers, where one architecture is, by name
    /// otherwise.
    fn names(&self) -> Vec<&'static str> {
        let calls = || self.architectures().flat_map(Architecture::calls);
        let found: Vec<_> = match &self.query {
            None => calls().collect(),
            Some(query) => match query.parse::<u64>() {
                Ok(number) => calls().filter(|call| call.0 == number).collect(),
                Err(_) if calls().any(|call| call.1 == query) => {
                    calls().filter(|call| call.1 == query).collect()
                }
                Err(_) => calls()
                    .filter(|call| call.1.contains(query.as_str()))
                    .collect(),
            },
        };
        let names = found.into_iter().map(|call| call.1);
        match self.arch {
            Some(_) => names.collect(),
            None => names.collect::<BTreeSet<_>>().into_iter().collect(),
        }
    }
}
