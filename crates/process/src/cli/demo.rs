//! What the tool shows when it is called without arguments.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use process::exit::Status;
use process::id::{Identity, Pid};
use process::limits::Resource;
use process::ps::{Chosen, Column, Condition, Listing, Shape, reader_sees_utf8};
use process::table::{Fields, State, Table};

/// # Errors
///
/// Failures of the children and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let mut table = Table::open()?;
    identity(out, &mut table)?;
    family(out, &mut table)?;
    ends(out)?;
    count(out, &mut table)?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run -p process -- ps --tree\n  \
         cargo run -p process -- info $$\n  \
         cargo run -p process -- limits nofile=16 -- sh -c 'ulimit -n'"
    )?;
    Ok(())
}

fn identity(out: &mut impl Write, table: &mut Table) -> anyhow::Result<()> {
    let me = Identity::current()?;
    writeln!(
        out,
        "I am process {}, of group {} and session {}, user {}.",
        me.pid, me.group, me.session, me.users.effective
    )?;
    let line = table.ancestors(me.parent, Fields::NONE)?;
    let line = line.iter().map(|process| {
        format!(
            "{} ({})",
            String::from_utf8_lossy(&process.name),
            process.pid
        )
    });
    writeln!(
        out,
        "Started by {}.",
        line.collect::<Vec<_>>().join(", by ")
    )?;
    let files = Resource::named("nofile")?.get()?;
    let most = files
        .soft
        .map_or("any number of".to_owned(), |most| most.to_string());
    writeln!(out, "I may have {most} descriptors open.")?;
    Ok(())
}

/// Children in three states, as a tree below us.
fn family(out: &mut impl Write, table: &mut Table) -> anyhow::Result<()> {
    let mut sleeper = start("sleep 5 & wait")?;
    let mut dead = start("exit 3")?;
    let seen = await_state(table, pid(&dead), State::Zombie)
        .and_then(|()| await_child(table, pid(&sleeper)))
        .and_then(|()| picture(table));
    // They are ended before anything is said about what went wrong. The sleeper's own child goes
    // with its group.
    let group = nix::unistd::Pid::from_raw(pid(&sleeper));
    let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
    sleeper.wait()?;
    let status = Status::from(dead.wait()?);
    writeln!(
        out,
        "\nA family; one is dead, and nobody has asked how it ended:\n{}",
        seen?
    )?;
    writeln!(out, "Asked now: it {status}.")?;
    Ok(())
}

fn picture(table: &mut Table) -> anyhow::Result<String> {
    let columns = ["pid", "ppid", "pgid", "stat", "rss", "args"];
    let columns = columns.iter().filter_map(|name| Column::named(name));
    let mut listing = Listing::of(columns.map(Chosen::new));
    let me = Identity::current()?.pid;
    let all = table.processes(Fields::NONE)?;
    let children = all.iter().filter(|process| process.parent == me);
    let mut family = vec![me];
    family.extend(children.map(|process| process.pid));
    listing.selection.conditions =
        vec![Condition::Parents(family.clone()), Condition::Pids(family)];
    listing.shape = Shape::Tree {
        boxes: reader_sees_utf8(),
    };
    Ok(listing.read(table)?.into_text(Some(100)))
}

fn ends(out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "\nHow it ended, and what a shell makes of that:")?;
    for script in ["exit 259", "kill -TERM $$", "exit 143"] {
        let status = Status::from(start(script)?.wait()?);
        writeln!(
            out,
            "  {script:<14} {:<22} $? is {}",
            status.to_string(),
            status.shell_code()
        )?;
    }
    Ok(())
}

fn count(out: &mut impl Write, table: &mut Table) -> anyhow::Result<()> {
    let start = Instant::now();
    let processes = table.processes(Fields::OWNER | Fields::COMMAND_LINE)?;
    let took = start.elapsed();
    let threads: u32 = processes.iter().map(|process| process.threads).sum();
    let running = processes
        .iter()
        .filter(|process| process.state == State::Running);
    writeln!(
        out,
        "\nThis machine: {} processes, {threads} threads, {} running; read in {took:.1?}.",
        processes.len(),
        running.count()
    )?;
    Ok(())
}

fn start(script: &str) -> anyhow::Result<Child> {
    use std::os::unix::process::CommandExt;

    let mut command = Command::new("sh");
    command.args(["-c", script]).process_group(0);
    command
        .stdin(Stdio::null())
        .spawn()
        .context("cannot start sh")
}

fn pid(child: &Child) -> Pid {
    child.id() as Pid
}

fn await_state(table: &mut Table, pid: Pid, state: State) -> anyhow::Result<()> {
    wait_until(|| Ok(table.process(pid, Fields::NONE)?.state == state))
}

fn await_child(table: &mut Table, pid: Pid) -> anyhow::Result<()> {
    wait_until(|| {
        let all = table.processes(Fields::NONE)?;
        Ok(all
            .iter()
            .any(|process| process.parent == pid && process.name == b"sleep"))
    })
}

/// For two seconds at most.
fn wait_until(mut done: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let patience = Instant::now() + Duration::from_secs(2);
    while !done()? && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
