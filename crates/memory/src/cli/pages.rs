//! `memory pages`: what becomes of each page when it is read, written, and shared with a child.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::value_parser;
use memory::maps::{PageEntry, Pagemap};
use memory::page::{Pages, Sharing};
use memory::residency::{Faults, State, Twin};

/// Touch, fork and write, and show what becomes of each page.
///
/// Each line is one act, the faults that it caused, and the page table of this process and of its
/// child afterwards, a character for each page, as the kernel tells it in /proc/PID/pagemap.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PagesCommand {
    /// How many pages
    #[arg(long, default_value_t = 16, value_parser = value_parser!(u16).range(8..=512))]
    count: u16,

    /// Share the memory with the child, instead of copying on write
    #[arg(long)]
    shared: bool,

    /// Show the number of the frame behind each page as well (needs CAP_SYS_ADMIN)
    #[arg(long)]
    frames: bool,
}

const EXAMPLES: &str = "\
Examples:
  memory pages
  memory pages --shared
  sudo memory pages --frames --count 8

Linux only: macOS does not show page tables.";

impl PagesCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout().lock();
        let sharing = match self.shared {
            true => Sharing::Shared,
            false => Sharing::Private,
        };
        let pages = Pages::anonymous(self.count.into(), sharing)?.never_huge();
        let mut watch = Watch::new(&mut out, &pages, self.frames)?;
        watch.legend()?;
        experiment(&mut watch)?;
        drop(watch);
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The acts, with a line after each.
///
/// # Errors
///
/// Of the kernel, and of the output.
pub(crate) fn experiment<W: Write>(watch: &mut Watch<'_, W>) -> anyhow::Result<()> {
    let pages = watch.pages;
    let count = pages.count();
    let (quarter, half) = (count / 4, count / 2);
    watch.act("mapped", |_| Ok(()))?;
    watch.act(&format!("read 0-{}", half - 1), |_| {
        (0..half).for_each(|page| _ = pages.read(page));
        Ok(())
    })?;
    watch.act(&format!("write {quarter}-{}", count - quarter - 1), |_| {
        (quarter..count - quarter).for_each(|page| pages.write(page, 1));
        Ok(())
    })?;
    watch.act("fork", |twin| {
        *twin = Some(Twin::of(pages)?);
        Ok(())
    })?;
    watch.act(&format!("child reads {quarter}-{}", half - 1), |twin| {
        let twin = twin.as_mut().context("the child is there")?;
        (quarter..half).try_for_each(|page| twin.read(page).map(drop))?;
        Ok(())
    })?;
    watch.act(&format!("child writes {quarter}-{}", half - 1), |twin| {
        let twin = twin.as_mut().context("the child is there")?;
        (quarter..half).try_for_each(|page| twin.write(page, 2))?;
        Ok(())
    })?;
    watch.act(&format!("we write {half}"), |_| {
        pages.write(half, 3);
        Ok(())
    })?;
    watch.act("child ends", |twin| {
        *twin = None;
        Ok(())
    })?;
    watch.act(&format!("give back 0-{}", half - 1), |_| {
        Ok(pages.discard(0..half)?)
    })
}

/// The pages, those who have them, and where the lines go.
pub(crate) struct Watch<'a, W> {
    out: &'a mut W,
    pages: &'a Pages,
    table: Pagemap,
    twin: Option<Twin<'a>>,
    frames: bool,
}

impl<'a, W: Write> Watch<'a, W> {
    pub(crate) fn new(
        out: &'a mut W,
        pages: &'a Pages,
        frames: bool,
    ) -> anyhow::Result<Watch<'a, W>> {
        Ok(Watch {
            out,
            pages,
            table: Pagemap::open(None)?,
            twin: None,
            frames,
        })
    }

    fn legend(&mut self) -> io::Result<()> {
        writeln!(
            self.out,
            "{} pages at {:#x}.\n\
             . absent   s shared: the kernel's zeros, or the child's too   O our own\n\
             f shared memory in one table   F in both   ~ swapped\n\
             The faults are all that there were: after a fork the stacks are copied as well.\n",
            self.pages.count(),
            self.pages.range().start
        )
    }

    /// Does it, and shows the outcome.
    fn act(
        &mut self,
        what: &str,
        act: impl FnOnce(&mut Option<Twin<'a>>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let childs_before = self.child_faults();
        let (faults, outcome) = Faults::during(|| act(&mut self.twin))?;
        outcome?;
        let ours = self.table.entries(self.pages.range())?;
        write!(
            self.out,
            "{what:<20} {:>3} faults  {}",
            faults.all(),
            states(&ours)
        )?;
        let childs = self.show_child(childs_before)?;
        writeln!(self.out)?;
        if self.frames {
            self.show_frames("our", &ours)?;
            self.show_frames("child's", &childs)?;
        }
        Ok(())
    }

    /// The child's part of the line, if there is one, and its page table.
    fn show_child(&mut self, before: Option<Faults>) -> anyhow::Result<Vec<PageEntry>> {
        let Some(twin) = &self.twin else {
            return Ok(Vec::new());
        };
        let entries = Pagemap::open(Some(twin.pid()))?.entries(self.pages.range())?;
        // One that has just begun has no before.
        let since = |before| Some((self.child_faults()? - before).all());
        let faults = before.and_then(since).unwrap_or(0);
        let states = states(&entries);
        write!(self.out, "   child {faults:>3} faults  {states}")?;
        Ok(entries)
    }

    fn child_faults(&self) -> Option<Faults> {
        Faults::of_other(self.twin.as_ref()?.pid()).ok()
    }

    fn show_frames(&mut self, whose: &str, entries: &[PageEntry]) -> io::Result<()> {
        if !entries.iter().any(|entry| entry.is_present()) {
            return Ok(());
        }
        let frames: Vec<String> = entries
            .iter()
            .map(|entry| match entry.frame() {
                Some(frame) => format!("{frame:x}"),
                None if entry.is_present() => "hidden".to_owned(),
                None => "-".to_owned(),
            })
            .collect();
        writeln!(
            self.out,
            "{:>20} {}",
            format!("{whose} frames"),
            frames.join(" ")
        )
    }
}

fn states(entries: &[PageEntry]) -> String {
    let states = entries.iter().map(|&entry| State::of(entry));
    states.map(State::symbol).collect()
}
