//! What is ignored stays ignored over exec; what has a handler is the default again.
//!
//! This is all that `nohup` does: ignore HUP, and exec the command. A handler cannot be handed on, since
//! its code is gone with the old program.

use std::error::Error;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use signals::action::{self, Disposition};
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    let _ignored = action::set_for_now(Signal::HUP, Disposition::Ignore)?;
    let _caught = action::catch(Signal::USR1)?;

    let hang_up = Command::new("sh")
        .args(["-c", "kill -HUP $$; exit 7"])
        .status()?;
    println!("HUP, ignored here:       the new program ends with {hang_up}");
    assert_eq!(hang_up.code(), Some(7));

    let handled = Command::new("sh")
        .args(["-c", "kill -USR1 $$; exit 7"])
        .status()?;
    println!("USR1, with handler here: the new program ends with {handled}");
    assert_eq!(handled.signal(), Some(Signal::USR1.number()));
    Ok(())
}
