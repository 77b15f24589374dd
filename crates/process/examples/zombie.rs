//! A process that has ended stays as a zombie until its parent asks how it ended.
//!
//! It has no memory and no open files any more: what is left is its number and its status, kept for
//! the one who may ask. A server that starts children and never waits for them fills the table of
//! processes with such entries. They cannot be killed, since they are dead; they go when their
//! parent waits, or when it ends itself and process 1 waits in its place.
//!
//! ```syscalls
//! wait4($child, *WIFEXITED(s) && WEXITSTATUS(s) == 7*, *) = $child
//! ```

use std::error::Error;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use process::exit::Status;
use process::table::{Fields, State, Table};

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = Table::open()?;
    let mut child = Command::new("sh").args(["-c", "exit 7"]).spawn()?;
    let pid = child.id() as i32;

    let patience = Instant::now() + Duration::from_secs(10);
    let dead = loop {
        let seen = table.process(pid, Fields::COMMAND_LINE)?;
        if seen.state == State::Zombie {
            break seen;
        }
        assert!(Instant::now() < patience, "still {:?}", seen.state);
        thread::sleep(Duration::from_millis(1));
    };
    println!(
        "{pid} is {}; {} bytes of memory",
        dead.state.in_words(),
        dead.virtual_memory
    );
    assert_eq!((dead.virtual_memory, &dead.command_line[..]), (0, &b""[..]));

    let status = Status::from(child.wait()?);
    println!("waited: {status}");
    assert_eq!(status, Status::Exited(7));
    assert!(
        table.process(pid, Fields::NONE).is_err(),
        "nothing is left of it"
    );
    Ok(())
}
