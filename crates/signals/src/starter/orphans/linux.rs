//! From proc(5).

use std::fs;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use nix::unistd::{Pid, SysconfVar, sysconf};

/// How long ago a process began; none if it is gone, or has ended and only its parent has not looked.
pub(super) fn age(pid: Pid) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it may hold spaces and parentheses.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    if matches!(*fields.first()?, "Z" | "X") {
        return None;
    }
    let ticks: u64 = fields.get(19)?.parse().ok()?;
    let per_second = u64::try_from(sysconf(SysconfVar::CLK_TCK).ok()??).ok()?;
    let began = Duration::from_millis(ticks * 1000 / per_second);
    let now = Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME).ok()?);
    Some(now.saturating_sub(began))
}

/// The environment that a process began with is readable for its own user.
pub(super) fn started_for(name: &str) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let entry = format!("{name}=");
    pids.filter(|&pid| pid != std::process::id().cast_signed())
        .filter(|&pid| has_entry(pid, &entry))
        .map(Pid::from_raw)
        .collect()
}

fn has_entry(pid: i32, entry: &str) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let variables = environment.split(|&byte| byte == 0);
    let value = |variable: &[u8]| {
        let value = variable.strip_prefix(b"SERVER_STARTER_PORT=")?;
        Some(String::from_utf8_lossy(value).into_owned())
    };
    variables
        .filter_map(value)
        .any(|value| value.split(';').any(|part| part.starts_with(entry)))
}
