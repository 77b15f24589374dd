//! `png embed`: a copy of a PNG with a text put in.

use std::fs::{self, Permissions};
use std::io::{self, BufReader, BufWriter};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use io_reader::png;
use tempfile::NamedTempFile;

use crate::cli::input::Input;

/// Copy a PNG and put a text into it
///
/// OUT is FILE with one more chunk, directly after IHDR: tEXt, or iTXt where TEXT has characters
/// that Latin-1 has not. OUT may be FILE itself. It is replaced only when all was read, found
/// undamaged, and written to the disk: on any error, and in a crash, what was there stays. It keeps
/// its permissions; a new one gets those of any new file.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader png embed logo.png logo-by.png Author 'Ada Lovelace'
  io-reader png embed photo.png photo.png Comment \"$(cat caption.txt)\"")]
pub(crate) struct Args {
    /// A PNG, or - for standard input
    file: PathBuf,
    /// The copy
    out: PathBuf,
    /// What TEXT is: Title, Author, Description, Copyright, Comment, or any word; 1 to 79
    /// characters
    key: String,
    /// The text; any characters but the null character
    #[arg(allow_hyphen_values = true)]
    text: String,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Input { name, stream } = Input::open(&args.file)?;
    let (out, permissions) = replaceable(&args.out)?;
    let temporary = temporary_beside(&out)?;
    let mut writer = BufWriter::new(temporary);
    png::embed(BufReader::new(stream), &mut writer, &args.key, &args.text).context(name)?;
    writer
        .into_inner()
        .map_err(|error| error.into_error())
        .and_then(|temporary| replace(&out, temporary, permissions))
        .with_context(|| format!("cannot write {}", out.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The file that is to be replaced, behind symbolic links, and its permissions if it is there: a
/// link is to stay one, a device or a folder is not to become a file, and what was private is to
/// stay so.
fn replaceable(out: &Path) -> anyhow::Result<(PathBuf, Option<Permissions>)> {
    match fs::metadata(out) {
        Ok(meta) if meta.is_file() => {
            let file = fs::canonicalize(out);
            let file = file.with_context(|| format!("cannot resolve {}", out.display()))?;
            Ok((file, Some(meta.permissions())))
        }
        Ok(_) => bail!("{} is there and is no regular file", out.display()),
        // Not there yet. Any other reason comes up again when a file is to be made beside it.
        Err(_) => Ok((out.to_owned(), None)),
    }
}

/// A file in the folder of `out`, since a file can be renamed only within a file system, with the
/// permissions that any new file gets. It removes itself unless it is put in the place of `out`.
fn temporary_beside(out: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = out.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".io-reader-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .with_context(|| format!("cannot create a file in {}", folder.display()))
}

/// Puts `temporary` in the place of `out` in one step. Its bytes are on the disk before it gets the
/// name: a crash between the two would else leave the name with an empty file behind it.
fn replace(
    out: &Path,
    temporary: NamedTempFile,
    permissions: Option<Permissions>,
) -> io::Result<()> {
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions)?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(out)?;
    Ok(())
}
