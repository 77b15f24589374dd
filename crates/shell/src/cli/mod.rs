//! The command line of POSIX.1-2024's `sh`, and where the script comes from.

mod arguments;
mod show;
mod start;

use std::env;
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt;

use arguments::{Arguments, Request};

const HELP: &str = "\
A POSIX shell.

Usage: shell [OPTION]... [FILE [ARGUMENT]...]
       shell [OPTION]... -c COMMANDS [NAME [ARGUMENT]...]
       shell [OPTION]... -s [ARGUMENT]...

Without a file or -c, commands are read from standard input; at a terminal, a person
gets a prompt, line editing, history and completion.

  -c COMMANDS      run these
  -s               read standard input, whatever the operands
  -i               behave as at a terminal
  -l               as the first shell of a login: read /etc/profile and ~/.profile
  -abCefhmnuvx     as in `set`; with + instead of -, off
  -o NAME          an option by its name: pipefail, errexit ...; +o for off
  --ast            print the syntax tree of the script, and run nothing; --ast=json for programs
  --explain        say what each stage would make of the script, and run nothing
  --help           print this
  --version        print the version

Examples:
  shell -c 'for i in 1 2 3; do echo $i; done | wc -l'
  shell --ast -c 'a && b | c >file'
  echo 'echo $((6 * 7))' | shell
";

/// Everything between the system's call and the exit status.
pub(crate) fn run() -> u8 {
    let words = env::args_os().map(OsStringExt::into_vec);
    match Arguments::parse(words.collect()) {
        Ok(Request::Run(arguments)) => start::run(arguments),
        Ok(Request::Help) => say(HELP),
        Ok(Request::Version) => say(concat!("shell ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(message) => {
            eprintln!("shell: {message}");
            2
        }
    }
}

/// Flushed here: there is no runtime to do it at the end.
fn say(text: &str) -> u8 {
    let mut out = std::io::stdout();
    // Whoever closed the pipe has read enough.
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    u8::from(written.is_err())
}
