//! Each of descriptors 0, 1 and 2 is a terminal or is not, whatever the other two are.
//!
//! `ls` looks at its output, `rm` at its input, `curl` shows its progress on standard error: three
//! questions, and all eight answers occur. To ask is to make a request that only terminals know
//! (`TCGETS`, for the settings) and to see if it is refused. There is no list of kinds of files anywhere:
//! `/dev/null` is a character device just like a terminal, and says no.
//!
//! ```syscalls
//! ioctl(0, TCGETS, *) = 0
//! ioctl(0, TCGETS, *) = -1 ENOTTY *
//! ```

use std::env;
use std::fs::File;
use std::os::fd::AsFd;

use process::exit::Status;
use process::pty::Pty;
use process::spawn::Spawn;
use process::terminal::{self, Size};

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).is_some() {
        // A status says it, since the outputs are part of the question.
        let bits = terminal::standard().map(i32::from);
        std::process::exit(bits[0] << 2 | bits[1] << 1 | bits[2]);
    }
    let pty = Pty::open(Size::default())?;
    let null = File::options().read(true).write(true).open("/dev/null")?;
    assert!(terminal::is_terminal(pty.terminal()));
    assert!(!terminal::is_terminal(&null));

    println!("stdin    stdout   stderr   the child says");
    for combination in (0..8).rev() {
        let mut child = Spawn::new(env::current_exe()?);
        child.arg("look");
        let mut row = String::new();
        for number in 0..3 {
            let terminal = combination & 0b100 >> number != 0;
            child.fd(
                number,
                if terminal {
                    pty.terminal()
                } else {
                    null.as_fd()
                },
            );
            row += if terminal { "terminal " } else { "null     " };
        }
        let Status::Exited(said) = child.spawn()?.wait()? else {
            panic!("the child was killed");
        };
        println!("{row}{said:03b}");
        assert_eq!(said, combination);
    }
    Ok(())
}
