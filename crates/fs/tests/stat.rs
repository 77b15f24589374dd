//! `fs stat` against GNU's stat.

mod common;

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use common::{have, output_of, tool};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

/// One of each kind, and modes and times at the edges.
fn menagerie() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| home.path().join(name);
    fs::write(at("file"), "seven b").expect("a file");
    fs::write(at("empty"), "").expect("a file");
    fs::write(at("it's $a b"), "x").expect("a file");
    fs::write(at("two\nlines\tü"), "x").expect("a file");
    // APFS takes only names that are UTF-8.
    if cfg!(target_os = "linux") {
        fs::write(home.path().join(OsStr::from_bytes(b"stray\xff'")), "x").expect("a file");
    }
    fs::hard_link(at("file"), at("second name")).expect("a link");
    symlink("file", at("link")).expect("a link");
    symlink("no where's", at("dangling")).expect("a link");
    mkfifo(&at("fifo"), Mode::S_IRWXU).expect("a fifo");
    UnixListener::bind(at("socket")).expect("a socket");
    for (name, mode) in [
        ("setuid", 0o4755),
        ("setuid, no x", 0o4644),
        ("setgid", 0o2711),
        ("setgid, no x", 0o2600),
        ("nothing", 0),
    ] {
        fs::write(at(name), "x").expect("a file");
        fs::set_permissions(at(name), Permissions::from_mode(mode)).expect("a mode");
    }
    for (name, mode) in [("sticky", 0o1777), ("sticky, no x", 0o1766)] {
        fs::create_dir(at(name)).expect("a folder");
        fs::set_permissions(at(name), Permissions::from_mode(mode)).expect("a mode");
    }
    let sparse = File::create(at("sparse")).expect("a file");
    sparse.set_len(10 << 20).expect("a hole");
    let old = UNIX_EPOCH - Duration::from_millis(1500);
    sparse.set_modified(old).expect("a time");
    home
}

/// Both tools in the directory, on all its files and three others, with the same options.
fn same_as_gnu(options: &[&str]) {
    let home = menagerie();
    let mut files: Vec<_> = fs::read_dir(home.path())
        .expect("a folder")
        .map(|entry| entry.expect("a name").file_name())
        .collect();
    files.extend([".", "/dev/null", "/"].map(Into::into));
    for file in files {
        // Both tools read links. The first time counts as an access, and not again so soon.
        let _ = fs::read_link(home.path().join(&file));
        let line = |command: &mut Command| {
            command.args(options).arg(&file).current_dir(home.path());
            let zone = [("LC_ALL", "C.UTF-8"), ("TZ", "Asia/Kolkata")];
            String::from_utf8_lossy(&output_of(command.envs(zone))).into_owned()
        };
        let theirs = line(&mut Command::new("stat"));
        let ours = line(&mut tool(&["stat"]));
        assert_eq!(ours, theirs, "{options:?} {file:?}");
    }
}

/// Whether `stat` is GNU's: BSD's and macOS's have other options.
fn have_gnu() -> bool {
    have("stat") && cfg!(target_os = "linux")
}

#[test]
fn formats_equal_gnus() {
    if have_gnu() {
        same_as_gnu(&[
            "-c",
            "%n %s %b %B %f %F %a %A %u %U %g %G %i %h %d %D %t %T %r %R %o %%",
        ]);
        same_as_gnu(&["-c", "%N %m %Hd %Ld %Hr %Lr"]);
        same_as_gnu(&["-c", "%x|%X|%y|%Y|%z|%Z|%w|%W"]);
    }
}

#[test]
fn widths_and_precisions_equal_gnus() {
    if have_gnu() {
        same_as_gnu(&[
            "-c",
            "[%20n|%-20n|%.2n|%8.3n|%06a|%#a|%#f|%-6i|%+s|% s|%09s]",
        ]);
        same_as_gnu(&["-c", "[%.Y|%.3Y|%.9Y|%.12Y|%.0Y|%20.2Y|%-20.2Y|%020Y]"]);
    }
}

#[test]
fn the_overview_equals_gnus() {
    if have_gnu() {
        same_as_gnu(&[]);
    }
}

#[test]
fn following_links_looks_at_what_they_lead_to() {
    if !have_gnu() {
        return;
    }
    let home = menagerie();
    let options = ["-L", "-c", "%N %F %i %s %m", "link", "file", "/proc/self"];
    let ours = output_of(tool(&["stat"]).args(options).current_dir(home.path()));
    let theirs = output_of(Command::new("stat").args(options).current_dir(home.path()));
    assert_eq!(String::from_utf8_lossy(&ours).lines().count(), 3);
    assert_eq!(
        String::from_utf8_lossy(&ours)
            .lines()
            .take(2)
            .collect::<Vec<_>>(),
        String::from_utf8_lossy(&theirs)
            .lines()
            .take(2)
            .collect::<Vec<_>>()
    );
}

/// Free blocks change while we look; the rest of the lines must be the same.
#[test]
fn the_filesystem_equals_gnus() {
    if !have_gnu() {
        return;
    }
    for place in ["/", "/proc", "/dev", "/tmp"] {
        let kept = |output: Vec<u8>| {
            let text = String::from_utf8(output).expect("text");
            let lines = text.lines().filter(|line| !line.contains("Free:"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let ours = kept(output_of(&mut tool(&["stat", "-f", place])));
        let theirs = kept(output_of(Command::new("stat").args(["-f", place])));
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), 3);
    }
}

#[test]
fn what_is_missing_is_reported_and_the_rest_shown() {
    let home = menagerie();
    let output = tool(&["stat", "-c", "%n %s", "file", "missing", "empty"])
        .current_dir(home.path())
        .output()
        .expect("the tool runs");
    assert_eq!(output.stdout, b"file 7\nempty 0\n");
    let complaint = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        complaint,
        "fs: cannot stat missing: No such file or directory (os error 2)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn an_unknown_directive_is_an_error_with_its_place() {
    for (format, directive, place) in [("a %Q", "%Q", 2), ("%n%-12", "%-12", 2), ("%", "%", 0)] {
        let output = tool(&["stat", "-c", format, "/"])
            .output()
            .expect("the tool runs");
        let complaint = String::from_utf8(output.stderr).expect("text");
        let expected = format!("unknown directive {directive} at byte {place} of the format\n");
        assert!(complaint.ends_with(&expected), "{complaint}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn json_is_one_object_a_line() {
    let home = menagerie();
    let output = output_of(tool(&["stat", "--json", "link", "setgid"]).current_dir(home.path()));
    let objects: Vec<serde_json::Value> = String::from_utf8(output)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(objects[0]["kind"], "symbolic link");
    assert_eq!(objects[0]["target"], "file");
    assert_eq!(objects[1]["mode"], "2711");
    assert_eq!(objects[1]["permissions"], "-rwx--s--x");
    assert_eq!(objects[1]["size"], 1);
}

/// The library's own view, without the tool.
#[test]
fn info_has_times_before_1970_and_birth() {
    let home = menagerie();
    let info =
        |name: &str| ::fs::info::Info::of(home.path().join(name), false).expect("it is there");
    let modified = info("sparse").modified();
    assert_eq!((modified.seconds, modified.nanoseconds), (-2, 500_000_000));
    if let Some(born) = info("file").born() {
        assert!(born <= info("file").changed());
    }
    assert_eq!(
        info("file").mount_point().expect("it is mounted"),
        mount_of(home.path())
    );
    let error = ::fs::info::Info::of("/no/such", true).expect_err("it is not there");
    assert_eq!(error.path, Path::new("/no/such"));
}

/// The highest directory above that is on the same device.
fn mount_of(directory: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::MetadataExt;
    let directory = directory.canonicalize().expect("it is there");
    let device = |path: &Path| path.metadata().expect("it is there").dev();
    let same = |above: &&Path| device(above) == device(&directory);
    directory
        .ancestors()
        .take_while(same)
        .last()
        .expect("itself")
        .to_owned()
}
