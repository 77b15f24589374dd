//! A server told to end takes what is in its queue, refuses the rest, and gives all answers it owes.
//!
//! SIGTERM may come between any two calls. A thread takes it with sigwait(3) and closes a pipe, which the
//! server's loop sees as one more event. Then the order counts: accept what the kernel has completed already,
//! close the listener, and wait for the answers. Who is refused can go elsewhere; who was accepted and is
//! dropped cannot know how far it came.
//!
//! It serves with an inherited socket if it is given one: `signals start --port 8080 -- graceful_shutdown serve`.
//!
//! ```syscalls
//! accept4(3, {sa_family=AF_INET, *}, *) = * x10
//! rt_sigtimedwait([TERM], *) = 15 (SIGTERM)
//! accept4(3, *) = -1 EAGAIN (*)
//! close(3) = 0
//! connect(*, {sa_family=AF_INET, *}, *) = -1 ECONNREFUSED (*)
//! ```

use std::io::{self, BufRead, BufReader, PipeReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, process, thread};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;
use signals::inherit::{Socket, take};

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).is_some() {
        return serve();
    }
    let mut server = Command::new(env::current_exe()?);
    let mut server = server.arg("serve").stdout(Stdio::piped()).spawn()?;
    let mut said = BufReader::new(server.stdout.take().expect("a pipe")).lines();
    let mut next = || said.next().expect("a line");
    let address = next()?;

    let clients: Vec<TcpStream> = (0..10)
        .map(|_| TcpStream::connect(&address))
        .collect::<Result<_, _>>()?;
    kill(Pid::from_raw(server.id().cast_signed()), Signal::SIGTERM)?;
    assert_eq!(next()?, "closed");
    let refused = TcpStream::connect(&address).unwrap_err();
    println!("a new client: {refused}");
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);

    for mut client in clients {
        writeln!(client, "late")?;
        let answer = BufReader::new(client).lines().nth(1).expect("an answer")?;
        assert_eq!(answer, "late");
    }
    let counted = next()?;
    println!("{counted}");
    assert_eq!(counted, "accepted 10, answered 10");
    assert!(server.wait()?.success());
    Ok(())
}

fn serve() -> anyhow::Result<()> {
    // Before the first thread: `take` changes the environment.
    let listener = match take()?.pop().map(|inherited| inherited.socket) {
        Some(Socket::Tcp(listener)) => listener,
        _ => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
    };
    let told = told_to_end()?;
    println!("{}", listener.local_addr()?);
    let (mut accepted, answered) = (0, AtomicUsize::new(0));
    // Another server may have the same socket, and be quicker to accept.
    listener.set_nonblocking(true)?;
    thread::scope(|scope| -> io::Result<()> {
        let mut ends = false;
        while !ends {
            let mut events = [&listener as &dyn AsFd, &told]
                .map(|source| PollFd::new(source.as_fd(), PollFlags::POLLIN));
            poll(&mut events, PollTimeout::NONE)?;
            ends = events[1].any() == Some(true);
            while let Ok((client, _)) = listener.accept() {
                accepted += 1;
                scope.spawn(|| answer(client).map(|()| answered.fetch_add(1, Ordering::Relaxed)));
            }
        }
        drop(listener);
        println!("closed");
        Ok(())
    })?;
    println!("accepted {accepted}, answered {}", answered.into_inner());
    Ok(())
}

/// The end of a pipe that is closed at SIGTERM.
fn told_to_end() -> io::Result<PipeReader> {
    let mut term = SigSet::empty();
    term.add(Signal::SIGTERM);
    term.thread_block()?;
    let (reader, writer) = io::pipe()?;
    thread::spawn(move || term.wait().map(|_| drop(writer)));
    Ok(reader)
}

/// Says who it is, and repeats a line.
fn answer(client: TcpStream) -> io::Result<()> {
    client.set_nonblocking(false)?;
    writeln!(&client, "{}", process::id())?;
    let mut line = String::new();
    BufReader::new(&client).read_line(&mut line)?;
    write!(&client, "{line}")
}
