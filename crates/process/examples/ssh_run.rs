//! Over ssh come a command's output, its errors and its status, as if it had run here.
//!
//! ssh needs a stream of bytes to a server, no network: `ProxyCommand` names a program that is the
//! way there, and here that is the server itself, with keys of its own in a temporary directory.
//! What arrives over there is one string for the user's shell, not arguments: quoting is the
//! caller's work, and 255 is ssh's own failure.
//!
//! Without an sshd, which need not run, it is skipped. sshd run by root wants `/run/sshd`, which
//! the system makes when it starts its own.
//!
//! Needs: ssh, ssh-keygen

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn main() -> anyhow::Result<()> {
    let Some(sshd) = find_sshd() else {
        println!("skipped: there is no sshd here");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let config = match set_up(folder.path(), &sshd) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            println!("skipped: there is no ssh-keygen here");
            return Ok(());
        }
        outcome => outcome?,
    };
    let output = match run(&config, "echo heard; echo 'and seen' >&2; exit 7") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            println!("skipped: there is no ssh here");
            return Ok(());
        }
        outcome => outcome?,
    };
    let [said, complained] =
        [&output.stdout, &output.stderr].map(|all| String::from_utf8_lossy(all));
    if output.status.code() == Some(255) {
        println!(
            "skipped: no login: {}",
            complained.lines().next().unwrap_or_default()
        );
        return Ok(());
    }
    println!("output {said:?}, errors {complained:?}, {}", output.status);
    assert_eq!(said, "heard\n");
    assert!(complained.ends_with("and seen\n"));
    assert_eq!(output.status.code(), Some(7));
    Ok(())
}

/// sshd wants to be called by its whole path.
fn find_sshd() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let candidates = env::split_paths(&path).chain(usual);
    candidates
        .map(|folder| folder.join("sshd"))
        .find(|path| path.is_file())
}

/// A key for each side, and their configurations. Returns the client's.
fn set_up(folder: &Path, sshd: &Path) -> io::Result<PathBuf> {
    let [host, user, client, server] =
        ["host", "user", "client", "server"].map(|name| folder.join(name));
    for key in [&host, &user] {
        let arguments = ["-q", "-t", "ed25519", "-N", "", "-f"];
        let made = Command::new("ssh-keygen")
            .args(arguments)
            .arg(key)
            .status()?;
        assert!(made.success());
    }
    let at = folder.display();
    fs::write(
        &server,
        format!(
            "HostKey {at}/host\nAuthorizedKeysFile {at}/user.pub\nStrictModes no\n\
             PermitRootLogin yes\nPasswordAuthentication no\nLogLevel ERROR\n"
        ),
    )?;
    let public = fs::read_to_string(folder.join("host.pub"))?;
    fs::write(folder.join("known"), format!("here {public}"))?;
    fs::write(
        &client,
        format!(
            "Host here\nProxyCommand {} -i -e -f {at}/server\nIdentityFile {at}/user\n\
             IdentitiesOnly yes\nUserKnownHostsFile {at}/known\nGlobalKnownHostsFile none\n\
             StrictHostKeyChecking yes\nBatchMode yes\nLogLevel ERROR\n",
            sshd.display()
        ),
    )?;
    Ok(client)
}

fn run(config: &Path, command: &str) -> io::Result<Output> {
    Command::new("ssh")
        .arg("-F")
        .arg(config)
        .args(["here", command])
        .output()
}
