//! What the user may choose, and what follows from it at each start.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::endpoint::PortSpec;
use super::machine::Policy;
use super::settings::{self, Environment};

/// What is started, where it listens, and by which rules.
#[derive(Debug, Clone)]
pub struct Config {
    /// TCP and UDP.
    pub ports: Vec<PortSpec>,
    /// Socket files.
    pub paths: Vec<PathBuf>,
    /// Connections that may wait.
    pub backlog: i32,
    /// The server.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it starts.
    pub directory: Option<PathBuf>,
    /// See [`Policy::interval`].
    pub interval: Duration,
    /// What old workers are told at HUP.
    pub signal_on_hup: Signal,
    /// What workers are told at TERM.
    pub signal_on_term: Signal,
    /// Else the variable KILL_OLD_DELAY, else 5 s with automatic restarts and none without.
    pub kill_old_delay: Option<Duration>,
    /// Else the variable ENABLE_AUTO_RESTART.
    pub enable_auto_restart: bool,
    /// Else the variable AUTO_RESTART_INTERVAL, else 360 s.
    pub auto_restart_interval: Option<Duration>,
    /// A folder of variables, read before each start; else the variable ENVDIR.
    pub envdir: Option<PathBuf>,
    /// Where the supervisor's number stands.
    pub pid_file: Option<PathBuf>,
    /// Where the workers' generations and numbers stand.
    pub status_file: Option<PathBuf>,
}

impl Config {
    /// `program` without arguments and without a socket; all else as Server::Starter has it when nothing is
    /// said.
    pub fn new(program: impl Into<OsString>) -> Self {
        Config {
            ports: Vec::new(),
            paths: Vec::new(),
            backlog: nix::libc::SOMAXCONN,
            program: program.into(),
            arguments: Vec::new(),
            directory: None,
            interval: Duration::from_secs(1),
            signal_on_hup: Signal::SIGTERM,
            signal_on_term: Signal::SIGTERM,
            kill_old_delay: None,
            enable_auto_restart: false,
            auto_restart_interval: None,
            envdir: None,
            pid_file: None,
            status_file: None,
        }
    }
}

/// The workers', without what somebody handed to us.
pub(super) fn environment(config: &Config) -> Environment {
    let mut environment: Environment = env::vars_os().collect();
    for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] {
        environment.remove(OsStr::new(name));
    }
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            environment.insert(name.into(), value.into());
        }
    };
    let seconds = |time: Duration| time.as_secs_f64().to_string();
    say(
        "ENABLE_AUTO_RESTART",
        config.enable_auto_restart.then(|| "1".into()),
    );
    say("KILL_OLD_DELAY", config.kill_old_delay.map(seconds));
    say(
        "AUTO_RESTART_INTERVAL",
        config.auto_restart_interval.map(seconds),
    );
    say(
        "ENVDIR",
        config
            .envdir
            .as_ref()
            .map(|path| path.display().to_string()),
    );
    if let Some(folder) = environment.get(OsStr::new("ENVDIR")).cloned() {
        // A folder that is not there has no variables, as Server::Starter has it.
        let _ = settings::load(folder.as_ref(), &mut environment);
    }
    environment
}

/// The rules, as options and variables have them now.
pub(super) fn policy(config: &Config, environment: &Environment) -> Policy {
    let enabled = settings::is_set(environment, "ENABLE_AUTO_RESTART");
    let seconds =
        |name, usual| settings::seconds(environment, name).unwrap_or(Duration::from_secs(usual));
    Policy {
        interval: config.interval,
        kill_old_delay: seconds("KILL_OLD_DELAY", if enabled { 5 } else { 0 }),
        auto_restart: enabled.then(|| seconds("AUTO_RESTART_INTERVAL", 360)),
    }
}
