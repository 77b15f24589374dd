//! The kernel bills each child's processor time, in user and in system mode; sleeping is free.
//!
//! `wait4(2)` gives more than a status: the kernel has counted how long the child ran its own code
//! (*user*), how long the kernel worked for it (*system*), and how much memory it had at most. The shell's
//! `time` prints that. The clock on the wall is another matter: a child that sleeps takes long and costs
//! nothing.

use std::fs::File;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use process::spawn::Spawn;

struct Times {
    real: Duration,
    user: Duration,
    system: Duration,
}

fn main() -> anyhow::Result<()> {
    let busy = time("i=0; while [ $i -lt 60000 ]; do i=$((i + 1)); done")?;
    let copying = time("dd if=/dev/zero of=/dev/null bs=1 count=150000")?;
    let sleeping = time("sleep 0.2")?;

    assert!(busy.user > Duration::ZERO && busy.user > busy.system);
    // A system call for each byte, twice: mostly the kernel's work.
    assert!(copying.system > Duration::ZERO);
    assert!(sleeping.real >= Duration::from_millis(200));
    assert!(sleeping.user + sleeping.system < sleeping.real / 2);
    Ok(())
}

fn time(script: &str) -> anyhow::Result<Times> {
    let (before, start) = (getrusage(UsageWho::RUSAGE_CHILDREN)?, Instant::now());
    let silent = File::create("/dev/null")?;
    let mut child = Spawn::new("/bin/sh");
    child.args(["-c", script]).fd(2, silent.as_fd());
    let ended = child.spawn()?.wait()?;
    assert!(ended.success());
    // The sum over all children that were waited for, grandchildren among them.
    let after = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let times = Times {
        real: start.elapsed(),
        user: user(&after) - user(&before),
        system: system(&after) - system(&before),
    };
    let Times { real, user, system } = &times;
    println!("{real:>12.3?} real {user:>12.3?} user {system:>12.3?} system   {script}");
    Ok(times)
}

fn user(usage: &Usage) -> Duration {
    let time = usage.user_time();
    Duration::new(time.tv_sec() as u64, time.tv_usec() as u32 * 1000)
}

fn system(usage: &Usage) -> Duration {
    let time = usage.system_time();
    Duration::new(time.tv_sec() as u64, time.tv_usec() as u32 * 1000)
}
