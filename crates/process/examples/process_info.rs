//! Anybody may ask the kernel about a process: its name, its arguments, its times, its user.
//!
//! This is all that `ps` and Go's `gopsutil` do. What is told of other users' processes is less:
//! the arguments of all, but not their environment, their open files or where they stand. Whatever
//! is on a command line is therefore public; a password does not belong there.
//!
//! Needs: ps

use std::error::Error;
use std::process::Command;

use process::environment::strings;
use process::id::{Identity, Names};
use process::table::{Fields, Table};

fn main() -> Result<(), Box<dyn Error>> {
    let me = Identity::current()?;
    let mut table = Table::open()?;
    let parent = table.process(me.parent, Fields::OWNER | Fields::COMMAND_LINE)?;
    let owner = parent.owner.ok_or("an owner")?;
    let mut names = Names::default();
    println!(
        "parent  {} {}",
        parent.pid,
        String::from_utf8_lossy(&parent.name)
    );
    println!("command {:?}", strings(&parent.command_line));
    println!(
        "user    {}",
        names.user(owner.user).unwrap_or("without a name")
    );
    println!(
        "times   {:?} its own, {:?} in the kernel",
        parent.user_time, parent.system_time
    );

    let numbers = [parent.parent, parent.group, owner.user as i32];
    assert_eq!(
        ps(parent.pid, "ppid=,pgid=,uid=")?,
        numbers.map(|n| n.to_string())
    );
    let words = strings(&parent.command_line);
    let words = words
        .iter()
        .flat_map(|word| word.to_str())
        .collect::<Vec<_>>()
        .join(" ");
    if words.is_ascii() && !words.contains(|c: char| c.is_control()) {
        assert_eq!(
            ps(parent.pid, "args=")?,
            words.split_whitespace().collect::<Vec<_>>()
        );
    }
    Ok(())
}

/// The words that `ps` prints.
fn ps(pid: i32, columns: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let pid = pid.to_string();
    let output = Command::new("ps")
        .args(["-ww", "-o", columns, "-p", &pid])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.split_whitespace().map(str::to_owned).collect())
}
