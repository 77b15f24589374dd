//! Programs that print the path of every entry.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::tree::Tree;
use super::{Seen, middle, milliseconds};
use crate::Result;

pub(super) fn fs_walk(quick: bool) -> Result<f64> {
    let tree = Tree::make(quick)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_fs"));
    command.args(["walk", "--threads", "2"]).arg(&tree.root);
    let output = output(&mut command)?;
    tree.check(seen(&output))?;
    time(&mut command)
}

pub(super) fn find(quick: bool) -> Result<f64> {
    let tree = Tree::make(quick)?;
    let mut command = Command::new("find");
    command.arg(&tree.root);
    let output = output(&mut command)?;
    tree.check(seen(&output))?;
    time(&mut command)
}

/// It leaves out the root and marks directories by a slash.
pub(super) fn fdfind(quick: bool) -> Result<f64> {
    let tree = Tree::make(quick)?;
    let mut command = Command::new("fdfind");
    command.args(["-u", "-j", "2", "."]).arg(&tree.root);
    let entries = seen(&output(&mut command)?).entries;
    if entries != tree.entries_below() {
        return Err(format!("fdfind saw {entries} of {}", tree.entries_below()).into());
    }
    time(&mut command)
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.stdout(Stdio::piped()).output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{command:?} {}", output.status).into())
    }
}

fn time(command: &mut Command) -> Result<f64> {
    command.stdout(Stdio::null());
    middle(|| {
        let start = Instant::now();
        let status = command.status()?;
        let time = milliseconds(start);
        if status.success() {
            Ok(time)
        } else {
            Err(format!("{command:?} {status}").into())
        }
    })
}

fn seen(output: &[u8]) -> Seen {
    let entries = output.iter().filter(|byte| **byte == b'\n').count();
    Seen {
        entries: entries as u64,
        bytes: (output.len() - entries) as u64,
    }
}
