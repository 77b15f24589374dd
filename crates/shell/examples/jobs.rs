//! Ctrl-Z stops the foreground job and the shell takes the terminal back; `fg` lets it go on with it.
//!
//! A terminal has one foreground process group. Ctrl-Z and Ctrl-C are signals to that group, which the
//! terminal sends and not the shell. The shell makes each job a group (`setpgid`), puts it in the
//! foreground (`tcsetpgrp`), and waits for an end *or a stop* (`WUNTRACED`). Stopped, the job shows
//! as T in `ps`; `fg` gives it the terminal again and sends SIGCONT.
//!
//! Needs: ps

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::process::Command;
use std::thread;
use std::time::Duration;

use nix::unistd::tcgetpgrp;
use process::pty::Pty;
use process::spawn::Spawn;
use process::terminal::Size;
use shell::exec::{Lines, Shell};
use shell::state::{Positional, Variables};

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().len() > 1 {
        be_a_shell();
        return Ok(());
    }
    let pty = Pty::open(Size {
        rows: 24,
        columns: 80,
    })?;
    let mut session = pty.spawn(Spawn::new(env::current_exe()?).arg("shell"))?;
    let mut keys = session.controller.try_clone()?;
    let screen = &mut session.controller;

    keys.write_all(b"/bin/sh -c 'echo job $$.; exec sleep 60'\n")?;
    let pid = read_number(screen, "job ")?;
    assert_eq!(tcgetpgrp(&keys)?.as_raw(), pid, "it has the terminal");

    keys.write_all(b"\x1a")?;
    wait_for(pid, |state| state.starts_with('T'))?;
    keys.write_all(b"jobs; echo shell $$.\n")?;
    let shell = read_number(screen, "shell ")?;
    println!("{pid} is stopped, and the shell {shell} has the terminal");
    assert_eq!(tcgetpgrp(&keys)?.as_raw(), shell);

    keys.write_all(b"fg\n")?;
    wait_for(pid, |state| !state.starts_with('T'))?;
    println!("after fg, {pid} goes on in the foreground");
    assert_eq!(tcgetpgrp(&keys)?.as_raw(), pid);

    keys.write_all(b"\x03")?;
    wait_for(pid, |state| state.is_empty())?;
    keys.write_all(b"echo status $?.; exit\n")?;
    let status = read_number(screen, "status ")?;
    println!("after Ctrl-C, its status is {status}");
    assert_eq!(status, 128 + 2);
    session.child.wait()?;
    Ok(())
}

fn be_a_shell() {
    let mut shell = Shell::new(Variables::new(), Positional::new(b"shell".to_vec(), vec![]));
    shell.be_interactive(true);
    let outcome = shell.run_lines(Lines::of_standard_input());
    shell.leave(outcome);
    shell.give_terminal_up();
}

/// The number between `label` and a full stop, once it is on the screen. What was typed is echoed
/// there too, with `$$` or `$?` in place of the number.
fn read_number(screen: &mut File, label: &str) -> Result<i32, Box<dyn Error>> {
    let mut text = String::new();
    let mut block = [0; 512];
    loop {
        let count = screen.read(&mut block)?;
        text.push_str(&String::from_utf8_lossy(&block[..count]));
        let mut found = text
            .split(label)
            .skip(1)
            .filter_map(|rest| rest.split_once('.'));
        if let Some(number) = found.find_map(|(number, _)| number.parse().ok()) {
            return Ok(number);
        }
    }
}

/// Waits until the process's state is as wanted; empty when it is gone.
fn wait_for(pid: i32, wanted: impl Fn(&str) -> bool) -> Result<(), Box<dyn Error>> {
    loop {
        let ps = Command::new("ps")
            .args(["-o", "stat=", "-p", &pid.to_string()])
            .output()?;
        if wanted(String::from_utf8(ps.stdout)?.trim()) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(5));
    }
}
