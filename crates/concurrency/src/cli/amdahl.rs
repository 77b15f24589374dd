//! `concurrency amdahl`: a law, and what is under it.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use concurrency::amdahl::draw::{self, Series};
use concurrency::amdahl::measure::{Job, Work};
use concurrency::amdahl::{limit, speed_up};

const WORKERS: [usize; 5] = [1, 2, 3, 4, 8];
const LENGTH: Duration = Duration::from_millis(80);

/// Do jobs of which a part cannot be divided with more and more threads, and draw how much faster they get
#[derive(Debug, Args)]
pub(crate) struct Amdahl {
    /// Also write the picture as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Amdahl {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let series = [
            measure("waiting", Work::Wait, 0.5),
            measure("waiting", Work::Wait, 0.9),
            measure("computing", Work::Compute, 0.9),
        ];
        for one in &series {
            row(out, one)?;
        }
        let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
        writeln!(
            out,
            "A job that computes cannot be faster than the {processors} processors here; one that waits can."
        )?;
        writeln!(out, "\n{}", draw::text(&series))?;
        if let Some(file) = &self.svg {
            std::fs::write(file, draw::svg(&series))
                .with_context(|| format!("cannot write {}", file.display()))?;
            writeln!(out, "drawn in {}", file.display())?;
        }
        Ok(())
    }
}

fn measure(name: &str, work: Work, parallel: f64) -> Series {
    let job = Job {
        work,
        length: LENGTH,
        parallel,
    };
    Series {
        name: name.to_owned(),
        parallel,
        points: job.measure(&WORKERS, 2),
    }
}

fn row(out: &mut impl Write, series: &Series) -> anyhow::Result<()> {
    let parallel = series.parallel;
    write!(out, "{:9} P = {parallel}:", series.name)?;
    for point in &series.points {
        let law = speed_up(parallel, point.workers);
        write!(
            out,
            "  {}: {:.2} of {law:.2}",
            point.workers, point.speed_up
        )?;
    }
    writeln!(out, "  limit {:.0}", limit(parallel))?;
    Ok(())
}
