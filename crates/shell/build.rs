//! Takes the unwinder out of its archive, where there is one.
//!
//! std's unwinder is in `libgcc_s.so`, a library that the dynamic linker has to find, map and relocate
//! at each start: a tenth of all the time that `sh -c :` takes. A shell is started often enough to care.
//! Linked from `libgcc_eh.a` the same code is part of the program.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    // The compiler that links knows where its archives are; it says the bare name if it has none.
    let linker = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let asked = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let Ok(answer) = asked else { return };
    let answer = String::from_utf8_lossy(&answer.stdout);
    if let Some(folder) = Path::new(answer.trim()).parent()
        && folder.is_absolute()
    {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static=gcc_eh");
    }
}
