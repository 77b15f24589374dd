//! `process ps` prints what procps prints, to the byte.

#![cfg(target_os = "linux")]

mod common;
mod subjects;

use std::collections::HashSet;
use std::process::Command;

use common::{have, output_of, tool};
use process::ps::column_names;
use process::table::State;
use serde_json::Value;
use subjects::Subjects;

/// How often two listings may be taken anew because something moved between them.
const ATTEMPTS: usize = 20;

fn ours(arguments: &[&str]) -> String {
    let mut command = tool(&["ps"]);
    command.args(arguments);
    text(command)
}

fn procps(arguments: &[&str]) -> String {
    let mut command = Command::new("ps");
    command.args(arguments);
    text(command)
}

fn text(mut command: Command) -> String {
    command
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("COLUMNS");
    String::from_utf8(output_of(&mut command)).unwrap()
}

/// The same text; seconds pass between the two, so that it may take some attempts.
#[track_caller]
fn assert_same(arguments: &[&str]) {
    let mut last = (String::new(), String::new());
    for _ in 0..ATTEMPTS {
        let (ours, theirs) = (ours(arguments), procps(arguments));
        if ours == theirs {
            return;
        }
        last = (ours, theirs);
    }
    complain(arguments, &last.0, &last.1);
}

/// Shows the first lines that differ.
#[track_caller]
fn complain(arguments: &[&str], ours: &str, theirs: &str) -> ! {
    let pairs = ours.lines().zip(theirs.lines());
    let different = pairs.filter(|(ours, theirs)| ours != theirs).take(3);
    let shown: Vec<_> = different.collect();
    let (many, others) = (ours.lines().count(), theirs.lines().count());
    panic!("ps {arguments:?}: {many} lines, procps {others}; ours and theirs: {shown:#?}");
}

/// All processes move all the time. What procps prints twice, before us and after us, stood still
/// meanwhile: those lines are to be ours too, in the same order.
#[track_caller]
fn assert_same_lines(arguments: &[&str]) {
    let mut last = (String::new(), String::new());
    for _ in 0..ATTEMPTS {
        let (before, ours, after) = (procps(arguments), ours(arguments), procps(arguments));
        let after: HashSet<&str> = after.lines().collect();
        let still: Vec<&str> = before.lines().filter(|line| after.contains(line)).collect();
        let known: HashSet<&str> = still.iter().copied().collect();
        let found: Vec<&str> = ours.lines().filter(|line| known.contains(line)).collect();
        assert!(!still.is_empty(), "nothing stood still: {before}");
        if found == still {
            return;
        }
        last = (found.join("\n"), still.join("\n"));
    }
    complain(arguments, &last.0, &last.1);
}

#[test]
fn every_column_of_known_processes() {
    if !have("ps") {
        return;
    }
    let subjects = Subjects::start();
    let list = subjects.list();
    for columns in column_names().chunks(4) {
        // The column at the end shows how the others were filled up.
        let columns = columns.join(",");
        assert_same(&["-p", &list, "-o", &format!("pid,{columns},sz")]);
    }
    // As the last one, it is not cut.
    for column in ["args", "cmd", "comm", "ucmd", "fname", "wchan"] {
        assert_same(&["-p", &list, "-o", &format!("pid,{column}")]);
    }
}

#[test]
fn set_formats_of_known_processes() {
    if !have("ps") {
        return;
    }
    let mut subjects = Subjects::start();
    subjects.add_zombie();
    let list = subjects.list();
    let formats = [
        "-f",
        "-F",
        "-l",
        "-lf",
        "-ly",
        "-j",
        "-jf",
        "-fL",
        "-fT",
        "-lLf",
        "u",
        "l",
        "j",
        "uc",
        "f",
        "w",
        "-fH",
        "--forest",
        "--no-headers",
        "-Ouser",
        "-opid:9,user:4,user:20,args",
        "-opid=NUMBER,user=A,user=ABCDEFGHIJKLMN,args=",
        "-opid=,args=",
    ];
    for format in formats {
        assert_same(&[format, "-p", &list]);
    }
}

#[test]
fn all_processes() {
    if !have("ps") {
        return;
    }
    let _subjects = Subjects::start();
    for arguments in [
        &["-e"][..],
        &["-ef"],
        &["-eF"],
        &["-el"],
        &["-elf"],
        &["-ej"],
        &["-eLf"],
        &["-eL"],
        &["aux"],
        &["ax"],
        &["axl"],
        &["axj"],
        &["-e", "-o", "pid,ppid,user,stat,nlwp,ni,pri,cls,lstart,args"],
    ] {
        assert_same_lines(arguments);
    }
}

#[test]
fn trees() {
    if !have("ps") {
        return;
    }
    let _subjects = Subjects::start();
    for arguments in [
        &["-e", "--forest"][..],
        &["-ef", "--forest"],
        &["axf"],
        &["-eH"],
    ] {
        assert_same_lines(arguments);
    }
}

#[test]
fn selections() {
    if !have("ps") {
        return;
    }
    let subjects = Subjects::start();
    let parent = std::process::id().to_string();
    let session = subjects.pids()[4].to_string();
    let user = nix::unistd::geteuid().to_string();
    for arguments in [
        &["--ppid", &parent][..],
        &["--ppid", &parent, "-p", "1"],
        &["-C", "sleep,sh"],
        &["-C", "nothing,sleep"],
        &["-s", &session, "-p", "1"],
        &["-g", &session, "-p", "1"],
        &["p", "1"],
        &["1"],
        &["-p1"],
        &["--pid=1"],
    ] {
        assert_same_lines(&[&["-o", "pid,ppid,sid"], arguments].concat());
    }
    for arguments in [
        &["-u", &user][..],
        &["-U", &user],
        &["-u", "root"],
        &["-N", "-p", "1"],
        &["-a", "-p", "1,2"],
        &["-d"],
        &["x"],
        &["-t", "?"],
        &["--deselect", "-p", "1"],
    ] {
        assert_same_lines(arguments);
    }
}

#[test]
fn order() {
    if !have("ps") {
        return;
    }
    let subjects = Subjects::start();
    let list = subjects.list();
    for order in [
        "-pid",
        "ni,-pid",
        "comm,pid",
        "-rss,pid",
        "user,+pid",
        "start_time,-pid",
        "args",
    ] {
        assert_same(&["-p", &list, "-o", "pid,ni,comm", "--sort", order]);
    }
    assert_same(&["k-pid", "p", &list]);
}

#[test]
fn a_line_ends_at_the_terminals_edge() {
    if !have("ps") {
        return;
    }
    let subjects = Subjects::start();
    let list = subjects.list();
    for columns in ["1", "40", "50", "51", "60", "80"] {
        for format in ["-f", "-l", "u", "-opid,args,comm"] {
            assert_same(&["--cols", columns, format, "-p", &list]);
        }
        assert_same(&["--cols", columns, "--no-headers", "-f", "-p", &list]);
        assert_same(&["--cols", columns, "-wf", "-p", &list]);
        assert_same(&["--cols", columns, "-wwf", "-p", &list]);
    }
}

#[test]
fn long_names_of_users_are_cut() {
    use std::os::unix::process::CommandExt;

    let long = std::fs::read_to_string("/etc/passwd").unwrap();
    let long = long.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, uid) = (fields.next()?, fields.nth(1)?);
        (name.len() > 8).then(|| uid.parse().ok())?
    });
    let (true, Some(uid)) = (nix::unistd::geteuid().is_root() && have("ps"), long) else {
        println!("skipped: needs root and a user with a long name");
        return;
    };
    let mut subjects = Subjects::start();
    let mut command = Command::new("sleep");
    command.arg("600").uid(uid).gid(1);
    let pid = subjects.add(&mut command, State::Sleeping).to_string();
    for format in [
        "-f",
        "u",
        "-l",
        "-ouser,pid",
        "-oruser,euser,suser,uid,ruid,group,rgroup,egid",
    ] {
        assert_same(&[format, "-p", &pid]);
    }
    let uid = uid.to_string();
    assert_same(&["-u", &uid, "-o", "user:20,pid"]);
    assert_same(&["-U", &uid, "-o", "user:20,pid"]);
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let mistakes: [(&[&str], &str); 7] = [
        (&["-o", "nosuch"], "unknown column \"nosuch\""),
        (&["-p", "one"], "\"one\" is no process number"),
        (&["-u", "no_such_user"], "no user is called no_such_user"),
        (&["--nosuch"], "unknown option --nosuch"),
        (&["-e", "-o"], "-o wants a value"),
        (&["-o", "pid:0"], "no number of columns"),
        (&["-eL", "--forest"], "threads"),
    ];
    for (arguments, complaint) in mistakes {
        let output = tool(&["ps"]).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(complaint), "{arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
    let output = tool(&["ps", "-p", "999999999"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"  PID TTY          TIME CMD\n");
}

#[test]
fn json_has_numbers_and_names() {
    let subjects = Subjects::start();
    let list = subjects.list();
    let text = ours(&["-p", &list, "-o", "pid,ppid,ni,comm,args", "--json"]);
    let found: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut pids = subjects.pids();
    pids.sort_unstable();
    let listed: Vec<_> = found
        .iter()
        .map(|process| process["pid"].as_i64().unwrap())
        .collect();
    assert_eq!(
        listed,
        pids.iter().map(|&pid| i64::from(pid)).collect::<Vec<_>>()
    );
    let of = |at: usize| {
        let pid = subjects.pids()[at];
        found.iter().find(|process| process["pid"] == pid).unwrap()
    };
    assert_eq!(of(0)["args"], "a name  with spaces 600");
    assert_eq!(of(2)["comm"], "a) R 1 (b?c");
    assert_eq!(of(3)["ni"].as_f64(), Some(7.0));
    assert_eq!(of(0)["ppid"], std::process::id());
}

#[test]
fn the_tree_leads_from_process_1_to_us() {
    let subjects = Subjects::start();
    let text = ours(&["--tree"]);
    let line = |pid: i32| {
        let start = format!("{pid} ");
        let found = text
            .lines()
            .find(|line| line.trim_start().starts_with(&start));
        found.unwrap_or_else(|| panic!("{pid} is not in {text}"))
    };
    let indent = |pid| line(pid).chars().filter(|c| "├└─│ ".contains(*c)).count();
    let us = std::process::id() as i32;
    for pid in subjects.pids() {
        assert!(
            line(pid).contains("├─ ") || line(pid).contains("└─ "),
            "{}",
            line(pid)
        );
    }
    assert!(indent(subjects.pids()[1]) > indent(us));
    assert!(
        !text.contains("[kthreadd]"),
        "the kernel's threads are no programs"
    );

    let mut plain = tool(&["ps", "--tree", "-p", &subjects.list()]);
    let plain = output_of(plain.env("LC_ALL", "C"));
    assert!(plain.is_ascii());
}
