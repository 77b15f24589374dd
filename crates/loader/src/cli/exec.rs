//! `loader exec`: a program started without execve.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Start FILE in this process, without execve(2).
///
/// The segments of FILE and of the dynamic linker that it asks for are mapped as its program headers
/// say, a stack with ARG…, the environment and the auxiliary vector is built, and the processor
/// jumps to the first instruction. What FILE prints and its status are its own.
///
/// /proc/self/exe is still this tool: programs that look for themselves there (busybox applets that
/// run others, some language runtimes) find it instead. Set-user-ID bits have no effect.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Exec {
    /// A path to an ELF program for this machine (PATH is not searched)
    file: PathBuf,

    /// Its arguments
    #[arg(
        value_name = "ARG",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  loader exec /bin/ls -l /
  loader exec /bin/bash -c 'echo $0 runs as $$'
  LD_DEBUG=libs loader exec /usr/bin/true";

/// Comes back only with an error.
#[cfg(target_os = "linux")]
pub(crate) fn run(options: Exec) -> anyhow::Result<ExitCode> {
    linux::run(options)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn run(options: Exec) -> anyhow::Result<ExitCode> {
    let Exec { file, arguments } = options;
    anyhow::bail!(
        "cannot run {file:?} with {} arguments: only Linux lets a program start another without its \
         own exec; use posix_spawn or execve",
        arguments.len()
    )
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::ffi::CString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::process::ExitCode;

    use anyhow::Context;

    use super::Exec;

    pub(super) fn run(options: Exec) -> anyhow::Result<ExitCode> {
        let name = options.file.clone().into_os_string();
        let arguments = [name].into_iter().chain(options.arguments);
        let arguments = arguments.map(|argument| CString::new(argument.into_vec()));
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        match loader::exec::run(&options.file, &arguments, &environment()?) {
            Ok(never) => match never {},
            Err(error) => Err(error).context("cannot run it"),
        }
    }

    /// As it was given to us: `NAME=value`.
    fn environment() -> anyhow::Result<Vec<CString>> {
        let lines =
            env::vars_os().map(|(name, value)| [name.as_bytes(), b"=", value.as_bytes()].concat());
        Ok(lines.map(CString::new).collect::<Result<_, _>>()?)
    }
}
