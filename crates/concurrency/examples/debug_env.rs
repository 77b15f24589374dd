//! Settings come as `name=value,name=value`; a name that nobody knows is reported and does no harm.
//!
//! `GODEBUG` is how one asks a Go program for its inner life without building it anew. New
//! versions learn new names and forget old ones, so an unknown one must never stop a program: the same
//! variable may be meant for another that runs under it. Our `RTDEBUG` has the same form and the same
//! manners.

use std::env;
use std::process::Command;
use std::time::Duration;

use concurrency::debug::{Settings, VARIABLE, parse};
use concurrency::runtime::Runtime;

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some("child") {
        print!("{}", Runtime::new().block_on(async { 6 * 7 }));
        return Ok(());
    }
    let settings = parse("schedtrace=100,scheddetail=1,inittrace=1,schedtrace=often,,word");
    println!("{settings:#?}");
    assert_eq!(
        settings.schedtrace,
        Some((Duration::from_millis(100), true))
    );
    assert_eq!(
        settings.unknown,
        ["inittrace=1", "schedtrace=often", "word"]
    );
    assert_eq!(parse(""), Settings::default());
    assert_eq!(
        parse("scheddetail=1").schedtrace,
        None,
        "details of no line"
    );

    for text in ["frobnicate=1,=,,=7", "schedtrace=-5", "schedtrace=0"] {
        let mut child = Command::new(env::current_exe()?);
        let output = child.arg("child").env(VARIABLE, text).output()?;
        println!(
            "{VARIABLE}={text}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert!(output.status.success());
        assert_eq!(output.stdout, b"42");
    }
    Ok(())
}
