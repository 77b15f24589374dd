//! `#[cfg]` takes out what is for other systems before the compiler looks: errors in it stay unseen.
//!
//! One API, and a file for each system: `mod os` is `linux.rs` here and `macos.rs` there, as in this
//! chapter's [`lock`](mmap::lock). Go does it by the file's name (`os_linux.go`) or a `//go:build` line. The
//! half that is not built is parsed and no more, so it breaks unnoticed until somebody builds there;
//! what helps is a build for every system on each change, `cargo check --target` at least.
//!
//! `if cfg!(…)` is the other way: an ordinary `if` with a constant. Both branches are checked and one
//! is thrown away, so it is the better one for whatever compiles everywhere. A name that no target has
//! would be false for ever; the compiler knows them all and warns.
//!
//! Needs: rustc

use std::io::Write;
use std::process::{Command, Stdio};

/// The API: what does the kernel call itself? Each system has its own way to ask.
#[cfg(target_os = "linux")]
mod os {
    pub(super) fn kernel() -> std::io::Result<String> {
        std::fs::read_to_string("/proc/sys/kernel/ostype")
    }
}

#[cfg(target_os = "macos")]
mod os {
    pub(super) fn kernel() -> std::io::Result<String> {
        super::print(std::process::Command::new("sysctl").args(["-n", "kern.ostype"]))
    }
}

const ATTRIBUTE: &str = r#"
#[cfg(target_os = "haiku")]
pub fn pages() -> usize { "a number" }
#[cfg(not(target_os = "haiku"))]
pub fn pages() -> usize { 4096 }"#;

const MACRO: &str = r#"
pub fn pages() -> usize {
    if cfg!(target_os = "haiku") { "a number" } else { 4096 }
}"#;

const MISSPELT: &str = r#"
#[cfg(target_os = "macosx")]
pub fn pages() -> usize { 4096 }"#;

fn main() -> anyhow::Result<()> {
    let kernel = os::kernel()?;
    print!("kernel: {kernel}");
    assert_eq!(kernel, print(Command::new("uname").arg("-s"))?);

    let (built, messages) = compile(ATTRIBUTE)?;
    println!("wrong type under #[cfg]:  built {built}");
    assert!(built && messages.is_empty(), "{messages}");

    let (built, messages) = compile(MACRO)?;
    println!(
        "wrong type in if cfg!():  built {built}, {}",
        first_line(&messages)
    );
    assert!(!built && messages.contains("error[E0308]"), "{messages}");

    let (built, messages) = compile(MISSPELT)?;
    println!(
        "system that is none:      built {built}, {}",
        first_line(&messages)
    );
    assert!(built && messages.contains("unexpected `cfg` condition value: `macosx`"));
    Ok(())
}

fn print(command: &mut Command) -> std::io::Result<String> {
    Ok(String::from_utf8_lossy(&command.output()?.stdout).into_owned())
}

/// As a library, checked and not translated. Returns whether it is sound, and what the compiler says.
fn compile(source: &str) -> anyhow::Result<(bool, String)> {
    let folder = tempfile::tempdir()?;
    let mut rustc = Command::new("rustc")
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--check-cfg=cfg()",
            "-",
        ])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Written and closed; a source of this size fits into the pipe.
    rustc
        .stdin
        .take()
        .expect("piped")
        .write_all(source.as_bytes())?;
    let output = rustc.wait_with_output()?;
    Ok((output.status.success(), String::from_utf8(output.stderr)?))
}

fn first_line(messages: &str) -> &str {
    messages.lines().next().unwrap_or_default()
}
