//! `memory alloc`: one workload on each stage, and what their heaps look like then.

use std::io::{self, Write};
use std::process::ExitCode;

use memory::alloc::caching::{spans, statistics};
use memory::alloc::workload::{Outcome, Step, run, run_caching, steps};
use memory::alloc::{Arena, Buddy, Bump, FreeList, Slab, arena_picture, pages_picture};

/// Run one workload on each allocator and draw what their heaps look like then.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Alloc {
    /// Only this one
    #[arg(long, value_enum)]
    allocator: Option<Stage>,

    /// How many blocks are allocated or freed
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    steps: u32,

    /// Another workload of the same kind
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const EXAMPLES: &str = "\
Examples:
  memory alloc
  memory alloc --allocator buddy --steps 10000 --seed 7

The first four have 96 KiB each: # blocks, . free, : overhead and rounding. thread-caching shows a character
a page: # objects of one size, = one block, `,` free and not yet given back, . free.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Stage {
    Bump,
    FreeList,
    Buddy,
    Slab,
    ThreadCaching,
}

const STAGES: [Stage; 5] = [
    Stage::Bump,
    Stage::FreeList,
    Stage::Buddy,
    Stage::Slab,
    Stage::ThreadCaching,
];
const MEMORY: usize = 96 << 10;
const WIDTH: usize = 72;
const ROWS: usize = 4;

impl Alloc {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let steps = steps(self.steps as usize, self.seed);
        let out = &mut io::stdout().lock();
        let mut memory = vec![0; MEMORY];
        for stage in STAGES {
            if self.allocator.is_some_and(|wanted| wanted != stage) {
                continue;
            }
            match stage {
                Stage::Bump => show(out, "bump", Bump::new(&mut memory), &steps)?,
                Stage::FreeList => show(out, "free-list", FreeList::new(&mut memory), &steps)?,
                Stage::Buddy => show(out, "buddy", Buddy::new(&mut memory), &steps)?,
                Stage::Slab => show(out, "slab", Slab::new(&mut memory), &steps)?,
                Stage::ThreadCaching => show_caching(out, &steps)?,
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(out: &mut impl Write, name: &str, mut arena: impl Arena, steps: &[Step]) -> io::Result<()> {
    let outcome = run(&mut arena, steps);
    heading(out, name, &outcome, steps.len())?;
    for line in arena_picture(&arena.extents(), WIDTH, ROWS) {
        writeln!(out, "  {line}")?;
    }
    let report = arena.report();
    writeln!(
        out,
        "  {} bytes asked for, {} lost in blocks ({:.0} %); {} free in {} pieces, the largest {} \
         ({:.0} % of it elsewhere)\n",
        report.asked,
        report.rounding + report.overhead,
        100.0 * report.internal_fragmentation(),
        report.free,
        report.pieces,
        report.largest_free,
        100.0 * report.external_fragmentation(),
    )
}

fn show_caching(out: &mut impl Write, steps: &[Step]) -> io::Result<()> {
    let mut seen = None;
    let outcome = run_caching(steps, || seen = Some((spans(), statistics())));
    let (spans, held) = seen.unwrap_or_default();
    heading(out, "thread-caching", &outcome, steps.len())?;
    for line in pages_picture(&spans, WIDTH) {
        writeln!(out, "  {line}")?;
    }
    writeln!(
        out,
        "  {} bytes in spans, {} free and kept; memory went back {} times",
        held.spans, held.kept, held.releases
    )
}

fn heading(out: &mut impl Write, name: &str, outcome: &Outcome, steps: usize) -> io::Result<()> {
    let each = outcome.took.as_nanos() / steps.max(1) as u128;
    let (allocated, refused) = (outcome.allocated, outcome.refused);
    writeln!(
        out,
        "{name}: {allocated} allocated, {refused} refused, {each} ns a step"
    )
}
