//! A child gets a copy of the environment; what it changes there nobody else sees.
//!
//! Variables are strings in a program's own memory, copied by `execve(2)` and never shared. So no
//! program can set a variable of the shell that started it, and `export` has to be built in.
//! Changing one's own while other threads run is dangerous, since the C library reads it without a
//! lock: Rust made `set_var` unsafe. Say what a child is to have when it is started.
//!
//! The kernel remembers where the strings lay at the start: that is what `/proc/PID/environ` shows,
//! whatever the program did to its own list since.

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use process::environment::Environment;

const SCRIPT: &str = "COLOUR=red; export COLOUR; sh -c 'echo $COLOUR'; read wait";

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "we have {} variables",
        Environment::current().iter().count()
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", SCRIPT])
        .env("COLOUR", "blue")
        .env_remove("HOME");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;

    let mut grandchild_has = String::new();
    BufReader::new(child.stdout.take().ok_or("a pipe")?).read_line(&mut grandchild_has)?;
    println!(
        "its child, after it changed it: COLOUR={}",
        grandchild_has.trim_end()
    );
    assert_eq!(grandchild_has, "red\n");
    println!("here: COLOUR {:?}", env::var_os("COLOUR"));
    assert_eq!(
        env::var_os("COLOUR"),
        None,
        "unset COLOUR before you run this"
    );
    assert_eq!(
        Environment::current().get("HOME".as_ref()),
        env::var_os("HOME").as_deref()
    );

    #[cfg(target_os = "linux")]
    {
        let mut table = process::table::Table::open()?;
        let started_with = table.environment(child.id() as i32)?;
        println!(
            "what it was started with: COLOUR={:?}",
            started_with.get("COLOUR".as_ref())
        );
        assert_eq!(started_with.get("COLOUR".as_ref()), Some("blue".as_ref()));
        assert_eq!(started_with.get("HOME".as_ref()), None);
    }
    drop(child.stdin.take());
    child.wait()?;
    Ok(())
}
