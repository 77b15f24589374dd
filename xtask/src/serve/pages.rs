//! The book's pages: made when there are none, or when something that they are made of is newer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::book;
use crate::workspace::Workspace;

/// The folder of the pages, which are as new as the lessons. No lesson runs for it: a page shows what
/// earlier runs have left, and a button to run it now.
pub(super) fn ready(workspace: &Workspace) -> Result<PathBuf> {
    let folder = book::folder(workspace);
    if is_old(workspace, &folder.join("index.html"))
        && book::run(workspace, &book::Options::quick())? != ExitCode::SUCCESS
    {
        bail!("the book is not whole; what is missing stands above");
    }
    Ok(folder)
}

fn is_old(workspace: &Workspace, page: &Path) -> bool {
    let Ok(made) = fs::metadata(page).and_then(|page| page.modified()) else {
        return true;
    };
    let crates = workspace.chapters.iter().flat_map(|chapter| {
        let folder = workspace.root.join("crates").join(&chapter.name);
        [folder.join("examples"), folder.join("exercises")]
    });
    [workspace.root.join("book")]
        .into_iter()
        .chain(crates)
        .any(|folder| has_newer(&folder, made).unwrap_or(false))
}

/// Whether something below `path` has changed since. A folder that is not there has not.
fn has_newer(path: &Path, since: SystemTime) -> io::Result<bool> {
    let metadata = fs::metadata(path)?;
    if metadata.modified()? > since {
        return Ok(true);
    }
    if !metadata.is_dir() {
        return Ok(false);
    }
    for entry in fs::read_dir(path)? {
        if has_newer(&entry?.path(), since)? {
            return Ok(true);
        }
    }
    Ok(false)
}
