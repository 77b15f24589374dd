//! `png verify`: every fault of many files, on all cores.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use io_reader::png::{Checker, Fault, Report};
use serde_json::json;

use super::read_whole;
use crate::cli::{stdout, warn, written};

/// Say of each PNG whether it is sound, and if not, all that is wrong with it
///
/// Checked is everything that the PNG specification (third edition) asks for and that can be told
/// without decoding pixels: the frame of each chunk with its CRC, the order of chunks, their
/// fields, and the compressed image data. After a broken chunk the next sound one is searched for,
/// so faults behind it are found too. Files are checked on all cores and reported in the order
/// given. The exit status is 1 if a file is unsound or cannot be read.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader png verify -q *.png
  find . -name '*.png' -print0 | xargs -0 io-reader png verify -q
  io-reader png verify --json icons/*.png | jq -r 'select(.sound | not).file'")]
pub(crate) struct Args {
    /// Say nothing of sound files
    #[arg(short, long)]
    quiet: bool,
    /// Print JSON, an object a file
    #[arg(long)]
    json: bool,
    /// Files, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    // Small enough to keep all cores busy to the end, large enough that handing over costs nothing.
    let block_len = (args.files.len() / (cores * 8)).clamp(1, 64);
    let blocks = args.files.len().div_ceil(block_len);
    let next = AtomicUsize::new(0);
    let sound = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..cores.min(blocks) {
            let sender = sender.clone();
            scope.spawn(|| work(args, block_len, &next, sender));
        }
        drop(sender);
        print_in_order(receiver, args.files.len())
    })?;
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What there is to say about a block of files.
#[derive(Default)]
struct Block {
    number: usize,
    files: usize,
    /// For standard output.
    lines: String,
    /// For standard error: the files that could not be read.
    errors: Vec<String>,
    unsound: bool,
}

/// A worker: takes the next block of files, until there is none or nobody listens any more.
fn work(args: &Args, block_len: usize, next: &AtomicUsize, sender: Sender<Block>) {
    let mut checker = Checker::new();
    let mut buffer = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(files) = args.files.chunks(block_len).nth(number) else {
            return;
        };
        let mut block = Block {
            number,
            files: files.len(),
            ..Block::default()
        };
        for file in files {
            match read_whole(file, &mut buffer) {
                Ok(bytes) => block.report(args, file, &checker.check(bytes)),
                Err(error) => block.unreadable(args, file, &error),
            }
        }
        if sender.send(block).is_err() {
            return;
        }
    }
}

impl Block {
    fn report(&mut self, args: &Args, file: &Path, report: &Report) {
        let sound = report.faults.is_empty();
        self.unsound |= !sound;
        if sound && args.quiet {
            return;
        }
        if args.json {
            self.line(format_args!("{}", report_json(file, report)));
            return;
        }
        let name = file.display();
        if let Some(header) = report.header.filter(|_| sound) {
            self.line(format_args!(
                "{name}: sound, {header}, {} chunks",
                report.chunks
            ));
        }
        for fault in &report.faults {
            self.line(format_args!("{name}: {fault}"));
        }
    }

    fn unreadable(&mut self, args: &Args, file: &Path, error: &io::Error) {
        self.unsound = true;
        let name = file.display();
        if args.json {
            let error = error.to_string();
            let line = json!({ "file": name.to_string(), "sound": false, "error": error });
            self.line(format_args!("{line}"));
        }
        self.errors.push(format!("cannot read {name}: {error}"));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.lines, "{line}");
    }

    fn print(&self, out: &mut impl Write) -> anyhow::Result<()> {
        written(
            out.write_all(self.lines.as_bytes())
                .and_then(|()| out.flush()),
        )?;
        self.errors.iter().for_each(|error| warn(error));
        Ok(())
    }
}

/// Prints the blocks in the order of the files, and says whether all files are sound.
fn print_in_order(blocks: Receiver<Block>, files: usize) -> anyhow::Result<bool> {
    let mut out = stdout();
    let mut progress = Progress::new(files);
    let mut early = BTreeMap::new();
    let mut next = 0;
    let mut sound = true;
    for block in blocks {
        progress.advance(block.files);
        sound &= !block.unsound;
        early.insert(block.number, block);
        while let Some(block) = early.remove(&next) {
            progress.bar.suspend(|| block.print(&mut out))?;
            next += 1;
        }
    }
    progress.bar.finish_and_clear();
    Ok(sound)
}

/// How many files are done, on standard error if that is a terminal, once it has taken a while.
struct Progress {
    bar: ProgressBar,
    start: Instant,
    shown: bool,
}

impl Progress {
    fn new(files: usize) -> Self {
        let style = ProgressStyle::with_template("{pos} of {len} files {wide_bar} {eta}");
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        let bar = bar.with_style(style.expect("the template is well-formed"));
        Self {
            bar,
            start: Instant::now(),
            shown: false,
        }
    }

    fn advance(&mut self, files: usize) {
        self.bar.inc(files as u64);
        if !self.shown && self.start.elapsed() > Duration::from_millis(500) {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

fn report_json(file: &Path, report: &Report) -> serde_json::Value {
    let header = report.header;
    json!({
        "file": file.display().to_string(),
        "sound": report.faults.is_empty(),
        "width": header.map(|header| header.width),
        "height": header.map(|header| header.height),
        "depth": header.map(|header| header.depth),
        "colour": header.map(|header| header.colour.to_string()),
        "interlaced": header.map(|header| header.interlaced),
        "chunks": report.chunks,
        "faults": report.faults.iter().map(fault_json).collect::<Vec<_>>(),
    })
}

fn fault_json(fault: &Fault) -> serde_json::Value {
    json!({
        "offset": fault.offset,
        "chunk": fault.chunk.map(|chunk| chunk.to_string()),
        "fault": fault.kind.to_string(),
    })
}
