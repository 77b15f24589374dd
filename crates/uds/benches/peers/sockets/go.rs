//! Go's part: `benches/go/echo.go`, built by the `go` that is here.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;

pub(super) fn measure(what: &str, network: &str, rounds: usize) -> Result<f64> {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-echo");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/echo.go");
    let status = Command::new("go")
        .args(["build", "-o"])
        .args([&program, &source])
        .status()?;
    if !status.success() {
        return Err(format!("go build {} {status}", source.display()).into());
    }
    let output = Command::new(&program)
        .args([what, network, &rounds.to_string()])
        .env("GOMAXPROCS", "2")
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{} {}", program.display(), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
