//! A small program under the tracer, with a word on each line.

use std::env;
use std::fs::File;
use std::io::Write;

use syscalls::event::{Call, Kind};
use syscalls::filter::Filter;
use syscalls::trace::{Command, Error, Options, Tracer};

use super::TRACED;

pub(super) fn show(out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "A program can compute by itself; for everything else it calls the kernel. This one:\n\n    \
         let text = fs::read(\"/etc/passwd\");\n    \
         File::open(\"/no/such/file\");\n    \
         println!(\"{{}} lines\", …);\n\n\
         makes these calls, from its main on (those about memory are left out: -e '!%memory'):\n"
    )?;
    let mut tracer = start()?;
    while let Some(event) = tracer.next()? {
        if let Kind::Call(call) = event.kind {
            writeln!(out, "  {call}")?;
            if let Some(words) = meaning(&call) {
                writeln!(out, "      {words}")?;
            }
        }
    }
    writeln!(out)?;
    Ok(())
}

/// This program again, as the one to trace. A stripped one is traced from its beginning.
fn start() -> anyhow::Result<Tracer> {
    let command = || -> anyhow::Result<Command> {
        let null = File::options().write(true).open("/dev/null")?;
        Ok(Command::new(env::current_exe()?).arg(TRACED).stdout(null))
    };
    let mut filter = Filter::default();
    filter.add("trace=!%memory")?;
    let mut options = Options {
        filter,
        from_main: true,
        ..Options::default()
    };
    match Tracer::spawn(&command()?, options.clone()) {
        Err(Error::NoMain { .. }) => {
            options.from_main = false;
            Ok(Tracer::spawn(&command()?, options)?)
        }
        outcome => Ok(outcome?),
    }
}

/// What a line says, in plain words.
fn meaning(call: &Call) -> Option<&'static str> {
    let words = match call.name {
        "openat" | "open" if call.failed() => {
            "There is no such file. -1 is what the program gets, with the error's number, 2."
        }
        "openat" | "open" => {
            "Opens the file. The result is a descriptor, by which all later calls name it."
        }
        "statx" | "fstat" | "newfstatat" => "How large is it? So much memory to read it into.",
        "lseek" => "Where in the file are we? At its beginning.",
        "read" if call.arguments.ends_with(", 32") => {
            "Is there more than was expected? A few bytes will tell."
        }
        "read"
            if matches!(
                &call.outcome,
                syscalls::event::Outcome::Value { value: 0, .. }
            ) =>
        {
            "0 bytes: this is the end of the file."
        }
        "read" => "The bytes are copied into the program. The result is how many.",
        "close" => "The descriptor's number is free for the next file.",
        "write" => "What println! comes to: descriptor 1 is standard output.",
        "exit_group" => "The end of all threads. The kernel never answers: the ? stands for that.",
        _ => return None,
    };
    Some(words)
}
