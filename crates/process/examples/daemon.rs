//! A daemon has a session of its own, no terminal, `/` as its directory, and the parent of all orphans.
//!
//! What is started at a terminal dies with it: at its end the kernel sends `SIGHUP` to the session. A daemon
//! leaves: it forks, makes a session of its own (`setsid`), forks once more (who does not lead a session
//! cannot get a terminal again), goes to `/`, and points its descriptors at `/dev/null`. Its first parent
//! has ended by then, so it belongs to init. systemd does all this for a service before it starts it;
//! a program that wants to be one by itself does it so.
//!
//! ```syscalls
//! setsid() = $terminal
//! setsid() = $session
//! umask(022) = *
//! chdir("/") = 0
//! dup*(*, 0*) = 0
//! ```

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::{getpid, getppid, getsid};
use process::daemon::{Daemon, READY_FD};
use process::pty::Pty;
use process::spawn::Spawn;
use process::terminal::{self, Size};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("launch") => launch(Path::new(&arguments[1])),
        Some("serve") => serve(Path::new(&arguments[1])),
        _ => look_from_outside(),
    }
}

fn look_from_outside() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut launcher = Spawn::new(env::current_exe()?);
    launcher.arg("launch").arg(folder.path());
    let mut terminal = Pty::open(Size::default())?.spawn(&launcher)?;
    // The launcher ends when the daemon is ready, so its report is there.
    assert!(terminal.child.wait()?.success());
    let report = fs::read_to_string(folder.path().join("report"))?;
    print!("{report}");
    for fact in [
        "session: another's",
        "parent: not the launcher",
        "directory: /",
        "terminal: none",
        "descriptors: [false, false, false] are terminals",
    ] {
        assert!(report.lines().any(|line| line == fact), "{fact}");
    }

    // The terminal closes, as at a logout. The daemon still answers, and ends.
    drop(terminal);
    File::create(folder.path().join("question"))?;
    until_there(&folder.path().join("answer"));
    Ok(())
}

/// At the terminal.
fn launch(folder: &Path) -> anyhow::Result<()> {
    assert!(terminal::is_terminal(std::io::stdin()) && File::open("/dev/tty").is_ok());
    let mut server = Spawn::new(env::current_exe()?);
    server
        .arg("serve")
        .arg(folder)
        .env("LAUNCHER", std::process::id().to_string());
    Daemon::new()
        .pid_file(folder.join("pid"))
        .says_ready(true)
        .start(&server)?;
    Ok(())
}

/// As the daemon.
fn serve(folder: &Path) -> anyhow::Result<()> {
    let (session, launcher) = (getsid(None)?, env::var("LAUNCHER")?);
    let mut report = File::create(folder.join("report"))?;
    let leads = session == getpid();
    writeln!(
        report,
        "session: {}",
        if leads { "its own" } else { "another's" }
    )?;
    let orphan = getppid().to_string() != launcher;
    writeln!(
        report,
        "parent: {}",
        if orphan {
            "not the launcher"
        } else {
            "the launcher"
        }
    )?;
    writeln!(report, "directory: {}", env::current_dir()?.display())?;
    let tty = File::open("/dev/tty").is_ok();
    writeln!(report, "terminal: {}", if tty { "one" } else { "none" })?;
    writeln!(
        report,
        "descriptors: {:?} are terminals",
        terminal::standard()
    )?;

    let ready: i32 = env::var(READY_FD)?.parse()?;
    writeln!(
        File::options()
            .write(true)
            .open(format!("/dev/fd/{ready}"))?
    )?;
    until_there(&folder.join("question"));
    File::create(folder.join("answer"))?;
    Ok(())
}

/// Waits, but not for ever: nothing is to be left behind.
fn until_there(path: &Path) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !path.exists() {
        assert!(Instant::now() < deadline, "waited for {}", path.display());
        thread::sleep(Duration::from_millis(2));
    }
}
