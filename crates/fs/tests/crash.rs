//! A replacement that is killed, or refused, at every one of its system calls.
//!
//! Every run is this program again, as a child that replaces one file (the *victim*). A run under the
//! tracer tells which calls there are. Then each of them is the last: the victim gets `SIGKILL` before
//! the kernel does the call, and in another run after it. And each of them fails: the victim has a
//! seccomp filter answer it with an error, without doing it.
//!
//! A kill is no power cut. The kernel outlives it, and writes what it was told; whether the disk would
//! have had everything cannot be seen from here. What can be seen is that the disk was *asked*, for the
//! bytes before the name and for the name at last: [`the_disk_is_asked_in_order`].

#![cfg(target_os = "linux")]
#![allow(
    unsafe_code,
    reason = "a seccomp filter for the victim itself; see refuse"
)]

mod common;

use std::env;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process;

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use syscalls::event::{Call, Kind};
use syscalls::trace::{Command, Ending, Options, Recording, Tracer};
use syscalls::witness::{Block, Line};
use tempfile::TempDir;

use ::fs::replace::{Error, Options as Replacing, State};

const OLD: &str = "the old contents";
/// The new contents, as they are written.
const PIECES: [&str; 3] = ["the new ", "contents, ", "which are longer"];

const TARGET: &str = "FS_CRASH_TARGET";
const ONLY_NEW: &str = "FS_CRASH_ONLY_NEW";
const REFUSED: &str = "FS_CRASH_REFUSED";

/// Looked for by the victim before and after, so that the trace shows where it begins and ends.
const BEGIN: &str = "/the-replacement-begins";
const END: &str = "/the-replacement-ends";

/// What the victim exits with: this, or more by the number of the step that failed.
const DONE: i32 = 40;

/// What the other tests run, as a child of theirs; by itself it does nothing.
#[test]
fn victim() {
    let Some(target) = env::var_os(TARGET) else {
        return;
    };
    let refused = env::var(REFUSED).ok();
    let _ = Path::new(BEGIN).exists();
    if let Some(refused) = refused {
        refuse(&refused);
    }
    let outcome = replace(Path::new(&target), env::var_os(ONLY_NEW).is_some());
    let _ = Path::new(END).exists();
    process::exit(match outcome {
        Ok(()) => DONE,
        Err(error) => failure(&error),
    });
}

fn replace(path: &Path, only_new: bool) -> Result<(), Error> {
    let mut replacement = Replacing::new().only_new(only_new).open(path)?;
    for piece in PIECES {
        // Commit tells it.
        let _ = replacement.write_all(piece.as_bytes());
    }
    replacement.commit()
}

fn failure(error: &Error) -> i32 {
    match error.state() {
        State::Old => DONE + 1,
        State::New => DONE + 2,
    }
}

/// What is to be replaced, in a folder of its own.
struct Scene {
    folder: TempDir,
    kind: SceneKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SceneKind {
    File,
    /// A link in one folder to a file in another.
    Link,
    /// No file yet, and the name has to be free.
    New,
}

impl Scene {
    fn new(kind: SceneKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("there")).unwrap();
        let scene = Self { folder, kind };
        if kind != SceneKind::New {
            std::fs::write(scene.file(), OLD).unwrap();
        }
        if kind == SceneKind::Link {
            symlink("there/file", scene.target()).unwrap();
        }
        scene
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("there/file")
    }

    fn target(&self) -> PathBuf {
        match self.kind {
            SceneKind::Link => self.folder.path().join("link"),
            _ => self.file(),
        }
    }

    fn command(&self, refused: Option<&Refused>) -> Command {
        let null = || {
            std::fs::File::options()
                .write(true)
                .open("/dev/null")
                .unwrap()
        };
        let command = Command::new(env::current_exe().unwrap())
            .args(["victim", "--exact", "--test-threads=1"])
            .env(TARGET, self.target())
            .stdout(null())
            .stderr(null());
        let command = match self.kind {
            SceneKind::New => command.env(ONLY_NEW, "1"),
            _ => command,
        };
        match refused {
            Some(refused) => command.env(REFUSED, refused.text()),
            None => command,
        }
    }

    /// Old, new, or a failure: nothing else is allowed.
    #[track_caller]
    fn state(&self) -> State {
        match std::fs::read_to_string(self.target()) {
            Ok(text) if text == PIECES.concat() => State::New,
            Ok(text) if text == OLD && self.kind != SceneKind::New => State::Old,
            Err(error)
                if error.raw_os_error() == Some(libc::ENOENT) && self.kind == SceneKind::New =>
            {
                State::Old
            }
            other => panic!("neither old nor new: {other:?}"),
        }
    }

    /// How many temporary files there are; nothing else may have come.
    #[track_caller]
    fn left_behind(&self) -> usize {
        let names = std::fs::read_dir(self.folder.path().join("there")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let others: Vec<_> = names.filter(|name| name != "file").collect();
        let strange = others.iter().find(|name| !name.starts_with(".replace-"));
        assert_eq!(strange, None);
        others.len()
    }
}

/// When to kill: at which call of the replacement, and on which side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    call: usize,
    is_done: bool,
}

/// Runs the victim and kills it at a moment. Gives the calls of the replacement, as many as there were.
fn run(scene: &Scene, moment: Option<Moment>) -> (Vec<Call>, Ending) {
    let options = Options {
        follow: true,
        ..Options::default()
    };
    let mut tracer = Tracer::spawn(&scene.command(None), options).unwrap();
    let mut calls = Vec::new();
    // The thread that replaces; the harness has others.
    let mut victim = None;
    let mut has_ended = false;
    // While an event is looked at, its task stands.
    while let Some(event) = tracer.next().unwrap() {
        let is_done = matches!(event.kind, Kind::Call(_));
        let replaces = victim == Some(event.pid) && !has_ended;
        if replaces
            && moment
                == Some(Moment {
                    call: calls.len(),
                    is_done,
                })
        {
            kill(Pid::from_raw(event.pid), Signal::SIGKILL).unwrap();
        }
        match event.kind {
            Kind::Call(call) if call.arguments.contains(BEGIN) => victim = Some(event.pid),
            Kind::Call(call) if replaces => calls.push(call),
            Kind::Enter(entry) if entry.arguments.contains(END) => has_ended = true,
            _ => {}
        }
    }
    (calls, tracer.ending().unwrap())
}

#[test]
fn killed_at_every_call() {
    for kind in [SceneKind::File, SceneKind::Link, SceneKind::New] {
        let (calls, ending) = run(&Scene::new(kind), None);
        assert_eq!(ending, Ending::Exited(DONE), "{kind:?}");
        let rename = position(&calls, "rename");
        for (call, text) in calls.iter().enumerate() {
            for is_done in [false, true] {
                let scene = Scene::new(kind);
                let (_, ending) = run(&scene, Some(Moment { call, is_done }));
                let place = format!("{kind:?}, {text}, done: {is_done}");
                assert_eq!(ending, Ending::Killed(libc::SIGKILL), "{place}");
                let is_new = call > rename || (call == rename && is_done);
                let expected = if is_new { State::New } else { State::Old };
                assert_eq!(scene.state(), expected, "{place}");
                let left = scene.left_behind();
                assert!(left <= usize::from(!is_new), "{left} files left: {place}");
            }
        }
    }
}

/// What a dead one left behind is in nobody's way.
#[test]
fn the_next_one_succeeds() {
    let scene = Scene::new(SceneKind::File);
    let (calls, _) = run(&scene, None);
    let scene = Scene::new(SceneKind::File);
    let call = position(&calls, "rename");
    run(
        &scene,
        Some(Moment {
            call,
            is_done: false,
        }),
    );
    assert_eq!((scene.state(), scene.left_behind()), (State::Old, 1));
    let (_, ending) = run(&scene, None);
    assert_eq!(ending, Ending::Exited(DONE));
    assert_eq!((scene.state(), scene.left_behind()), (State::New, 1));
}

#[test]
fn the_disk_is_asked_in_order() {
    let witness = r#"//! In this order.
//! ```syscalls
//! openat(AT_FDCWD, "*/there", O_RDONLY|O_CLOEXEC) = $directory
//! openat($directory, $temporary, O_RDWR|O_CREAT|O_EXCL|*, 0600) = $file
//! fchmod($file, 0644) = 0
//! write($file, "the new ", 8) = 8
//! write($file, "contents, ", 10) = 10
//! write($file, "which are longer", 16) = 16
//! fsync($file) = 0
//! renameat($directory, $temporary, $directory, "file") = 0
//! fsync($directory) = 0
//! write x3
//! fsync x2
//! ```
"#;
    let scene = Scene::new(SceneKind::File);
    std::fs::set_permissions(scene.file(), PermissionsExt::from_mode(0o644)).unwrap();
    let (calls, _) = run(&scene, None);
    let lines: Vec<_> = calls
        .iter()
        .map(|call| Line::new(1, call.to_string()))
        .collect();
    let block = Block::find_in(witness).unwrap().unwrap();
    if let Err(failure) = block.check(&lines) {
        panic!("{failure}");
    }
}

/// The calls of which each is made to fail.
const FALLIBLE: [&str; 11] = [
    "readlink",
    "readlinkat",
    "openat",
    "statx",
    "fstat",
    "newfstatat",
    "fchmod",
    "write",
    "fsync",
    "renameat",
    "renameat2",
];

#[test]
fn refused_at_every_call() {
    for kind in [SceneKind::File, SceneKind::Link, SceneKind::New] {
        let (calls, _) = run(&Scene::new(kind), None);
        let fallible: Vec<_> = calls
            .iter()
            .filter(|call| FALLIBLE.contains(&call.name) && !is_probe(call))
            .collect();
        for name in ["openat", "write", "fsync", "renameat"] {
            assert!(
                fallible.iter().any(|call| call.name.starts_with(name)),
                "{kind:?}: {name}"
            );
        }
        for call in fallible {
            for error in [Errno::EIO, Errno::ENOSPC] {
                check_refusal(kind, call, error, &calls);
            }
        }
    }
}

/// std asks once for no file at all, to see whether there is such a call, unless another thread knows.
fn is_probe(call: &Call) -> bool {
    call.name == "statx" && call.arguments.starts_with("0, NULL")
}

fn check_refusal(kind: SceneKind, call: &Call, error: Errno, calls: &[Call]) {
    let scene = Scene::new(kind);
    let refused = Refused::new(call, error);
    let recording = Recording::of(
        &scene.command(Some(&refused)),
        Options {
            follow: true,
            ..Options::default()
        },
    )
    .unwrap();
    let place = format!("{kind:?}, {error} from {call}");
    let seen = recording
        .calls()
        .any(|seen| seen.name == call.name && seen.to_string().contains(&format!("{error:?}")));
    assert!(seen, "the filter has refused nothing: {place}");
    let mut syncs = calls.iter().filter(|call| call.name == "fsync");
    let is_last_sync = syncs
        .next_back()
        .is_some_and(|last| std::ptr::eq(last, call));
    let (state, ending) = match is_last_sync {
        true => (State::New, DONE + 2),
        false => (State::Old, DONE + 1),
    };
    assert_eq!(recording.ending, Ending::Exited(ending), "{place}");
    assert_eq!((scene.state(), scene.left_behind()), (state, 0), "{place}");
}

/// A call that the victim's filter answers.
struct Refused {
    number: u64,
    /// The first argument, if that is a descriptor; calls of the same name with others go through.
    descriptor: Option<u32>,
    error: Errno,
}

impl Refused {
    fn new(call: &Call, error: Errno) -> Self {
        let first = call.each_argument().next();
        Self {
            number: call.number,
            descriptor: first.and_then(|first| first.parse().ok()),
            error,
        }
    }

    /// For the victim's environment.
    fn text(&self) -> String {
        let descriptor = self.descriptor.map_or(-1, i64::from);
        format!("{} {descriptor} {}", self.number, self.error as i32)
    }
}

/// Has the kernel answer calls of this thread with an error from now on.
fn refuse(text: &str) {
    let words: Vec<i64> = text.split(' ').map(|word| word.parse().unwrap()).collect();
    let [number, descriptor, error] = words[..] else {
        panic!("{text}");
    };
    // Offsets into struct seccomp_data; the descriptor is the lower half of the first argument.
    let (number_at, first_argument_at) = (0, if cfg!(target_endian = "big") { 20 } else { 16 });
    let refusal = libc::SECCOMP_RET_ERRNO | u32::try_from(error).unwrap();
    let same_descriptor = u32::try_from(descriptor);
    let mut program = vec![
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, number_at, 0),
        // Another call: past the rest, to the last.
        instruction(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            u32::try_from(number).unwrap(),
            if same_descriptor.is_ok() { 3 } else { 1 },
        ),
    ];
    if let Ok(descriptor) = same_descriptor {
        program.push(instruction(
            libc::BPF_LD | libc::BPF_W | libc::BPF_ABS,
            first_argument_at,
            0,
        ));
        program.push(instruction(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            descriptor,
            1,
        ));
    }
    program.push(instruction(libc::BPF_RET | libc::BPF_K, refusal, 0));
    program.push(instruction(
        libc::BPF_RET | libc::BPF_K,
        libc::SECCOMP_RET_ALLOW,
        0,
    ));
    install(&mut program);
}

fn instruction(code: u32, k: u32, otherwise: u8) -> libc::sock_filter {
    libc::sock_filter {
        code: u16::try_from(code).unwrap(),
        jt: 0,
        jf: otherwise,
        k,
    }
}

fn install(program: &mut [libc::sock_filter]) {
    let program = libc::sock_fprog {
        len: u16::try_from(program.len()).unwrap(),
        filter: program.as_mut_ptr(),
    };
    // SAFETY: takes numbers alone.
    let allowed = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(allowed, 0);
    let mode = libc::SECCOMP_MODE_FILTER;
    // SAFETY: the program and its instructions live until the call returns; the kernel copies them.
    let installed = unsafe { libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const program) };
    assert_eq!(installed, 0, "{}", std::io::Error::last_os_error());
}

#[track_caller]
fn position(calls: &[Call], name: &str) -> usize {
    let found = calls.iter().position(|call| call.name.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name} among {calls:#?}"))
}
