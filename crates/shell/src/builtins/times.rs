//! `times`: how long the shell and its children have computed.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use super::print;
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

pub(super) fn times(shell: &mut Shell, _: &[Bytes]) -> Result<i32, Flow> {
    let mut text = String::new();
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let Ok(usage) = getrusage(who) else {
            return Ok(1);
        };
        let (user, system) = (shown(usage.user_time()), shown(usage.system_time()));
        text.push_str(&format!("{user} {system}\n"));
    }
    Ok(print(shell, text))
}

fn shown(time: TimeVal) -> String {
    let (minutes, seconds) = (time.tv_sec() / 60, time.tv_sec() % 60);
    format!("{minutes}m{seconds}.{:06}s", time.tv_usec())
}
