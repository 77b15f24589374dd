//! The socket file against live, dead and killed servers, each in a process of its own.

mod common;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout};
use std::sync::{Arc, Barrier};
use std::thread;

use common::{DEADLINE, tool, wait};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use uds::address::Address;
use uds::listener::{BindError, Listener};

struct Place {
    folder: TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.sock");
        Place { folder, path }
    }

    fn address(&self) -> Address {
        Address::path(&self.path).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// An echo server in a process of its own, which listens already.
struct Server {
    child: Child,
    /// Kept open: a server that cannot print is another test.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    fn start(path: &Path) -> Self {
        let mut child = tool(&["echo", "serve", path.to_str().unwrap()])
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("listening at unix:{}\n", path.display()));
        Server {
            child,
            _stdout: stdout,
        }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id() as i32), signal).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn assert_echoes(path: &Path) {
    let mut stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(b"are you there?").unwrap();
    let mut answer = [0; 14];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"are you there?");
}

#[test]
fn nothing_is_left_behind() {
    let place = Place::new();
    let listener = Listener::bind(&place.address()).unwrap();
    assert_eq!(place.names(), ["s.sock", "s.sock.lock"]);
    assert!(listener.is_reachable());
    drop(listener);
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_live_server_keeps_its_file() {
    let place = Place::new();
    let server = Server::start(&place.path);
    let inode = fs::symlink_metadata(&place.path).unwrap().ino();

    let error = Listener::bind(&place.address()).unwrap_err();
    assert!(matches!(error, BindError::InUse(_)), "{error}");
    let second = tool(&["echo", "serve", place.path.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let message = String::from_utf8(second.stderr).unwrap();
    let path = place.path.display();
    assert_eq!(
        message,
        format!("uds: cannot bind {path}: another server listens there\n")
    );

    assert_eq!(fs::symlink_metadata(&place.path).unwrap().ino(), inode);
    assert_echoes(&place.path);
    drop(server);
}

#[test]
fn sigterm_and_sigint_remove_the_file() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let place = Place::new();
        let mut server = Server::start(&place.path);
        assert_echoes(&place.path);
        server.signal(signal);
        assert!(wait(&mut server.child).success(), "{signal}");
        assert_eq!(place.names(), [""; 0], "{signal}");
    }
}

#[test]
fn a_killed_server_is_replaced() {
    let place = Place::new();
    let mut first = Server::start(&place.path);
    first.signal(Signal::SIGKILL);
    wait(&mut first.child);
    assert_eq!(place.names(), ["s.sock", "s.sock.lock"]);
    assert!(UnixStream::connect(&place.path).is_err());

    let mut second = Server::start(&place.path);
    assert_echoes(&place.path);
    second.signal(Signal::SIGTERM);
    assert!(wait(&mut second.child).success());
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_stale_file_without_a_lock_is_replaced() {
    let place = Place::new();
    drop(UnixListener::bind(&place.path).unwrap());
    let listener = Listener::bind(&place.address()).unwrap();
    let client = place.address().connect().unwrap();
    drop((listener.accept().unwrap(), client, listener));
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_server_that_knows_no_lock_is_left_alone() {
    let place = Place::new();
    let foreign = UnixListener::bind(&place.path).unwrap();
    let error = Listener::bind(&place.address()).unwrap_err();
    assert!(matches!(error, BindError::InUse(_)), "{error}");
    drop(foreign);

    fs::remove_file(&place.path).unwrap();
    let _datagrams = UnixDatagram::bind(&place.path).unwrap();
    let error = Listener::bind(&place.address()).unwrap_err();
    assert!(matches!(error, BindError::InUse(_)), "{error}");
    assert!(place.path.exists());
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let place = Place::new();
    fs::write(&place.path, "precious").unwrap();
    let error = Listener::bind(&place.address()).unwrap_err();
    assert!(matches!(error, BindError::NotASocket(_)), "{error}");
    assert_eq!(fs::read(&place.path).unwrap(), b"precious");

    fs::remove_file(&place.path).unwrap();
    symlink("elsewhere", &place.path).unwrap();
    let error = Listener::bind(&place.address()).unwrap_err();
    assert!(matches!(error, BindError::NotASocket(_)), "{error}");
    assert_eq!(fs::read_link(&place.path).unwrap(), Path::new("elsewhere"));
}

#[test]
fn the_lock_file_is_not_made_through_a_link() {
    let place = Place::new();
    let target = place.folder.path().join("target");
    symlink(&target, place.folder.path().join("s.sock.lock")).unwrap();
    let error = Listener::bind(&place.address()).unwrap_err();
    assert!(matches!(error, BindError::Lock { .. }), "{error}");
    assert!(!target.exists());
}

#[test]
fn another_s_file_survives_our_end() {
    let place = Place::new();
    let listener = Listener::bind(&place.address()).unwrap();
    fs::remove_file(&place.path).unwrap();
    assert!(!listener.is_reachable());
    let _thief = UnixListener::bind(&place.path).unwrap();
    drop(listener);
    assert!(UnixStream::connect(&place.path).is_ok());
    assert_eq!(place.names(), ["s.sock"]);
}

#[test]
fn the_mode_is_exact_whatever_the_umask() {
    for mode in [0o600, 0o666, 0o777, 0o000] {
        let place = Place::new();
        let _listener = Listener::bind_with_mode(&place.address(), mode).unwrap();
        let file = fs::symlink_metadata(&place.path).unwrap();
        assert_eq!(file.permissions().mode() & 0o7777, mode);
    }
}

#[test]
fn an_abandoned_lock_file_means_nothing() {
    let place = Place::new();
    File::create(place.folder.path().join("s.sock.lock")).unwrap();
    drop(Listener::bind(&place.address()).unwrap());
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_missing_folder_is_an_error_that_names_it() {
    let error = Listener::bind(&Address::path("/nowhere/s.sock").unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot lock /nowhere/s.sock.lock: No such file or directory (os error 2)"
    );
}

/// The race that probing alone loses: many come at once, there is a stale file, and exactly one may win
/// at a time. Each winner is found by a client of its own.
#[test]
fn of_many_that_come_at_once_one_wins() {
    const RIVALS: usize = 8;
    let place = Place::new();
    for _ in 0..20 {
        drop(UnixListener::bind(&place.path).unwrap());
        let (start, end) = (
            Arc::new(Barrier::new(RIVALS)),
            Arc::new(Barrier::new(RIVALS)),
        );
        let rivals: Vec<_> = (0..RIVALS)
            .map(|_| {
                let (address, start, end) = (place.address(), start.clone(), end.clone());
                thread::spawn(move || {
                    start.wait();
                    let bound = Listener::bind(&address);
                    // Nobody gives up the file before everybody has tried.
                    end.wait();
                    bound
                })
            })
            .collect();
        let outcomes: Vec<_> = rivals.into_iter().map(|r| r.join().unwrap()).collect();
        let (winners, losers): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(winners.len(), 1);
        for loser in losers {
            assert!(matches!(loser, Err(BindError::InUse(_))), "{loser:?}");
        }
        let winner = winners.into_iter().next().unwrap().unwrap();
        assert!(winner.is_reachable());
        let client = place.address().connect().unwrap();
        drop((winner.accept().unwrap(), client, winner));
        assert_eq!(place.names(), [""; 0]);
    }
}

/// Servers come and go without a pause, which is when lock files are removed under those who wait for
/// them. A bound listener must always be the one that clients find.
#[test]
fn whoever_is_bound_is_reachable() {
    let place = Place::new();
    let rivals: Vec<_> = (0..4)
        .map(|_| {
            let address = place.address();
            thread::spawn(move || {
                let mut won = 0;
                while won < 50 {
                    match Listener::bind(&address) {
                        Ok(listener) => {
                            assert!(listener.is_reachable());
                            let client = address.connect().unwrap();
                            drop((listener.accept().unwrap(), client));
                            won += 1;
                        }
                        Err(BindError::InUse(_)) => thread::yield_now(),
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    for rival in rivals {
        rival.join().unwrap();
    }
    assert_eq!(place.names(), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_abstract_name_is_free_after_a_kill() {
    let name = format!("@uds-test-{}", std::process::id());
    let start = || {
        let mut child = tool(&["echo", "serve", &name]).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("listening at unix:{name}\n"));
        (child, stdout)
    };
    let (mut first, _stdout) = start();
    first.kill().unwrap();
    first.wait().unwrap();
    let (mut second, _stdout) = start();
    let connected = common::output_of(&mut tool(&["echo", "connect", &name]));
    assert!(connected.is_empty());
    second.kill().unwrap();
    second.wait().unwrap();
}
