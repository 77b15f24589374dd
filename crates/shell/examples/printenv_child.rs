//! A child gets the exported variables, as one block of `NAME=value` strings, and none of the others.
//!
//! The environment is no service that processes share: it is an argument of `execve`, copied to the top
//! of the new program's stack. A shell keeps more variables than it exports; `export` only marks one for the
//! block of the *next* child. A change made by a child, or made after it started, is never seen by the
//! other side. `NAME=value command` marks one for a single command.
//!
//! ```syscalls
//! execve("*/env", ["env"], *) = 0
//! ```

use std::collections::BTreeSet;
use std::error::Error;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use shell::state::Variables;
use shell::syntax::name::Name;

/// The variables that a child sees, one a string.
fn child(variables: &mut Variables) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut command = Command::new("env");
    command.env_clear();
    for entry in variables.environment().iter() {
        let (name, value) = entry.to_str()?.split_once('=').ok_or("no =")?;
        command.env(OsStr::from_bytes(name.as_bytes()), value);
    }
    let output = String::from_utf8(command.output()?.stdout)?;
    Ok(output.lines().map(str::to_owned).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (kept, given) = (Name::new("KEPT"), Name::new("GIVEN"));
    let mut variables = Variables::new();
    variables.set(kept, b"for the shell".to_vec())?;
    variables.set(given, b"to children".to_vec())?;
    assert_eq!(
        child(&mut variables)?,
        BTreeSet::new(),
        "nothing is exported"
    );

    variables.export(given);
    let seen = child(&mut variables)?;
    println!("export GIVEN            {seen:?}");
    assert_eq!(seen, BTreeSet::from(["GIVEN=to children".to_owned()]));

    // GIVEN=once command
    variables.push_scope();
    variables.localize(given);
    variables.set(given, b"once".to_vec())?;
    let seen = child(&mut variables)?;
    println!("GIVEN=once command      {seen:?}");
    assert_eq!(seen, BTreeSet::from(["GIVEN=once".to_owned()]));
    variables.pop_scope();

    let seen = child(&mut variables)?;
    println!("the command after it    {seen:?}");
    assert_eq!(seen, BTreeSet::from(["GIVEN=to children".to_owned()]));
    Ok(())
}
