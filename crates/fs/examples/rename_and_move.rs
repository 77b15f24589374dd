//! A move within one filesystem moves the name: the inode stays, and no byte is copied.
//!
//! `rename(2)` takes an entry out of one directory and puts it into another, in one step. What had
//! the new name loses it at that moment, without a question; whoever has it open keeps it. No one
//! ever finds the name missing, which is why files are replaced this way.
//!
//! The target is a name, not a place to put things into: `mv file folder` works since `mv` adds
//! `/file` itself. To refuse instead of replace, Linux has `renameat2` with `RENAME_NOREPLACE`, macOS
//! `renamex_np` with `RENAME_EXCL`. Go's `os.Rename` is the same call.
//!
//! ```syscalls
//! rename*(*"*/draft"*, *"*/archive"*) = -1 EISDIR (Is a directory)
//! rename*(*"*/draft"*, *"*/archive/final"*) = 0
//! read($old, "the old text", *) = 12
//! rename*(*"*/archive"*, *"*/archive/below"*) = -1 EINVAL (Invalid argument)
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [draft, archive] = ["draft", "archive"].map(|name| folder.path().join(name));
    let target = archive.join("final");
    fs::create_dir(&archive)?;
    fs::write(&draft, "the new text")?;
    fs::write(&target, "the old text")?;
    let inode = fs::metadata(&draft)?.ino();
    let mut old = File::open(&target)?;

    let onto_directory = fs::rename(&draft, &archive).unwrap_err();
    println!("draft -> archive:       {onto_directory}");
    assert_eq!(onto_directory.kind(), ErrorKind::IsADirectory);

    fs::rename(&draft, &target)?;
    let moved = fs::metadata(&target)?.ino();
    println!("draft -> archive/final: inode {inode}, then {moved}");
    assert_eq!(moved, inode);
    assert!(!draft.exists());
    assert_eq!(fs::read(&target)?, b"the new text");

    let mut text = String::new();
    old.read_to_string(&mut text)?;
    println!("through the old handle: {text}");
    assert_eq!(
        (text.as_str(), old.metadata()?.nlink()),
        ("the old text", 0)
    );

    let into_itself = fs::rename(&archive, archive.join("below")).unwrap_err();
    println!("archive -> archive/below: {into_itself}");
    assert_eq!(into_itself.kind(), ErrorKind::InvalidInput);
    Ok(())
}
