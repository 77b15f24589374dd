//! `zip`: files and folders into an archive.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use io_reader::zip::{Entry, ZipError, ZipWriter};
use tempfile::NamedTempFile;

/// Pack files and folders into a zip archive
///
/// Folders are packed with all that is in them, in the order of names; symbolic links in them are
/// packed as links and not followed. Names in the archive are relative: what leads up or to the
/// root is left out. OUT is replaced only when the new archive is complete.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader zip notes.zip notes/ todo.txt
  io-reader zip - src | ssh host 'cat >src.zip'")]
pub(crate) struct Args {
    /// The archive, or - for standard output
    out: PathBuf,
    /// What to pack
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.out == Path::new("-") {
        to_stdout(args)?;
    } else {
        to_file(args)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn to_stdout(args: &Args) -> anyhow::Result<()> {
    if io::stdout().is_terminal() {
        bail!("standard output is a terminal, which a zip archive would garble");
    }
    // The shell has made the file that `>` names; packing it into itself would not end.
    let target = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let members = collect(&args.files, target.metadata().ok().as_ref())?;
    pack(&members, super::stdout()).map(drop)
}

fn to_file(args: &Args) -> anyhow::Result<()> {
    // Where OUT is a link to an older archive, that one is replaced and not the link.
    let out = fs::canonicalize(&args.out).unwrap_or_else(|_| args.out.clone());
    let old = fs::metadata(&out).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        bail!("cannot replace {}: it is no regular file", out.display());
    }
    // Before the temporary file, which may be in one of the folders.
    let members = collect(&args.files, old.as_ref())?;

    let folder = match out.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // Beside OUT, since a file can be renamed only within a file system. It removes itself when
    // anything fails before that.
    let temporary = tempfile::Builder::new()
        .prefix(".io-reader-")
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .with_context(|| format!("cannot create a file in {}", folder.display()))?;
    let buffered = pack(&members, BufWriter::new(temporary))?;
    let temporary: NamedTempFile = buffered.into_inner().map_err(|e| e.into_error())?;
    temporary
        .persist(&out)
        .map_err(|failed| failed.error)
        .with_context(|| format!("cannot create {}", out.display()))?;
    Ok(())
}

/// Writes the archive and hands back its sink, flushed.
fn pack<W: Write>(members: &[Member], out: W) -> anyhow::Result<W> {
    let progress = progress_bar(members);
    let mut zip = ZipWriter::new(out);
    for member in members {
        let data = progress.wrap_read(member.open()?);
        zip.add_entry(member.entry.clone(), data)
            .map_err(|error| member.blame(error))?;
    }
    let out = zip.finish().map_err(io::Error::from)?;
    progress.finish_and_clear();
    Ok(out)
}

/// Shown only where standard error is a terminal.
fn progress_bar(members: &[Member]) -> ProgressBar {
    let total = members.iter().map(|member| member.size).sum();
    let style = ProgressStyle::with_template("{bytes} of {total_bytes} {wide_bar} {eta}");
    ProgressBar::new(total).with_style(style.expect("the template is well-formed"))
}

/// Something to be packed.
struct Member {
    path: PathBuf,
    entry: Entry,
    size: u64,
    content: Content,
}

enum Content {
    File,
    Folder,
    Link(PathBuf),
}

impl Member {
    fn open(&self) -> anyhow::Result<Box<dyn Read + '_>> {
        Ok(match &self.content {
            Content::File => {
                Box::new(File::open(&self.path).with_context(|| self.failure("open"))?)
            }
            Content::Folder => Box::new(io::empty()),
            Content::Link(target) => Box::new(target.as_os_str().as_encoded_bytes()),
        })
    }

    /// Names the file where the library names the entry, and lets a closed pipe be seen as one.
    fn blame(&self, error: ZipError) -> anyhow::Error {
        match error {
            ZipError::Read { cause, .. } => anyhow::Error::new(cause).context(self.failure("read")),
            error => anyhow::Error::new(io::Error::from(error)).context(self.failure("pack")),
        }
    }

    fn failure(&self, doing: &str) -> String {
        format!("cannot {doing} {}", self.path.display())
    }
}

/// All members that `paths` and the folders among them lead to. The file `out` is left out.
fn collect(paths: &[PathBuf], out: Option<&Metadata>) -> anyhow::Result<Vec<Member>> {
    let mut members = Vec::new();
    for path in paths {
        // Unlike those found in folders, a link that is named is meant to be followed.
        let meta = fs::metadata(path).with_context(|| format!("cannot open {}", path.display()))?;
        add(&mut members, path, &meta, out)?;
    }
    Ok(members)
}

fn add(
    members: &mut Vec<Member>,
    path: &Path,
    meta: &Metadata,
    out: Option<&Metadata>,
) -> anyhow::Result<()> {
    if out.is_some_and(|out| (out.dev(), out.ino()) == (meta.dev(), meta.ino())) {
        return Ok(());
    }
    let shown = path.display();
    let name = entry_name(path)?;
    let modified = meta.modified()?;
    let (entry, content) = if meta.is_dir() {
        (Entry::folder(name.clone(), modified), Content::Folder)
    } else if meta.is_file() {
        (Entry::file(name.clone(), modified), Content::File)
    } else if meta.is_symlink() {
        let target = fs::read_link(path).with_context(|| format!("cannot read {shown}"))?;
        (
            Entry::symlink(name.clone(), modified),
            Content::Link(target),
        )
    } else {
        bail!("{shown} is neither a file nor a folder nor a symbolic link");
    };
    // The folders . and / have no name of their own.
    if !name.is_empty() {
        members.push(Member {
            path: path.to_owned(),
            entry: entry.mode(meta.mode()).size_hint(meta.len()),
            size: if meta.is_file() { meta.len() } else { 0 },
            content,
        });
    }
    if meta.is_dir() {
        for path in sorted_folder(path).with_context(|| format!("cannot read {shown}"))? {
            let meta = fs::symlink_metadata(&path)
                .with_context(|| format!("cannot open {}", path.display()))?;
            add(members, &path, &meta, out)?;
        }
    }
    Ok(())
}

/// The order in which a file system lists a folder is its own affair; ours is the same everywhere.
fn sorted_folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The path as it is called in the archive: relative, and without what is in front of a `..`.
fn entry_name(path: &Path) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(
                part.to_str()
                    .with_context(|| format!("{} has a name that is not UTF-8", path.display()))?,
            ),
            Component::ParentDir => parts.clear(),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    Ok(parts.join("/"))
}
