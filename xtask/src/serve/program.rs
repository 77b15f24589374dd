//! The run of a program that was built: under the tracer where that can be, else without.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::run::Run;
use super::{traced, untraced};

/// What is to be run.
pub(super) struct Program {
    pub(super) executable: PathBuf,
    /// How the name of its source file ends.
    pub(super) file: PathBuf,
    pub(super) limit: Duration,
}

/// How a program ended.
#[derive(Debug, PartialEq)]
pub(super) enum Ending {
    Exited(i32),
    Killed(i32),
}

/// Why there is no trace of it.
pub(super) enum Untraced {
    /// The program traces, and only one can trace a process.
    Traces,
    /// As the system says.
    Refused(String),
}

/// Runs the program; `traces` is what is known of whether it is one that traces, and becomes so.
pub(super) fn run(run: &Arc<Run>, program: &Program, traces: &mut bool) -> Result<Ending> {
    let folder = Temporary::new(run.id)?;
    let why = if *traces {
        Untraced::Traces
    } else {
        run.begin_program(program.limit);
        match traced::run(run, program, &folder.0)? {
            Ok(ending) => return Ok(ending),
            Err(why) => why,
        }
    };
    let text = match why {
        Untraced::Traces => {
            *traces = true;
            "it traces programs itself, and a program can have one tracer".to_owned()
        }
        Untraced::Refused(text) => text,
    };
    run.tell(|log| log.start(Some(&text)));
    run.begin_program(program.limit);
    untraced::run(run, program, &folder.0)
}

/// The folder for what programs put into temporary folders. A program that is killed leaves its own
/// behind.
struct Temporary(PathBuf);

impl Temporary {
    fn new(id: u64) -> Result<Self> {
        // Short: sockets below it have to be named in 108 bytes.
        let path = env::temp_dir().join(format!("living-{}-{id}", process::id()));
        fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The variables in which a lesson's surroundings differ from ours.
pub(super) fn surroundings(temporary: &Path) -> [(&str, &Path); 2] {
    // A claim that fell says so in a line; forty lines of the panic machinery would hide it.
    [("RUST_BACKTRACE", Path::new("0")), ("TMPDIR", temporary)]
}

pub(super) fn no_input() -> io::Result<fs::File> {
    fs::File::open("/dev/null")
}
