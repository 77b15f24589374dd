//! The same command once more, by an xtask that has mdBook in it.

use std::path::absolute;
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::Options;
use crate::cargo;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut command = cargo::command(workspace);
    // Not quietly: the first time it takes a while, and cargo says why.
    command.args(["run", "--package", "xtask", "--features", "book"]);
    command.args(["--", "book"]);
    command.args(&options.chapter);
    let flags = [
        ("--open", options.open),
        ("--quick", options.quick),
        ("--counted", options.counted),
    ];
    command.args(flags.iter().filter(|(_, on)| *on).map(|(flag, _)| flag));
    if let Some(folder) = &options.into {
        // Cargo is started in the workspace's root.
        command.arg("--into").arg(absolute(folder)?);
    }
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
