//! A socket file has a type of its own, no content, and cannot be opened: it is a name, not a file.
//!
//! `ls -l` shows it as `srwxr-xr-x`. What is in the folder is only an inode to which the kernel has
//! tied a socket; the bytes of a connection never come near a disk. `open(2)` is refused with ENXIO
//! (on macOS EOPNOTSUPP): the way in is `connect`. The mode is what the umask leaves of 777.
//!
//! ```syscalls
//! bind($socket, {sa_family=AF_UNIX, sun_path="*/type.sock"}, *) = 0
//! openat(AT_FDCWD, "*/type.sock", *) = -1 ENXIO (*)
//! ```

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};

use nix::errno::Errno;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("type.sock");
    let listener = UnixListener::bind(&path)?;

    let file = fs::symlink_metadata(&path)?;
    println!(
        "mode {:o}, inode {}, {} bytes",
        file.mode(),
        file.ino(),
        file.len()
    );
    assert!(file.file_type().is_socket() && !file.is_file());
    assert_eq!(file.len(), 0);

    let refused = File::open(&path).unwrap_err();
    println!("open: {refused}");
    let expected = match cfg!(target_os = "macos") {
        true => Errno::EOPNOTSUPP,
        false => Errno::ENXIO,
    };
    assert_eq!(refused.raw_os_error(), Some(expected as i32));

    let mut client = UnixStream::connect(&path)?;
    client.write_all(&[0; 1000])?;
    let (_server, _) = listener.accept()?;
    println!(
        "with 1000 bytes on their way: {} bytes",
        fs::metadata(&path)?.len()
    );
    assert_eq!(fs::metadata(&path)?.len(), 0);
    Ok(())
}
