//! The arguments as the library wants them, and the status as a shell wants it.

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};

use nix::errno::Errno;
use process::namespace::{
    Bind, Capability, Held, Limits, NamespaceError, Network, NewRoot, Sandbox, Step,
};

use crate::cli::complain;

/// What a command gets of the environment: nothing that might be a secret.
const PASSED_ON: [&str; 3] = ["PATH", "TERM", "LANG"];

pub(super) fn run(arguments: super::Sandbox) -> anyhow::Result<ExitCode> {
    let mut command = command(&arguments);
    let prepared = sandbox(arguments)?.prepare();
    for held in prepared.held() {
        if matches!(held, Held::ByResourceLimit(..)) {
            complain(held);
        }
    }
    match prepared.run(&mut command) {
        Ok(status) => Ok(ExitCode::from(as_a_shell_would(status))),
        Err(error) => {
            complain(&error);
            Ok(ExitCode::from(status_of(&error)))
        }
    }
}

fn command(arguments: &super::Sandbox) -> Command {
    let (program, rest) = arguments.command.split_first().expect("clap requires one");
    let mut command = Command::new(program);
    command.args(rest).env_clear().env("HOME", "/root");
    for name in PASSED_ON {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

fn sandbox(arguments: super::Sandbox) -> anyhow::Result<Sandbox> {
    let mut sandbox = Sandbox {
        hostname: arguments.hostname,
        root: NewRoot {
            image: arguments.root,
            binds: arguments.ro.into_iter().map(Bind::read_only).collect(),
            host_names: arguments.net,
        },
        limits: Limits {
            memory: arguments.memory,
            processes: arguments.pids,
        },
        ..Sandbox::default()
    };
    if arguments.net {
        sandbox.network = Network::Host;
    }
    for (source, target) in arguments.bind {
        sandbox.root.binds.push(Bind {
            source,
            target,
            read_only: false,
        });
    }
    for name in arguments.keep_cap {
        sandbox.capabilities.push(name.parse::<Capability>()?);
    }
    Ok(sandbox)
}

fn as_a_shell_would(status: ExitStatus) -> u8 {
    let number = match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or_default(),
    };
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn status_of(error: &NamespaceError) -> u8 {
    match (&error.step, error.errno) {
        (Step::Run(_), Errno::ENOENT) => 127,
        (Step::Run(_), _) => 126,
        _ => 1,
    }
}
