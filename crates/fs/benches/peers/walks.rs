//! Walks of one tree, 200 000 files in 20 000 directories, warm in the cache.
//!
//! Every peer counts the entries and adds up the lengths of their paths, and both have to be right.
//! The libraries walk inside this process. The programs write all paths, into a pipe for the count
//! and to /dev/null for the time. Each walks once to warm the caches and then three times; the middle
//! time counts.

mod floor;
mod go;
mod library;
mod program;
mod tree;

use std::time::Instant;

use crate::Result;
use crate::workload::{Peer, Workload};
use tree::Tree;

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "walk, all cores",
        unit: "ms",
        peers: &[
            peer("Walker::run, 2 threads", |quick| {
                library(quick, |tree| library::run(tree, 2))
            }),
            peer("ignore, 2 threads", |quick| library(quick, library::ignore)),
            peer("jwalk, 2 threads", |quick| library(quick, library::jwalk)),
            peer("floor: open, getdents64, close, 2 threads", |quick| {
                floor::measure(quick, 2)
            }),
        ],
    },
    Workload {
        name: "walk, one after another",
        unit: "ms",
        peers: &[
            peer("Walker::iter", |quick| library(quick, library::iter)),
            peer("Walker::run, 1 thread", |quick| {
                library(quick, |tree| library::run(tree, 1))
            }),
            peer("walkdir", |quick| library(quick, library::walkdir)),
            Peer {
                name: "Go filepath.WalkDir",
                needs: Some("go"),
                measure: go::measure,
            },
            peer("floor: open, getdents64, close, 1 thread", |quick| {
                floor::measure(quick, 1)
            }),
        ],
    },
    Workload {
        name: "walk, the program",
        unit: "ms",
        peers: &[
            peer("fs walk", program::fs_walk),
            Peer {
                name: "find",
                needs: Some("find"),
                measure: program::find,
            },
            Peer {
                name: "fdfind -u",
                needs: Some("fdfind"),
                measure: program::fdfind,
            },
        ],
    },
];

const fn peer(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: None,
        measure,
    }
}

/// What a walk saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    entries: u64,
    /// The lengths of all paths together.
    bytes: u64,
}

fn library(quick: bool, walk: impl Fn(&Tree) -> Result<Seen>) -> Result<f64> {
    let tree = Tree::make(quick)?;
    tree.check(walk(&tree)?)?;
    middle(|| {
        let start = Instant::now();
        let seen = walk(&tree)?;
        let time = milliseconds(start);
        tree.check(seen)?;
        Ok(time)
    })
}

fn middle(mut measure: impl FnMut() -> Result<f64>) -> Result<f64> {
    let mut times = [measure()?, measure()?, measure()?];
    times.sort_by(f64::total_cmp);
    Ok(times[1])
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
