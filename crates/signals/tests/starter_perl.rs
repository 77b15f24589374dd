//! The same story told to Perl's `start_server` and to ours: what the workers find, in which order things
//! happen, and what stands in the status file meanwhile.

mod common;
mod starting;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::{have, tool};
use nix::sys::signal::Signal;
use starting::{Folder, Running, SetAtEnd, eventually};

const WORKER: &str = r#"
n=$SERVER_STARTER_GENERATION
trap 'echo "$n ends at USR1" >> events; exit' USR1
trap 'echo "$n ends at QUIT" >> events; exit' QUIT
if [ -e bad ]; then echo "$n fails" >> events; exit 1; fi
echo $$ > pid.$n
env > new.$n
mv new.$n env.$n
echo "$n starts" >> events
while :; do sleep 0.02; done
"#;

#[derive(Debug, PartialEq, Eq)]
struct Story {
    /// Of each worker that served.
    environments: Vec<BTreeMap<String, String>>,
    events: String,
    /// One after the other, with generations for process numbers.
    statuses: Vec<String>,
    /// What is there at the end, beside what the workers wrote.
    left: Vec<String>,
    success: bool,
}

#[test]
fn both_tell_the_same_story() {
    if !have("start_server") {
        return;
    }
    let (ours, theirs) = thread::scope(|scope| {
        let theirs = scope.spawn(|| story(Command::new("start_server")));
        (
            story(tool(&["start"])),
            theirs.join().expect("Perl's story ends"),
        )
    });
    assert_eq!(
        ours.events,
        "1 starts\n2 fails\n3 starts\n1 ends at USR1\n3 ends at QUIT\n"
    );
    assert_eq!(ours.statuses, ["1", "1 3", "3"]);
    assert_eq!(ours, theirs);
}

fn story(mut starter: Command) -> Story {
    let folder = Folder::new();
    fs::create_dir(folder.at("variables")).expect("a folder");
    folder.write("variables/COLOUR", "red\n");
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .expect("a port");
    for (option, value) in [
        ("--port", port.to_string()),
        ("--path", folder.at("socket")),
        ("--pid-file", folder.at("pid")),
        ("--status-file", folder.at("status")),
        ("--envdir", folder.at("variables")),
        ("--dir", folder.at("")),
        ("--interval", "1".to_owned()),
        ("--kill-old-delay", "1".to_owned()),
        ("--signal-on-hup", "usr1".to_owned()),
        ("--signal-on-term", "SIGQUIT".to_owned()),
    ] {
        starter.args([option, &value]);
    }
    starter
        .args(["--", "sh", "-c", WORKER])
        .stderr(Stdio::piped());
    let mut starter = Running::of(starter);
    let over = AtomicBool::new(false);
    let statuses = thread::scope(|scope| {
        let _over = SetAtEnd(&over);
        let statuses = scope.spawn(|| watch(&folder, &over));
        let status =
            |text: &str| eventually(text, || generations(&folder).as_deref() == Some(text));
        status("1");
        assert_eq!(folder.read("pid"), format!("{}\n", starter.pid()));
        folder.write("bad", "");
        starter.tell(Signal::SIGHUP);
        eventually("a failure", || folder.read("events").contains("fails"));
        fs::remove_file(folder.at("bad")).expect("it is there");
        status("1 3");
        status("3");
        over.store(true, Ordering::Relaxed);
        statuses.join().expect("it is watched")
    });
    starter.tell(Signal::SIGTERM);
    let success = starter.end().0.success();
    let left = ["pid", "status", "socket"].map(str::to_owned);
    Story {
        environments: [1, 3]
            .map(|n| environment(&folder, n, &port.to_string()))
            .into(),
        events: folder.read("events"),
        statuses,
        left: left.into_iter().filter(|name| folder.has(name)).collect(),
        success,
    }
}

/// Each text that the status file has had.
fn watch(folder: &Folder, over: &AtomicBool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    loop {
        // One more look after the last word.
        let last = over.load(Ordering::Relaxed);
        all.extend(generations(folder));
        all.dedup();
        if last {
            return all;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The generations of the status file; each line has to name that generation's process.
fn generations(folder: &Folder) -> Option<String> {
    let text = fs::read_to_string(folder.at("status")).ok()?;
    let generation = |line: &str| {
        let (generation, pid) = line.split_once(':').expect("GENERATION:PID");
        assert_eq!(folder.read(&format!("pid.{generation}")).trim_end(), pid);
        generation.to_owned()
    };
    Some(text.lines().map(generation).collect::<Vec<_>>().join(" "))
}

/// Without what the shell sets, what only we have, and what is a matter of place: folder, port, numbers.
fn environment(folder: &Folder, generation: u32, port: &str) -> BTreeMap<String, String> {
    let text = folder.read(&format!("env.{generation}"));
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let ours = |name: &str| name.starts_with("LISTEN_");
    let shells = |name: &str| ["PWD", "OLDPWD", "SHLVL", "_"].contains(&name);
    let pairs = pairs.filter(|(name, _)| !ours(name) && !shells(name));
    let place = folder.at("");
    let mut all: BTreeMap<_, _> = pairs
        .map(|(name, value)| {
            (
                name.to_owned(),
                value.replace(&place, "/folder/").replace(port, "ADDRESS"),
            )
        })
        .collect();
    let sockets = all.get_mut("SERVER_STARTER_PORT").expect("it is set");
    *sockets = sockets
        .split(';')
        .map(without_number)
        .collect::<Vec<_>>()
        .join(";");
    all
}

fn without_number(entry: &str) -> &str {
    let (name, number) = entry.rsplit_once('=').expect("NAME=FD");
    assert!(
        number.parse::<u32>().is_ok_and(|number| number > 2),
        "{entry}"
    );
    name
}
