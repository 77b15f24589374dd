//! `mmap watch --batch`, driven as other programs drive it: over two pipes.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use common::{DEADLINE, tool};
use tempfile::TempDir;

/// The tool in a folder of its own, so that paths are relative.
struct Driver {
    folder: TempDir,
    child: Child,
    input: ChildStdin,
    output: Receiver<String>,
    sentinels: u32,
}

impl Driver {
    fn new(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("d/sub")).unwrap();
        fs::create_dir(folder.path().join("sentinels")).unwrap();
        let arguments = [&["watch", "--batch"], options].concat();
        let mut child = tool(&arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut driver = Driver {
            folder,
            input: child.stdin.take().unwrap(),
            output: lines(child.stdout.take().unwrap()),
            child,
            sentinels: 0,
        };
        assert_eq!(driver.ask("watch sentinels create"), ["ok"]);
        driver
    }

    fn line(&mut self) -> String {
        let line = self.output.recv_timeout(DEADLINE);
        line.expect("the tool says something")
    }

    /// All lines up to the answer.
    fn ask(&mut self, command: &str) -> Vec<String> {
        writeln!(self.input, "{command}").unwrap();
        let mut lines = vec![self.line()];
        while !lines
            .last()
            .is_some_and(|line| line == "ok" || line.starts_with("err "))
        {
            lines.push(self.line());
        }
        lines
    }

    /// The events of `change`.
    fn after(&mut self, change: impl FnOnce(&Path)) -> Vec<String> {
        change(self.folder.path());
        self.sentinels += 1;
        let sentinel = format!("sentinels/{}", self.sentinels);
        fs::write(self.folder.path().join(&sentinel), "").unwrap();
        let last = format!("event create {sentinel}");
        let mut lines = Vec::new();
        loop {
            match self.line() {
                line if line == last => return lines,
                line => lines.push(line),
            }
        }
    }
}

/// Read on a thread, so that waiting for one can have an end.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(output).lines().map(Result::unwrap);
        lines.try_for_each(|line| sender.send(line))
    });
    lines
}

#[test]
fn the_protocol_is_kept_by_both_watchers() {
    for options in [&[][..], &["--poll", "--interval", "5"]] {
        let mut driver = Driver::new(options);
        assert_eq!(driver.ask("watch d"), ["ok"]);
        assert_eq!(driver.ask("watch d"), ["ok"]);
        assert_eq!(driver.ask("list"), ["d", "sentinels", "ok"]);
        let told = driver.after(|f| fs::write(f.join("d/new"), "").unwrap());
        assert_eq!(told, ["event create d/new"]);
        let told = driver.after(|f| fs::rename(f.join("d/new"), f.join("d/old")).unwrap());
        assert_eq!(told, ["event rename d/old\td/new"]);
        let told = driver.after(|f| fs::rename(f.join("d/old"), f.join("out")).unwrap());
        assert_eq!(told, ["event remove d/old"]);
        let told = driver.after(|f| fs::write(f.join("d/sub/deep"), "").unwrap());
        assert_eq!(told, [""; 0], "one level is watched");
        assert_eq!(driver.ask("unwatch d"), ["ok"]);
        assert_eq!(driver.ask("unwatch d"), ["err d is not watched"]);
        let told = driver.after(|f| fs::write(f.join("d/silent"), "").unwrap());
        assert_eq!(told, [""; 0]);
        assert_eq!(driver.ask("quit"), ["ok"]);
        assert!(common::wait(&mut driver.child).success());
    }
}

#[test]
fn dots_at_the_end_reach_all_the_way_down() {
    let mut driver = Driver::new(&[]);
    assert_eq!(driver.ask("watch ./d/..."), ["ok"]);
    assert_eq!(driver.ask("list"), ["./d/...", "sentinels", "ok"]);
    let told = driver.after(|f| {
        fs::create_dir_all(f.join("d/a/b")).unwrap();
        fs::write(f.join("d/a/b/file"), "").unwrap();
    });
    let expected = ["./d/a", "./d/a/b", "./d/a/b/file"].map(|path| format!("event create {path}"));
    assert_eq!(told, expected);
    assert_eq!(driver.ask("unwatch ./d"), ["ok"]);
}

#[test]
fn a_removed_directory_is_told_and_gone_from_the_list() {
    for options in [&[][..], &["--poll", "--interval", "5"]] {
        let mut driver = Driver::new(options);
        assert_eq!(driver.ask("watch d/sub"), ["ok"]);
        let told = driver.after(|f| fs::remove_dir(f.join("d/sub")).unwrap());
        assert_eq!(told, ["event remove d/sub"]);
        assert_eq!(driver.ask("list"), ["sentinels", "ok"]);
        assert_eq!(driver.ask("unwatch d/sub"), ["err d/sub is not watched"]);
    }
}

#[test]
fn operations_restrict_what_is_told() {
    let mut driver = Driver::new(&[]);
    assert_eq!(driver.ask("watch d remove chmod"), ["ok"]);
    let told = driver.after(|f| {
        fs::write(f.join("d/file"), "text").unwrap();
        fs::remove_file(f.join("d/file")).unwrap();
    });
    assert_eq!(told, ["event remove d/file"]);
}

#[test]
fn what_is_wrong_is_said_and_does_not_end_it() {
    let mut driver = Driver::new(&[]);
    let missing = "err cannot watch missing: no such file or directory";
    assert_eq!(driver.ask("watch missing"), [missing]);
    assert_eq!(driver.ask("watch"), ["err a path is missing"]);
    assert_eq!(driver.ask("dance"), ["err no such command: dance"]);
    assert_eq!(driver.ask("list too much"), ["err nothing may follow"]);
    assert_eq!(driver.ask("list"), ["sentinels", "ok"]);
}

#[test]
fn names_with_spaces_and_newlines_stay_on_their_line() {
    let mut driver = Driver::new(&[]);
    fs::create_dir(driver.folder.path().join("two words")).unwrap();
    assert_eq!(driver.ask("watch two words create"), ["ok"]);
    let told = driver.after(|f| fs::write(f.join("two words/a\nb"), "").unwrap());
    assert_eq!(told, [r"event create two words/a\nb"]);
}
