//! A debugger stops a print inside `write(2)`, names the frames above and reads a private field.
//!
//! A breakpoint overwrites an instruction with a trap. The kernel then stops the process and lets
//! its tracer, the debugger, read registers and memory. Names, lines and the layout of types come
//! from the debug information that the dev profile puts into the executable. `mod` and `pub` bind
//! the compiler only: in memory a private field is as readable as any other. For Go, delve does
//! the same. macOS has lldb.
//!
//! Needs: gdb or lldb

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::{env, fs, io};

mod tank {
    pub(crate) struct Gauge {
        #[expect(dead_code, reason = "only the debugger reads it")]
        level: u32,
    }

    impl Gauge {
        pub(crate) fn filled_by(amounts: &[u32]) -> Gauge {
            Gauge {
                level: amounts.iter().sum(),
            }
        }
    }
}

#[inline(never)]
fn debuggee() {
    // Their sum, 1968, is no constant that could be read from the file: it exists in memory only.
    let gauge = tank::Gauge::filled_by(&[700, 1200, 68]);
    println!("Hello World!");
    black_box(&gauge);
}

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("debuggee") {
        debuggee();
        return Ok(());
    }
    let has_gdb = Command::new("gdb").arg("--version").output().is_ok();
    let debugger = if cfg!(target_os = "macos") || !has_gdb {
        LLDB
    } else {
        GDB
    };

    let transcript = debugger.stop_in_write(0)?;
    let frames: BTreeMap<usize, &str> = transcript.lines().filter_map(frame).collect();
    let innermost = |name: &str| Some(*frames.iter().find(|(_, text)| text.contains(name))?.0);
    let path = ["write", "::_print", "step_in::debuggee", "step_in::main"].map(innermost);
    let [Some(0), Some(print), Some(debuggee), Some(main)] = path else {
        panic!("no path from main to write:\n{transcript}");
    };
    assert!(print < debuggee && debuggee < main, "{transcript}");
    for (number, text) in frames.range(..=main) {
        println!("#{number:<2} {text:.100}");
    }

    let transcript = debugger.stop_in_write(debuggee)?;
    let field = transcript.lines().find(|line| line.ends_with("= 1968"));
    println!("gauge.level in #{debuggee}: {}", field.expect(&transcript));
    Ok(())
}

struct Debugger {
    program: &'static str,
    /// Read no start-up files, and quit at the end of the script, which comes next.
    options: [&'static str; 3],
    debuggee_follows: &'static str,
    /// Leaves addresses random, since containers often forbid the call that would fix them.
    script: &'static str,
}

const GDB: Debugger = Debugger {
    program: "gdb",
    options: ["-nx", "-batch", "-x"],
    debuggee_follows: "--args",
    script: "
set disable-randomization off
set startup-with-shell off
set breakpoint pending on
break -qualified write
run
backtrace
frame FRAME
print gauge.level
",
};

const LLDB: Debugger = Debugger {
    program: "lldb",
    options: ["--no-lldbinit", "--batch", "--source"],
    debuggee_follows: "--",
    script: "
settings set target.disable-aslr false
breakpoint set --fullname write
run
thread backtrace
frame select FRAME
frame variable gauge.level
",
};

impl Debugger {
    /// Plays the script on [`debuggee`] and returns what was printed. In a frame that has no
    /// `gauge` the last command fails, which the debugger prints too.
    fn stop_in_write(&self, frame: usize) -> io::Result<String> {
        let folder = tempfile::tempdir()?;
        let script = folder.path().join("script");
        fs::write(&script, self.script.replace("FRAME", &frame.to_string()))?;
        let mut command = Command::new(self.program);
        command.args(self.options).arg(script);
        command
            .arg(self.debuggee_follows)
            .arg(env::current_exe()?)
            .arg("debuggee");
        command.stdin(Stdio::null()).env_remove("DEBUGINFOD_URLS");
        output_within(Duration::from_secs(60), command)
    }
}

/// Standard output and standard error of `command`, which is killed when it takes longer.
fn output_within(deadline: Duration, mut command: Command) -> io::Result<String> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().expect("gdb or lldb on PATH");
    // The command keeps the write ends, and the pipe has no end while one of them is open.
    drop(command);
    let (sender, output) = mpsc::channel();
    thread::spawn(move || sender.send(io::read_to_string(reader)));
    let text = output.recv_timeout(deadline);
    if text.is_err() {
        child.kill().expect("our child, not waited for yet");
    }
    child.wait()?;
    text.unwrap_or_else(|_| {
        Err(io::Error::other(format!(
            "the debugger took over {deadline:?}"
        )))
    })
}

/// Number and text of a frame: `#7  text` in gdb's words, `  * frame #7: text` in lldb's.
fn frame(line: &str) -> Option<(usize, &str)> {
    let (number, text) = line.split_once('#')?.1.split_once([' ', ':'])?;
    Some((number.parse().ok()?, text.trim_start()))
}
