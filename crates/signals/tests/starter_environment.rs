//! `signals start` from outside: what its workers find when they start.

mod common;
mod starting;

use std::fs;
use std::net::{Ipv6Addr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;

use nix::sys::signal::Signal;
use starting::{Folder, Running};

/// A worker that shows its environment and waits for a signal.
const SHOW: &str =
    r#"env > env.new; pwd > pwd; mv env.new "env.$SERVER_STARTER_GENERATION"; exec sleep 60"#;

fn variable(environment: &str, name: &str) -> Option<String> {
    let mut lines = environment.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.map(str::to_owned)
}

#[test]
fn the_environment_says_which_sockets() {
    let folder = Folder::new();
    let socket = folder.at("web.sock");
    let mut ports = vec!["127.0.0.1:0", "127.0.0.1:u0", "127.0.0.1:0=9"];
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        ports.push("[::1]:0");
    }
    let dir = folder.at("");
    let mut arguments = vec!["--interval", "0.05", "--dir", &dir, "--path", &socket];
    arguments.extend(ports.iter().flat_map(|port| ["--port", port]));
    arguments.extend(["--", "sh", "-c", SHOW]);
    let mut starter = Running::start(&arguments);
    let names: Vec<String> = (0..=ports.len()).map(|_| starter.listening()).collect();
    let worker = starter.worker("started, generation 1");

    let environment = folder.wait_for("env.1");
    let said = variable(&environment, "SERVER_STARTER_PORT").expect("is set");
    let entries: Vec<(&str, &str)> = said
        .split(';')
        .map(|entry| entry.rsplit_once('=').expect("NAME=FD"))
        .collect();
    assert!(
        entries
            .iter()
            .map(|entry| entry.0)
            .eq(names.iter().map(String::as_str))
    );
    let numbers: Vec<&str> = entries.iter().map(|entry| entry.1).collect();
    assert_eq!(numbers, &["3", "4", "9", "6", "7"][..names.len()]);
    assert_eq!(
        variable(&environment, "LISTEN_FDS"),
        Some(names.len().to_string())
    );
    assert_eq!(
        variable(&environment, "LISTEN_PID"),
        Some(worker.to_string())
    );
    assert_eq!(
        variable(&environment, "SERVER_STARTER_GENERATION").as_deref(),
        Some("1")
    );
    let listen_names = variable(&environment, "LISTEN_FDNAMES").expect("is set");
    assert_eq!(listen_names.split(':').count(), names.len());
    assert_eq!(
        fs::canonicalize(folder.read("pwd").trim_end()).unwrap(),
        fs::canonicalize(folder.path()).unwrap()
    );

    // All of them are there, though the worker does nothing about them.
    UnixStream::connect(&socket).expect("the socket file is connected to");
    UdpSocket::bind(&names[1]).expect_err("the datagrams' port is taken");
    for name in names
        .iter()
        .filter(|name| name.contains(':') && **name != names[1])
    {
        TcpStream::connect(name).expect(name);
    }
    starter.stop();
    assert!(!folder.has("web.sock"));
}

#[test]
fn the_folder_of_variables_is_read_at_each_start() {
    let folder = Folder::new();
    fs::create_dir(folder.at("env")).unwrap();
    folder.write("env/COLOUR", "red  \nsecond line\n");
    folder.write("env/HOME", "");
    let (dir, envdir) = (folder.at(""), folder.at("env"));
    let mut starter = Running::start(&[
        "--interval",
        "0.05",
        "--dir",
        &dir,
        "--envdir",
        &envdir,
        "--",
        "sh",
        "-c",
        SHOW,
    ]);
    starter.until("serves, generation 1");
    let first = folder.wait_for("env.1");
    assert_eq!(variable(&first, "COLOUR").as_deref(), Some("red"));
    assert_eq!(variable(&first, "HOME"), None);
    folder.write("env/COLOUR", "blue");
    fs::remove_file(folder.at("env/HOME")).unwrap();
    starter.tell(Signal::SIGHUP);
    let second = folder.wait_for("env.2");
    assert_eq!(variable(&second, "COLOUR").as_deref(), Some("blue"));
    assert_eq!(variable(&second, "HOME"), std::env::var("HOME").ok());
    starter.stop();
}
