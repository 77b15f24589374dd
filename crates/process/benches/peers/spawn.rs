//! Starting a program and waiting for it, from parents of two sizes.
//!
//! Sound: each call into C gets strings that end with NUL, lists that end with NULL, and room for what it
//! writes. After `fork` the child calls `execv` or `_exit` and nothing else.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::hint::black_box;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, ptr};

use nix::libc::{self, c_char, c_int, pid_t};
use process::spawn::Spawn;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "spawn+wait of a program that only exits, 1 GiB parent",
        unit: "us",
        peers: &[
            peer("Spawn", Some("cc"), |quick| exits(quick, BIG, ours)),
            peer("std Command", Some("cc"), |quick| {
                exits(quick, BIG, std_command)
            }),
            peer("posix_spawn", Some("cc"), |quick| {
                exits(quick, BIG, posix_spawn)
            }),
            peer("fork+exec", Some("cc"), |quick| {
                exits(quick, BIG, fork_exec)
            }),
        ],
    },
    Workload {
        name: "spawn+wait of true, 1 GiB parent",
        unit: "us",
        peers: &[
            peer("Spawn", None, |quick| measure(quick, BIG, &truth(), ours)),
            peer("std Command", None, |quick| {
                measure(quick, BIG, &truth(), std_command)
            }),
            peer("posix_spawn", None, |quick| {
                measure(quick, BIG, &truth(), posix_spawn)
            }),
            peer("fork+exec", None, |quick| {
                measure(quick, BIG, &truth(), fork_exec)
            }),
            peer("Go os/exec", Some("go"), |quick| go(quick, BIG)),
        ],
    },
    Workload {
        name: "spawn+wait of true, small parent",
        unit: "us",
        peers: &[
            peer("Spawn", None, |quick| measure(quick, SMALL, &truth(), ours)),
            peer("std Command", None, |quick| {
                measure(quick, SMALL, &truth(), std_command)
            }),
            peer("posix_spawn", None, |quick| {
                measure(quick, SMALL, &truth(), posix_spawn)
            }),
            peer("fork+exec", None, |quick| {
                measure(quick, SMALL, &truth(), fork_exec)
            }),
            peer("Go os/exec", Some("go"), |quick| go(quick, SMALL)),
            peer("dash", Some("dash"), dash),
        ],
    },
];

const fn peer(
    name: &'static str,
    needs: Option<&'static str>,
    measure: fn(bool) -> Result<f64>,
) -> Peer {
    Peer {
        name,
        needs,
        measure,
    }
}

/// MiB in use.
const BIG: usize = 1024;
const SMALL: usize = 0;

fn rounds(quick: bool) -> u32 {
    if quick { 20 } else { 500 }
}

/// Starts the program, waits for it, and sees that it succeeded.
type Start = fn(&Path) -> Result<()>;

fn measure(quick: bool, mebibytes: usize, program: &Path, start: Start) -> Result<f64> {
    let resident = black_box(vec![1u8; mebibytes << 20]);
    start(program)?;
    let begin = Instant::now();
    for _ in 0..rounds(quick) {
        start(program)?;
    }
    let took = begin.elapsed();
    black_box(resident);
    Ok(took.as_secs_f64() * 1e6 / f64::from(rounds(quick)))
}

fn ours(program: &Path) -> Result<()> {
    check(Spawn::new(program).spawn()?.wait()?.success())
}

fn std_command(program: &Path) -> Result<()> {
    check(Command::new(program).status()?.success())
}

fn posix_spawn(program: &Path) -> Result<()> {
    let program = CString::new(program.as_os_str().as_bytes())?;
    let arguments = [program.as_ptr().cast_mut(), ptr::null_mut()];
    // What the others pass on as well: with an empty one the dynamic linker has less to do.
    let strings: Vec<CString> = env::vars_os()
        .map(|(name, value)| [name.as_bytes(), b"=", value.as_bytes()].concat())
        .map(CString::new)
        .collect::<std::result::Result<_, _>>()?;
    let environment: Vec<*mut c_char> = strings
        .iter()
        .map(|string| string.as_ptr().cast_mut())
        .chain([ptr::null_mut()])
        .collect();
    let mut pid: pid_t = 0;
    // SAFETY: room for a pid; no actions, no attributes; strings and lists that live until it returns.
    let error = unsafe {
        libc::posix_spawn(
            &raw mut pid,
            program.as_ptr(),
            ptr::null(),
            ptr::null(),
            arguments.as_ptr(),
            environment.as_ptr(),
        )
    };
    check(error == 0)?;
    wait(pid)
}

fn fork_exec(program: &Path) -> Result<()> {
    let program = CString::new(program.as_os_str().as_bytes())?;
    let arguments = [program.as_ptr(), ptr::null()];
    // SAFETY: the child calls only what is async-signal-safe.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        // SAFETY: a string, and a list that ends with NULL.
        unsafe { libc::execv(program.as_ptr(), arguments.as_ptr()) };
        // SAFETY: ends the copy.
        unsafe { libc::_exit(127) };
    }
    check(pid > 0)?;
    wait(pid)
}

fn wait(pid: pid_t) -> Result<()> {
    let mut status: c_int = 0;
    // SAFETY: room for a status.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    check(waited == pid && status == 0)
}

fn dash(quick: bool) -> Result<f64> {
    let script = format!(
        "i=0; while [ $i -lt {} ]; do {} || exit 1; i=$((i + 1)); done",
        rounds(quick),
        truth().display()
    );
    let begin = Instant::now();
    check(
        Command::new("dash")
            .args(["-c", &script])
            .status()?
            .success(),
    )?;
    Ok(begin.elapsed().as_secs_f64() * 1e6 / f64::from(rounds(quick)))
}

/// The program says itself how long it took: neither its own start nor its memory is Go's spawn.
fn go(quick: bool, mebibytes: usize) -> Result<f64> {
    let program = folder()?.join("go-spawn");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/spawn.go");
    let mut build = Command::new("go");
    check(
        build
            .args(["build", "-o"])
            .arg(&program)
            .arg(source)
            .status()?
            .success(),
    )?;
    let mut run = Command::new(program);
    run.arg(truth())
        .arg(rounds(quick).to_string())
        .arg(mebibytes.to_string());
    let output = run.stderr(Stdio::inherit()).output()?;
    check(output.status.success())?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// As small as a program can be: one system call, no libraries. What is left is the kernel's part.
fn exits(quick: bool, mebibytes: usize, start: Start) -> Result<f64> {
    const SOURCE: &str = r#"
        void _start(void) {
        #if defined(__x86_64__)
            __asm__ volatile("xor %edi, %edi\n mov $60, %eax\n syscall");
        #else
            __asm__ volatile("mov x0, #0\n mov x8, #93\n svc #0");
        #endif
        }
    "#;
    if cfg!(not(target_os = "linux")) {
        return Err("macOS has no programs without libraries".into());
    }
    let program = folder()?.join("only-exits");
    let source = program.with_extension("c");
    fs::write(&source, SOURCE)?;
    let mut build = Command::new("cc");
    build.args(["-O", "-static", "-nostdlib", "-o"]);
    check(build.arg(&program).arg(source).status()?.success())?;
    measure(quick, mebibytes, &program, start)
}

fn truth() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found = env::split_paths(&path).map(|folder| folder.join("true"));
    let found = found.find(|path| path.is_file());
    found.unwrap_or_else(|| PathBuf::from("/usr/bin/true"))
}

/// Below cargo's target folder, so that `cargo clean` takes it away.
fn folder() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("process");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn check(succeeded: bool) -> Result<()> {
    match succeeded {
        true => Ok(()),
        false => Err("the program did not succeed".into()),
    }
}
