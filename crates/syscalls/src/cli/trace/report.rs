//! Where events go, and in which form.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};

use anyhow::Context;
use syscalls::event::{Event, Kind};
use syscalls::print::{Flush, Printer, Style, TaskPrefix, json};
use syscalls::summary::Summary;

use super::Trace;
use super::source::Source;

const CANNOT_WRITE: &str = "cannot write the trace";

type Out = BufWriter<Box<dyn Write>>;

/// What is made of the events.
pub(super) struct Report {
    form: Form,
    summary: Option<Summary>,
}

enum Form {
    Lines(Printer<Out>),
    /// With whether to write each line out at once.
    Json(Out, bool),
    Source(Out, Box<Source>),
    /// Only the summary.
    Nothing(Out),
}

impl Report {
    pub(super) fn new(trace: &Trace) -> anyhow::Result<Self> {
        let to: Box<dyn Write> = match &trace.output {
            Some(path) => Box::new(
                File::create(path).with_context(|| format!("cannot open {}", path.display()))?,
            ),
            None => Box::new(io::stderr()),
        };
        let out = BufWriter::with_capacity(64 * 1024, to);
        let form = if trace.only_counts() {
            Form::Nothing(out)
        } else if trace.json {
            Form::Json(out, trace.output.is_none())
        } else if trace.source {
            let colours = trace.output.is_none() && io::stderr().is_terminal();
            Form::Source(out, Box::new(Source::new(colours)))
        } else {
            Form::Lines(Printer::new(out, style(trace)))
        };
        let summary = (trace.only_counts() || trace.count_too).then(Summary::default);
        Ok(Self { form, summary })
    }

    pub(super) fn event(&mut self, event: &Event) -> anyhow::Result<()> {
        if let (Some(summary), Kind::Call(call)) = (&mut self.summary, &event.kind) {
            summary.add(call);
        }
        let written = match &mut self.form {
            Form::Lines(printer) => printer.print(event),
            Form::Json(out, at_once) => write_json(out, event, *at_once),
            Form::Source(_, source) => return source.add(event),
            Form::Nothing(_) => Ok(()),
        };
        written.context(CANNOT_WRITE)
    }

    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.write_rest().context(CANNOT_WRITE)
    }

    fn write_rest(self) -> io::Result<()> {
        let mut out = match self.form {
            Form::Lines(printer) => printer.finish()?,
            Form::Source(mut out, source) => {
                source.write(&mut out)?;
                out
            }
            Form::Json(out, _) | Form::Nothing(out) => out,
        };
        if let Some(summary) = self.summary {
            write!(out, "{summary}")?;
        }
        out.flush()
    }
}

fn write_json(out: &mut Out, event: &Event, at_once: bool) -> io::Result<()> {
    if let Some(object) = json(event) {
        writeln!(out, "{object}")?;
    }
    if at_once { out.flush() } else { Ok(()) }
}

fn style(trace: &Trace) -> Style {
    let to_file = trace.output.is_some();
    Style {
        task: match to_file && trace.several() {
            true => TaskPrefix::Always,
            false => TaskPrefix::WhenSeveral,
        },
        clock: trace.clock(),
        relative: trace.relative,
        took: trace.took,
        attachments: !to_file && trace.quiet == 0,
        endings: trace.quiet < 2,
        flush: if to_file {
            Flush::AtEnd
        } else if io::stderr().is_terminal() {
            Flush::Calls
        } else {
            Flush::Lines
        },
    }
}
