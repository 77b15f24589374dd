//! Calling cargo, and finding what it built.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::{Chapter, Workspace};

/// The cargo that runs us, in the workspace's root.
pub(crate) fn command(workspace: &Workspace) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root);
    command
}

/// Builds the tools and lessons of these chapters; returns the executables by target name.
pub(crate) fn lessons(
    workspace: &Workspace,
    chapters: &[&Chapter],
) -> Result<HashMap<String, PathBuf>> {
    let mut arguments = vec!["build", "--bins", "--examples"];
    for chapter in chapters {
        arguments.extend(["--package", chapter.name.as_str()]);
    }
    executables(workspace, &arguments)
}

/// Executables by target name: what `cargo ARGUMENTS` built. Cargo's progress goes to standard error.
pub(crate) fn executables(
    workspace: &Workspace,
    arguments: &[&str],
) -> Result<HashMap<String, PathBuf>> {
    match built(command(workspace).args(arguments))? {
        Some(built) => Ok(built),
        None => bail!("`cargo {}` failed", arguments.join(" ")),
    }
}

/// What this cargo builds, by target name; `None` when it fails, and has said why.
pub(crate) fn built(cargo: &mut Command) -> Result<Option<HashMap<String, PathBuf>>> {
    let mut cargo = cargo
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let messages = BufReader::new(
        cargo
            .stdout
            .take()
            .context("cargo's output is not a pipe")?,
    );
    let mut built = HashMap::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(&line?).context("cargo's message is not JSON")?;
        if let (Some(name), Some(path)) = (
            message["target"]["name"].as_str(),
            message["executable"].as_str(),
        ) {
            built.insert(name.to_owned(), PathBuf::from(path));
        }
    }
    Ok(cargo.wait()?.success().then_some(built))
}
