//! scp is lines that announce, bytes, and a NUL for each step: enough to make a tree from a stream.
//!
//! `scp` starts another `scp` over there, with `-t` for *to*, and both talk through the pipe that
//! ssh is. The names in the lines are the other side's, and believing them was a hole for decades:
//! `../.bashrc` is a name too. Go's `golang.org/x/crypto/ssh` leaves this protocol to its users,
//! who need no more than what is here.
//!
//! ```syscalls
//! mkdirat(*, "testdir", *) = 0
//! openat(*, "testdir", *O_NOFOLLOW*) = $directory
//! openat($directory, "name", *O_NOFOLLOW*) = $file
//! write($file, "hello\n", 6) = 6
//! ```

use std::fs;
use std::os::unix::fs::PermissionsExt;

use process::scp::{Keep, Received, RecordError, ScpError, receive};

const STREAM: &[u8] = b"D0755 0 testdir\nC0640 6 name\nhello\n\0E\n";

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut answers = Vec::new();
    let received = receive(STREAM, &mut answers, folder.path(), Keep::Attributes)?;
    println!("received: {received:?}");
    assert_eq!(
        received,
        Received {
            files: 1,
            directories: 1,
            bytes: 6,
            warnings: Vec::new()
        }
    );
    // Ready, the directory, the file announced, the file complete, the end.
    assert_eq!(answers, [0; 5]);

    let file = folder.path().join("testdir/name");
    assert_eq!(fs::read(&file)?, b"hello\n");
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o640);

    let outside = b"C0644 6 ../name\nhello\n\0";
    let mut answers = Vec::new();
    let error = receive(&outside[..], &mut answers, folder.path(), Keep::Nothing).unwrap_err();
    println!("answered: {}", String::from_utf8_lossy(&answers).trim());
    assert!(matches!(error, ScpError::Record(RecordError::Name(_))));
    assert_eq!(answers[..2], [0, 2]);
    Ok(())
}
