//! A kernel thread is a task without memory of its own: no maps, no size, no program behind it.
//!
//! What the kernel does on the side (write dirty pages back, serve interrupts, move tasks between cores) it
//! does in threads of its own, children of number 2, `kthreadd`. They run in the kernel's part of the address
//! space only, so they borrow whatever memory map is loaded. In `ps` they stand in brackets.
//!
//! Linux only: it is about /proc. In a container none is to be seen.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;

    /// `PF_KTHREAD` of the kernel's `include/linux/sched.h`.
    const KERNEL_THREAD: u64 = 0x0020_0000;

    /// A process's flags: the 9th field, counted behind the name, which may contain anything.
    fn flags(pid: u32) -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(6)?
            .parse()
            .ok()
    }

    fn has_size(pid: u32) -> std::io::Result<bool> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        Ok(status.lines().any(|line| line.starts_with("VmSize:")))
    }

    let this = std::process::id();
    assert_eq!(flags(this).map(|flags| flags & KERNEL_THREAD), Some(0));
    assert!(has_size(this)?, "a program has memory");
    assert!(!fs::read(format!("/proc/{this}/maps"))?.is_empty());

    let all = fs::read_dir("/proc")?.flatten();
    let mut all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_kernel_thread = |&pid: &u32| flags(pid).is_some_and(|flags| flags & KERNEL_THREAD != 0);
    let Some(pid) = all.find(is_kernel_thread) else {
        println!("skipped: no kernel thread is visible here, as in a container");
        return Ok(());
    };
    let name = fs::read_to_string(format!("/proc/{pid}/comm"))?;
    println!("{pid} is [{}]", name.trim());
    assert!(!has_size(pid)?, "no VmSize");
    assert!(
        fs::read(format!("/proc/{pid}/cmdline"))?.is_empty(),
        "no command"
    );
    // Only root may look at the maps of somebody else's process.
    if let Ok(maps) = fs::read(format!("/proc/{pid}/maps")) {
        assert!(maps.is_empty(), "no maps");
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
