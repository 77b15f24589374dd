//! `fs tree`: a walk as a picture.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use fs::tree::{Count, Filter, Node, Style, alternatives, draw, read};
use fs::walk::Kind;
use serde_json::{Value, json};

use super::complain;

/// Draw trees of directories.
///
/// Names are in the order of their bytes. What cannot be read is marked, and the status is 1.
#[derive(Debug, clap::Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  fs tree -L 2
  fs tree -d -I 'target|node_modules'
  fs tree -sp -P '*.rs' crates

Status: 0 when all could be read, 1 when something could not, 2 for wrong usage."
)]
pub(crate) struct Tree {
    /// This text
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,

    /// Hidden names too
    #[arg(short)]
    all: bool,

    /// Directories only
    #[arg(short)]
    directories: bool,

    /// Paths instead of names
    #[arg(short)]
    full_paths: bool,

    /// No deeper than N below each DIRECTORY
    #[arg(short = 'L', value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    level: Option<u64>,

    /// Only files that match one of PATTERN|PATTERN...
    #[arg(short = 'P', value_name = "PATTERNS")]
    only: Option<OsString>,

    /// Nothing that matches one of PATTERN|PATTERN...
    #[arg(short = 'I', value_name = "PATTERNS")]
    without: Option<OsString>,

    /// Permissions
    #[arg(short)]
    permissions: bool,

    /// Sizes in bytes
    #[arg(short)]
    sizes: bool,

    /// Sizes in K, M, G
    #[arg(short = 'h')]
    human_sizes: bool,

    /// Marks after names: / directory, * program, | pipe, = socket
    #[arg(short = 'F')]
    marks: bool,

    /// One JSON array
    #[arg(short = 'J', long)]
    json: bool,

    /// Directories before files
    #[arg(long)]
    dirsfirst: bool,

    /// No count at the end
    #[arg(long)]
    noreport: bool,

    /// Where to begin
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    roots: Vec<PathBuf>,
}

/// What readers of JSON are sure to accept; each level of the tree is two of JSON's.
const DEEPEST: usize = 60;

impl Tree {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let (filter, style) = (self.filter(), self.style());
        let measured = style
            != Style {
                full_paths: style.full_paths,
                ..Style::default()
            };
        let mut failed = false;
        let mut out = BufWriter::new(io::stdout().lock());
        let mut total = Count::default();
        let mut reports = Vec::new();
        for root in &self.roots {
            let tree = read(root, &filter, measured, &mut |error| {
                failed = true;
                complain(error);
            });
            failed |= tree.unreadable;
            let count = tree.count();
            total.directories += count.directories;
            total.files += count.files;
            if self.json {
                let root = root.display();
                ensure!(tree.height() <= DEEPEST, "{root} is too deep for JSON");
                reports.push(as_json(&tree));
            } else {
                draw(&mut out, &tree, style)?;
            }
        }
        self.report(&mut out, total, reports)?;
        out.flush()?;
        Ok(ExitCode::from(u8::from(failed)))
    }

    fn filter(&self) -> Filter {
        let patterns = |text: &Option<OsString>| text.as_deref().map_or(Vec::new(), alternatives);
        Filter {
            hidden: self.all,
            directories_only: self.directories,
            max_depth: self.level.map_or(usize::MAX, |level| level as usize),
            only: patterns(&self.only),
            without: patterns(&self.without),
            directories_first: self.dirsfirst,
        }
    }

    fn style(&self) -> Style {
        Style {
            full_paths: self.full_paths,
            permissions: self.permissions,
            sizes: self.sizes,
            human_sizes: self.human_sizes,
            marks: self.marks,
        }
    }

    fn report(
        &self,
        out: &mut impl Write,
        total: Count,
        mut reports: Vec<Value>,
    ) -> anyhow::Result<()> {
        let Count { directories, files } = total;
        if self.json {
            if !self.noreport {
                reports.push(json!({"type": "report", "directories": directories, "files": files}));
            }
            serde_json::to_writer_pretty(&mut *out, &reports)?;
            writeln!(out)?;
        } else if !self.noreport {
            let directory = if directories == 1 {
                "directory"
            } else {
                "directories"
            };
            let file = if files == 1 { "file" } else { "files" };
            write!(out, "\n{directories} {directory}")?;
            if !self.directories {
                write!(out, ", {files} {file}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

fn as_json(node: &Node) -> Value {
    let kind = match node.kind {
        Kind::File => "file",
        Kind::Directory => "directory",
        Kind::Symlink => "link",
        Kind::Fifo => "fifo",
        Kind::Socket => "socket",
        Kind::CharacterDevice => "char",
        Kind::BlockDevice => "block",
    };
    let mut object = json!({"type": kind, "name": node.name.to_string_lossy()});
    if let Some(target) = &node.target {
        object["target"] = target.to_string_lossy().into();
    }
    if let Some(metadata) = &node.metadata {
        object["size"] = metadata.len().into();
        object["mode"] = format!("{:04o}", metadata.mode() & 0o7777).into();
    }
    if node.unreadable {
        object["error"] = "error opening dir".into();
    }
    if node.kind == Kind::Directory {
        object["contents"] = node.children.iter().map(as_json).collect();
    }
    object
}
