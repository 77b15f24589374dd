//! All parts of a pipeline run at once, and its status is the last part's.
//!
//! The first part below waits until the second has opened a FIFO, which it could not if one ran after
//! the other. A pipe holds 64 KiB on Linux; a writer that is ahead waits, and one that writes when
//! nobody reads any more is ended by SIGPIPE. So `yes | head -n 1` ends, although `yes` never does.
//!
//! The shell closes its copies of a pipe's ends as soon as they are handed out. Otherwise the reader
//! would wait for an end of input that never comes.
//!
//! ```syscalls
//! pipe2([$reader, $writer], O_CLOEXEC) = 0
//! clone(*) = $first
//! close($writer) = 0
//! clone(*) = $second
//! close($reader) = 0
//! wait4(-1, *) = *
//! wait4(-1, *) = *
//! ```

use std::io;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use shell::exec::Shell;
use shell::state::{Positional, Variables};
use shell::syntax::name::Name;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let fifo = folder.path().join("fifo");
    mkfifo(&fifo, Mode::S_IRWXU)?;
    let zero = Positional::new(b"shell".to_vec(), vec![]);
    let mut shell = Shell::new(Variables::new(), zero);
    shell.restore_broken_pipe();
    let mut run = |text: &str| shell.run_text(text.as_bytes()).expect("no way out");

    let fifo = fifo.display();
    let status = run(&format!("/bin/echo met >{fifo} | /bin/cat {fifo}"));
    assert_eq!(status, 0, "both were there at the same time");

    assert_eq!(run("/bin/sh -c 'exit 3' | /bin/sh -c 'exit 4'"), 4);
    assert_eq!(run("set -o pipefail; /bin/sh -c 'exit 3' | true"), 3);
    run("set +o pipefail; line=$(yes | head -n 1)");
    let line = shell.variables.get(Name::new("line"));
    println!("yes | head -n 1: {:?}", line.map(String::from_utf8_lossy));
    assert_eq!(line, Some(&b"y"[..]));
    Ok(())
}
