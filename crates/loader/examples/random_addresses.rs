//! The kernel starts the same program at other addresses each time, unless asked not to.
//!
//! Stack, heap, libraries and, for a position-independent executable, the program itself get a random
//! offset: *address space layout randomisation*. Who finds a way to overwrite a return address still does
//! not know what to write there. That a program's text has a fixed address, as older books show
//! it, holds for files linked with `-no-pie` only; Go links such files by default.
//!
//! `personality(ADDR_NO_RANDOMIZE)` turns it off for the programs that one starts; debuggers do that, so
//! that addresses are the same in each run.
//!
//! Linux only: macOS has no personality(2).
//!
//! ```syscalls
//! personality(*ADDR_NO_RANDOMIZE*) = *
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::process::Command;
    use std::{env, io};

    use nix::sys::personality::{self, Persona};

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        if env::var_os("TELL").is_some() {
            let local = 0;
            println!("code {:p}, stack {:p}", main as *const (), &raw const local);
            return Ok(());
        }
        let (first, second) = (addresses()?, addresses()?);
        println!("{first}\n{second}");
        let setting = std::fs::read_to_string("/proc/sys/kernel/randomize_va_space")?;
        let persona = personality::get()?;
        if setting.trim() == "0" || persona.contains(Persona::ADDR_NO_RANDOMIZE) {
            println!("skipped: randomisation is off here");
            return Ok(());
        }
        assert_ne!(first, second);

        if let Err(refused) = personality::set(persona | Persona::ADDR_NO_RANDOMIZE) {
            println!("skipped: this container forbids personality(2): {refused}");
            return Ok(());
        }
        let (first, second) = (addresses()?, addresses()?);
        println!("without randomisation: {first}\nwithout randomisation: {second}");
        assert_eq!(first, second);
        Ok(())
    }

    /// Those of a child, one line.
    fn addresses() -> io::Result<String> {
        let child = Command::new(env::current_exe()?)
            .env("TELL", "1")
            .output()?;
        assert!(child.status.success());
        Ok(String::from_utf8_lossy(&child.stdout).trim().to_owned())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
