//! `cargo xtask trace CHAPTER LESSON`: the lesson's source, with the system calls that each line made
//! under it. The tool of the chapter `syscalls` does the work; here its words are put together.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::cargo;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The chapter, such as io-writer
    chapter: String,
    /// The lesson, such as fd-lowest-free
    lesson: String,
    /// Arguments for the lesson
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let lesson = workspace
        .chapter(&options.chapter)?
        .lesson(&options.lesson)?;
    let executables = cargo::executables(
        workspace,
        &[
            "build",
            "--package",
            "syscalls",
            "--bin",
            "syscalls",
            "--package",
            &options.chapter,
            "--example",
            &lesson.target(),
        ],
    )?;
    let find = |name: &str| {
        executables
            .get(name)
            .with_context(|| format!("cargo built no {name}"))
    };
    let status = Command::new(find("syscalls")?)
        .args(["trace", "-f", "--from-main", "--source", "--"])
        .arg(find(&lesson.target())?)
        .args(&options.arguments)
        .status()
        .context("cannot start the tracer")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
