//! A server needs no bind: a descriptor that listens survives exec, and a variable says which it is.
//!
//! Server::Starter says `SERVER_STARTER_PORT=ADDRESS=3`, systemd says `LISTEN_FDS=1` and, so that a child of
//! the server does not take the word for its own, `LISTEN_PID`. The server looks whether the descriptor is
//! open and listens, and serves. It may lack the right to open the port itself.
//!
//! ```syscalls
//! bind(*, {sa_family=AF_INET, *}, *) = 0 x1
//! listen(*) = 0 x1
//! execve("*/listen_fd_by_env", *) = 0 x2
//! accept4(3, {sa_family=AF_INET, *}, *) = * x2
//! ```

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsFd;

use signals::inherit::{Socket, take};
use signals::supervisor::{Launch, Passed};

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).is_some() {
        return serve();
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let at_three = Passed::new(listener.as_fd(), vec![3], 3)?;

    let starter = ("SERVER_STARTER_PORT".into(), format!("{address}=3").into());
    let systemd = ("LISTEN_FDS".into(), "1".into());
    let named = ("LISTEN_FDNAMES".into(), "web".into());
    for (environment, name) in [
        (vec![starter], address.to_string()),
        (vec![systemd, named], "web".to_owned()),
    ] {
        let launch = Launch {
            program: env::current_exe()?.into(),
            arguments: vec!["serve".into()],
            directory: None,
            listen_pid: true,
            environment,
            descriptors: vec![at_three.clone()],
        };
        let mut server = launch.command()?.spawn()?;
        let mut answer = String::new();
        TcpStream::connect(address)?.read_to_string(&mut answer)?;
        println!("{answer}");
        assert_eq!(answer, format!("process {} serves {name}", server.id()));
        assert!(server.wait()?.success());
    }
    Ok(())
}

fn serve() -> anyhow::Result<()> {
    let sockets = take()?;
    let [inherited] = &sockets[..] else {
        anyhow::bail!("{} sockets were handed over", sockets.len());
    };
    let Socket::Tcp(listener) = &inherited.socket else {
        anyhow::bail!("{} is not for TCP", inherited.name);
    };
    let (mut client, _) = listener.accept()?;
    let me = std::process::id();
    Ok(write!(client, "process {me} serves {}", inherited.name)?)
}
