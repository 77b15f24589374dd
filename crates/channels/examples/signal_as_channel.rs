//! A signal can arrive as a message: one thread waits for it and sends it on a channel.
//!
//! A signal handler interrupts a thread wherever it happens to be, maybe in the middle of `malloc` or
//! with a lock held, so it can hardly call anything: sending on a channel is not among it. The other
//! way is to have no handler. The signal is blocked in all threads (each inherits the mask of who
//! spawned it, so it is blocked first of all), and one thread asks for it with sigwait(3). That is an
//! ordinary call which returns an ordinary value, and the thread can do with it whatever it likes.
//!
//! Go's runtime has a handler, a queue and a goroutine for `signal.Notify`. It drops a signal when
//! the channel is full; so does this. tokio has `tokio::signal::ctrl_c`.
//!
//! ```syscalls
//! rt_sigprocmask(SIG_BLOCK, [INT], *) = 0
//! kill($pid, SIGINT) = 0
//! rt_sigtimedwait([INT], {*si_pid=$pid*}, *) = 2 (SIGINT)
//! !rt_sigreturn
//! ```

use std::thread;
use std::time::Duration;

use channels::{Receiver, channel, select};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

/// A channel on which the signal arrives. To be called before other threads are spawned.
fn notify(signal: Signal) -> nix::Result<Receiver<Signal>> {
    let signals = SigSet::from(signal);
    signals.thread_block()?;
    let (tx, rx) = channel(1);
    thread::spawn(move || {
        while let Ok(signal) = signals.wait() {
            // Nobody took the last one yet: a second says nothing new.
            let _ = tx.try_send(signal);
        }
    });
    Ok(rx)
}

fn main() -> nix::Result<()> {
    let signals = notify(Signal::SIGINT)?;
    assert!(signals.try_recv().is_err(), "nobody has sent one yet");

    println!("sending SIGINT, which by default ends the process");
    kill(Pid::this(), Signal::SIGINT)?;
    let signal = select! {
        recv(signals) -> signal => signal.expect("the thread holds the sender"),
        timeout(Duration::from_secs(10)) => panic!("no signal came"),
    };
    println!("received {signal}, and the program goes on");
    assert_eq!(signal, Signal::SIGINT);

    let again = signals.recv_timeout(Duration::from_millis(50));
    assert!(again.is_err(), "sent once, received once");
    Ok(())
}
