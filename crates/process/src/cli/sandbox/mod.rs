//! `process sandbox`: a command with its own view of the machine.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Run CMD with its own host name, pids, mounts, root and network (Linux).
///
/// CMD sees the host's programs and libraries, read-only, an empty /tmp, a small /dev, its own
/// processes in /proc, and 127.0.0.1. It is root there, with the fourteen capabilities of a
/// container, and nobody special outside. No rights are needed, as long as the kernel gives user
/// namespaces to ordinary users. When CMD ends, all that it left running ends, and all that it
/// wrote is gone.
///
/// It keeps a well-meant program apart. Against a hostile one it takes a seccomp filter as well.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sandbox {
    /// The host name inside
    #[arg(long, value_name = "NAME", default_value = "sandbox")]
    hostname: String,

    /// DIR as the root: it is not changed, what is written to it is kept in memory
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// The host's network instead of an empty one
    #[arg(long)]
    net: bool,

    /// Show this file or directory of the host, read-only
    #[arg(long, value_name = "PATH")]
    ro: Vec<PathBuf>,

    /// Show SRC of the host at DST, to be written to
    #[arg(long, value_name = "SRC:DST", value_parser = source_and_target)]
    bind: Vec<(PathBuf, PathBuf)>,

    /// One more capability to keep, such as sys_ptrace
    #[arg(long, value_name = "CAP")]
    keep_cap: Vec<String>,

    /// Bytes of memory at most, with K, M or G
    #[arg(long, value_name = "N", value_parser = size)]
    memory: Option<u64>,

    /// Processes and threads at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pids: Option<u64>,

    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  process sandbox -- sh
  process sandbox --hostname box -- sh -c 'hostname; id; ps -e; ls /'
  process sandbox --bind \"$PWD:/work\" -- make -C /work
  process sandbox --memory 200M --pids 50 -- ./untried

Status: CMD's; 128 + N when signal N ended it; 127 when it is not found, 126 when it cannot be run;
1 when the kernel refuses a step, which is then named; 2 for wrong usage.

CMD starts in the current directory if that is there, in / if not. Of the environment PATH, TERM
and LANG are passed on. HUP, INT, QUIT, TERM, USR1 and USR2 reach CMD.";

impl Sandbox {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        system::run(self)
    }
}

fn source_and_target(text: &str) -> Result<(PathBuf, PathBuf), String> {
    // The last one: a path of the host may have colons, the other is ours to choose.
    let (source, target) = text.rsplit_once(':').ok_or("SRC:DST expected")?;
    if source.is_empty() || !target.starts_with('/') {
        return Err("SRC:/DST expected, with DST from the root on".to_owned());
    }
    Ok((source.into(), target.into()))
}

fn size(text: &str) -> Result<u64, String> {
    let (number, shift) = match text.char_indices().next_back() {
        Some((at, 'K' | 'k')) => (&text[..at], 10),
        Some((at, 'M' | 'm')) => (&text[..at], 20),
        Some((at, 'G' | 'g')) => (&text[..at], 30),
        _ => (text, 0),
    };
    let number: u64 = number.parse().map_err(|_| "not a number of bytes")?;
    let bytes = number.checked_mul(1 << shift);
    bytes.ok_or_else(|| "more bytes than there are".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("512"), Ok(512));
        assert_eq!(size("3M"), Ok(3 << 20));
        assert!(size("99999999999999G").is_err());
        assert!(size("").is_err());
        assert!(size("M").is_err());
    }

    #[test]
    fn binds() {
        let expected = ("/a:b".into(), "/c".into());
        assert_eq!(source_and_target("/a:b:/c"), Ok(expected));
        assert!(source_and_target("/a").is_err());
        assert!(source_and_target("/a:c").is_err());
        assert!(source_and_target(":/c").is_err());
    }
}
