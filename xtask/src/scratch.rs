//! Packages outside the workspace, for programs that are a reader's own: a lesson edited in the
//! browser, an exercise on its way to a solution.
//!
//! A scratch package depends on a chapter's library and on all that the chapter itself depends on, so
//! that whatever compiles in the chapter's `examples/` compiles there. It takes the workspace's
//! versions, profiles and `Cargo.lock`, and builds into the workspace's `target`: a crate that a lesson
//! has needed before is not compiled again.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo;
use crate::workspace::Workspace;

/// A package below `target/scratch`. It stays until it is made anew, and may be removed at any time.
pub(crate) struct Scratch {
    folder: PathBuf,
    /// Nothing has been built for it yet, or for other versions.
    is_new: bool,
}

impl Scratch {
    /// Makes the package `name` for programs like those of `chapter`. What is already there is
    /// kept as far as it is the same.
    pub(crate) fn new(workspace: &Workspace, chapter: &str, name: &str) -> Result<Self> {
        let folder = workspace.root.join("target/scratch").join(name);
        for room in ["src", "examples"] {
            fs::create_dir_all(folder.join(room))
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        // Before it has a program, it would be no package without this.
        write(
            &folder.join("src/lib.rs"),
            "//! Nothing; the programs are in examples/.\n",
        )?;
        let root = &workspace.root;
        let workspace_manifest = read(&root.join("Cargo.toml"))?;
        let chapter_manifest = read(&root.join("crates").join(chapter).join("Cargo.toml"))?;
        let manifest = manifest(root, &workspace_manifest, chapter, &chapter_manifest, name);
        // Kept, since cargo gets another: see `resolve`.
        let is_new = write(&folder.join("wanted.toml"), &manifest)?;
        let mut scratch = Self { folder, is_new };
        if scratch.is_new || !scratch.lock_is_newer_than(&root.join("Cargo.lock"))? {
            scratch.is_new = true;
            scratch.resolve(workspace, &manifest)?;
        }
        Ok(scratch)
    }

    /// Makes `source` the program `name` of the package.
    pub(crate) fn write_program(&self, name: &str, source: &str) -> Result<PathBuf> {
        let path = self.folder.join("examples").join(name).with_extension("rs");
        write(&path, source)?;
        Ok(path)
    }

    /// The cargo that builds the program `name`. Only the first time, when there is much to compile,
    /// it tells of its progress.
    pub(crate) fn build(&self, workspace: &Workspace, name: &str) -> Command {
        let mut command = self.cargo(workspace);
        command.env("CARGO_TARGET_DIR", target(workspace)).args([
            "build",
            "--offline",
            "--example",
            name,
        ]);
        if !self.is_new {
            command.arg("--quiet");
        }
        command
    }

    fn cargo(&self, workspace: &Workspace) -> Command {
        let mut command = cargo::command(workspace);
        command.current_dir(&self.folder);
        command
    }

    fn lock_is_newer_than(&self, other: &Path) -> Result<bool> {
        let Ok(lock) = fs::metadata(self.folder.join("Cargo.lock")) else {
            return Ok(false);
        };
        Ok(lock.modified()? > fs::metadata(other)?.modified()?)
    }

    /// Takes the workspace's versions, and sees to it that every crate is on this machine. The
    /// network is asked only when one is not: whoever has built the lessons has them all.
    fn resolve(&self, workspace: &Workspace, wanted: &str) -> Result<()> {
        let (manifest, lock) = (
            self.folder.join("Cargo.toml"),
            self.folder.join("Cargo.lock"),
        );
        write(&manifest, wanted)?;
        fs::write(&lock, read(&workspace.root.join("Cargo.lock"))?)
            .with_context(|| format!("cannot write {}", lock.display()))?;
        // It wants the crates that this system needs, and no others.
        let tree = ["tree", "--quiet", "--prefix", "none"];
        let mut output = self.cargo(workspace).args(tree).arg("--offline").output()?;
        if !output.status.success() {
            output = self.cargo(workspace).args(tree).output()?;
        }
        if !output.status.success() {
            let _ = fs::remove_file(&lock);
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("cannot fetch the crates that the program needs:\n{why}");
        }
        let tree = String::from_utf8_lossy(&output.stdout);
        let packages = tree.lines().filter_map(|line| line.split(' ').next());
        write(&manifest, &without_strangers(wanted, &packages.collect()))?;
        Ok(())
    }
}

/// Where this program was built, and with it what it has in common with the package.
fn target(workspace: &Workspace) -> PathBuf {
    env::current_exe()
        .ok()
        .and_then(|program| program.ancestors().nth(2).map(Path::to_path_buf))
        .filter(|folder| folder.join("CACHEDIR.TAG").exists())
        .unwrap_or_else(|| workspace.root.join("target"))
}

fn manifest(
    root: &Path,
    workspace_manifest: &str,
    chapter: &str,
    chapter_manifest: &str,
    name: &str,
) -> String {
    let path = root.display();
    let mut text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n"
    );
    for section in sections(workspace_manifest) {
        if section.starts_with("[workspace.dependencies]") || section.starts_with("[profile") {
            let absolute = format!("path = \"{path}/crates/");
            text += &section.replace("path = \"crates/", &absolute);
        }
    }
    let own = format!("{chapter} = {{ path = \"{path}/crates/{chapter}\" }}\n");
    let mut dependencies = format!("[dependencies]\n{own}");
    for section in sections(chapter_manifest) {
        let header = section.lines().next().unwrap_or_default();
        if let Some(others) = section.strip_prefix("[dependencies]\n") {
            dependencies += others;
        } else if header.ends_with("dependencies]") {
            text += &section;
        }
    }
    text + &dependencies
}

/// The manifest without the profiles of packages that are not among these: cargo warns of them.
fn without_strangers(manifest: &str, packages: &BTreeSet<&str>) -> String {
    let mut text = String::new();
    for section in sections(manifest) {
        let of_packages = section.starts_with("[profile.dev.package]");
        for line in section.lines() {
            let package = line.split_once('.').map(|(package, _)| package);
            let is_stranger = package.is_some_and(|p| p != "\"*\"" && !packages.contains(p));
            if !(of_packages && line.contains(" = ") && is_stranger) {
                text += line;
                text.push('\n');
            }
        }
    }
    text
}

/// A manifest cut in front of each table's header.
fn sections(manifest: &str) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') || sections.is_empty() {
            sections.push(String::new());
        }
        let section = sections.last_mut().expect("there is one now");
        section.push_str(line);
        section.push('\n');
    }
    sections
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Leaves a file alone that has this text already, as cargo goes by its time; tells whether it had
/// another.
fn write(path: &Path, text: &str) -> Result<bool> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(false);
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = "[workspace]\nmembers = []\n\n[workspace.dependencies]\n\
        uds = { path = \"crates/uds\" }\nnix = \"0\"\n\n[profile.dev.package]\n\
        \"*\".debug = 1\nnix.opt-level = 3\npng.opt-level = 3\n";
    const CHAPTER: &str = "[package]\nname = \"fs\"\n\n[dependencies]\nnix.workspace = true\n\n\
        [dev-dependencies]\nuds.workspace = true\n\n[lints]\nworkspace = true\n";

    #[test]
    fn a_scratch_package_has_what_the_chapter_has_and_the_chapter() {
        let text = manifest(Path::new("/course"), WORKSPACE, "fs", CHAPTER, "mine");
        for part in [
            "[workspace.dependencies]\nuds = { path = \"/course/crates/uds\" }\n",
            "[dependencies]\nfs = { path = \"/course/crates/fs\" }\nnix.workspace = true\n",
            "[dev-dependencies]\nuds.workspace = true\n",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains("[lints]") && !text.contains("members"));
    }

    #[test]
    fn profiles_of_strangers_are_left_out() {
        let text = without_strangers(WORKSPACE, &BTreeSet::from(["nix"]));
        assert!(text.contains("\"*\".debug = 1\nnix.opt-level = 3\n"));
        assert!(!text.contains("png.opt-level"));
        assert!(text.contains("nix = \"0\"\n"));
    }
}
