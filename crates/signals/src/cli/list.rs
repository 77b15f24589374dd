//! `signals list`: the table, and one name or number looked up.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};
use signals::signal::Signal;

/// Show the signals of this system: names, numbers, what happens by default, what they are for.
///
/// With arguments, as `kill -l`: a name gives its number, a number its name, and the exit status of a
/// program that a signal has ended (128 and the number) the name of that signal.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// A list of objects, for scripts
    #[arg(long)]
    json: bool,

    /// A name, a number, or an exit status above 128
    #[arg(value_name = "NAME|NUMBER|STATUS")]
    which: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  signals list
  signals list INT 9 143
  signals list --json | jq '.[] | select(.default == \"core\").name'";

impl List {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout().lock();
        let found: Vec<(String, Signal)> = self
            .which
            .into_iter()
            .map(|word| look_up(&word).map(|signal| (word, signal)))
            .collect::<Result<_, _>>()?;
        match (self.json, found.is_empty()) {
            (true, true) => write_json(&mut out, Signal::all())?,
            (true, false) => write_json(&mut out, found.into_iter().map(|(_, signal)| signal))?,
            (false, true) => write_table(&mut out)?,
            (false, false) => found
                .iter()
                .try_for_each(|(word, signal)| writeln!(out, "{}", other_side(word, *signal)))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn look_up(word: &str) -> anyhow::Result<Signal> {
    let status = || Signal::from_number(word.parse::<i32>().ok()?.checked_sub(128)?);
    word.parse()
        .ok()
        .or_else(status)
        .with_context(|| format!("{word:?} is no signal, and no status of one"))
}

/// The name for a number, the number for a name.
fn other_side(word: &str, signal: Signal) -> String {
    match word.parse::<i32>() {
        Ok(_) => signal.name().into_owned(),
        Err(_) => signal.number().to_string(),
    }
}

fn write_table(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:>6} {:10} {:10} FOR", "NUMBER", "NAME", "DEFAULT")?;
    for signal in Signal::all() {
        writeln!(
            out,
            "{:>6} {:10} {:10} {}",
            signal.number(),
            signal,
            signal.default_action(),
            signal.description()
        )?;
    }
    Ok(())
}

fn write_json(out: &mut impl Write, signals: impl Iterator<Item = Signal>) -> io::Result<()> {
    let objects: Vec<Value> = signals
        .map(|signal| {
            json!({
                "number": signal.number(),
                "name": signal.name(),
                "default": signal.default_action().name(),
                "for": signal.description(),
            })
        })
        .collect();
    writeln!(out, "{}", Value::from(objects))
}
