//! How a program is started: found, surrounded, and refused.
#![cfg(target_os = "linux")]

mod tracer_common;

use std::fs::{self, File};
use std::io::{self, Read, pipe};
use std::os::unix::fs::PermissionsExt;

use syscalls::filter::Filter;
use syscalls::trace::{Command, Ending, Error, Options, Tracer};
use tracer_common::{compile, follow, record};

#[track_caller]
fn refused(command: &Command) -> io::Error {
    match Tracer::spawn(command, Options::default()) {
        Err(Error::Execute { source, .. }) => source,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for name in [
        "no-such-program",
        "/no/such/program",
        "./no-such-program",
        "",
    ] {
        let error = refused(&Command::new(name));
        assert_eq!(error.kind(), io::ErrorKind::NotFound, "{name:?}");
    }
}

#[test]
fn what_cannot_be_executed_is_denied() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("plain");
    fs::write(&file, "text").expect("a file");
    for path in [folder.path(), &file] {
        let error = refused(&Command::new(path));
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{path:?}");
    }
    // Also when it is found in PATH.
    let error = refused(&Command::new("plain").env("PATH", folder.path()));
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

#[test]
fn what_is_no_program_is_refused_by_the_kernel() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("program");
    fs::write(&file, "neither #! nor ELF").expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("permissions");
    let error = refused(&Command::new(&file));
    assert_eq!(error.raw_os_error(), Some(nix::libc::ENOEXEC));
}

#[test]
fn a_directory_that_is_missing_is_an_error() {
    let error = refused(&Command::new("true").current_dir("/no/such/folder"));
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// What a command writes.
fn output(command: Command, options: Options) -> String {
    let (mut reader, writer) = pipe().expect("a pipe");
    let recording = record(&command.stdout(writer), options);
    assert_eq!(recording.ending, Ending::Exited(0));
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("text");
    text
}

#[test]
fn the_program_gets_what_the_command_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("input");
    fs::write(&input, "from a file\n").expect("a file");
    let script = r#"pwd -P; echo "$NAME $1"; cat; cat missing 2>&- || exit 0"#;
    let command = Command::new("sh")
        .args(["-c", script, "sh", "argument"])
        .env("NAME", "old")
        .env("NAME", "value")
        .current_dir(folder.path())
        .stdin(File::open(&input).expect("the file"));
    let here = fs::canonicalize(folder.path()).expect("a path");
    let expected = format!("{}\nvalue argument\nfrom a file\n", here.display());
    assert_eq!(output(command, follow()), expected);
}

/// The masks of blocked and ignored signals as `/proc` shows them, without 32 and above: the C library
/// uses those for itself, and its ways of starting a program differ in what they leave there.
fn signal_masks(status: &str) -> Vec<u64> {
    let masks = status.lines().map(|line| {
        let (_, mask) = line.split_once('\t').expect("a field");
        u64::from_str_radix(mask, 16).expect("a mask") & 0x7fff_ffff
    });
    masks.collect()
}

#[test]
fn the_program_inherits_no_signal_settings_of_the_tracer() {
    let script = "grep -E '^Sig(Blk|Ign)' /proc/self/status";
    let traced = output(Command::new("sh").args(["-c", script]), follow());
    let plain = std::process::Command::new("sh")
        .args(["-c", script])
        .output();
    let plain = signal_masks(&text(plain.expect("sh").stdout));
    assert_eq!(plain.len(), 2);
    assert_eq!(signal_masks(&traced), plain);
}

#[test]
fn no_descriptor_of_the_tracer_is_open_in_the_program() {
    let traced = output(Command::new("ls").arg("/proc/self/fd"), follow());
    let plain = std::process::Command::new("ls")
        .arg("/proc/self/fd")
        .output();
    assert_eq!(traced, text(plain.expect("ls").stdout));
}

/// Prints for itself and a child where they may run, moves the child, and prints again.
const PROCESSORS: &str = r#"
    #define _GNU_SOURCE
    #include <sched.h>
    #include <stdio.h>
    #include <sys/wait.h>
    #include <unistd.h>
    static int print(const char *who) {
        cpu_set_t set; int last = -1;
        if (sched_getaffinity(0, sizeof set, &set)) return -1;
        printf("%s:", who);
        for (int i = 0; i < CPU_SETSIZE; i++) if (CPU_ISSET(i, &set)) { last = i; printf(" %d", i); }
        puts(""); fflush(stdout);
        return last;
    }
    int main(void) {
        int last = print("parent");
        if (fork() == 0) {
            print("child");
            cpu_set_t one; CPU_ZERO(&one); CPU_SET(last, &one);
            sched_setaffinity(0, sizeof one, &one);
            print("child moved");
            if (fork() == 0) { print("grandchild"); _exit(0); }
            wait(0);
            print("child still");
            _exit(0);
        }
        wait(0);
        print("parent still");
        return 0;
    }"#;

#[test]
fn the_program_does_not_notice_where_it_is_kept() {
    let Some(program) = compile("processors", PROCESSORS) else {
        return;
    };
    let plain = std::process::Command::new(&program.path).output();
    let plain = text(plain.expect("a run").stdout);
    assert_eq!(plain.lines().count(), 6);
    let mut filter = Filter::default();
    filter.add("openat").expect("an expression");
    let filtered = |options| Options {
        filter: filter.clone(),
        ..options
    };
    for options in [follow(), Options::default()] {
        for options in [options.clone(), filtered(options)] {
            assert_eq!(output(Command::new(&program.path), options), plain);
        }
    }
    let traced = output(Command::new("nproc"), Options::default());
    let plain = std::process::Command::new("nproc").output().expect("nproc");
    assert_eq!(traced, text(plain.stdout));
}

#[test]
fn the_tracer_gets_its_processors_back() {
    let own = || nix::sched::sched_getaffinity(nix::unistd::Pid::from_raw(0)).expect("a set");
    let before = own();
    record(&Command::new("true"), Options::default());
    assert_eq!(own(), before);
}

#[test]
fn children_of_other_threads_are_left_to_them() {
    let mut other = std::thread::spawn(|| {
        std::process::Command::new("sh")
            .args(["-c", "exit 6"])
            .spawn()
            .expect("sh")
    })
    .join()
    .expect("a child");
    record(&Command::new("sleep").arg("0.2"), Options::default());
    assert_eq!(other.wait().expect("its status").code(), Some(6));
}

#[test]
fn a_spawned_program_ends_with_its_tracer() {
    let (mut reader, writer) = pipe().expect("a pipe");
    let command = Command::new("sh")
        .args(["-c", "sleep 1000 & wait"])
        .stdout(writer);
    let mut tracer = Tracer::spawn(&command, follow()).expect("a tracer");
    drop(command);
    while let Some(event) = tracer.next().expect("an event") {
        if matches!(event.kind, syscalls::event::Kind::Attached) {
            break;
        }
    }
    drop(tracer);
    // The end of the file comes when nobody has the pipe any more.
    let _deadline = tracer_common::deadline("the end of sh and sleep");
    assert_eq!(reader.read(&mut [0]).expect("the end of the file"), 0);
}
