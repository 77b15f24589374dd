//! `fs stat`: what the kernel keeps about files.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use fs::info::{Filesystem, Info, Names, Template, permissions};
use serde_json::json;

use super::complain;

/// Show what the kernel keeps about FILEs.
///
/// Directives of a format, as GNU's: %n name, %N quoted name, %s size, %b blocks of %B bytes, %o
/// best transfer, %f mode in hex, %F kind, %a %A permissions, %u %U %g %G owners, %h names, %i
/// inode, %d %D device (%Hd %Ld its halves), %r %R %t %T the device that FILE is, %m mount point, %x %y
/// %z %w read, modified, changed, born, and %X %Y %Z %W in seconds (%.3Y with decimals). Flags, widths
/// and precisions stand after the %: %-10s %04a.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  fs stat /etc/passwd
  fs stat -c '%a %U %n' ~/.ssh/*
  fs stat -f /                 the filesystem, not the file

Status: 0 when every FILE was there, 1 when one was not, 2 for wrong usage.")]
pub(crate) struct Stat {
    /// What a symlink leads to, not the symlink
    #[arg(short = 'L', long)]
    dereference: bool,

    /// The filesystem that holds each FILE
    #[arg(short = 'f', long)]
    file_system: bool,

    /// A line in this format for each FILE
    #[arg(
        short = 'c',
        long,
        value_name = "FORMAT",
        conflicts_with = "file_system"
    )]
    format: Option<OsString>,

    /// One JSON object a line for each FILE
    #[arg(long, conflicts_with_all = ["format", "file_system"])]
    json: bool,

    /// Files of any kind
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

const DEFAULT: &str = "  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n\
    Device: %Hd,%Ld\tInode: %-10i  Links: %h\n";
const DEVICE: &str = "  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n\
    Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr\n";
const REST: &str = "Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n\
    Access: %x\nModify: %y\nChange: %z\n Birth: %w";

impl Stat {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let show = self.shower()?;
        let mut out = BufWriter::new(io::stdout().lock());
        let mut status = ExitCode::SUCCESS;
        for file in &self.files {
            match show(file) {
                Ok(text) => {
                    out.write_all(&text)?;
                    out.write_all(b"\n")?;
                }
                Err(error) => {
                    // What was found so far comes before the complaint.
                    out.flush()?;
                    complain(format_args!("{error:#}"));
                    status = ExitCode::FAILURE;
                }
            }
        }
        out.flush()?;
        Ok(status)
    }

    /// What to do with each file, its format compiled.
    #[allow(clippy::type_complexity)]
    fn shower(&self) -> anyhow::Result<Box<dyn Fn(&Path) -> anyhow::Result<Vec<u8>> + '_>> {
        let info = |file: &Path| Info::of(file, self.dereference);
        if self.file_system {
            return Ok(Box::new(|file| Ok(filesystem(&Filesystem::of(file)?))));
        }
        if self.json {
            return Ok(Box::new(move |file| Ok(as_json(&info(file)?))));
        }
        if let Some(format) = &self.format {
            let template = Template::new(format).context("--format")?;
            return Ok(Box::new(move |file| {
                Ok(template.fill(&info(file)?, &mut Names::default()))
            }));
        }
        Ok(Box::new(move |file| overview(&info(file)?)))
    }
}

/// The lines that GNU's stat prints when no format is given.
fn overview(info: &Info) -> anyhow::Result<Vec<u8>> {
    let is_device = info.metadata().rdev() != 0;
    let format = [if is_device { DEVICE } else { DEFAULT }, REST].concat();
    let mut text = b"  File: ".to_vec();
    text.extend(info.path().as_os_str().as_bytes());
    if let Some(target) = info.target() {
        text.extend(b" -> ");
        text.extend(target.as_os_str().as_bytes());
    }
    text.push(b'\n');
    text.extend(Template::new(format)?.fill(info, &mut Names::default()));
    Ok(text)
}

fn as_json(info: &Info) -> Vec<u8> {
    let metadata = info.metadata();
    let mut names = Names::default();
    json!({
        "name": info.path().to_string_lossy(),
        "target": info.target().map(|target| target.to_string_lossy().into_owned()),
        "kind": info.kind_in_words(),
        "size": metadata.len(),
        "blocks": metadata.blocks(),
        "block_size": metadata.blksize(),
        "mode": format!("{:04o}", metadata.mode() & 0o7777),
        "permissions": permissions(metadata.mode()),
        "links": metadata.nlink(),
        "inode": metadata.ino(),
        "device": metadata.dev(),
        "device_type": metadata.rdev(),
        "uid": metadata.uid(),
        "user": names.user(metadata.uid()),
        "gid": metadata.gid(),
        "group": names.group(metadata.gid()),
        "accessed": info.accessed().in_words(),
        "modified": info.modified().in_words(),
        "changed": info.changed().in_words(),
        "born": info.born().map(|time| time.in_words()),
    })
    .to_string()
    .into_bytes()
}

fn filesystem(found: &Filesystem) -> Vec<u8> {
    let mut text = b"  File: \"".to_vec();
    text.extend(found.path.as_os_str().as_bytes());
    text.extend(
        format!(
            "\"\n    ID: {:<8x} Namelen: {:<7} Type: {}\n",
            found.id, found.longest_name, found.kind
        )
        .bytes(),
    );
    text.extend(
        format!(
            "Block size: {:<10} Fundamental block size: {}\n",
            found.block_size, found.fragment_size
        )
        .bytes(),
    );
    text.extend(
        format!(
            "Blocks: Total: {:<10} Free: {:<10} Available: {}\n",
            found.blocks, found.free, found.available
        )
        .bytes(),
    );
    text.extend(
        format!(
            "Inodes: Total: {:<10} Free: {}",
            found.inodes, found.free_inodes
        )
        .bytes(),
    );
    text
}
