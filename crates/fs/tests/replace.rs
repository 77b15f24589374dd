//! Replacing: what is kept, what is refused, what a failure leaves.

mod common;

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, thread};

use ::fs::replace::{Options, Replacement, State, Step, create_new, exchange, rename_new, replace};
use common::have;
use nix::errno::Errno;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    (folder, file)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn makes_and_replaces() {
    let (folder, file) = folder();
    replace(&file, b"one").unwrap();
    let inode = fs::metadata(&file).unwrap().ino();
    assert_eq!(fs::read(&file).unwrap(), b"one");
    let mut reader = File::open(&file).unwrap();
    replace(&file, b"two").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"two");
    assert_ne!(fs::metadata(&file).unwrap().ino(), inode);
    // Whoever had it open goes on with the old one.
    assert_eq!(std::io::read_to_string(&mut reader).unwrap(), "one");
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn nothing_is_seen_before_the_commit() {
    let (folder, file) = folder();
    fs::write(&file, "old").unwrap();
    let mut new = Replacement::new(&file).unwrap();
    new.write_all(b"new").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"old");
    assert_eq!(names(folder.path()).len(), 2);
    drop(new);
    assert_eq!(fs::read(&file).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn buffered_writes_and_seeks_reach_it() {
    let (_folder, file) = folder();
    let mut new = BufWriter::new(Replacement::new(&file).unwrap());
    for line in 0..10_000 {
        writeln!(new, "{line}").unwrap();
    }
    new.into_inner().unwrap().commit().unwrap();
    let expected: String = (0..10_000).map(|line| format!("{line}\n")).collect();
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
}

#[test]
fn the_mode_is_kept() {
    let (_folder, file) = folder();
    for bits in [0o600, 0o640, 0o444, 0o755, 0o4711, 0o000] {
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(bits)).unwrap();
        replace(&file, b"new").unwrap();
        assert_eq!(mode(&file), bits);
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn a_mode_that_is_asked_for_wins() {
    let (_folder, file) = folder();
    fs::write(&file, "old").unwrap();
    for path in [file.clone(), file.with_file_name("not-there-yet")] {
        let new = Options::new().mode(0o666).open(&path).unwrap();
        new.commit().unwrap();
        assert_eq!(mode(&path), 0o666, "whatever the umask is");
    }
}

/// The umask belongs to the process, so a shell has its own.
#[test]
fn a_new_file_obeys_the_umask() {
    let (_folder, file) = folder();
    let script = format!("umask 027; exec {}", child_command("replace_target"));
    let status = Command::new("sh")
        .args(["-c", &script])
        .env(TARGET, &file)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(DONE));
    assert_eq!(mode(&file), 0o640);
}

#[test]
fn the_owner_is_kept_by_root() {
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: only root gives files away");
        return;
    }
    let (_folder, file) = folder();
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::chown(&file, Some(4321), Some(8765)).unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o4755)).unwrap();
    replace(&file, b"new").unwrap();
    let new = fs::metadata(&file).unwrap();
    assert_eq!((new.uid(), new.gid(), mode(&file)), (4321, 8765, 0o4755));
}

/// Who is not root can replace a file in a folder that all may write to, and not give it away.
#[test]
fn without_its_owner_a_file_loses_its_set_id_bits() {
    if !nix::unistd::geteuid().is_root() || !cfg!(target_os = "linux") || !have("setpriv") {
        println!("skipped: only root can make a file that belongs to somebody else");
        return;
    }
    let (folder, file) = folder();
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o6755)).unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    // A copy of this program where every user can execute it.
    let program = folder.path().join("program");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let status = Command::new("setpriv")
        .args(["--reuid=4321", "--regid=4321", "--clear-groups"])
        .arg(&program)
        .args(["replace_target", "--exact", "--test-threads=1"])
        .env(TARGET, &file)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(DONE));
    let new = fs::metadata(&file).unwrap();
    assert_eq!((new.uid(), mode(&file)), (4321, 0o755));
}

#[test]
fn links_are_kept() {
    let (folder, file) = folder();
    fs::write(&file, "old").unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let (near, far) = (elsewhere.join("near"), folder.path().join("far"));
    symlink("../file", &near).unwrap();
    symlink(&near, &far).unwrap();
    replace(&far, b"new").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"new");
    assert!(far.is_symlink() && near.is_symlink() && !file.is_symlink());
}

#[test]
fn a_link_to_nothing_gets_its_file() {
    let (folder, file) = folder();
    let link = folder.path().join("link");
    symlink("file", &link).unwrap();
    replace(&link, b"new").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"new");
    assert!(link.is_symlink());
}

#[test]
fn a_link_is_replaced_when_asked_for() {
    let (folder, file) = folder();
    fs::write(&file, "old").unwrap();
    let link = folder.path().join("link");
    symlink("file", &link).unwrap();
    let mut new = Options::new().follow_links(false).open(&link).unwrap();
    new.write_all(b"new").unwrap();
    new.commit().unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"old");
    assert_eq!(fs::read(&link).unwrap(), b"new");
    assert!(!link.is_symlink());
}

#[test]
fn links_in_a_circle_are_refused() {
    let (folder, file) = folder();
    symlink("other", &file).unwrap();
    symlink("file", folder.path().join("other")).unwrap();
    let error = Replacement::new(&file).unwrap_err();
    assert_eq!(
        (error.step, errno(&error.source)),
        (Step::Resolve, Errno::ELOOP)
    );
}

#[test]
fn what_is_no_file_is_refused() {
    let (folder, file) = folder();
    fs::create_dir(&file).unwrap();
    let error = Replacement::new(&file).unwrap_err();
    assert_eq!(
        (error.step, errno(&error.source)),
        (Step::Inspect, Errno::EISDIR)
    );
    let error = Replacement::new(&folder.path().join("new/")).unwrap_err();
    assert_eq!(
        (error.step, errno(&error.source)),
        (Step::Resolve, Errno::EISDIR)
    );
    let error = Replacement::new(Path::new("/dev/null")).unwrap_err();
    assert_eq!(
        (error.step, error.source.kind()),
        (Step::Inspect, ErrorKind::InvalidInput)
    );
    let error = Replacement::new(&file.join("a/b")).unwrap_err();
    assert_eq!(
        (error.step, errno(&error.source)),
        (Step::OpenDirectory, Errno::ENOENT)
    );
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn a_name_as_long_as_can_be() {
    let (folder, _) = folder();
    let file = folder.path().join("n".repeat(255));
    replace(&file, b"one").unwrap();
    replace(&file, b"two").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"two");
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn a_moved_directory_is_found() {
    let (folder, _) = folder();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    fs::create_dir(&before).unwrap();
    let mut new = Replacement::new(&before.join("file")).unwrap();
    new.write_all(b"new").unwrap();
    fs::rename(&before, &after).unwrap();
    new.commit().unwrap();
    assert_eq!(fs::read(after.join("file")).unwrap(), b"new");
    assert_eq!(names(&after), ["file"]);
}

#[test]
fn create_new_takes_free_names_only() {
    let (folder, file) = folder();
    create_new(&file, b"one").unwrap();
    let error = create_new(&file, b"two").unwrap_err();
    assert_eq!((error.step, error.state()), (Step::Inspect, State::Old));
    assert_eq!(errno(&error.source), Errno::EEXIST);
    // Taken only after the first look.
    let late = folder.path().join("late");
    let new = Options::new().only_new(true).open(&late).unwrap();
    fs::write(&late, "somebody else's").unwrap();
    let error = new.commit().unwrap_err();
    assert_eq!(
        (error.step, errno(&error.source)),
        (Step::Rename, Errno::EEXIST)
    );
    assert_eq!(fs::read(&late).unwrap(), b"somebody else's");
    assert_eq!(names(folder.path()), ["file", "late"]);
}

/// Readers see one writer's whole text or another's, never less and never a mixture.
#[test]
fn many_writers_many_readers() {
    const LENGTH: usize = 10_000;
    let (folder, file) = folder();
    replace(&file, &[b'0'; LENGTH]).unwrap();
    thread::scope(|scope| {
        let writers: Vec<_> = (b'a'..=b'd')
            .map(|letter| {
                let file = &file;
                scope.spawn(move || (0..25).for_each(|_| replace(file, &[letter; LENGTH]).unwrap()))
            })
            .collect();
        while writers.iter().any(|writer| !writer.is_finished()) {
            let seen = fs::read(&file).unwrap();
            assert_eq!(seen.len(), LENGTH);
            assert!(seen.iter().all(|byte| *byte == seen[0]));
        }
    });
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn exchange_swaps_what_two_names_lead_to() {
    let (folder, file) = folder();
    let directory = folder.path().join("directory");
    fs::write(&file, "file").unwrap();
    fs::create_dir(&directory).unwrap();
    exchange(&file, &directory).unwrap();
    assert!(file.is_dir());
    assert_eq!(fs::read(&directory).unwrap(), b"file");
    let error = exchange(&file, &folder.path().join("nothing")).unwrap_err();
    assert_eq!(errno(&error), Errno::ENOENT);
}

#[test]
fn rename_new_replaces_nothing() {
    let (folder, file) = folder();
    let other = folder.path().join("other");
    fs::write(&file, "file").unwrap();
    rename_new(&file, &other).unwrap();
    fs::write(&file, "again").unwrap();
    assert_eq!(
        errno(&rename_new(&file, &other).unwrap_err()),
        Errno::EEXIST
    );
    assert_eq!(fs::read(&other).unwrap(), b"file");
}

#[test]
fn a_file_too_large_leaves_the_old_one() {
    // 512-byte blocks in sh, whichever it is; an ignored SIGXFSZ stays ignored.
    check_full("trap '' XFSZ; ulimit -f 8; ", Errno::EFBIG);
}

#[test]
fn a_full_disk_leaves_the_old_one() {
    if !cfg!(target_os = "linux") || !may_mount() {
        println!("skipped: no filesystem of one's own can be mounted here");
        return;
    }
    let mount = r#"mount -t tmpfs -o size=64k none "$FOLDER" && printf old >"$FOLDER/file" && "#;
    let inside = format!(
        r#"{mount} {{ {}; code=$?; cat "$FOLDER/file"; ls -A "$FOLDER"; exit $code; }}"#,
        child_command("replace_target")
    );
    let (folder, file) = folder();
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &inside])
        .env("FOLDER", folder.path())
        .env(TARGET, &file)
        .env(SIZE, "1000000")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(FAILED + Errno::ENOSPC as i32));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("oldfile\n"), "{text}");
}

fn check_full(before: &str, error: Errno) {
    let (folder, file) = folder();
    fs::write(&file, "old").unwrap();
    let script = format!("{before} exec {}", child_command("replace_target"));
    let status = Command::new("sh")
        .args(["-c", &script])
        .env(TARGET, &file)
        .env(SIZE, "1000000")
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(FAILED + error as i32));
    assert_eq!(fs::read(&file).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["file"]);
}

fn may_mount() -> bool {
    have("unshare")
        && Command::new("unshare")
            .args(["-rm", "true"])
            .status()
            .is_ok_and(|status| status.success())
}

const TARGET: &str = "FS_REPLACE_TARGET";
const SIZE: &str = "FS_REPLACE_SIZE";
const DONE: i32 = 40;
const FAILED: i32 = 50;

/// This program again, for a shell, doing one of the things below.
fn child_command(name: &str) -> String {
    let program = env::current_exe().unwrap();
    let program = program.to_str().unwrap();
    format!("'{program}' {name} --exact --test-threads=1")
}

/// What the other tests run, as a child of theirs; by itself it does nothing.
#[test]
fn replace_target() {
    let Some(target) = env::var_os(TARGET) else {
        return;
    };
    let size = env::var(SIZE).map_or(3, |size| size.parse().unwrap());
    match replace(Path::new(&target), &vec![b'n'; size]) {
        Ok(()) => exit(DONE),
        Err(error) => {
            assert_eq!((error.step, error.state()), (Step::Write, State::Old));
            exit(FAILED + errno(&error.source) as i32)
        }
    }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap())
}
