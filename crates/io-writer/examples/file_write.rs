//! `File::create` opens for writing only, makes the file or empties it, and closes it on exec.
//!
//! It is one `open(2)` with O_WRONLY, O_CREAT, O_TRUNC, O_CLOEXEC and mode 0666 less the umask.
//! O_CLOEXEC is std's choice and Go's: a program that is started later shall not find the file in
//! its table. Go's os.Create differs in one flag: its file can be read as well (O_RDWR).
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/notes", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 3
//! write(3, "io-writer example\n", 18) = 18
//! fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)
//! read(3, *, 1) = -1 EBADF (*)
//! openat(AT_FDCWD, "*/notes", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 4
//! write(4, "short\n", 6) = 6
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::sys::stat::{Mode, umask};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notes");
    umask(Mode::from_bits_truncate(0o027));

    assert!(!path.exists());
    let mut file = File::create(&path)?;
    assert!(path.exists(), "O_CREAT");
    file.write_all(b"io-writer example\n")?;
    println!("{:?}", fs::read_to_string(&path)?);
    assert_eq!(fs::read(&path)?, b"io-writer example\n");
    assert_eq!(fs::metadata(&path)?.len(), 18);

    let access = OFlag::from_bits_retain(fcntl(&file, FcntlArg::F_GETFL)?) & OFlag::O_ACCMODE;
    let on_exec = FdFlag::from_bits_retain(fcntl(&file, FcntlArg::F_GETFD)?);
    let mode = file.metadata()?.permissions().mode() & 0o777;
    println!("access {access:?}, {on_exec:?}, mode {mode:03o}");
    assert_eq!(access, OFlag::O_WRONLY);
    assert_eq!(on_exec, FdFlag::FD_CLOEXEC);
    assert_eq!(mode, 0o640);
    let refused = file.read(&mut [0]).unwrap_err();
    println!("reading it: {refused}");
    assert_eq!(refused.raw_os_error(), Some(Errno::EBADF as i32));

    let mut again = File::create(&path)?;
    assert_eq!(
        fs::metadata(&path)?.len(),
        0,
        "O_TRUNC empties the file at once"
    );
    again.write_all(b"short\n")?;
    println!("created again: {:?}", fs::read_to_string(&path)?);
    assert_eq!(fs::read(&path)?, b"short\n");
    Ok(())
}
