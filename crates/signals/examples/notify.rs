//! A program that asks for INT and TERM gets them as values, one after the other, and lives on.
//!
//! Left alone, either would end it. An `Incoming` catches them instead and is an iterator: what
//! `signal.Notify` and its channel are in Go. The shell that sends them here knows our number as `$PPID`.

use std::error::Error;
use std::process::Command;

use signals::signal::Signal;
use signals::stream::Incoming;

fn main() -> Result<(), Box<dyn Error>> {
    let mut incoming = Incoming::new([Signal::INT, Signal::TERM])?;
    for wanted in ["INT", "TERM"] {
        let mut shell = Command::new("sh")
            .args(["-c", &format!("kill -{wanted} $PPID")])
            .spawn()?;
        let received = incoming.next().ok_or("an endless iterator ended")??;
        println!("{} from process {:?}", received.signal, received.pid);
        assert_eq!(received.signal.name(), wanted);
        assert_eq!(
            received.pid.map(|pid| pid.as_raw() as u32),
            Some(shell.id())
        );
        assert!(shell.wait()?.success());
    }
    Ok(())
}
