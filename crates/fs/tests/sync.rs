//! Syncing: what can be synced, and what the kernel is asked.

use std::fs::{self, File};
use std::io::ErrorKind;

use ::fs::sync;
use nix::errno::Errno;

#[test]
fn files_and_directories() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "bytes").unwrap();
    let file = File::open(&path).unwrap();
    sync::data(&file).unwrap();
    sync::all(&file).unwrap();
    sync::full(&file).unwrap();
    sync::directory(folder.path()).unwrap();
    let error = sync::directory(&path).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::ENOTDIR as i32));
    let error = sync::directory(&folder.path().join("nothing")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn a_pipe_has_no_disk() {
    let (reader, _writer) = std::io::pipe().unwrap();
    assert!(sync::all(&reader).is_err());
    assert!(sync::full(&reader).is_err());
}
