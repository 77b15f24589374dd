//! The working directory belongs to a process, and a child can change only its own. So this command has
//! to be done by the shell itself; every later child inherits what it has done. (There is a program
//! /usr/bin/cd on some systems. It is there because POSIX asks for it, and moves nobody.)

use std::env;
use std::io;
use std::path::Path;
use std::process::Command;

/// The status of one line.
pub fn run(line: &str) -> io::Result<i32> {
    let mut words = line.split_whitespace();
    let Some(name) = words.next() else {
        return Ok(0);
    };
    if name == "cd" {
        return Ok(change_directory(words.next()));
    }
    let status = Command::new(name).args(words).status()?;
    Ok(status.code().unwrap_or(1))
}

fn change_directory(directory: Option<&str>) -> i32 {
    let home = env::var_os("HOME").unwrap_or_default();
    let directory = directory.map_or(Path::new(&home), Path::new);
    match env::set_current_dir(directory) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("cd: {}: {error}", directory.display());
            1
        }
    }
}
