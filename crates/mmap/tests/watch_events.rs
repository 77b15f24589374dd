//! What a watcher tells, of both kinds: each operation, names that come and go, directories, files
//! that are replaced, and paths that are watched in more than one way.

mod common;

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use common::DEADLINE;
use mmap::watch::{Depth, Event, Loss, Mode, Op, Ops, Request, Told, WatchError, Watcher};
use tempfile::TempDir;

const KERNEL: Mode = Mode::Kernel;
const POLLING: Mode = Mode::Polling(Duration::from_millis(5));
const BOTH: [Mode; 2] = [KERNEL, POLLING];

/// A folder, a watcher of nothing yet, and what it tells.
struct Bench {
    folder: TempDir,
    watcher: Watcher,
    told: Receiver<Told>,
    sentinels: u32,
}

impl Bench {
    fn new(mode: Mode) -> Self {
        let (watcher, told) = Watcher::channel(mode, Duration::from_millis(5)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench {
            folder,
            watcher,
            told,
            sentinels: 0,
        };
        fs::create_dir(bench.path("sentinels")).unwrap();
        fs::create_dir(bench.path("w")).unwrap();
        bench
            .watcher
            .watch(Request::new(bench.path("sentinels")))
            .unwrap();
        bench.settle();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn watch(&self, name: &str, shape: impl FnOnce(Request) -> Request) {
        let request = shape(Request::new(self.path(name)));
        self.watcher.watch(request).unwrap();
    }

    /// All that was told until a new file elsewhere is, as lines without the folder's name.
    #[track_caller]
    fn settle(&mut self) -> Vec<String> {
        self.sentinels += 1;
        let sentinel = self.path(&format!("sentinels/{}", self.sentinels));
        File::create(&sentinel).unwrap();
        let folder = format!("{}/", self.folder.path().display());
        let mut lines = Vec::new();
        loop {
            let told = self.told.recv_timeout(DEADLINE);
            let events = told.expect("the sentinel is told").expect("nothing fails");
            let (sentinels, events): (Vec<_>, Vec<_>) =
                events.into_iter().partition(|event| event.path == sentinel);
            lines.extend(
                events
                    .iter()
                    .map(|event| event.to_string().replace(&folder, "")),
            );
            if !sentinels.is_empty() {
                return lines;
            }
        }
    }

    /// Does one thing and says what was told of it.
    #[track_caller]
    fn after(&mut self, change: impl FnOnce(&Path)) -> Vec<String> {
        let folder = self.folder.path().to_owned();
        change(&folder);
        self.settle()
    }
}

fn append(path: &Path) {
    let mut file = File::options().append(true).open(path).unwrap();
    file.write_all(b"more").unwrap();
}

fn flat(request: Request) -> Request {
    request
}

fn deep(request: Request) -> Request {
    request.depth(Depth::All)
}

#[test]
fn each_operation_is_told_once() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        bench.watch("w", flat);
        let create = bench.after(|f| drop(File::create(f.join("w/a")).unwrap()));
        assert_eq!(create, ["create w/a"], "{mode:?}");
        assert_eq!(bench.after(|f| append(&f.join("w/a"))), ["write w/a"]);
        let private = Permissions::from_mode(0o600);
        let chmod = bench.after(|f| fs::set_permissions(f.join("w/a"), private).unwrap());
        assert_eq!(chmod, ["chmod w/a"]);
        let rename = bench.after(|f| fs::rename(f.join("w/a"), f.join("w/b")).unwrap());
        assert_eq!(rename, ["rename w/a -> w/b"]);
        assert_eq!(bench.after(|f| append(&f.join("w/b"))), ["write w/b"]);
        let remove = bench.after(|f| fs::remove_file(f.join("w/b")).unwrap());
        assert_eq!(remove, ["remove w/b"]);
    }
}

#[test]
fn the_kernel_tells_of_files_that_are_long_gone() {
    let mut bench = Bench::new(KERNEL);
    bench.watch("w", flat);
    let told = bench.after(|f| {
        for round in 0..20 {
            fs::write(f.join("w/a"), "x").unwrap();
            fs::rename(f.join("w/a"), f.join(format!("w/b{round}"))).unwrap();
            fs::remove_file(f.join(format!("w/b{round}"))).unwrap();
        }
    });
    for round in 0..20 {
        let of_round = told
            .iter()
            .filter(|line| line.ends_with(&format!("w/b{round}")));
        let lines: Vec<_> = of_round.map(String::as_str).collect();
        let rename = format!("rename w/a -> w/b{round}");
        assert_eq!(lines, [rename.as_str(), &format!("remove w/b{round}")]);
    }
    assert_eq!(told.iter().filter(|line| *line == "create w/a").count(), 20);
}

#[test]
fn a_move_across_the_border_is_a_create_or_a_remove() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        bench.watch("w", deep);
        fs::create_dir_all(bench.path("out/sub")).unwrap();
        fs::write(bench.path("out/sub/x"), "").unwrap();
        let inward = bench.after(|f| fs::rename(f.join("out"), f.join("w/in")).unwrap());
        assert_eq!(
            inward,
            ["create w/in", "create w/in/sub", "create w/in/sub/x"]
        );
        let around = bench.after(|f| fs::rename(f.join("w/in"), f.join("w/on")).unwrap());
        assert_eq!(around, ["rename w/in -> w/on"]);
        assert_eq!(
            bench.after(|f| append(&f.join("w/on/sub/x"))),
            ["write w/on/sub/x"]
        );
        let outward = bench.after(|f| fs::rename(f.join("w/on/sub/x"), f.join("x")).unwrap());
        assert_eq!(outward, ["remove w/on/sub/x"]);
    }
}

#[test]
fn a_rename_from_one_watch_to_another_is_one_event() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        fs::create_dir(bench.path("v")).unwrap();
        fs::write(bench.path("v/file"), "").unwrap();
        bench.watch("v", flat);
        bench.watch("w", flat);
        let told = bench.after(|f| fs::rename(f.join("v/file"), f.join("w/file")).unwrap());
        assert_eq!(told, ["rename v/file -> w/file"]);
    }
}

#[test]
fn directories_made_in_a_row_are_entered_and_nothing_in_them_is_missed() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        bench.watch("w", deep);
        let told = bench.after(|f| {
            for name in 0..50 {
                let folder = f.join(format!("w/{name}/below/deep"));
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join("file"), "x").unwrap();
            }
        });
        let created: BTreeSet<_> = told
            .iter()
            .filter(|line| line.starts_with("create"))
            .collect();
        let creations = told
            .iter()
            .filter(|line| line.starts_with("create"))
            .count();
        assert_eq!((created.len(), creations), (200, 200), "{mode:?}");
        for name in 0..50 {
            let path = format!("w/{name}/below/deep/file");
            let told = bench.after(|f| append(&f.join(&path)));
            assert_eq!(told, [format!("write {path}")]);
            if mode == POLLING {
                break;
            }
        }
        let mut told = bench.after(|f| fs::remove_dir_all(f.join("w/7")).unwrap());
        told.sort();
        let gone = ["", "/below", "/below/deep", "/below/deep/file"];
        assert_eq!(
            told,
            gone.map(|name| format!("remove w/7{name}")),
            "{mode:?}"
        );
    }
}

#[test]
fn a_file_that_is_replaced_keeps_its_watch() {
    for mode in BOTH {
        for loss in [Loss::Ends, Loss::Waits] {
            let mut bench = Bench::new(mode);
            fs::write(bench.path("w/file"), "").unwrap();
            bench.watch("w/file", |request| request.loss(loss));
            for _ in 0..3 {
                let told = bench.after(|f| {
                    fs::write(f.join("w/new"), "new").unwrap();
                    fs::rename(f.join("w/new"), f.join("w/file")).unwrap();
                });
                assert_eq!(told, ["create w/file"], "{mode:?}");
                assert_eq!(bench.after(|f| append(&f.join("w/file"))), ["write w/file"]);
            }
        }
    }
}

#[test]
fn a_lost_path_ends_its_watch_or_is_waited_for() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        fs::create_dir_all(bench.path("w/a/b")).unwrap();
        bench.watch("w/a/b", deep);
        let told = bench.after(|f| fs::remove_dir(f.join("w/a/b")).unwrap());
        assert_eq!(told, ["remove w/a/b"]);
        assert_eq!(bench.watcher.watched(), [bench.path("sentinels")]);

        fs::create_dir(bench.path("w/a/b")).unwrap();
        bench.watch("w/a/b", |request| deep(request).loss(Loss::Waits));
        let told = bench.after(|f| fs::remove_dir_all(f.join("w")).unwrap());
        assert_eq!(told, ["remove w/a/b"], "{mode:?}");
        let told = bench.after(|f| {
            fs::create_dir_all(f.join("w/a/b")).unwrap();
            fs::write(f.join("w/a/b/file"), "").unwrap();
        });
        assert_eq!(
            told.first().map(String::as_str),
            Some("create w/a/b"),
            "{mode:?}"
        );
        assert!(told.contains(&"create w/a/b/file".to_owned()), "{told:?}");
        assert_eq!(
            bench.after(|f| append(&f.join("w/a/b/file"))),
            ["write w/a/b/file"]
        );
    }
}

#[test]
fn a_watched_directory_that_is_moved_away_is_removed() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        bench.watch("w", flat);
        let told = bench.after(|f| fs::rename(f.join("w"), f.join("elsewhere")).unwrap());
        assert_eq!(told, ["remove w"], "{mode:?}");
        assert_eq!(
            bench.after(|f| fs::write(f.join("elsewhere/x"), "").unwrap()),
            [""; 0]
        );
        assert_eq!(bench.watcher.watched(), [bench.path("sentinels")]);
    }
}

#[test]
fn one_change_is_told_once_however_many_watches_see_it() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        fs::create_dir(bench.path("w/d")).unwrap();
        fs::write(bench.path("w/d/file"), "").unwrap();
        bench.watch("w", deep);
        bench.watch("w/d", flat);
        bench.watch("w/d", flat);
        bench.watch("w/d/file", flat);
        assert_eq!(
            bench.after(|f| append(&f.join("w/d/file"))),
            ["write w/d/file"]
        );
        let private = Permissions::from_mode(0o700);
        let told = bench.after(|f| fs::set_permissions(f.join("w/d"), private).unwrap());
        assert_eq!(told, ["chmod w/d"]);
        bench.watcher.unwatch(bench.path("w/d")).unwrap();
        assert_eq!(
            bench.after(|f| append(&f.join("w/d/file"))),
            ["write w/d/file"]
        );
        bench.watcher.unwatch(bench.path("w")).unwrap();
        assert_eq!(
            bench.after(|f| append(&f.join("w/d/file"))),
            ["write w/d/file"]
        );
        bench.watcher.unwatch(bench.path("w/d/file")).unwrap();
        assert_eq!(bench.after(|f| append(&f.join("w/d/file"))), [""; 0]);
    }
}

#[test]
fn names_are_built_from_the_path_as_given() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        symlink(bench.path("w"), bench.path("link")).unwrap();
        bench.watch("link", flat);
        bench.watch("sentinels/../w", flat);
        let mut told = bench.after(|f| drop(File::create(f.join("w/a")).unwrap()));
        told.sort();
        assert_eq!(
            told,
            ["create link/a", "create sentinels/../w/a"],
            "{mode:?}"
        );
    }
}

#[test]
fn only_the_operations_asked_for_are_told() {
    for mode in BOTH {
        let mut bench = Bench::new(mode);
        let ops: Ops = [Op::Rename, Op::Remove].into_iter().collect();
        bench.watch("w", |request| request.ops(ops));
        let told = bench.after(|f| fs::write(f.join("w/a"), "x").unwrap());
        assert_eq!(told, [""; 0]);
        let told = bench.after(|f| fs::rename(f.join("w/a"), f.join("w/b")).unwrap());
        assert_eq!(told, ["rename w/a -> w/b"]);
        let told = bench.after(|f| fs::remove_file(f.join("w/b")).unwrap());
        assert_eq!(told, ["remove w/b"]);
    }
}

#[test]
fn what_changed_between_two_watches_of_one_path_is_told_to_both() {
    let mut bench = Bench::new(KERNEL);
    bench.watch("w", flat);
    for name in 0..100 {
        File::create(bench.path(&format!("w/{name}"))).unwrap();
        bench.watch("w", flat);
    }
    assert_eq!(bench.settle().len(), 100);
}

#[test]
fn errors_name_the_path() {
    for mode in BOTH {
        let bench = Bench::new(mode);
        let missing = bench.path("missing");
        let error = bench.watcher.watch(Request::new(&missing)).unwrap_err();
        assert!(matches!(&error, WatchError::NoSuchPath(path) if *path == missing));
        assert!(error.to_string().contains("missing: no such file"));
        let error = bench.watcher.unwatch(&missing).unwrap_err();
        assert!(matches!(error, WatchError::NotWatched(path) if path == missing));
    }
}

#[test]
fn a_difference_replays_to_the_new_names() {
    use mmap::watch::{Snapshot, difference};

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("d/e")).unwrap();
    for name in ["d/e/x", "d/y", "a", "b", "swap-1", "swap-2"] {
        fs::write(path(name), name).unwrap();
    }
    let before = Snapshot::take(folder.path(), true);
    fs::rename(path("d"), path("c")).unwrap();
    fs::rename(path("c/e/x"), path("z")).unwrap();
    fs::rename(path("a"), path("c/e/a")).unwrap();
    fs::rename(path("swap-1"), path("swap")).unwrap();
    fs::rename(path("swap-2"), path("swap-1")).unwrap();
    fs::rename(path("swap"), path("swap-2")).unwrap();
    fs::rename(path("b"), path("b2")).unwrap();
    fs::write(path("b"), "another").unwrap();
    let after = Snapshot::take(folder.path(), true);

    let mut names: BTreeSet<PathBuf> = before.paths().map(Path::to_owned).collect();
    let events = difference(&before, &after);
    events.iter().for_each(|event| replay(&mut names, event));
    assert!(
        names.iter().map(PathBuf::as_path).eq(after.paths()),
        "{events:#?}"
    );
    assert!(events.contains(&Event::rename(path("d"), path("c"))));
}

fn replay(names: &mut BTreeSet<PathBuf>, event: &Event) {
    let below = |names: &BTreeSet<PathBuf>, top: &Path| -> Vec<PathBuf> {
        names
            .iter()
            .filter(|name| name.starts_with(top))
            .cloned()
            .collect()
    };
    match (event.op, &event.from) {
        (Op::Create, _) => drop(names.insert(event.path.clone())),
        (Op::Remove, _) => names.retain(|name| !name.starts_with(&event.path)),
        (Op::Rename, Some(from)) => {
            let moved = below(names, from);
            names.retain(|name| !name.starts_with(from) && !name.starts_with(&event.path));
            for name in moved {
                let rest = name.strip_prefix(from).unwrap();
                names.insert(event.path.join(rest).components().collect());
            }
        }
        _ => {}
    }
}
