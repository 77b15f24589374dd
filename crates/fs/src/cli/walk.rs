//! `fs walk`: every path of a tree.

mod output;
mod totals;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use ::fs::walk::Walker;

use output::{Format, Output};

/// Print every path below each PATH, PATH itself included.
///
/// Directories are read on all cores, so the paths come in no particular order unless one is asked
/// for. What cannot be read is reported, and the rest is printed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Walk {
    /// Entries of a directory in order of their bytes (on one thread)
    #[arg(long)]
    sort: bool,

    /// A directory after all that it holds (on one thread)
    #[arg(long)]
    contents_first: bool,

    /// Follow symlinks; those that lead back to a directory above are reported
    #[arg(long)]
    follow: bool,

    /// Do not enter other filesystems
    #[arg(long)]
    xdev: bool,

    /// Enter directories down to N - 1 levels below each PATH
    #[arg(long, value_name = "N")]
    max_depth: Option<usize>,

    /// How many threads read directories [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// End each path with a NUL byte instead of a newline
    #[arg(short = '0', long, conflicts_with_all = ["json", "count"])]
    null: bool,

    /// A JSON object for each path: path, kind, depth, inode
    #[arg(long)]
    json: bool,

    /// Print only how many entries of each kind there are
    #[arg(long)]
    count: bool,

    /// Where to begin
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  fs walk --count /usr
  fs walk -0 src | xargs -0 wc -l
  fs walk --sort --max-depth 2
  fs walk --json /etc | grep '\"symlink\"'

A path that is not UTF-8 is printed as it is; in JSON it is \"path_base64\" instead of \"path\".
Status: 0 when everything was read, 1 when something could not be, 2 for wrong usage.";

impl Walk {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let output = Output::new(self.format())?;
        for path in &self.paths {
            self.walker(path.clone()).run(|| output.visitor());
        }
        let everything_was_read = output.finish()?;
        Ok(ExitCode::from(u8::from(!everything_was_read)))
    }

    fn format(&self) -> Format {
        match self {
            Walk {
                count: true, json, ..
            } => Format::Totals { json: *json },
            Walk { json: true, .. } => Format::Json,
            Walk { null: true, .. } => Format::Path { end: b'\0' },
            _ => Format::Path { end: b'\n' },
        }
    }

    fn walker(&self, root: PathBuf) -> Walker {
        let mut walker = Walker::new(root)
            .sorted(self.sort)
            .contents_first(self.contents_first)
            .follow_links(self.follow)
            .one_filesystem(self.xdev);
        if let Some(depth) = self.max_depth {
            walker = walker.max_depth(depth);
        }
        if let Some(threads) = self.threads {
            walker = walker.threads(threads.get());
        }
        walker
    }
}
