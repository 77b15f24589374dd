//! When the last one who caught a signal is gone, its default is back: the next INT ends the program.
//!
//! Go has `signal.Stop` and `signal.Reset` for it. Here it is the end of a value: what was installed is
//! undone when it is dropped. The child sends itself both signals.

use std::env;
use std::error::Error;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use signals::action;
use signals::send::raise;
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        return child();
    }
    let output = Command::new(env::current_exe()?).arg("child").output()?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    println!("the child ended with {}", output.status);
    assert_eq!(output.stdout, b"caught 1\n");
    assert_eq!(output.status.signal(), Some(Signal::INT.number()));
    Ok(())
}

fn child() -> Result<(), Box<dyn Error>> {
    let caught = action::catch(Signal::INT)?;
    raise(Signal::INT)?;
    println!("caught {}", caught.count());
    drop(caught);
    assert!(action::query(Signal::INT)?.is_default());
    raise(Signal::INT)?;
    println!("still here");
    Ok(())
}
