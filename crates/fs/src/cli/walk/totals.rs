//! How many entries of each kind.

use std::io::{self, Write};

use ::fs::walk::Kind;
use serde_json::{Map, Value};

const KINDS: [(Kind, &str); 7] = [
    (Kind::File, "file"),
    (Kind::Directory, "directory"),
    (Kind::Symlink, "symlink"),
    (Kind::Fifo, "fifo"),
    (Kind::Socket, "socket"),
    (Kind::CharacterDevice, "character device"),
    (Kind::BlockDevice, "block device"),
];

#[derive(Debug, Default)]
pub(super) struct Totals([u64; KINDS.len()]);

/// The word for a kind.
pub(super) fn name(kind: Kind) -> &'static str {
    KINDS[index(kind)].1
}

impl Totals {
    pub(super) fn note(&mut self, kind: Kind) {
        self.0[index(kind)] += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    pub(super) fn entries(&self) -> u64 {
        self.0.iter().sum()
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (count, (_, name)) in self.0.iter().zip(KINDS).filter(|(count, _)| **count > 0) {
            writeln!(out, "{count:>10}  {name}")?;
        }
        writeln!(out, "{:>10}  in all", self.entries())
    }

    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let object: Map<_, _> = self
            .0
            .iter()
            .zip(KINDS)
            .map(|(count, (_, name))| (name.to_owned(), Value::from(*count)))
            .collect();
        writeln!(out, "{}", Value::Object(object))
    }
}

fn index(kind: Kind) -> usize {
    KINDS
        .iter()
        .position(|(known, _)| *known == kind)
        .expect("the table has every kind")
}
