//! What there is not.

use std::process::ExitCode;

use super::Sandbox;

pub(super) fn run(sandbox: Sandbox) -> anyhow::Result<ExitCode> {
    let program = sandbox.command.first().expect("clap requires one");
    anyhow::bail!(
        "cannot run {} in a sandbox: it is made of namespaces, which Linux has and macOS lacks \
         (own pids, mounts, users, host name and network for a process); run it in a Linux container, \
         or see sandbox-exec(1) for rules on what a process may touch",
        program.display()
    )
}
