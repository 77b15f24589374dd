//! `rename` moves the name in one step; the syncs make the order hold on the disk too.
//!
//! Without the first one the name could reach the disk before the bytes, without the second one the
//! old name could come back. A `NamedTempFile` removes itself when anything fails.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Makes `bytes` the content of the file at `path`.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    match fs::metadata(path) {
        Ok(old) => new.as_file().set_permissions(old.permissions())?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    new.as_file().sync_all()?;
    new.persist(path)?;
    File::open(folder)?.sync_all()
}
