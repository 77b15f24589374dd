//! `fs du`: how much room trees take.

use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use fs::usage::{Meter, Options, Unit, Usage};
use fs::walk::{Kind, WalkError};

use super::complain;

/// Show how much room trees take.
///
/// A file with several names counts once, over all arguments. Sizes are in blocks on the disk, in units
/// of 1024 bytes, rounded up. With -s the walk uses all cores.
#[derive(Debug, clap::Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  fs du -sh ~/* | sort -h
  fs du -h -d 1 /var
  fs du -sb file.img; fs du -s -B1 file.img      how long, and how much of it is not a hole

Status: 0 when all was measured, 1 when something could not be, 2 for wrong usage."
)]
pub(crate) struct Du {
    /// This text
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,

    /// Files too, not only directories
    #[arg(short, long)]
    all: bool,

    /// Only a total for each FILE
    #[arg(short, long, conflicts_with_all = ["all", "max_depth"])]
    summarize: bool,

    /// A grand total at the end
    #[arg(short = 'c', long)]
    total: bool,

    /// Lines for directories (and with -a, files) at most N below FILE
    #[arg(short = 'd', long, value_name = "N")]
    max_depth: Option<usize>,

    /// How long files are, not how much room they take
    #[arg(long)]
    apparent_size: bool,

    /// The same as --apparent-size -B 1
    #[arg(short, long)]
    bytes: bool,

    /// In the unit that fits: 4.0K, 12M
    #[arg(short = 'h', long, group = "unit")]
    human_readable: bool,

    /// In units of 1024 bytes
    #[arg(short = 'k', group = "unit")]
    kibibytes: bool,

    /// In units of 1024 * 1024 bytes
    #[arg(short = 'm', group = "unit")]
    mebibytes: bool,

    /// In units of SIZE: 512, K, M, MB, 10K
    #[arg(short = 'B', long, value_name = "SIZE", group = "unit", value_parser = Unit::parse)]
    block_size: Option<Unit>,

    /// Count a file once for each of its names
    #[arg(short = 'l', long)]
    count_links: bool,

    /// Stay on the filesystem of each FILE
    #[arg(short = 'x', long)]
    one_file_system: bool,

    /// End lines with a zero byte
    #[arg(short = '0', long)]
    null: bool,

    /// Where to begin
    #[arg(value_name = "FILE", default_value = ".")]
    files: Vec<PathBuf>,
}

impl Du {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let meter = Meter::new(Options {
            one_filesystem: self.one_file_system,
            count_links: self.count_links,
            remember_all: self.files.len() > 1,
        });
        let failed = AtomicBool::new(false);
        let complain = |error: WalkError| {
            failed.store(true, Ordering::Relaxed);
            complain(error);
        };
        let mut report = Report {
            unit: self.unit(),
            apparent: self.apparent_size || self.bytes,
            end: if self.null { 0 } else { b'\n' },
            out: BufWriter::new(io::stdout().lock()),
        };
        let deepest = if self.summarize {
            Some(0)
        } else {
            self.max_depth
        };
        let mut grand_total = Usage::default();
        for file in &self.files {
            if deepest == Some(0) {
                // Without lines in between, the order does not matter.
                if let Some(usage) = meter.total(file, complain) {
                    grand_total += usage;
                    report.line(usage, file)?;
                }
            } else {
                meter.each(
                    file,
                    |line| {
                        if line.depth == 0 {
                            grand_total += line.usage;
                        }
                        let wanted = line.depth == 0 || self.all || line.kind == Kind::Directory;
                        if wanted && deepest.is_none_or(|deepest| line.depth <= deepest) {
                            report.line(line.usage, line.path)?;
                        }
                        Ok(())
                    },
                    complain,
                )?;
            }
        }
        if self.total {
            report.line(grand_total, Path::new("total"))?;
        }
        report.out.flush()?;
        Ok(ExitCode::from(u8::from(failed.into_inner())))
    }

    fn unit(&self) -> Unit {
        let unit = |bytes| Unit::Of(bytes, String::new());
        match &self.block_size {
            Some(given) => given.clone(),
            None if self.human_readable => Unit::Human,
            None if self.mebibytes => unit(1 << 20),
            None if self.kibibytes => unit(1 << 10),
            None if self.bytes => unit(1),
            None => unit(1 << 10),
        }
    }
}

/// Where lines go, and in which form.
struct Report<W> {
    unit: Unit,
    apparent: bool,
    end: u8,
    out: W,
}

impl<W: Write> Report<W> {
    fn line(&mut self, usage: Usage, path: &Path) -> io::Result<()> {
        let bytes = if self.apparent {
            usage.apparent
        } else {
            usage.allocated
        };
        write!(self.out, "{}\t", self.unit.show(bytes))?;
        self.out.write_all(path.as_os_str().as_bytes())?;
        self.out.write_all(&[self.end])
    }
}
