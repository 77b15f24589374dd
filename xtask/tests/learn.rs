//! `cargo xtask learn`, as a reader uses it: the real command, with a folder of its own for copies and
//! progress.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// A check builds; the first one of a chapter everything that the chapter depends on.
const PATIENCE: Duration = Duration::from_secs(300);

/// Two readers of one chapter would build into one place.
static BUILDING: Mutex<()> = Mutex::new(());

#[test]
fn a_new_reader_goes_from_the_first_exercise_to_the_second() {
    let reader = Reader::new();
    let _alone = alone();

    let first = reader.learn(&[]).text();
    assert!(first.contains("all-of-it"), "{first}");
    assert!(first.contains("cargo xtask learn check"), "{first}");
    let copy = reader.copy("io-writer/all_of_it.rs");
    assert!(
        first.contains(copy.to_str().unwrap()),
        "it says which file to edit: {first}"
    );
    assert_eq!(
        fs::read_to_string(&copy).unwrap(),
        exercise("all_of_it/starter.rs")
    );

    let failed = reader.learn(&["check"]);
    assert_eq!(failed.status(), Some(1));
    let text = failed.text();
    assert!(text.contains("of 256 bytes came"), "{text}");
    assert!(text.contains("cargo xtask learn hint"), "{text}");
    assert!(!text.contains("RUST_BACKTRACE"), "{text}");

    let refused = reader.learn(&["next"]);
    assert_eq!(refused.status(), Some(1));
    assert!(refused.text().contains("all-of-it is not solved yet"));
    let refused = reader.learn(&["solution"]);
    assert_eq!(refused.status(), Some(1));
    assert!(refused.text().contains("--anyway"));

    fs::write(&copy, "pub fn write_all() -> {\n").unwrap();
    let broken = reader.learn(&["check"]).text();
    assert!(broken.contains("does not compile"), "{broken}");
    assert!(
        broken.contains("io-writer/all_of_it.rs:1"),
        "the compiler names the reader's own file: {broken}"
    );

    fs::write(&copy, exercise("all_of_it/solution.rs")).unwrap();
    let solved = reader.learn(&["check"]);
    let text = solved.text();
    assert_eq!(solved.status(), Some(0), "{text}");
    assert!(text.contains("✓ short writes are continued"), "{text}");
    assert!(text.contains("all-of-it is solved"), "{text}");
    let expert = reader.learn(&["solution", "all-of-it"]).text();
    assert!(expert.contains("Ok(taken) => bytes = &bytes[taken..]"));

    let second = reader.learn(&[]).text();
    assert!(second.contains("lost-bytes"), "{second}");
    assert!(reader.copy("io-writer/lost_bytes.rs").exists());
    let list = reader.learn(&["list", "io-writer"]).text();
    assert!(list.contains("1 of 7 solved"), "{list}");
    assert!(list.contains("✓ all-of-it"), "{list}");
    assert!(list.contains("→ lost-bytes"), "{list}");
}

#[test]
fn the_kernel_judges_the_calls() {
    let reader = Reader::new();
    let _alone = alone();
    let copy = reader.copy("io-writer/one_line_one_call.rs");
    reader.learn(&["next", "one-line-one-call"]);

    let starter = reader.learn(&["check"]);
    let text = starter.text();
    assert!(text.contains("✓ the log has the three records"), "{text}");
    if cfg!(target_os = "linux") && !text.contains("were not looked at") {
        assert_eq!(starter.status(), Some(1), "{text}");
        assert!(text.contains("by other calls"), "{text}");
        assert!(text.contains("write($log, \"1 info: started"), "{text}");
    }

    fs::write(&copy, exercise("one_line_one_call/solution.rs")).unwrap();
    let solution = reader.learn(&["check"]);
    let text = solution.text();
    assert_eq!(solution.status(), Some(0), "{text}");
    assert!(
        text.contains("the kernel saw the calls") || text.contains("were not looked at"),
        "{text}"
    );
}

#[test]
fn what_a_file_leaves_running_is_ended_with_it() {
    let reader = Reader::new();
    let _alone = alone();
    reader.learn(&["next", "all-of-it"]);
    let sign = reader.sign_of_life(
        "let stream = std::os::fd::OwnedFd::from(stream);
         std::process::Command::new(\"sleep\").arg(\"1000\").stdin(stream).spawn().unwrap();",
    );
    let text = reader.learn(&["check", "--limit", "3"]).text();
    assert!(text.contains("left something running"), "{text}");
    assert!(text.contains("after 3 s"), "{text}");
    sign.ends();
}

#[test]
fn a_file_that_prints_for_ever_is_ended() {
    let reader = Reader::new();
    let _alone = alone();
    reader.learn(&["next", "all-of-it"]);
    let printing = exercise("all_of_it/solution.rs").replace(
        "while !bytes.is_empty() {",
        "loop { println!(\"and on\") }\n    #[allow(unreachable_code)]\n    while !bytes.is_empty() {",
    );
    fs::write(reader.copy("io-writer/all_of_it.rs"), printing).unwrap();
    let text = reader.learn(&["check", "--limit", "2"]).text();
    assert!(text.contains("had not ended after 2 s"), "{text}");
    assert!(text.contains("lines left out"), "{text}");
}

#[test]
fn a_file_that_hangs_under_the_tracer_alone_is_ended_too() {
    let reader = Reader::new();
    let _alone = alone();
    reader.learn(&["next", "one-call"]);
    // Without any call that the block names: the tracer hears nothing of it.
    let hanging = exercise("one_call/solution.rs").replace(
        "while !slices.is_empty() {",
        "let status = std::fs::read_to_string(\"/proc/self/status\").unwrap_or_default();
         while status.contains(\"TracerPid\") && !status.contains(\"TracerPid:\\t0\") {}
         while !slices.is_empty() {",
    );
    fs::write(reader.copy("io-writer/one_call.rs"), hanging).unwrap();
    let text = reader.learn(&["check", "--limit", "2"]).text();
    assert!(
        text.contains("had not ended after 2 s")
            || text.contains("were not looked at")
            || cfg!(not(target_os = "linux")),
        "{text}"
    );
}

#[test]
fn an_interrupt_ends_what_runs() {
    let reader = Reader::new();
    let _alone = alone();
    reader.learn(&["next", "all-of-it"]);
    let sign = reader.sign_of_life("loop { std::hint::black_box(&stream); }");
    let mut check = reader.command(&["check"]).spawn().unwrap();
    let life = sign.begins();
    let pid = nix::unistd::Pid::from_raw(check.id().try_into().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert_eq!(check.wait().unwrap().code(), Some(128 + 15));
    ends(life);
}

#[test]
fn a_reset_keeps_what_was_there() {
    let reader = Reader::new();
    reader.learn(&[]);
    let copy = reader.copy("io-writer/all_of_it.rs");
    let starter = fs::read_to_string(&copy).unwrap();
    for (number, mine) in [(1, "// mine\n"), (2, "// mine again\n")] {
        fs::write(&copy, mine).unwrap();
        reader.learn(&[]);
        assert_eq!(
            fs::read_to_string(&copy).unwrap(),
            mine,
            "nothing but a reset may change a reader's file"
        );
        let text = reader.learn(&["reset"]).text();
        let backup = reader.copy(&format!("io-writer/all_of_it.rs.backup-{number}"));
        assert!(text.contains(backup.to_str().unwrap()), "{text}");
        assert_eq!(fs::read_to_string(&backup).unwrap(), mine);
        assert_eq!(fs::read_to_string(&copy).unwrap(), starter);
    }
    let text = reader.learn(&["reset"]).text();
    assert!(text.contains("was the starter already"), "{text}");
    assert!(!reader.copy("io-writer/all_of_it.rs.backup-3").exists());
}

#[test]
fn each_hint_goes_a_step_further() {
    let reader = Reader::new();
    for shown in 1..=3 {
        let text = reader.learn(&["hint", "one-call"]).text();
        for number in 1..=3 {
            let is_there = text.contains(&format!("Hint {number} of 3"));
            assert_eq!(is_there, number <= shown, "call {shown}: {text}");
        }
    }
    let text = reader.learn(&["hint", "one-call"]).text();
    assert!(text.contains("solution one-call --anyway"), "{text}");
    let progress = fs::read_to_string(reader.copy("progress")).unwrap();
    assert!(
        progress.contains("open io-writer/one-call hints=3"),
        "{progress}"
    );
    let solution = reader.learn(&["solution", "one-call", "--anyway"]).text();
    assert!(solution.contains("write_vectored"), "{solution}");
}

#[test]
fn what_is_skipped_is_left_out_until_it_is_asked_for() {
    let reader = Reader::new();
    reader.learn(&[]);
    let text = reader.learn(&["skip"]).text();
    assert!(text.contains("all-of-it is left out"), "{text}");
    assert!(text.contains("lost-bytes"), "{text}");
    let text = reader.learn(&["list", "io-writer"]).text();
    assert!(text.contains("- all-of-it"), "{text}");
    let text = reader.learn(&["next", "all-of-it"]).text();
    assert!(text.contains("all_of_it.rs"), "{text}");
    let text = reader.learn(&[]).text();
    assert!(text.contains("all_of_it.rs"), "it is open again: {text}");
    let text = reader.learn(&["next", "channels"]).text();
    assert!(text.contains("nobody-listens"), "{text}");
}

#[test]
fn bad_names_get_the_nearest() {
    let reader = Reader::new();
    for (wanted, meant) in [
        ("one-cal", "one-call"),
        ("io-writer/lost_bites", "lost-bytes"),
        ("gzip", "live-gzip"),
    ] {
        let output = reader.learn(&["check", wanted]);
        assert_eq!(output.status(), Some(1));
        let text = output.text();
        assert!(text.contains("is it") && text.contains(meant), "{text}");
    }
    let text = reader.learn(&["hint", "zzzzzzzz"]).text();
    assert!(text.contains("cargo xtask learn list"), "{text}");
}

#[test]
fn a_progress_file_that_cannot_be_read_is_named_by_line_and_kept() {
    let reader = Reader::new();
    reader.learn(&[]);
    let path = reader.copy("progress");
    let good = fs::read_to_string(&path).unwrap();
    let bad = format!("{good}solvd io-writer/one-call\n");
    fs::write(&path, &bad).unwrap();
    let output = reader.learn(&["list"]);
    assert_eq!(output.status(), Some(1));
    let line = bad.lines().count();
    let text = output.text();
    assert!(
        text.contains(&format!("progress:{line}: `solvd` is neither")),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), bad);

    fs::write(
        &path,
        format!("# my own\nskipped io-writer/lost-bytes\n{good}"),
    )
    .unwrap();
    reader.learn(&["skip", "all-of-it"]);
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("# my own\nskipped io-writer/lost-bytes\n"),
        "{text}"
    );
    assert!(text.contains("skipped io-writer/all-of-it"), "{text}");
}

#[test]
fn watching_gives_a_verdict_at_each_save_and_goes_on() {
    let reader = Reader::new();
    let _alone = alone();
    let watch = reader.watch();
    watch.wait_for("Waiting for a save");
    let copy = reader.copy("io-writer/all_of_it.rs");
    let starter = fs::read_to_string(&copy).unwrap();
    fs::write(&copy, format!("{starter}// touched\n")).unwrap();
    watch.wait_for("✗ all-of-it");
    // In another window meanwhile.
    reader.learn(&["hint"]);
    // As most editors do it: a new file takes the old one's name.
    let new = reader.copy("io-writer/all_of_it.rs.new");
    fs::write(&new, exercise("all_of_it/solution.rs")).unwrap();
    fs::rename(&new, &copy).unwrap();
    watch.wait_for("✓ all-of-it is solved");
    watch.wait_for("lost-bytes");
    watch.wait_for("Waiting for a save");
    let progress = fs::read_to_string(reader.copy("progress")).unwrap();
    assert!(
        progress.contains("solved io-writer/all-of-it hints=1"),
        "{progress}"
    );
}

/// A reader, who has a folder.
struct Reader {
    folder: tempfile::TempDir,
}

impl Reader {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn copy(&self, path: &str) -> PathBuf {
        // As the command shows it: where a temporary folder is a link, the link stays.
        self.folder.path().join(path)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("learn")
            .args(words)
            .arg("--folder")
            .arg(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn learn(&self, words: &[&str]) -> Said {
        Said(self.command(words).output().unwrap())
    }

    /// Makes the reader's file one that connects to this test once, and then does as `code` says with
    /// the `stream`.
    fn sign_of_life(&self, code: &str) -> Sign {
        let path = self.copy("sign");
        let listener = UnixListener::bind(&path).unwrap();
        let loop_head = "while !bytes.is_empty() {";
        let file = exercise("all_of_it/solution.rs").replace(
            loop_head,
            &format!(
                "if let Ok(stream) = std::os::unix::net::UnixStream::connect({path:?}) {{
                     std::fs::remove_file({path:?}).unwrap();
                     {code}
                 }}
                 {loop_head}"
            ),
        );
        fs::write(self.copy("io-writer/all_of_it.rs"), file).unwrap();
        Sign(listener)
    }

    fn watch(&self) -> Watch {
        let mut child = self
            .command(&["watch"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Watch { child, lines }
    }
}

/// Where a process connects when it begins; the connection ends with it.
struct Sign(UnixListener);

impl Sign {
    fn begins(&self) -> UnixStream {
        let (stream, _) = self.0.accept().unwrap();
        stream
    }

    fn ends(&self) {
        ends(self.begins());
    }
}

fn ends(mut life: UnixStream) {
    life.set_read_timeout(Some(PATIENCE)).unwrap();
    let read = life.read(&mut [0]);
    assert_eq!(read.ok(), Some(0), "the process has to be gone");
}

/// What a command said.
struct Said(Output);

impl Said {
    fn status(&self) -> Option<i32> {
        self.0.status.code()
    }

    /// Standard output, then standard error.
    fn text(&self) -> String {
        let bytes = [self.0.stdout.as_slice(), &self.0.stderr].concat();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// A command that runs, line by line.
struct Watch {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Watch {
    fn wait_for(&self, wanted: &str) {
        let mut before = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(wanted) => return,
                Ok(line) => before.push(line),
                Err(error) => panic!("{error}: no {wanted:?} in {before:#?}"),
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn alone() -> MutexGuard<'static, ()> {
    // Another test that failed has said why.
    BUILDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of the chapter's exercises.
fn exercise(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/io-writer/exercises");
    fs::read_to_string(folder.join(path)).unwrap()
}
