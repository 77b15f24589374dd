//! The source view: every call stands under the line that led to it, and none is lost.

use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use syscalls::errno::Errno;
use syscalls::event::{Call, Frame, Outcome};
use syscalls::source::{SHOWN, View};

const MAIN: &str = "/src/lesson.rs";
const TEXT: &str = "fn main() {\n    if true {\n        open();\n    }\n\n    close();\n}\n";

fn call(name: &'static str, arguments: &str, stack: Vec<Frame>) -> Call {
    Call {
        number: 0,
        name,
        arguments: arguments.to_owned(),
        spans: Vec::new(),
        outcome: Outcome::Value {
            value: 0,
            text: "0".to_owned(),
        },
        took: Duration::ZERO,
        stack,
    }
}

fn frame(file: &str, line: u32) -> Frame {
    Frame {
        file: Some(PathBuf::from(file)),
        line: Some(line),
        ..Frame::default()
    }
}

fn function(module: &str, name: &str) -> Frame {
    Frame {
        module: Some(PathBuf::from(module)),
        function: Some(name.to_owned()),
        ..Frame::default()
    }
}

fn view_of(calls: &[Call]) -> View {
    let mut view = View::new(Path::new(MAIN), TEXT.to_owned());
    for call in calls {
        view.add(call);
    }
    view
}

#[test]
fn what_the_text_shows_can_be_had_as_data() {
    let at = |line| vec![frame(MAIN, line)];
    let close = call("close", "3", at(6));
    let start = call("brk", "", vec![function("/bin/lesson", "_start")]);
    let view = view_of(&[close.clone(), close, start]);

    let (text, calls) = view.lines().nth(5).unwrap();
    assert_eq!(text, "    close();");
    assert_eq!(calls.shown()[0].text, "close(3) = 0");
    assert_eq!((calls.shown()[0].times, calls.counted().count()), (2, 0));
    assert!(view.lines().next().unwrap().1.is_empty());
    let (origin, calls) = view.elsewhere().next().unwrap();
    assert_eq!((origin, calls.shown().len()), ("lesson: _start", 1));
}

#[test]
fn a_call_stands_under_the_innermost_line_of_the_program() {
    let stack = vec![frame("/std/fs.rs", 9), frame(MAIN, 3), frame(MAIN, 6)];
    let failed = Call {
        outcome: Outcome::Error(Errno::from_name("ENOENT").unwrap()),
        ..call("open", "\"x\"", stack.clone())
    };
    let view = view_of(&[failed, call("open", "\"y\"", stack)]);
    let expected = "\
1  fn main() {
2      if true {
3          open();
           → open(\"x\") = -1 ENOENT (No such file or directory)
           → open(\"y\") = 0
4      }
5
6      close();
7  }
";
    assert_eq!(view.to_string(), expected);
    let mut written = Vec::new();
    view.write_to(&mut written).unwrap();
    assert_eq!(written, expected.as_bytes());
}

#[test]
fn calls_of_nobody_here_come_last_by_program_and_function() {
    let libc = "/lib/libc.so.6";
    let calls = [
        call("close", "3", vec![frame(MAIN, 6)]),
        call("brk", "0", vec![function("/bin/sh", "main")]),
        call(
            "rseq",
            "1",
            vec![
                function(libc, "start_thread"),
                function("/bin/lesson", "<std::os::fd::OwnedFd>::drop"),
                function("/bin/lesson", "lesson::worker"),
                function("/bin/lesson", "std::thread::start"),
            ],
        ),
        call(
            "munmap",
            "0",
            vec![
                function("/bin/lesson", "std::rt::cleanup"),
                function("/bin/lesson", "std::rt::lang_start"),
                function("/bin/lesson", "main"),
            ],
        ),
        call("write", "1", vec![function(libc, "write")]),
        call("read", "0", vec![]),
        call("mmap", "0", vec![frame(MAIN, 99)]),
    ];
    let shown = view_of(&calls).to_string();
    let (source, rest) = shown.split_once("\n\n").unwrap();
    assert!(
        source.ends_with("close();\n       → close(3) = 0\n7  }"),
        "{shown}"
    );
    let rest = rest.split_once("led to:\n").unwrap().1;
    let expected = "  \
  sh: main
    → brk(0) = 0
  lesson: lesson::worker
    → rseq(1) = 0
  lesson: std::rt::lang_start
    → munmap(0) = 0
  libc.so.6: write
    → write(1) = 0
  unknown
    → read(0) = 0
    → mmap(0) = 0
";
    assert_eq!(rest, expected);
}

#[test]
fn a_loop_of_two_different_calls_is_counted_by_name() {
    let stack = vec![frame(MAIN, 3)];
    let pair = [
        call("read", "0", stack.clone()),
        call("write", "1", stack.clone()),
    ];
    let shown = view_of(&vec![pair; 500].concat()).to_string();
    assert_eq!(shown.matches('→').count(), SHOWN);
    let half = 500 - SHOWN / 2;
    let rest = format!("… and then {half} read, {half} write\n");
    assert!(shown.contains(&rest), "{shown}");
}

#[test]
fn a_long_header_is_cut_to_its_first_line() {
    let text = "//! The claim.\n//!\n//! a\n//! b\n//! c\n\nfn main() {}\n";
    let view = View::new(Path::new(MAIN), text.to_owned());
    let expected = "1  //! The claim.\n   … 4 more lines\n6\n7  fn main() {}\n";
    assert_eq!(view.to_string(), expected);
    let short = "//! The claim.\n//! a\n";
    let view = View::new(Path::new(MAIN), short.to_owned());
    assert_eq!(view.to_string(), "1  //! The claim.\n2  //! a\n");
}

#[test]
fn for_a_terminal_the_source_is_dim_and_failures_are_red() {
    let failed = Call {
        outcome: Outcome::Error(Errno::from_name("ENOENT").unwrap()),
        ..call("open", "", vec![frame(MAIN, 1)])
    };
    let shown = view_of(&[failed]).ansi(true).to_string();
    assert!(
        shown.starts_with("\x1b[2m1  fn main() {\x1b[0m\n"),
        "{shown:?}"
    );
    assert!(shown.contains("\x1b[31m   → open() = -1"), "{shown:?}");
}

/// How many calls a view tells of.
fn told(shown: &str) -> u64 {
    let number = |word: &str| word.parse::<u64>().unwrap();
    let lines = shown.lines().map(str::trim_start);
    lines
        .map(|line| {
            if line.starts_with("→ ") {
                1
            } else if let Some(counts) = line.strip_prefix("… and then ") {
                let each = counts.split(", ").filter_map(|pair| pair.split(' ').next());
                each.map(number).sum()
            } else if let Some(more) = line.strip_prefix("… ") {
                more.split(' ').next().map_or(0, number)
            } else {
                0
            }
        })
        .sum()
}

prop_compose! {
    fn any_frame()(
        file in prop::sample::select(vec![None, Some(MAIN), Some("/std/fs.rs")]),
        line in prop::option::of(0..10_u32),
        module in prop::sample::select(vec![None, Some("/bin/sh"), Some("/lib/libc.so.6")]),
        function in prop::sample::select(vec![None, Some("main")]),
    ) -> Frame {
        Frame {
            file: file.map(PathBuf::from),
            line,
            module: module.map(PathBuf::from),
            function: function.map(str::to_owned),
            ..Frame::default()
        }
    }
}

prop_compose! {
    fn any_call()(
        name in prop::sample::select(vec!["read", "write", "close"]),
        argument in 0..3_u8,
        stack in prop::collection::vec(any_frame(), 0..4),
        times in prop::sample::select(vec![1, 2, 20]),
    ) -> Vec<Call> {
        vec![call(name, &argument.to_string(), stack); times]
    }
}

proptest! {
    #[test]
    fn every_call_is_told_once(calls in prop::collection::vec(any_call(), 0..300)) {
        let calls = calls.concat();
        let shown = view_of(&calls).to_string();
        prop_assert_eq!(told(&shown), calls.len() as u64, "{}", shown);
    }
}

/// A program of this system, traced.
#[cfg(target_os = "linux")]
mod real {
    use std::fs::{self, File};
    use std::process;

    use syscalls::source::View;
    use syscalls::symbols::main_source;
    use syscalls::trace::{Command, Options, Recording};

    const PROGRAM: &str = r#"use std::fs::File;
use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut file = create("out")?;
    for _ in 0..5 {
        file.write_all(b"x")?;
    }
    std::thread::spawn(|| std::fs::remove_file("out")).join().unwrap()
}

fn create(path: &str) -> std::io::Result<File> {
    File::create(path)
}
"#;

    /// The calls that are shown between a line and the next.
    fn under<'a>(shown: &'a str, line: &str) -> Vec<&'a str> {
        let behind = shown.lines().skip_while(|l| !l.ends_with(line)).skip(1);
        let calls = behind.map(str::trim_start);
        calls
            .take_while(|l| l.starts_with(['→', '…']))
            .map(|l| l.split('(').next().unwrap_or(l))
            .collect()
    }

    #[test]
    fn the_calls_of_a_real_program_stand_under_its_lines() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("program.rs");
        fs::write(&source, PROGRAM).unwrap();
        let mut rustc = process::Command::new("rustc");
        rustc.args(["--edition=2024", "-g", "program.rs"]);
        assert!(rustc.current_dir(&folder).status().unwrap().success());

        let program = folder.path().join("program");
        let null = || File::options().read(true).write(true).open("/dev/null");
        let command = Command::new(&program)
            .current_dir(folder.path())
            .stdout(null().unwrap());
        let options = Options {
            follow: true,
            stack: true,
            from_main: true,
            ..Options::default()
        };
        let recording = Recording::of(&command, options).unwrap();
        let mut view = View::new(&main_source(&program).unwrap(), PROGRAM.to_owned());
        recording.calls().for_each(|call| view.add(call));
        let shown = view.to_string();

        assert_eq!(
            under(&shown, "    File::create(path)"),
            ["→ openat"],
            "{shown}"
        );
        let write = under(&shown, r#"file.write_all(b"x")?;"#);
        assert_eq!(write, ["→ write", "… 4 more like the last"], "{shown}");
        let thread = under(&shown, ".join().unwrap()");
        // arm64 has unlinkat alone.
        let removes = |call: &&str| call.starts_with("→ unlink");
        assert!(thread.iter().any(removes), "{shown}");
        let rest = shown.split_once("led to:").unwrap().1;
        assert!(rest.contains("→ exit_group"), "{shown}");
    }
}
