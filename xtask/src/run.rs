//! `cargo xtask run CHAPTER LESSON`: one lesson, on this terminal.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::cargo;
use crate::lesson::Obstacle;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The chapter, as `cargo xtask list` names it
    chapter: String,
    /// The lesson
    lesson: String,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let chapter = workspace.chapter(&options.chapter)?;
    let lesson = chapter.lesson(&options.lesson)?;
    if let Some(Obstacle::Platform(reason) | Obstacle::Program(reason)) = lesson.obstacle() {
        bail!(
            "{} cannot run here: {reason}; `cargo xtask doctor` says more",
            lesson.name
        );
    }
    let status = cargo::command(workspace)
        .args([
            "run",
            "--quiet",
            "--package",
            &chapter.name,
            "--example",
            &lesson.target(),
        ])
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
