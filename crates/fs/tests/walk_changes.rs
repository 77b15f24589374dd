//! Trees that change during the walk, that cannot be read, that go in circles; visitors that stop.

mod common;

use std::collections::HashMap;
use std::env;
use std::fs::{self, File, Permissions};
use std::mem;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use ::fs::walk::{Next, Walker};
use common::{DEADLINE, wait};
use nix::unistd::{Uid, geteuid, setuid};
use tempfile::TempDir;

/// In memory where that is possible: a disk has other users.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// How often each path is given, by the iterator and by threads.
fn count(root: &Path) -> [HashMap<PathBuf, usize>; 2] {
    let mut iterated = HashMap::new();
    for entry in Walker::new(root).iter() {
        *iterated
            .entry(entry.unwrap().path().to_owned())
            .or_default() += 1;
    }
    let visited = Mutex::new(HashMap::new());
    Walker::new(root).threads(2).run(|| {
        |entry| {
            let path = entry.unwrap().path().to_owned();
            *visited.lock().unwrap().entry(path).or_default() += 1;
            Next::Continue
        }
    });
    [iterated, visited.into_inner().unwrap()]
}

/// Repeats `change` on a thread while `work` runs.
fn meanwhile(change: impl Fn(usize) + Sync, work: impl FnOnce()) {
    let over = AtomicBool::new(false);
    let rounds = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                change(rounds.fetch_add(1, Ordering::Relaxed));
            }
        });
        while rounds.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        // A failed assertion must not leave the other thread running.
        let outcome = catch_unwind(AssertUnwindSafe(work));
        over.store(true, Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
fn what_stays_is_seen_once_whatever_comes_and_goes() {
    let root = scratch();
    let mut stays = vec![root.path().to_owned()];
    for number in 0..30 {
        let directory = root.path().join(format!("stays-{number}"));
        fs::create_dir(&directory).unwrap();
        for number in 0..20 {
            let file = directory.join(format!("stays-{number}"));
            File::create(&file).unwrap();
            stays.push(file);
        }
        stays.push(directory);
    }
    let change = |round: usize| {
        let directory = root.path().join(format!("stays-{}", round % 30));
        let at = |name: &str| directory.join(name);
        let passing = root.path().join(format!("passing-{}", round % 50));
        let _ = File::create(at(&format!("passing-{}", round % 100)));
        let _ = fs::remove_file(at(&format!("passing-{}", (round + 50) % 100)));
        let _ = fs::create_dir_all(passing.join("inside"));
        let _ = fs::rename(&passing, root.path().join("renamed"));
        let _ = fs::remove_dir_all(root.path().join("renamed"));
    };
    meanwhile(change, || {
        for _ in 0..30 {
            for seen in count(root.path()) {
                for path in &stays {
                    assert_eq!(seen.get(path), Some(&1), "{}", path.display());
                }
            }
        }
    });
}

#[test]
fn a_directory_that_becomes_a_symlink_leads_nobody_astray() {
    let root = scratch();
    let outside = scratch();
    File::create(outside.path().join("outside")).unwrap();
    let victim = root.path().join("tree/victim");
    let parked = root.path().join("parked");
    let link = root.path().join("link");
    fs::create_dir_all(&victim).unwrap();
    File::create(victim.join("inside")).unwrap();
    symlink(outside.path(), &link).unwrap();
    let swap = |_| {
        fs::rename(&victim, &parked).unwrap();
        fs::rename(&link, &victim).unwrap();
        fs::rename(&victim, &link).unwrap();
        fs::rename(&parked, &victim).unwrap();
    };
    meanwhile(swap, || {
        for _ in 0..300 {
            for seen in count(&root.path().join("tree")) {
                assert!(!seen.contains_key(&victim.join("outside")));
            }
        }
    });
    assert!(victim.join("inside").exists());
}

#[test]
fn a_directory_that_is_removed_when_it_was_given_is_empty() {
    let root = scratch();
    fs::create_dir_all(root.path().join("gone/inside")).unwrap();
    fs::create_dir(root.path().join("stays")).unwrap();
    let mut names = Vec::new();
    for entry in Walker::new(root.path()).sorted(true).iter() {
        let entry = entry.unwrap();
        names.push(entry.name().to_str().unwrap().to_owned());
        if entry.name() == "gone" {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    assert_eq!(names[1..], ["gone", "stays"]);
}

#[test]
fn a_directory_that_is_removed_while_it_is_read_ends() {
    let root = scratch();
    let inner = root.path().join("inner");
    fs::create_dir(&inner).unwrap();
    for number in 0..3000 {
        File::create(inner.join(number.to_string())).unwrap();
    }
    for entry in Walker::new(root.path()).iter() {
        if entry.unwrap().depth() == 2 && inner.exists() {
            fs::remove_dir_all(&inner).unwrap();
        }
    }
}

/// Set in the child process that may not read everything.
const CHILD: &str = "FS_WALK_TEST_ROOT";

/// A directory that cannot be read, one that can be read and not searched, one that is open.
fn closed_tree() -> TempDir {
    let root = scratch();
    let at = |name: &str| root.path().join(name);
    for directory in ["closed", "open", "names-only"] {
        fs::create_dir(at(directory)).unwrap();
        fs::create_dir(at(directory).join("inside")).unwrap();
    }
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    mode(root.path(), 0o755);
    mode(&at("closed"), 0o000);
    mode(&at("names-only"), 0o444);
    root
}

/// Permissions do not hold for root, so the walk is in a process that is root no more.
#[test]
fn what_cannot_be_read_is_reported_and_passed() {
    if let Some(root) = env::var_os(CHILD) {
        if geteuid().is_root() {
            setuid(Uid::from_raw(65534)).unwrap();
        }
        return walk_closed_tree(Path::new(&root));
    }
    let root = closed_tree();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "what_cannot_be_read_is_reported_and_passed"])
        .env(CHILD, root.path())
        .spawn()
        .unwrap();
    let status = wait(&mut child);
    for name in ["closed", "names-only"] {
        fs::set_permissions(root.path().join(name), Permissions::from_mode(0o755)).unwrap();
    }
    assert!(status.success());
}

fn walk_closed_tree(root: &Path) {
    let found = Mutex::new((Vec::new(), Vec::new()));
    let note = |entry: Result<&::fs::walk::Entry, ::fs::walk::WalkError>| {
        let mut found = found.lock().unwrap();
        match entry {
            Ok(entry) => found.0.push(entry.path().to_owned()),
            Err(error) => found.1.push(error.to_string()),
        }
        Next::Continue
    };
    let names = [
        "",
        "closed",
        "names-only",
        "names-only/inside",
        "open",
        "open/inside",
    ];
    let mut paths: Vec<_> = names.iter().map(|name| root.join(name)).collect();
    paths[0] = root.to_owned();
    let denied = ["closed", "names-only/inside"].map(|name| {
        let path = root.join(name);
        format!(
            "cannot open {}: Permission denied (os error 13)",
            path.display()
        )
    });
    for contents_first in [false, true] {
        for threads in [1, 3] {
            let walker = Walker::new(root).contents_first(contents_first);
            walker.threads(threads).run(|| note);
            let (mut given, mut errors) = mem::take(&mut *found.lock().unwrap());
            given.sort();
            errors.sort();
            assert_eq!(given, paths);
            assert_eq!(errors, denied);
        }
    }
}

#[test]
fn a_circle_of_links_is_reported_once_and_left() {
    let root = scratch();
    fs::create_dir_all(root.path().join("a/b")).unwrap();
    symlink("..", root.path().join("a/b/up")).unwrap();
    symlink("self", root.path().join("self")).unwrap();
    let walker = Walker::new(root.path()).follow_links(true).sorted(true);
    let (entries, errors): (Vec<_>, Vec<_>) = walker.iter().partition(Result::is_ok);
    assert_eq!(entries.len(), 3);
    let errors: Vec<_> = errors.into_iter().map(Result::unwrap_err).collect();
    assert_eq!(errors[0].path, root.path().join("a/b/up"));
    assert_eq!(errors[1].path, root.path().join("self"));
    for error in &errors {
        assert_eq!(error.action, "follow");
        assert_eq!(error.source.raw_os_error(), Some(nix::libc::ELOOP));
    }
    assert_eq!((errors.len(), errors[0].depth), (2, 3));
}

#[test]
fn a_root_that_is_not_there_is_the_only_error() {
    let mut walk = Walker::new("/nowhere/at/all").iter();
    let error = walk.next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot look up /nowhere/at/all: No such file or directory (os error 2)"
    );
    assert!(walk.next().is_none());
}

/// 50 directories with 50 directories each.
fn bushy() -> TempDir {
    let root = scratch();
    for outer in 0..50 {
        for inner in 0..50 {
            fs::create_dir_all(root.path().join(format!("{outer}/{inner}"))).unwrap();
        }
    }
    root
}

#[test]
fn a_visitor_leaves_directories_out() {
    let root = bushy();
    for threads in [1, 4] {
        let seen = AtomicUsize::new(0);
        Walker::new(root.path()).threads(threads).run(|| {
            |entry| {
                seen.fetch_add(1, Ordering::Relaxed);
                match entry.unwrap().depth() {
                    1 => Next::SkipDirectory,
                    _ => Next::Continue,
                }
            }
        });
        assert_eq!(seen.into_inner(), 51);
    }
    let mut walk = Walker::new(root.path()).iter();
    let mut seen = 0;
    while let Some(entry) = walk.next() {
        seen += 1;
        if entry.unwrap().depth() == 1 {
            walk.skip_directory();
        }
    }
    assert_eq!(seen, 51);
}

#[test]
fn a_visitor_stops_all_threads() {
    let root = bushy();
    for threads in [1, 2, 4] {
        let seen = AtomicUsize::new(0);
        Walker::new(root.path()).threads(threads).run(|| {
            |_| match seen.fetch_add(1, Ordering::Relaxed) {
                count if count >= 100 => Next::Stop,
                _ => Next::Continue,
            }
        });
        let seen = seen.into_inner();
        assert!((101..=100 + threads).contains(&seen), "{seen}");
    }
}

#[test]
fn a_panic_in_a_visitor_reaches_the_caller_and_stops_the_rest() {
    let root = bushy();
    for threads in [1, 2, 4] {
        for fatal in [0, 5, 1000] {
            let seen = AtomicUsize::new(0);
            let walker = Walker::new(root.path()).threads(threads);
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                walker.run(|| {
                    |_| {
                        if seen.fetch_add(1, Ordering::Relaxed) == fatal {
                            std::panic::resume_unwind(Box::new("enough"));
                        }
                        Next::Continue
                    }
                });
            }));
            assert_eq!(*outcome.unwrap_err().downcast::<&str>().unwrap(), "enough");
        }
    }
}

#[test]
fn a_panic_where_the_visitors_are_made_does_not_hang() {
    let root = bushy();
    let made = AtomicUsize::new(0);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        Walker::new(root.path()).threads(3).run(|| {
            if made.fetch_add(1, Ordering::Relaxed) == 1 {
                std::panic::resume_unwind(Box::new("no more"));
            }
            |_| Next::Continue
        });
    }));
    assert_eq!(*outcome.unwrap_err().downcast::<&str>().unwrap(), "no more");
}

#[test]
fn threads_without_work_get_some() {
    let root = bushy();
    let threads = 3;
    let at_work = AtomicUsize::new(0);
    let deadline = Instant::now() + DEADLINE;
    Walker::new(root.path()).threads(threads).run(|| {
        let mut first = true;
        let at_work = &at_work;
        move |entry| {
            // Each waits in the first directory that it enters until all others are in one.
            if entry.unwrap().depth() == 2 && mem::take(&mut first) {
                at_work.fetch_add(1, Ordering::Relaxed);
                while at_work.load(Ordering::Relaxed) < threads && Instant::now() < deadline {
                    thread::yield_now();
                }
            }
            Next::Continue
        }
    });
    assert_eq!(at_work.into_inner(), threads);
}
