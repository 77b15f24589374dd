//! An argument with `; rm` in it is data to a program started directly, and a command to `sh -c`.
//!
//! `execve` takes a list of arguments; nobody looks into them. `sh -c` takes *one text* and reads it
//! as a script, so whatever is pasted into that text is script too. Three ways out, the best first: no
//! shell at all; the data as an argument behind the script, where it is `$1`; quotes around the data, made by
//! a function that knows how.
//!
//! ```syscalls
//! execve("*/printf", ["printf", "%s", "data; echo injected"], *) = 0
//! execve("*/sh", ["sh", "-c", "printf %s data; echo injected"], *) = 0
//! execve("*/sh", ["sh", "-c", "printf %s \"$1\"", "sh", "data; echo injected"], *) = 0
//! ```

use std::error::Error;
use std::process::Command;

use shell::expand::quote;

const HOSTILE: &str = "data; echo injected";

fn printed(command: &mut Command) -> Result<String, Box<dyn Error>> {
    Ok(String::from_utf8(command.output()?.stdout)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let direct = printed(Command::new("printf").args(["%s", HOSTILE]))?;
    println!("direct:        {direct:?}");
    assert_eq!(direct, HOSTILE);

    let script = format!("printf %s {HOSTILE}");
    let pasted = printed(Command::new("sh").args(["-c", &script]))?;
    println!("pasted:        {pasted:?}");
    assert_eq!(pasted, "datainjected\n", "the second command ran");

    let argument = printed(Command::new("sh").args(["-c", "printf %s \"$1\"", "sh", HOSTILE]))?;
    println!("as $1:         {argument:?}");
    assert_eq!(argument, HOSTILE);

    for data in [HOSTILE, "it's $HOME", "`id`", "a\nb", "", "-n *"] {
        let quoted = quote(data.as_bytes());
        let quoted = str::from_utf8(&quoted)?;
        let back = printed(Command::new("sh").args(["-c", &format!("printf %s {quoted}")]))?;
        println!("quoted:        {quoted}");
        assert_eq!(back, data);
    }
    Ok(())
}
