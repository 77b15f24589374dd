//! `process sandbox`: what is inside, what is not, and that nothing is left. As whoever runs the
//! tests, and if that is root, as an ordinary user too.
#![cfg(target_os = "linux")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use common::{DEADLINE, have, output_of, tool, wait};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

/// Somebody who runs the tool.
struct User {
    /// Empty for whoever runs the tests.
    prefix: Vec<&'static str>,
    tool: PathBuf,
    /// A directory that the user may use, removed at the end.
    folder: TempDir,
}

const NOBODY: [&str; 6] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--bounding-set=-all",
    "--",
];

impl User {
    fn new(prefix: &[&'static str]) -> User {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        // The build's own directory need not be open to everybody.
        let tool = folder.path().join("process");
        // By another process: what is open for writing in this one a child of another test may have
        // as well, and then it cannot be executed.
        output_of(
            Command::new("cp")
                .arg(env!("CARGO_BIN_EXE_process"))
                .arg(&tool),
        );
        User {
            prefix: prefix.to_vec(),
            tool,
            folder,
        }
    }

    fn sandbox(&self, arguments: &[&str]) -> Command {
        let mut words = self
            .prefix
            .iter()
            .map(OsStr::new)
            .chain([self.tool.as_os_str()]);
        let mut command = Command::new(words.next().expect("the tool at least"));
        command.args(words);
        command.arg("sandbox").args(arguments).current_dir("/");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn shell(&self, options: &[&str], script: &str) -> Output {
        let arguments = [options, &["--", "sh", "-c", script]].concat();
        self.sandbox(&arguments).output().unwrap()
    }
}

/// Those who may make user namespaces here.
fn users() -> Vec<User> {
    let mut users = vec![User::new(&[])];
    if geteuid().is_root() && have("setpriv") {
        users.push(User::new(&NOBODY));
    }
    users.retain(|user| {
        let output = user.shell(&[], "true");
        let error = text(&output.stderr);
        let forbidden = error.contains("namespace") || error.contains("map user");
        if forbidden {
            println!("skipped: {error}");
        } else {
            assert!(output.status.success(), "{error}");
        }
        !forbidden
    });
    users
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn inside_is_another_machine() {
    let before = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    for user in users() {
        let script = "cat /proc/sys/kernel/hostname; id -u; echo $$; ls -d /proc/[0-9]*; ls /home; \
                      ls /tmp; cat /proc/self/net/dev | tail -n +3 | cut -d: -f1; pwd; env | sort";
        let output = user.shell(&["--hostname", "box"], script);
        assert!(output.status.success());
        let path = std::env::var("PATH").unwrap();
        let said = text(&output.stdout);
        let lines: Vec<_> = said.lines().map(str::trim).collect();
        // pid 1 and the shell, which expands the pattern; in /tmp nothing; one interface.
        let expected = ["box", "0", "2", "/proc/1", "/proc/2", "lo", "/"];
        assert_eq!(lines[..7], expected, "{said}");
        assert!(lines.contains(&format!("PATH={path}").as_str()));
        assert!(
            !said.contains("CARGO_MANIFEST_DIR"),
            "the environment came along"
        );
        assert!(text(&output.stderr).contains("/home"));
    }
    assert_eq!(
        fs::read_to_string("/proc/sys/kernel/hostname").unwrap(),
        before
    );
}

#[test]
fn capabilities_are_the_fourteen_and_those_asked_for() {
    for user in users() {
        let script = "grep -E 'Cap(Prm|Eff|Bnd)|NoNew' /proc/self/status | cut -f2 | uniq";
        let output = user.shell(&[], script);
        assert_eq!(text(&output.stdout), "00000000a80425fb\n1\n");
        let output = user.shell(&["--keep-cap", "CAP_SYS_PTRACE"], script);
        assert_eq!(text(&output.stdout), "00000000a80c25fb\n1\n");
    }
}

#[test]
fn the_loopback_works_and_the_hosts_network_only_if_asked_for() {
    if !have("python3") {
        return;
    }
    let script = "import socket; s = socket.create_server(('127.0.0.1', 0))
socket.create_connection(s.getsockname()); print(len(socket.if_nameindex()))";
    for user in users() {
        let arguments = ["--", "/usr/bin/env", "python3", "-c", script];
        let output = user
            .sandbox(&arguments)
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        assert_eq!(text(&output.stdout), "1\n", "{}", text(&output.stderr));
        let ours = fs::read_link("/proc/self/ns/net").unwrap();
        let output = user.shell(&["--net"], "readlink /proc/self/ns/net");
        assert_eq!(text(&output.stdout).trim(), ours.to_str().unwrap());
    }
}

#[test]
fn statuses_are_passed_on() {
    for user in users() {
        for (script, expected) in [
            ("exit 7", 7),
            ("kill -TERM $$", 143),
            ("kill -KILL $$", 137),
            ("exec nosuchprogram", 127),
        ] {
            assert_eq!(
                user.shell(&[], script).status.code(),
                Some(expected),
                "{script}"
            );
        }
        let output = user.sandbox(&["--", "nosuchprogram"]).output().unwrap();
        assert_eq!(output.status.code(), Some(127));
        assert!(text(&output.stderr).contains("cannot run nosuchprogram: No such file"));
        let output = user.sandbox(&["--", "/etc/passwd"]).output().unwrap();
        assert_eq!(output.status.code(), Some(126));
    }
}

#[test]
fn what_is_refused_is_named() {
    let long = "x".repeat(65);
    for user in users() {
        for (options, expected) in [
            (
                ["--bind", "/no/such:/x"],
                "cannot use /no/such: No such file",
            ),
            (["--ro", "/no/such"], "cannot use /no/such: No such file"),
            (["--root", "/no/such"], "cannot use /no/such: No such file"),
            (["--hostname", &long], "at most 64 bytes"),
            (
                ["--keep-cap", "everything"],
                "no capability is called \"everything\"",
            ),
            (
                ["--bind", "/etc:/x/../y"],
                "cannot mount /x/../y: Invalid argument",
            ),
        ] {
            let output = user.shell(&options, "echo ran");
            assert_eq!(output.status.code(), Some(1), "{options:?}");
            let error = text(&output.stderr);
            assert!(error.contains(expected), "{error}");
            assert!(output.stdout.is_empty());
        }
    }
    for user in users() {
        let mut command = user.sandbox(&["--ro"]);
        command
            .arg(OsStr::from_bytes(b"/no/such/\xff"))
            .args(["--", "true"]);
        let output = command.output().unwrap();
        assert!(text(&output.stderr).contains("cannot use /no/such/\u{fffd}: No such file"));
    }
    let output = tool(&["sandbox", "--memory", "many", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// In a user namespace one can forbid further ones, and there alone.
#[test]
fn where_namespaces_are_forbidden_the_setting_is_named() {
    if users().is_empty() || !have("unshare") {
        return;
    }
    let script = "echo 0 >/proc/sys/user/max_user_namespaces && exec \"$0\" sandbox -- true";
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c", script])
        .arg(env!("CARGO_BIN_EXE_process"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.starts_with("process: cannot make a user namespace: "),
        "{error}"
    );
    assert!(error.contains("user.max_user_namespaces"), "{error}");
}

#[test]
fn what_is_bound_is_seen() {
    for user in users() {
        let at = user.folder.path().join("shared");
        fs::create_dir(&at).unwrap();
        fs::set_permissions(&at, fs::Permissions::from_mode(0o777)).unwrap();
        fs::write(at.join("old"), "from outside").unwrap();
        let at = at.to_str().unwrap();
        let output = user.shell(
            &["--bind", &format!("{at}:/bound"), "--ro", at],
            &format!("cat /bound/old; echo inside >/bound/new; cd {at} && cat new && echo x >old"),
        );
        assert_eq!(text(&output.stdout), "from outsideinside\n");
        assert!(text(&output.stderr).contains("Read-only file system"));
        assert_eq!(fs::read_to_string(format!("{at}/new")).unwrap(), "inside\n");
        assert_eq!(
            fs::read_to_string(format!("{at}/old")).unwrap(),
            "from outside"
        );
    }
}

#[test]
fn the_hosts_system_cannot_be_written() {
    for user in users() {
        let script = "touch /usr/new; echo x >/proc/sys/kernel/hostname; cat /proc/kcore /proc/keys; \
                      mount -t tmpfs x /mnt; ls /sys";
        let output = user.shell(&[], script);
        assert_eq!(text(&output.stdout), "");
        let error = text(&output.stderr);
        assert!(
            error.contains("touch") && error.matches("Read-only file system").count() == 2,
            "{error}"
        );
        assert!(!fs::exists("/usr/new").unwrap());
    }
}

#[test]
fn an_image_is_not_changed() {
    for user in users() {
        let image = user.folder.path().join("image, with: signs");
        fs::create_dir_all(image.join("etc")).unwrap();
        fs::create_dir(image.join("usr")).unwrap();
        for name in ["bin", "lib", "lib64"] {
            std::os::unix::fs::symlink(format!("usr/{name}"), image.join(name)).unwrap();
        }
        // Followed from the host, it would lead there.
        let trap = user.folder.path().join("trap");
        fs::create_dir(&trap).unwrap();
        std::os::unix::fs::symlink(&trap, image.join("trap")).unwrap();
        fs::write(image.join("etc/release"), "an image\n").unwrap();
        let options = ["--root", image.to_str().unwrap(), "--ro", "/usr"];
        let output = user.shell(
            &options,
            "cat /etc/release; echo x >/etc/release; echo y >/new; cat /new",
        );
        let error = text(&output.stderr);
        if error.contains("as the root: ") {
            println!("skipped: no overlay filesystem here: {error}");
            continue;
        }
        assert_eq!(text(&output.stdout), "an image\ny\n", "{error}");
        assert_eq!(
            fs::read_to_string(image.join("etc/release")).unwrap(),
            "an image\n"
        );
        assert!(!image.join("new").exists() && !image.join("proc").exists());

        let options = [&options[..], &["--bind", "/usr:/trap/usr"]].concat();
        let output = user.shell(&options, "ls /trap");
        assert!(text(&output.stderr).contains("cannot mount /trap/usr"));
        assert_eq!(fs::read_dir(&trap).unwrap().count(), 0);
    }
}

#[test]
fn memory_and_processes_are_limited() {
    for user in users() {
        let line = "head -c 100000000 /dev/zero | tail -n 1 | wc -c";
        let enough = user.shell(&["--memory", "2G"], line);
        assert_eq!(
            text(&enough.stdout).trim(),
            "100000000",
            "{}",
            text(&enough.stderr)
        );
        let little = user.shell(&["--memory", "60M"], line);
        assert_ne!(text(&little.stdout).trim(), "100000000");

        let many =
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 0.2 & done; wait; echo all";
        let enough = user.shell(&["--pids", "60"], many);
        assert_eq!(text(&enough.stdout), "all\n", "{}", text(&enough.stderr));
        let little = user.shell(&["--pids", "10"], many);
        if !text(&little.stderr).contains("does not bind the host's root") || !geteuid().is_root() {
            assert_eq!(text(&little.stdout), "", "{}", text(&little.stderr));
        }
    }
}

#[test]
fn no_descriptor_of_the_host_comes_along() {
    for user in users() {
        let mut command = Command::new("sh");
        command.args(["-c", "exec 7</ && exec \"$@\"", "sh"]);
        command.args(&user.prefix).arg(&user.tool);
        command
            .args(["sandbox", "--", "ls", "/proc/self/fd"])
            .stdin(Stdio::null());
        // The fourth is ls's own.
        assert_eq!(text(&output_of(&mut command)), "0\n1\n2\n3\n");
    }
}

#[test]
fn the_end_of_the_command_is_the_end_of_all() {
    for user in users() {
        let begun = Instant::now();
        let script = "(trap '' TERM HUP; sleep 50; echo left over) & echo started; exit 3";
        let output = user.shell(&[], script);
        assert_eq!(output.status.code(), Some(3));
        // The left-over one has the pipe too: its end is the end of the output.
        assert_eq!(text(&output.stdout), "started\n");
        assert!(begun.elapsed() < DEADLINE);
    }
}

#[test]
fn a_killed_tool_takes_all_with_it() {
    for user in users() {
        let script = "trap '' TERM HUP INT; echo ready; sleep 50; echo survived";
        let mut child = user.sandbox(&["--", "sh", "-c", script]).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        child.kill().unwrap();
        wait(&mut child);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[test]
fn signals_reach_the_command() {
    for user in users() {
        for signal in [
            Signal::SIGINT,
            Signal::SIGTERM,
            Signal::SIGUSR1,
            Signal::SIGHUP,
        ] {
            let name = &signal.as_str()[3..];
            let script = format!("trap 'exit 9' {name}; echo ready; while :; do sleep 0.01; done");
            let mut child = user.sandbox(&["--", "sh", "-c", &script]).spawn().unwrap();
            let mut line = String::new();
            let output = child.stdout.take().unwrap();
            BufReader::new(output).read_line(&mut line).unwrap();
            assert_eq!(line, "ready\n");
            // setpriv has become the tool.
            kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
            assert_eq!(wait(&mut child).code(), Some(9), "{signal}");
        }
    }
}

/// The terminal sends it to the whole group, and nobody passes it on once more.
#[test]
fn ctrl_c_reaches_the_command_once() {
    if !have("script") {
        return;
    }
    for user in users() {
        let inner = "n=0; trap 'n=$((n+1)); echo got $n' INT; echo ready; \
                     until read line; do :; done; exit $n";
        let file = user.folder.path().join("inner");
        fs::write(&file, inner).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let [tool, at] = [&user.tool, &file].map(|path| path.display());
        let prefix = user.prefix.join(" ");
        // Not every shell becomes its last command by itself, and one that stays dies of the signal. And
        // whoever runs the tests may ignore it: a job in the background does.
        let line =
            format!("exec env --default-signal=INT {prefix} {tool} sandbox --ro {at} -- sh {at}");
        let mut script = Command::new("script")
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut keys = script.stdin.take().unwrap();
        let mut screen = BufReader::new(script.stdout.take().unwrap()).lines();
        let mut expect = |wanted: &str| {
            let found = screen
                .by_ref()
                .map_while(Result::ok)
                .find(|line| line.contains(wanted));
            assert!(found.is_some(), "the terminal never showed {wanted:?}");
        };
        expect("ready");
        keys.write_all(b"\x03").unwrap();
        expect("got 1");
        keys.write_all(b"line\n").unwrap();
        assert_eq!(wait(&mut script).code(), Some(1), "not exactly one signal");
    }
}

#[test]
fn nothing_is_left() {
    let mounts = || {
        let all = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let below_tmp = all
            .lines()
            .filter(|line| line.split(' ').nth(4).is_some_and(ours));
        below_tmp.count()
    };
    fn ours(place: &str) -> bool {
        Path::new(place).starts_with("/tmp")
    }
    let before = mounts();
    for user in users() {
        let mut child = user
            .sandbox(&["--memory", "100M", "--pids", "20", "--", "true"])
            .spawn()
            .unwrap();
        let name = format!("process-sandbox-{}", child.id());
        assert!(wait(&mut child).success());
        assert_eq!(mounts(), before);
        let found = output_of(Command::new("find").args(["/sys/fs/cgroup", "-name", &name]));
        assert_eq!(text(&found), "");
        let names: Vec<_> = fs::read_dir(user.folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
}
