//! `memory gc`: a small heap's colours while it is collected, and the pauses of a larger one.
//!
//! Sound: the node names its only edge.
#![allow(unsafe_code)]

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use memory::gc::{
    Collector, Colour, Config, Edge, Heap, Kind, Mutator, Root, Summary, Trace, Visitor,
    colours_line, pauses_svg,
};

/// Watch a collector at work: the colours of a small heap, then the pauses of a larger one.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Gc {
    /// Who collects: the allocating thread while all stand still, in small steps, or a thread of its own
    #[arg(long, value_enum, default_value_t = Choice::Concurrent)]
    collector: Choice,

    /// Objects that live on in the larger heap, in thousands
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    live: u32,

    /// For how long the larger heap is worked on, in milliseconds
    #[arg(long, default_value_t = 800)]
    millis: u64,

    /// Draw pauses over heap size into FILE
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  memory gc
  memory gc --collector stop --live 2000 --svg pauses.svg

Colours: . free, o white (not reached yet), + grey (references not followed yet), # black (done).";

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    Stop,
    Incremental,
    Concurrent,
}

impl From<Choice> for Collector {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Stop => Collector::Stop,
            Choice::Incremental => Collector::Incremental,
            Choice::Concurrent => Collector::Concurrent,
        }
    }
}

struct Node {
    next: Edge<Node>,
    _payload: [u64; 7],
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Node {
    #[inline]
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
    }
}

const WIDTH: usize = 72;

impl Gc {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let out = &mut io::stdout().lock();
        colours(out)?;
        let heap = self.work();
        let pauses = heap.pauses();
        let (cycles, live) = (heap.cycles(), self.live);
        writeln!(
            out,
            "\n{cycles} cycles with {live} thousand objects live, {:?}",
            Collector::from(self.collector)
        )?;
        writeln!(
            out,
            "{:8} {:>7} {:>11} {:>11} {:>11}",
            "pause", "count", "median", "p99", "longest"
        )?;
        for kind in [Kind::Whole, Kind::Begin, Kind::Finish, Kind::Step] {
            let summary = Summary::of(&pauses, |pause| pause.kind == kind);
            if summary.count > 0 {
                row(out, &format!("{kind:?}").to_lowercase(), &summary)?;
            }
        }
        if let Some(file) = &self.svg {
            fs::write(file, pauses_svg(&pauses, size_of::<Node>()))
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Two threads' work on one heap: lists that grow at one end and are let go of.
    fn work(&self) -> Heap<Node> {
        let live = self.live as usize * 1000;
        let heap = Heap::new(Config::new(live * 3 + 4096).collector(self.collector.into()));
        let deadline = Instant::now() + Duration::from_millis(self.millis);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| churn(heap.mutator(), live / 2, deadline));
            }
        });
        heap
    }
}

/// Sixty-four lists; the oldest is replaced by a new one again and again.
fn churn(mut mutator: Mutator<Node>, live: usize, deadline: Instant) {
    let mut lists: Vec<Root<Node>> = Vec::new();
    for turn in 0.. {
        if Instant::now() > deadline {
            return;
        }
        let list = chain(&mut mutator, (live / 64).max(1));
        if lists.len() < 64 {
            lists.push(list);
        } else {
            lists[turn % 64] = list;
        }
    }
}

fn chain(mutator: &mut Mutator<Node>, length: usize) -> Root<Node> {
    let mut head = None;
    for _ in 0..length {
        let made = loop {
            match mutator.enter(|scope| push(scope, head.as_ref())) {
                Some(root) => break root,
                None => mutator.collect(),
            }
        };
        head = Some(made);
    }
    head.expect("a list has one node at least")
}

fn push(
    scope: &mut memory::gc::Scope<'_, '_, Node>,
    head: Option<&Root<Node>>,
) -> Option<Root<Node>> {
    let node = Node {
        next: Edge::empty(),
        _payload: [0; 7],
    };
    let node = scope.allocate(node).ok()?;
    if let Some(head) = head {
        let head = scope.open(head);
        scope.link(node, |node| &node.next, Some(head));
    }
    Some(scope.root(node))
}

fn row(out: &mut impl Write, name: &str, summary: &Summary) -> io::Result<()> {
    let Summary {
        count,
        median,
        p99,
        max,
    } = summary;
    writeln!(
        out,
        "{name:8} {count:>7} {median:>11.1?} {p99:>11.1?} {max:>11.1?}"
    )
}

/// A heap of a few hundred objects, half of them garbage, in small steps. On a terminal the line is
/// drawn again and again; elsewhere a dozen of them.
fn colours(out: &mut impl Write) -> io::Result<()> {
    let live = io::stdout().is_terminal();
    let step = if live { 4 } else { 32 };
    let heap = Heap::new(
        Config::new(576)
            .collector(Collector::Incremental)
            .step(step),
    );
    let mut mutator = heap.mutator();
    let lists: Vec<_> = (0..12).map(|_| chain(&mut mutator, 32)).collect();
    let _kept: Vec<_> = lists.into_iter().step_by(2).collect();
    frame(out, live, &mutator.colours())?;
    loop {
        let is_done = mutator.step();
        frame(out, live, &mutator.colours())?;
        if is_done {
            return if live { writeln!(out) } else { Ok(()) };
        }
    }
}

fn frame(out: &mut impl Write, live: bool, colours: &[Colour]) -> io::Result<()> {
    let line = colours_line(colours, WIDTH);
    if !live {
        return writeln!(out, "  {line}");
    }
    write!(out, "\r  {line}")?;
    out.flush()?;
    thread::sleep(Duration::from_millis(15));
    Ok(())
}
