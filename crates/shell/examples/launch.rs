//! A program gets a process of its own; its end is a status from 0 to 255, or 128 and a signal.
//!
//! The old way is `fork`, which copies the shell, and `execve`, which throws the copy away. This shell
//! asks for a child that borrows its memory until the program is there (`CLONE_VFORK`), so that
//! nothing is copied. What the child was is heard with `wait4`: it exited with a number, or a signal
//! ended it. A shell has one number for both, so it adds 128 to the signal's.
//!
//! ```syscalls
//! clone(*CLONE_VFORK*) = $first
//! wait4(-1, *) = $first
//! clone(*CLONE_VFORK*) = $second
//! wait4(-1, *) = $second
//! ```

use shell::exec::Shell;
use shell::state::{Positional, Variables};

fn main() {
    let mut shell = Shell::new(Variables::new(), Positional::new(b"shell".to_vec(), vec![]));
    for (text, expected) in [
        ("/bin/sh -c 'exit 7'", 7),
        ("/bin/sh -c 'kill -KILL $$'", 128 + 9),
        ("/bin/sh -c 'exit 7' | /bin/sh -c 'exit 0'", 0),
    ] {
        let status = shell.run_text(text.as_bytes()).expect("no way out");
        println!("{text}: {status}");
        assert_eq!(status, expected);
        assert_eq!(shell.status, expected, "$?");
    }
}
