//! Children as they are told to be, seen from inside and beside those of std.

mod common;

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::errno::Errno;
use nix::sys::resource::Resource;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, getpgrp, getsid};
use process::exit::Status;
use process::spawn::{FdSource, Group, Spawn, SpawnError, Step};

/// What a child writes, and how it ended: one that borrows our memory, after one that is a copy has
/// ended in the same way.
#[track_caller]
fn run(spawn: &Spawn) -> (String, Status) {
    let (copied, its_status) = run_once(spawn.clone().stoppable(true));
    let (text, status) = run_once(spawn);
    assert_eq!(its_status, status, "{copied}");
    assert_eq!(
        copied.lines().count(),
        text.lines().count(),
        "{copied}\n{text}"
    );
    (text, status)
}

#[track_caller]
fn run_once(spawn: &Spawn) -> (String, Status) {
    let (mut reads, writes) = io::pipe().expect("a pipe");
    let mut spawn = spawn.clone();
    spawn.fd(1, writes.as_fd());
    let mut child = spawn.spawn().expect("it starts");
    drop(writes);
    let mut text = String::new();
    reads.read_to_string(&mut text).expect("text");
    (text, child.wait().expect("our child"))
}

fn sh(script: &str) -> Spawn {
    let mut spawn = Spawn::new("/bin/sh");
    spawn.args(["-c", script]);
    spawn
}

#[track_caller]
fn says(spawn: &Spawn) -> String {
    let (text, status) = run(spawn);
    assert_eq!(status, Status::Exited(0), "{text}");
    text.trim_end().to_owned()
}

#[track_caller]
fn fails(spawn: &Spawn) -> SpawnError {
    let copied = spawn.clone().stoppable(true).spawn();
    let copied = copied.expect_err("a copy cannot start");
    let error = spawn.spawn().expect_err("it cannot start");
    assert_eq!((copied.step, copied.errno), (error.step, error.errno));
    error
}

#[test]
fn ends_are_those_that_std_sees() {
    for script in [
        "exit 0",
        "exit 1",
        "exit 7",
        "exit 255",
        "exit 256",
        "kill -TERM $$",
        "kill -KILL $$",
        "echo text",
        "echo text; exit 3",
        "pwd",
        "echo $0",
    ] {
        let (text, status) = run(&sh(script));
        let theirs = Command::new("/bin/sh")
            .args(["-c", script])
            .output()
            .expect("sh");
        assert_eq!(status, Status::from(theirs.status), "{script}");
        assert_eq!(text.as_bytes(), theirs.stdout, "{script}");
    }
}

#[test]
fn a_program_that_cannot_run_is_the_error_that_std_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        common::write_program(&path, text.as_bytes(), mode);
        path
    };
    let cases = [
        (folder.path().join("missing"), Errno::ENOENT),
        (write("plain", "text", 0o644), Errno::EACCES),
        (folder.path().to_owned(), Errno::EACCES),
        (write("script", "exit 0\n", 0o755), Errno::ENOEXEC),
        (
            write("lost", "#!/no/such/interpreter\n", 0o755),
            Errno::ENOENT,
        ),
        (write("file", "", 0o755).join("below"), Errno::ENOTDIR),
    ];
    for (path, errno) in cases {
        let error = fails(&Spawn::new(&path));
        assert_eq!((error.step, error.errno), (Step::Exec, errno), "{path:?}");
        let theirs = Command::new(&path).spawn().map(drop);
        // std runs a script without #! by itself on some systems; elsewhere it says the same.
        if let Err(theirs) = theirs {
            assert_eq!(theirs.raw_os_error(), Some(errno as i32), "{path:?}");
        }
    }
    let error = fails(&Spawn::new("/no/such/program"));
    assert_eq!(
        error.to_string(),
        "cannot start /no/such/program: No such file or directory"
    );
}

#[test]
fn a_nul_is_refused_before_anything_is_started() {
    let mut spawn = Spawn::new("/bin/echo");
    assert_eq!(fails(spawn.arg("a\0b")).step, Step::Arguments);
    assert_eq!(fails(&Spawn::new("/bin/e\0cho")).step, Step::Arguments);
    assert_eq!(fails(sh(":").env("A", "\0")).step, Step::Arguments);
}

#[test]
fn the_environment_is_inherited_changed_or_exact() {
    let env = || {
        let mut spawn = Spawn::new("env");
        spawn.search_path(true);
        spawn
    };
    let sorted = |text: String| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let theirs = |command: &mut Command| {
        let output = command.output().expect("env").stdout;
        sorted(String::from_utf8(output).expect("text"))
    };
    assert_eq!(sorted(says(&env())), theirs(&mut Command::new("env")));
    let ours = says(env().env("NEW", "a=b").env("HOME", "/elsewhere"));
    let command = &mut Command::new("env");
    assert_eq!(
        sorted(ours),
        theirs(command.env("NEW", "a=b").env("HOME", "/elsewhere"))
    );
    assert_eq!(says(env().env_clear().env("A", "1").env("A", "2")), "A=2");
    let strings = vec![c"B=1".into(), c"A=2".into(), c"B=3".into()];
    assert_eq!(says(env().environ(strings)), "B=1\nA=2\nB=3");
}

#[test]
fn a_bare_name_is_looked_up_in_the_childs_path() {
    let folder = tempfile::tempdir().expect("a folder");
    for (place, mode, text) in [("a", 0o644, "no"), ("b", 0o755, "#!/bin/sh\necho b\n")] {
        let place = folder.path().join(place);
        fs::create_dir(&place).expect("a folder");
        let path = place.join("tool");
        common::write_program(&path, text.as_bytes(), mode);
    }
    let name = |place: &str| folder.path().join(place).display().to_string();
    let mut spawn = Spawn::new("tool");
    spawn.search_path(true);
    let all = format!("{}:{}:{}", name("missing"), name("a"), name("b"));
    assert_eq!(says(spawn.env("PATH", all)), "b");
    // One that may not be executed is a better reason than one that is not there.
    let error = fails(spawn.env("PATH", format!("{}:{}", name("a"), name("missing"))));
    assert_eq!(error.errno, Errno::EACCES);
    assert_eq!(
        fails(spawn.env("PATH", name("missing"))).errno,
        Errno::ENOENT
    );
}

#[test]
fn descriptors_are_arranged_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let file = File::create(&path).expect("a file");
    // 2>&1 >file: standard error is what standard output was.
    let mut spawn = Spawn::new("/bin/sh");
    spawn.args(["-c", "echo out; echo err >&2; echo nine >&9"]);
    let (mut reads, writes) = io::pipe().expect("a pipe");
    spawn
        .fd(1, writes.as_fd())
        .fd(2, FdSource::Dup(1))
        .fd(1, file.as_fd())
        .fd(9, FdSource::Dup(1));
    let mut child = spawn.spawn().expect("it starts");
    drop((spawn, writes));
    let mut text = String::new();
    reads.read_to_string(&mut text).expect("text");
    assert_eq!(child.wait(), Ok(Status::Exited(0)));
    assert_eq!(text, "err\n");
    assert_eq!(fs::read_to_string(&path).expect("text"), "out\nnine\n");

    let error = fails(sh(":").fd(5, FdSource::Dup(987)));
    assert_eq!(
        (error.step, error.errno),
        (Step::Descriptor(5), Errno::EBADF)
    );
    assert_eq!(
        says(
            sh("cat <&0 || echo closed")
                .fd(0, FdSource::Close)
                .fd(2, FdSource::Close)
        ),
        "closed"
    );
    assert_eq!(says(sh("echo").fd(987, FdSource::Close)), "");
}

#[test]
fn a_descriptor_is_inherited_only_if_it_is_named() {
    let file = File::open("/dev/null").expect("a file");
    let number = file.as_raw_fd();
    let probe = format!("[ -e /dev/fd/{number} ] && echo open || echo closed");
    assert_eq!(says(&sh(&probe)), "closed");
    assert_eq!(says(sh(&probe).fd(number, file.as_fd())), "open");
}

#[test]
fn groups_and_sessions_are_set_before_the_program_runs() {
    let sleeper = || {
        let mut spawn = Spawn::new("sleep");
        spawn.search_path(true).arg("60");
        spawn
    };
    let group = |pid| nix::unistd::getpgid(Some(pid)).expect("alive");
    let mut same = sleeper().spawn().expect("it starts");
    let mut leader = sleeper().group(Group::New).spawn().expect("it starts");
    let mut member = sleeper();
    let mut member = member
        .group(Group::Join(leader.id()))
        .spawn()
        .expect("it starts");
    let mut own = sleeper().session(true).spawn().expect("it starts");
    assert_eq!(group(same.id()), getpgrp());
    assert_eq!(group(leader.id()), leader.id());
    assert_eq!(group(member.id()), leader.id());
    assert_eq!(getsid(Some(own.id())), Ok(own.id()));
    for child in [&mut same, &mut leader, &mut member, &mut own] {
        child.signal(Signal::SIGKILL).expect("alive");
        assert_eq!(child.wait().expect("our child").shell_code(), 128 + 9);
        assert_eq!(child.signal(Signal::SIGKILL), Err(Errno::ESRCH));
    }
    let error = fails(sleeper().group(Group::Join(Pid::from_raw(1))));
    assert_eq!((error.step, error.errno), (Step::Group, Errno::EPERM));
    let null = File::open("/dev/null").expect("a file");
    let error = fails(sleeper().controlling_terminal(null.as_fd()));
    assert_eq!(
        (error.step, error.errno),
        (Step::ControllingTerminal, Errno::ENOTTY)
    );
    let error = fails(sleeper().foreground(null.as_fd()));
    assert_eq!((error.step, error.errno), (Step::Foreground, Errno::ENOTTY));
}

#[test]
fn limits_umask_and_directory_are_the_childs() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("a path");
    let mut spawn = sh("ulimit -n; umask; pwd");
    spawn
        .limit(Resource::RLIMIT_NOFILE, 77, 88)
        .umask(Mode::from_bits_truncate(0o027))
        .current_dir(&place);
    assert_eq!(says(&spawn), format!("77\n0027\n{}", place.display()));
    let error = fails(sh(":").current_dir("/no/such/folder"));
    assert_eq!((error.step, error.errno), (Step::Directory, Errno::ENOENT));
    let error = fails(sh(":").limit(Resource::RLIMIT_NOFILE, 9, 8));
    assert_eq!((error.step, error.errno), (Step::Limit, Errno::EINVAL));
    // A relative path counts from there.
    let tool = place.join("tool");
    common::write_program(&tool, b"#!/bin/sh\necho \"$0\"\n", 0o755);
    assert_eq!(says(Spawn::new("./tool").current_dir(&place)), "./tool");
    let mut named = Spawn::new("/bin/sh");
    assert_eq!(
        says(named.arg0("another").args(["-c", "echo $0"])),
        "another"
    );
}

#[test]
fn stops_and_continuations_are_seen() {
    let mut child = Spawn::new("sleep")
        .search_path(true)
        .arg("60")
        .spawn()
        .expect("it starts");
    assert_eq!(child.try_wait(), Ok(None));
    child.signal(Signal::SIGSTOP).expect("alive");
    assert_eq!(
        child.wait_untraced(),
        Ok(Status::Stopped(Signal::SIGSTOP as i32))
    );
    child.signal(Signal::SIGCONT).expect("alive");
    assert_eq!(child.wait_untraced(), Ok(Status::Continued));
    child.signal(Signal::SIGTERM).expect("alive");
    let ended = Status::Signaled {
        signal: Signal::SIGTERM as i32,
        core_dumped: false,
    };
    assert_eq!(child.wait(), Ok(ended));
    assert_eq!(child.wait(), Ok(ended));
    assert_eq!(child.try_wait_untraced(), Ok(Some(ended)));
}

#[test]
fn a_blocked_signal_of_ours_is_not_blocked_in_the_child() {
    let mut ours = SigSet::empty();
    ours.add(Signal::SIGUSR1);
    ours.thread_block().expect("blocked");
    let suicide = sh("kill -USR1 $$; echo survived; exit 5");
    assert_eq!(run(&suicide).1.shell_code(), 128 + Signal::SIGUSR1 as i32);
    assert_eq!(run(suicide.clone().mask(ours)).1, Status::Exited(5));
    assert_eq!(
        run(suicide.clone().signals_ignore(ours)).1,
        Status::Exited(5)
    );
    // And our own mask is as it was, after a success and after a failure.
    fails(&Spawn::new("/no/such/program"));
    assert_eq!(SigSet::thread_get_mask(), Ok(ours));
}

#[test]
fn a_closed_pipe_ends_the_child_as_with_std() {
    let (reads, writes) = io::pipe().expect("a pipe");
    drop(reads);
    let mut yes = Spawn::new("yes");
    let mut child = yes
        .search_path(true)
        .fd(1, writes.as_fd())
        .spawn()
        .expect("it starts");
    let ended = child.wait().expect("our child");
    assert_eq!(ended.shell_code(), 128 + Signal::SIGPIPE as i32);
}

#[cfg(target_os = "linux")]
#[test]
fn signals_in_the_child_are_those_that_std_gives() {
    /// glibc's own two, which its `posix_spawn` leaves ignored.
    const INTERNAL: u64 = 0b11 << 31;
    let lines = |text: &str| -> Vec<(String, u64)> {
        let fields = text.lines().filter_map(|line| line.split_once(":\t"));
        let signals = fields.filter(|(name, _)| name.starts_with("Sig") && *name != "SigQ");
        let set = |bits| u64::from_str_radix(bits, 16).expect("a set");
        signals
            .map(|(name, bits)| (name.to_owned(), set(bits) & !INTERNAL))
            .collect()
    };
    let mut cat = Spawn::new("cat");
    let ours = says(cat.search_path(true).arg("/proc/self/status"));
    let theirs = Command::new("cat")
        .arg("/proc/self/status")
        .output()
        .expect("cat");
    assert_eq!(
        lines(&ours),
        lines(&String::from_utf8_lossy(&theirs.stdout))
    );
    assert_eq!(lines(&ours).len(), 4, "{ours}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pidfd_tells_the_end() {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    let mut spawn = sh("exit 3");
    let mut child = spawn.pidfd(true).spawn().expect("it starts");
    {
        let pidfd = child.pidfd().expect("asked for");
        let mut fds = [PollFd::new(pidfd, PollFlags::POLLIN)];
        let limit = PollTimeout::try_from(common::DEADLINE).expect("a time");
        assert_eq!(poll(&mut fds, limit), Ok(1));
    }
    assert_eq!(child.try_wait(), Ok(Some(Status::Exited(3))));
    assert!(
        sh(":")
            .spawn()
            .map(|child| child.pidfd().is_none())
            .expect("it starts")
    );
}

#[test]
fn exec_keeps_the_pid() {
    // In a child: a success would replace the test.
    let mut inner = Command::new(std::env::current_exe().expect("this program"));
    inner.args(["--exact", "exec_in_a_child", "--nocapture"]);
    let child = inner
        .env("BECOME", "1")
        .process_group(0)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let pid = child.id();
    let output = child.wait_with_output().expect("our child");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(&format!("now {pid} in /\n")), "{text}");
    assert_eq!(output.status.code(), Some(9));
}

#[test]
fn exec_in_a_child() {
    if std::env::var_os("BECOME").is_some() {
        let error = Spawn::new("/no/such/program").exec();
        assert_eq!(error.errno, Errno::ENOENT);
        let error = sh("echo now $$ in $(pwd); exit 9").current_dir("/").exec();
        panic!("{error}");
    }
}

#[test]
fn waiting_takes_no_other_child() {
    let mut first = sh("exit 4").spawn().expect("it starts");
    let mut second = sh("exit 5").spawn().expect("it starts");
    assert_eq!(second.wait(), Ok(Status::Exited(5)));
    assert_eq!(first.wait(), Ok(Status::Exited(4)));
}
