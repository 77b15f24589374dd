//! `--source`: from the traced program to the text it was made of.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use syscalls::event::{Event, Kind, Pid};
use syscalls::source::View;

/// The program's text, once its first event says which program it is.
pub(super) struct Source {
    view: Option<View>,
    colours: bool,
}

impl Source {
    pub(super) fn new(colours: bool) -> Self {
        Self {
            view: None,
            colours,
        }
    }

    pub(super) fn add(&mut self, event: &Event) -> anyhow::Result<()> {
        let view = match &mut self.view {
            Some(view) => view,
            None => {
                let view = view_of(event.pid)?.ansi(self.colours);
                self.view.insert(view)
            }
        };
        if let Kind::Call(call) = &event.kind {
            view.add(call);
        }
        Ok(())
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match &self.view {
            Some(view) => view.write_to(out),
            None => Ok(()),
        }
    }
}

/// The tracer holds the process, which has its program in memory.
fn view_of(pid: Pid) -> anyhow::Result<View> {
    let executable =
        fs::read_link(format!("/proc/{pid}/exe")).context("cannot see which program runs")?;
    let name = executable.display();
    let main = main_source(&executable)
        .with_context(|| format!("{name} does not say what file its main is in"))?;
    let path = located(&main, &executable);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(View::new(&main, text))
}

#[cfg(target_os = "linux")]
fn main_source(executable: &Path) -> Option<PathBuf> {
    syscalls::symbols::main_source(executable)
}

#[cfg(not(target_os = "linux"))]
fn main_source(_executable: &Path) -> Option<PathBuf> {
    None
}

/// Cargo has the compiler name the files of a workspace as seen from its root, which is the working
/// directory or above the executable.
fn located(file: &Path, executable: &Path) -> PathBuf {
    if file.exists() {
        return file.to_owned();
    }
    executable
        .ancestors()
        .map(|directory| directory.join(file))
        .find(|path| path.exists())
        .unwrap_or_else(|| file.to_owned())
}
