//! Signals have the same names everywhere and different numbers: a program should say the name.
//!
//! The names are those of `kill -l`. USR1 is 10 on Linux and 30 on macOS; only those that are older than
//! either, such as HUP, INT, KILL and TERM, agree.
//!
//! Needs: bash

use std::error::Error;
use std::process::Command;

use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    for signal in Signal::all().filter(|signal| !signal.is_real_time()) {
        let action = signal.default_action();
        println!(
            "{:3} {signal:7} {action:10} {}",
            signal.number(),
            signal.description()
        );
    }
    println!("and {} real-time signals", Signal::real_time_count());

    let numbers = Signal::all().map(|signal| signal.number().to_string());
    let output = Command::new("bash")
        .args(["-c", "for number; do kill -l $number; done", "bash"])
        .args(numbers)
        .output()?;
    let theirs = String::from_utf8(output.stdout)?;
    let ours: Vec<_> = Signal::all().map(Signal::name).collect();
    assert_eq!(ours, theirs.lines().collect::<Vec<_>>());

    assert_eq!(Signal::TERM.number(), 15);
    let linux = cfg!(target_os = "linux");
    assert_eq!(Signal::USR1.number(), if linux { 10 } else { 30 });
    Ok(())
}
