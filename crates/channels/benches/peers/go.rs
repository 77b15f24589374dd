//! The Go peer: the programs of `benches/go`, built by the `go` that is here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::plan::Plan;

pub(crate) struct Program(PathBuf);

impl Program {
    pub(crate) fn build(name: &str) -> Result<Self> {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("go-{name}"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/go/{name}.go"));
        let status = Command::new("go")
            .args(["build", "-o"])
            .args([&program, &source])
            .status()?;
        if status.success() {
            Ok(Self(program))
        } else {
            Err(format!("go build {} {status}", source.display()).into())
        }
    }

    pub(crate) fn run(&self, job: &str, plan: &Plan) -> Result<f64> {
        let output = Command::new(&self.0)
            .arg(job)
            .arg(plan.count.to_string())
            .arg(plan.least.as_millis().to_string())
            // As many as tokio's runtime has workers.
            .env("GOMAXPROCS", "2")
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err(format!("{} {job} {}", self.0.display(), output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }
}
