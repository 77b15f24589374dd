//! Whoever follows parents upwards from any program comes to process 1.
//!
//! The kernel starts one program by itself, `init`, and everything else is started by something
//! that runs; a process whose parent ends is given to an ancestor of it. So all programs form one
//! tree. (The kernel's own threads are a second one, below number 2, and a container sees the part
//! below its own first process.)
//!
//! Linux only: on macOS `launchd` starts most programs, and the line is two steps long.

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;

    use process::table::{Fields, Table};

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        let mut table = Table::open()?;
        let line = table.ancestors(std::process::id() as i32, Fields::NONE)?;
        for (depth, process) in line.iter().rev().enumerate() {
            let name = String::from_utf8_lossy(&process.name);
            println!("{:width$}{} {name}", "", process.pid, width = 2 * depth);
        }
        let first = line.last().ok_or("at least ourselves")?;
        // 0 is no process: the kernel, or somebody outside of our container.
        assert_eq!(first.parent, 0);
        assert!(line.windows(2).all(|pair| pair[0].parent == pair[1].pid));

        // And so it is for all programs of the machine, not only for us.
        let mut roots = Vec::new();
        for process in table.processes(Fields::NONE)? {
            if let Ok(line) = table.ancestors(process.pid, Fields::NONE)
                && let Some(top) = line.last().filter(|top| top.parent == 0)
            {
                roots.push(top.pid);
            }
        }
        roots.sort_unstable();
        roots.dedup();
        println!("all lines end at {roots:?}");
        assert!(roots.contains(&1));
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
