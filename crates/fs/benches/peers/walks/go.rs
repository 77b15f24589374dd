//! Go's walk: `benches/go/walk.go`, built by the `go` that is here.

use std::path::Path;
use std::process::{Command, Stdio};

use super::tree::Tree;
use super::{Seen, middle};
use crate::Result;

pub(super) fn measure(quick: bool) -> Result<f64> {
    let tree = Tree::make(quick)?;
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-walk");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/walk.go");
    let status = Command::new("go")
        .args(["build", "-o"])
        .args([&program, &source])
        .status()?;
    if !status.success() {
        return Err(format!("go build {} {status}", source.display()).into());
    }
    let output = Command::new(&program)
        .arg(&tree.root)
        .env("GOMAXPROCS", "2")
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{} {}", program.display(), output.status).into());
    }
    let output = String::from_utf8(output.stdout)?;
    let mut lines = output.lines();
    middle(|| {
        let line = lines.next().ok_or("too few lines from Go")?;
        let [entries, bytes, time] = line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("not what Go's walk prints: {line}").into());
        };
        tree.check(Seen {
            entries: entries.parse()?,
            bytes: bytes.parse()?,
        })?;
        Ok(time.parse()?)
    })
}
