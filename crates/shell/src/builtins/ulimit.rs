//! `ulimit`: what the kernel lets this process and its children have.

use nix::libc::{RLIM_INFINITY, rlim_t};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::{misused, print};
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

/// A limit: its letter, its name, and how many of the kernel's units one of ours is.
struct Limit {
    letter: u8,
    name: &'static str,
    unit: rlim_t,
    resource: Resource,
}

const fn limit(letter: u8, name: &'static str, unit: rlim_t, resource: Resource) -> Limit {
    Limit {
        letter,
        name,
        unit,
        resource,
    }
}

const LIMITS: &[Limit] = &[
    limit(
        b'c',
        "core file (512-byte blocks)",
        512,
        Resource::RLIMIT_CORE,
    ),
    limit(b'd', "data segment (KiB)", 1024, Resource::RLIMIT_DATA),
    limit(
        b'f',
        "file size (512-byte blocks)",
        512,
        Resource::RLIMIT_FSIZE,
    ),
    // nix has no name for these two on macOS.
    #[cfg(target_os = "linux")]
    limit(b'l', "locked memory (KiB)", 1024, Resource::RLIMIT_MEMLOCK),
    #[cfg(target_os = "linux")]
    limit(b'm', "resident memory (KiB)", 1024, Resource::RLIMIT_RSS),
    limit(b'n', "open files", 1, Resource::RLIMIT_NOFILE),
    limit(b's', "stack (KiB)", 1024, Resource::RLIMIT_STACK),
    limit(b't', "processor time (seconds)", 1, Resource::RLIMIT_CPU),
    #[cfg(target_os = "linux")]
    limit(b'u', "processes of the user", 1, Resource::RLIMIT_NPROC),
    limit(b'v', "address space (KiB)", 1024, Resource::RLIMIT_AS),
    #[cfg(target_os = "linux")]
    limit(b'e', "scheduling priority", 1, Resource::RLIMIT_NICE),
    #[cfg(target_os = "linux")]
    limit(b'i', "pending signals", 1, Resource::RLIMIT_SIGPENDING),
    #[cfg(target_os = "linux")]
    limit(b'q', "message queues (bytes)", 1, Resource::RLIMIT_MSGQUEUE),
    #[cfg(target_os = "linux")]
    limit(b'r', "real-time priority", 1, Resource::RLIMIT_RTPRIO),
    #[cfg(target_os = "linux")]
    limit(b'x', "file locks", 1, Resource::RLIMIT_LOCKS),
];

/// What the options ask for.
#[derive(Default)]
struct Request {
    hard: bool,
    soft: bool,
    all: bool,
    limits: Vec<&'static Limit>,
}

pub(super) fn ulimit(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let (request, operand) = parse(shell, arguments)?;
    if request.all {
        let lines = LIMITS.iter().map(|limit| line(limit, request.hard));
        return Ok(print(shell, lines.collect::<String>()));
    }
    let Some(operand) = operand else {
        let many = request.limits.len() > 1;
        let lines = request.limits.iter().map(|limit| match many {
            true => line(limit, request.hard),
            false => value(limit, request.hard) + "\n",
        });
        return Ok(print(shell, lines.collect::<String>()));
    };
    for limit in &request.limits {
        set(shell, limit, &request, operand)?;
    }
    Ok(0)
}

fn parse<'a>(shell: &Shell, arguments: &'a [Bytes]) -> Result<(Request, Option<&'a Bytes>), Flow> {
    let mut request = Request::default();
    let mut rest = arguments[1..].iter();
    let mut operand = None;
    for argument in rest.by_ref() {
        let Some(letters) = argument.strip_prefix(b"-") else {
            operand = Some(argument);
            break;
        };
        for letter in letters {
            match letter {
                b'H' => request.hard = true,
                b'S' => request.soft = true,
                b'a' => request.all = true,
                letter => match LIMITS.iter().find(|limit| limit.letter == *letter) {
                    Some(limit) => request.limits.push(limit),
                    None => {
                        let message = format!("-{}: unknown option", letter.escape_ascii());
                        return Err(misused(shell, b"ulimit", &message));
                    }
                },
            }
        }
    }
    if rest.next().is_some() {
        return Err(misused(shell, b"ulimit", "too many operands"));
    }
    if request.limits.is_empty() {
        request
            .limits
            .extend(LIMITS.iter().find(|limit| limit.letter == b'f'));
    }
    Ok((request, operand))
}

fn line(limit: &Limit, hard: bool) -> String {
    let letter = char::from(limit.letter);
    format!("-{letter}: {:<30} {}\n", limit.name, value(limit, hard))
}

fn value(limit: &Limit, hard: bool) -> String {
    match getrlimit(limit.resource) {
        Ok((soft, of_root)) => match if hard { of_root } else { soft } {
            RLIM_INFINITY => "unlimited".to_owned(),
            value => (value / limit.unit).to_string(),
        },
        Err(error) => error.desc().to_owned(),
    }
}

fn set(shell: &Shell, limit: &Limit, request: &Request, operand: &[u8]) -> Result<(), Flow> {
    let failed = |message: &str| {
        shell.complain(format!("ulimit: {}: {message}", operand.escape_ascii()));
        Flow::Error(1)
    };
    let (soft, hard) = getrlimit(limit.resource).map_err(|error| failed(error.desc()))?;
    let new = match operand {
        b"unlimited" => RLIM_INFINITY,
        b"hard" => hard,
        b"soft" => soft,
        digits => str::from_utf8(digits)
            .ok()
            .and_then(|text| text.parse::<rlim_t>().ok()?.checked_mul(limit.unit))
            .ok_or_else(|| failed("not a number"))?,
    };
    // Without -H or -S, both are meant.
    let both = request.hard == request.soft;
    let soft = if both || request.soft { new } else { soft };
    let hard = if both || request.hard { new } else { hard };
    setrlimit(limit.resource, soft, hard).map_err(|error| failed(error.desc()))
}
