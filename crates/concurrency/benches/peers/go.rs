//! The Go peer: the program of `benches/go`, built by the `go` that is here.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use crate::Result;
use crate::executors::TRACED;

/// Builds `benches/go/PROGRAM.go` and has it do a job once: the number that it prints.
pub(crate) fn run(program: &str, job: &str, count: usize) -> Result<f64> {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("go-{program}"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/go/{program}.go"));
    let status = Command::new("go")
        .args(["build", "-o"])
        .args([&built, &source])
        .status()?;
    if !status.success() {
        return Err(format!("go build {} {status}", source.display()).into());
    }
    let output = Command::new(&built)
        .arg(job)
        .arg(count.to_string())
        .args(TRACED.load(Ordering::Relaxed).then_some("traced"))
        // As many as the others have workers.
        .env("GOMAXPROCS", "2")
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{} {job} {}", built.display(), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
