//! `create_dir` makes one level and refuses what exists; `create_dir_all` makes what is missing.
//!
//! `mkdir(2)` makes the last name of a path and nothing else: a missing parent is `ENOENT`, a name
//! that is taken is `EEXIST`, whatever it is taken by. So it can serve as a lock: of all who try, one
//! succeeds. `create_dir_all` (Go's `os.MkdirAll`) tries the whole path, goes up while a parent is
//! missing, comes back down, and is content with a directory that is there already. With anything
//! else there it is not.
//!
//! ```syscalls
//! mkdir*(*"*/one", 0777) = 0
//! mkdir*(*"*/one", 0777) = -1 EEXIST (File exists)
//! mkdir*(*"*/a/b/c", 0777) = -1 ENOENT (No such file or directory)
//! mkdir*(*"*/a/b/c", 0777) = -1 ENOENT (No such file or directory)
//! mkdir*(*"*/a/b", 0777) = -1 ENOENT (No such file or directory)
//! mkdir*(*"*/a", 0777) = 0
//! mkdir*(*"*/a/b", 0777) = 0
//! mkdir*(*"*/a/b/c", 0777) = 0
//! ```

use std::fs;
use std::io::{self, ErrorKind};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let one = folder.path().join("one");
    let deep = folder.path().join("a/b/c");

    fs::create_dir(&one)?;
    let twice = fs::create_dir(&one).unwrap_err();
    println!("create_dir one, again:   {twice}");
    assert_eq!(twice.kind(), ErrorKind::AlreadyExists);

    let orphan = fs::create_dir(&deep).unwrap_err();
    println!("create_dir a/b/c:        {orphan}");
    assert_eq!(orphan.kind(), ErrorKind::NotFound);

    fs::create_dir_all(&deep)?;
    fs::create_dir_all(&deep)?;
    println!("create_dir_all a/b/c:    fine, and once more");
    assert!(deep.is_dir());

    let file = folder.path().join("file");
    fs::write(&file, "in the way")?;
    let on_file = fs::create_dir_all(&file).unwrap_err();
    println!("create_dir_all file:     {on_file}");
    assert_eq!(on_file.kind(), ErrorKind::AlreadyExists);
    let below_file = fs::create_dir_all(file.join("below")).unwrap_err();
    println!("create_dir_all file/below: {below_file}");
    assert_eq!(below_file.kind(), ErrorKind::NotADirectory);
    Ok(())
}
