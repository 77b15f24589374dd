//! Stacks and main functions of real programs, built here by the compilers that readers have.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::ptrace;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use proptest::prelude::{any, prop};
use proptest::test_runner::{Config, TestRunner};
use syscalls::event::Frame;
use syscalls::symbols::{MAXIMUM_DEPTH, Registers, Unwinder, main_address, main_source};
use tempfile::TempDir;

/// Stops itself three functions deep; the tests know its lines. Lets any process debug it, which some
/// systems allow to parents only.
const C: &str = r#"#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
static int inner(int n) {
    return raise(SIGSTOP) + n;
}
__attribute__((noinline)) int outer(int n) {
    int result = inner(n + 1);
    return result + 1;
}
int main(void) {
    printf("%p\n", (void *)main);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    fflush(stdout);
    return outer(1) - 2;
}
"#;

const RUST: &str = r#"mod other {
    unsafe extern "C" {
        pub safe fn raise(signal: i32) -> i32;
        pub safe fn prctl(option: i32, value: i64) -> i32;
    }
    #[inline(always)]
    pub fn inner() -> i32 {
        raise(19) + 1
    }
    #[inline(never)]
    pub fn main() -> i32 {
        inner() + 1
    }
}
fn main() {
    other::prctl(0x59616d61, -1);
    println!("{:p}", main as fn());
    let results: Vec<i32> = (0..1)
        .map(|_| other::main() + 1)
        .collect();
    println!("{results:?}");
}
"#;

/// Go has a `main.main`, and debug information that its linker compresses.
const GO: &str = r#"package main

import (
	"fmt"
	"os"
	"reflect"
	"syscall"
	"time"
)

func main() {
	fmt.Printf("%x\n", reflect.ValueOf(main).Pointer())
	// Any thread may be given the signal, so this one goes on for a moment.
	syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	time.Sleep(time.Minute)
}
"#;

/// A program in a folder of its own.
struct Program {
    folder: TempDir,
    path: PathBuf,
}

impl Program {
    /// Compiles `text`; `command` is given the names of the program and of the file.
    fn build(command: &[&str], name: &str, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        let status = Command::new(command[0])
            .args(&command[1..])
            .args(["-o", "program", name])
            .current_dir(&folder)
            .status()
            .unwrap();
        assert!(status.success(), "{command:?}");
        let path = folder.path().join("program");
        Self { folder, path }
    }

    fn c(options: &[&str]) -> Option<Self> {
        found("cc").then(|| Self::build(&[&["cc"], options].concat(), "program.c", C))
    }

    fn rust(options: &[&str]) -> Self {
        let command = [&["rustc", "--edition=2024"], options].concat();
        Self::build(&command, "program.rs", RUST)
    }

    fn source(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }
}

/// Says so when the machine lacks a program; in CI that is a failure.
fn found(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "{program} is missing");
        println!("skipped: symbols needs {program}");
    }
    found
}

/// A program that has stopped itself, and what it wrote before.
struct Stopped {
    child: Child,
    line: String,
}

impl Stopped {
    fn run(program: &Path) -> Self {
        let mut command = Command::new(program);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let output = child.stdout.as_mut().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let pid = Pid::from_raw(child.id().cast_signed());
        let status = waitpid(pid, Some(WaitPidFlag::WUNTRACED)).unwrap();
        assert_eq!(status, WaitStatus::Stopped(pid, Signal::SIGSTOP));
        Self { child, line }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Takes it over from job control, so that its registers can be read.
    fn registers(&self) -> Registers {
        ptrace::seize(self.pid(), ptrace::Options::empty()).unwrap();
        ptrace::interrupt(self.pid()).unwrap();
        waitpid(self.pid(), Some(WaitPidFlag::__WALL)).unwrap();
        registers(self.pid())
    }

    /// Lets it go on until it stops itself again, past the stop that taking it over was.
    fn run_until_next_stop(&self) {
        let mut status = WaitStatus::StillAlive;
        while status != WaitStatus::Stopped(self.pid(), Signal::SIGSTOP) {
            ptrace::cont(self.pid(), None).unwrap();
            status = waitpid(self.pid(), Some(WaitPidFlag::__WALL)).unwrap();
        }
    }

    fn stack(&self) -> Vec<Frame> {
        Unwinder::new().stack(self.pid().as_raw(), &self.registers())
    }

    /// The address that it wrote.
    fn address(&self) -> u64 {
        let digits = self.line.trim().trim_start_matches("0x");
        u64::from_str_radix(digits, 16).unwrap()
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(target_arch = "x86_64")]
fn registers(pid: Pid) -> Registers {
    let registers = ptrace::getregs(pid).unwrap();
    Registers {
        instruction: registers.rip,
        stack: registers.rsp,
        frame: registers.rbp,
        link: 0,
    }
}

#[cfg(target_arch = "aarch64")]
fn registers(pid: Pid) -> Registers {
    let registers = ptrace::getregs(pid).unwrap();
    Registers {
        instruction: registers.pc,
        stack: registers.sp,
        frame: registers.regs[29],
        link: registers.regs[30],
    }
}

/// `function:line`, with `>` before what was inlined.
fn summary(frame: &Frame) -> String {
    let mark = if frame.inlined { ">" } else { "" };
    let function = frame.function.as_deref().unwrap_or("?");
    match frame.line {
        Some(line) => format!("{mark}{function}:{line}"),
        None => format!("{mark}{function}"),
    }
}

/// The frames whose source is `file`.
fn frames_in(stack: &[Frame], file: &Path) -> Vec<String> {
    let own = stack.iter().filter(|f| f.file.as_deref() == Some(file));
    own.map(summary).collect()
}

#[test]
fn c_frames_have_functions_and_lines() {
    for options in [
        &["-g"][..],
        &["-g", "-no-pie"],
        &["-g", "-static"],
        &["-g", "-fomit-frame-pointer"],
        &["-g", "-gz"],
    ] {
        let Some(program) = Program::c(options) else {
            return;
        };
        let stack = Stopped::run(&program.path).stack();
        let own = frames_in(&stack, &program.source("program.c"));
        let expected = ["inner:5", "outer:8", "main:15"];
        assert_eq!(own, expected, "{options:?}: {stack:#?}");
        let main = stack.iter().find(|f| f.function.as_deref() == Some("main"));
        let module = main.unwrap().module.as_deref().unwrap();
        assert_eq!(module, program.path.canonicalize().unwrap());
    }
}

#[test]
fn what_the_compiler_inlined_is_told_as_inlined() {
    let Some(program) = Program::c(&["-g", "-O2"]) else {
        return;
    };
    let stack = Stopped::run(&program.path).stack();
    let own = frames_in(&stack, &program.source("program.c"));
    assert_eq!(own, [">inner:5", "outer:8", "main:15"], "{stack:#?}");
}

#[test]
fn rust_frames_are_demangled_without_hash() {
    for options in [
        &["-g"][..],
        &["-g", "-Csymbol-mangling-version=v0"],
        &[
            "-g",
            "-Ctarget-feature=+crt-static",
            "-Crelocation-model=static",
        ],
    ] {
        let program = Program::rust(options);
        let stack = Stopped::run(&program.path).stack();
        let own: Vec<_> = frames_in(&stack, &program.source("program.rs"))
            .into_iter()
            .map(|frame| frame.replace("{{closure}}", "{closure#0}"))
            .collect();
        let expected = [
            ">program::other::inner:8",
            "program::other::main:12",
            "program::main::{closure#0}:19",
            "program::main:20",
        ];
        assert_eq!(own, expected, "{options:?}: {stack:#?}");
    }
}

#[test]
fn a_stripped_program_still_has_the_addresses_of_its_callers() {
    let Some(program) = Program::c(&["-s"]) else {
        return;
    };
    let stopped = Stopped::run(&program.path);
    let stack = stopped.stack();
    let own = program.path.canonicalize().unwrap();
    let inside = stack.iter().filter(|f| f.module.as_ref() == Some(&own));
    // inner, outer, main and _start.
    assert_eq!(inside.count(), 4, "{stack:#?}");
    assert_eq!(main_address(stopped.pid().as_raw()).unwrap(), None);
}

#[test]
fn without_debug_information_there_are_function_names() {
    let Some(program) = Program::c(&[]) else {
        return;
    };
    let stack = Stopped::run(&program.path).stack();
    let names: Vec<_> = stack.iter().filter_map(|f| f.function.as_deref()).collect();
    for name in ["inner", "outer", "main", "_start"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(stack.iter().all(|f| f.line.is_none()), "{stack:#?}");
}

#[test]
fn main_is_where_the_program_says_it_is() {
    let rust = [
        &["-g"][..],
        &["-O"],
        &["-Csymbol-mangling-version=v0"],
        &["-Ctarget-feature=+crt-static", "-Crelocation-model=static"],
    ];
    let c = [&["-g"][..], &["-O2", "-no-pie"], &["-static"]];
    let programs = rust
        .into_iter()
        .map(|options| Some(Program::rust(options)))
        .chain(c.into_iter().map(Program::c));
    for program in programs.flatten() {
        let stopped = Stopped::run(&program.path);
        let found = main_address(stopped.pid().as_raw()).unwrap();
        assert_eq!(found, Some(stopped.address()));
    }
}

#[test]
fn a_go_program_has_its_main_and_the_source_of_it() {
    if !found("go") {
        return;
    }
    let program = Program::build(&["go", "build"], "program.go", GO);
    let stopped = Stopped::run(&program.path);
    let found = main_address(stopped.pid().as_raw()).unwrap();
    assert_eq!(found, Some(stopped.address()));
    let source = program.source("program.go");
    assert_eq!(main_source(&program.path), Some(source));
}

#[test]
fn the_main_of_another_crate_is_not_the_programs() {
    let library = "#[inline(never)]\npub fn main() -> i32 { std::hint::black_box(1) }\n";
    let library = Program::build(&["rustc", "--crate-type=rlib"], "helper.rs", library);
    let named = library.path.with_file_name("libhelper.rlib");
    fs::rename(&library.path, &named).unwrap();
    let text = RUST.replace("raise(19) + 1", "raise(19) + helper::main()");
    let helper = format!("--extern=helper={}", named.display());
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let command = ["rustc", "--edition=2024", &helper, level];
        let program = Program::build(&command, "program.rs", &text);
        let stopped = Stopped::run(&program.path);
        let found = main_address(stopped.pid().as_raw()).unwrap();
        assert_eq!(found, Some(stopped.address()), "{level}");
    }
}

#[test]
fn the_main_source_is_the_file_with_main() {
    for options in [&["-g"][..], &["-g", "-O"]] {
        let program = Program::rust(options);
        let source = program.source("program.rs");
        assert_eq!(main_source(&program.path), Some(source));
    }
    let bare = Program::rust(&["-Cstrip=symbols"]);
    assert_eq!(main_source(&bare.path), None);
}

#[test]
fn a_program_that_was_deleted_keeps_its_lines() {
    let program = Program::rust(&["-g"]);
    let stopped = Stopped::run(&program.path);
    fs::remove_file(&program.path).unwrap();
    fs::write(&program.path, "something else").unwrap();
    let own = frames_in(&stopped.stack(), &program.source("program.rs"));
    assert_eq!(own.last().unwrap(), "program::main:20");
}

#[test]
fn of_a_process_that_is_gone_there_is_the_address_alone() {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let registers = Registers {
        instruction: 0x1000,
        ..Registers::default()
    };
    let stack = Unwinder::new().stack(child.id().cast_signed(), &registers);
    let addresses: Vec<_> = stack.iter().map(|frame| frame.address).collect();
    assert_eq!(addresses, [0x1000], "{stack:#?}");
}

#[test]
fn a_damaged_file_is_no_reason_to_panic() {
    let Some(program) = Program::c(&["-g"]) else {
        return;
    };
    let sound = fs::read(&program.path).unwrap();
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60);
    let cases = (damage, 0..=sound.len(), any::<bool>());
    let mut runner = TestRunner::new(Config::with_cases(300));
    let outcome = runner.run(&cases, |(damage, length, cut)| {
        let mut bytes = sound.clone();
        for (index, byte) in damage {
            *index.get_mut(&mut bytes) = byte;
        }
        bytes.truncate(if cut { length } else { sound.len() });
        fs::write(&program.path, bytes).unwrap();
        let _ = main_source(&program.path);
        Ok(())
    });
    outcome.unwrap();
}

/// The address of each call, the innermost aside, which gdb does not print.
fn callers(stack: &[Frame]) -> Vec<u64> {
    let mut addresses: Vec<_> = stack.iter().map(|frame| frame.address).collect();
    addresses.dedup();
    addresses.split_off(1)
}

/// What gdb says of the same: from lines like `#1  0x00007f2e in raise (sig=19) at raise.c:26`.
fn callers_in_gdb(pid: Pid) -> Vec<u64> {
    let mut gdb = Command::new("gdb");
    gdb.args(["-batch", "-ex", "set backtrace past-main", "-ex", "bt"]);
    let output = gdb.args(["-p", &pid.to_string()]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let frames = text.lines().filter(|line| line.starts_with('#'));
    let hexadecimal = |word: &str| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok();
    frames
        .skip(1)
        .filter_map(|line| hexadecimal(line.split_whitespace().nth(1)?))
        .collect()
}

#[test]
fn the_callers_are_those_that_gdb_finds() {
    if !found("gdb") {
        return;
    }
    let rust = [&["-g"][..], &["-g", "-O"], &["-O"]];
    let c = [&["-g"][..], &["-O2"], &["-static"], &["-s"]];
    let programs = rust
        .into_iter()
        .map(|options| Some(Program::rust(options)))
        .chain(c.into_iter().map(Program::c));
    for program in programs.flatten() {
        let stopped = Stopped::run(&program.path);
        let expected = callers_in_gdb(stopped.pid());
        assert!(expected.len() > 4, "gdb sees {expected:x?}");
        let mut missing = expected.clone();
        let callers = callers(&stopped.stack());
        missing.retain(|address| !callers.contains(address));
        // A function that was left by a jump (a tail call) is not on the stack. In the C library, whose
        // debug information it may have, gdb guesses that there was one.
        assert!(missing.len() <= 1, "{callers:x?} and in gdb {expected:x?}");
        let rest: Vec<_> = expected
            .into_iter()
            .filter(|a| !missing.contains(a))
            .collect();
        assert_eq!(callers, rest);
    }
}

#[test]
fn a_library_that_is_loaded_later_is_noticed() {
    if !found("cc") {
        return;
    }
    let library = "#include <signal.h>\nint plugged(void) { return raise(SIGSTOP) + 1; }\n";
    let library = Program::build(&["cc", "-g", "-shared", "-fPIC"], "library.c", library);
    let text = format!(
        "#include <dlfcn.h>\n#include <signal.h>\n#include <stdio.h>\n\
        int main(void) {{\n puts(\"0\"); fflush(stdout); raise(SIGSTOP);\n\
        int (*plugged)(void) = dlsym(dlopen({:?}, RTLD_NOW), \"plugged\");\n\
        return plugged() - 1; }}\n",
        library.path
    );
    let program = Program::build(&["cc", "-g"], "program.c", &text);
    let stopped = Stopped::run(&program.path);
    let mut unwinder = Unwinder::new();
    let before = unwinder.stack(stopped.pid().as_raw(), &stopped.registers());
    stopped.run_until_next_stop();
    let after = unwinder.stack(stopped.pid().as_raw(), &registers(stopped.pid()));
    let source = library.source("library.c");
    assert_eq!(frames_in(&before, &source), [""; 0]);
    assert_eq!(frames_in(&after, &source), ["plugged:2"], "{after:#?}");
    let main = frames_in(&after, &program.source("program.c"));
    assert_eq!(main, ["main:7"], "{after:#?}");
}

#[test]
fn a_deep_stack_is_cut() {
    if !found("cc") {
        return;
    }
    let text = "#include <signal.h>\n#include <stdio.h>\n\
        int down(int n) { return n ? down(n - 1) + 1 : raise(SIGSTOP); }\n\
        int main(void) { puts(\"0\"); fflush(stdout); return down(5000); }\n";
    let program = Program::build(&["cc", "-g", "-O0"], "program.c", text);
    let stack = Stopped::run(&program.path).stack();
    assert_eq!(stack.len(), MAXIMUM_DEPTH);
    assert_eq!(stack.last().unwrap().function.as_deref(), Some("down"));
}
