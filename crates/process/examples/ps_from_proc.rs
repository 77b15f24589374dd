//! ps is a loop over the directories of /proc whose names are numbers.
//!
//! Each has a file `stat`, one line about the process, made when it is read. Nothing holds a
//! process still meanwhile: one that ends between the list and its turn is not there when it is
//! opened, which is no error but the ordinary course of things. The second field, the name, may
//! hold spaces and parentheses; what comes after its *last* parenthesis are letters and numbers.
//!
//! Linux only: macOS has no /proc; there sysctl(3) and libproc answer.
//!
//! Needs: ps
//!
//! ```syscalls
//! openat(AT_FDCWD, "/proc", *O_DIRECTORY*) = *
//! getdents64(*) = *
//! openat(AT_FDCWD, "/proc/1/stat", *) = *
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeSet;
    use std::error::Error;
    use std::fs;
    use std::io::ErrorKind;
    use std::process::Command;

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        let before = pids()?;
        let ps = Command::new("ps").args(["-e", "-o", "pid="]).output()?;
        let after = pids()?;

        let ps = String::from_utf8(ps.stdout)?;
        let ps: BTreeSet<i32> = ps.split_whitespace().flat_map(str::parse).collect();
        let throughout: BTreeSet<i32> = before.intersection(&after).copied().collect();
        println!(
            "{} processes all the while, ps showed {}",
            throughout.len(),
            ps.len()
        );
        assert!(throughout.contains(&(std::process::id() as i32)));
        assert!(
            throughout.is_subset(&ps),
            "{:?}",
            throughout.difference(&ps)
        );

        // One that has gone: it was there, and its directory is not.
        let mut child = Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()?;
        let pid = child.id() as i32;
        println!("{pid} is {:?}", name(pid)?);
        assert!(name(pid)?.is_some());
        child.wait()?;
        assert_eq!(name(pid)?, None);
        Ok(())
    }

    /// All that could still be read when it was their turn.
    fn pids() -> Result<BTreeSet<i32>, Box<dyn Error>> {
        let mut pids = BTreeSet::new();
        for entry in fs::read_dir("/proc")? {
            let file_name = entry?.file_name();
            if let Some(pid) = file_name.to_str().and_then(|text| text.parse().ok())
                && name(pid)?.is_some()
            {
                pids.insert(pid);
            }
        }
        Ok(pids)
    }

    /// From `1234 (name) S 1 ...`; `None` when it has gone.
    fn name(pid: i32) -> Result<Option<String>, Box<dyn Error>> {
        let line = match fs::read(format!("/proc/{pid}/stat")) {
            Ok(line) => String::from_utf8_lossy(&line).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            // It ended after it was opened: ESRCH.
            Err(error) if error.raw_os_error() == Some(3) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (open, close) = (line.find('('), line.rfind(')'));
        let (open, close) = open.zip(close).ok_or("no name")?;
        Ok(Some(line[open + 1..close].to_owned()))
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
