//! Tasks of tokio: a story again, told to a scheduler.
//!
//! A task waits for what its connection wants next, for its deadline, or for the server's end, whichever
//! is first; the rest is the same as elsewhere. Services and files block the thread that they run on, as
//! they do in our own loop.

use std::cell::RefCell;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout_at};

use super::Context;
use super::accept::is_shortage;
use super::connection::{Connection, Wants, Workspace};

/// How long nobody is accepted after the system had no descriptor or no memory for it.
const COOLING: Duration = Duration::from_millis(100);

thread_local! {
    /// A task does not wait while it works, so that those of one thread can share.
    static WORK: RefCell<Workspace> = RefCell::new(Workspace::new());
}

pub(super) fn run(
    listeners: Vec<TcpListener>,
    context: Arc<Context>,
    workers: usize,
) -> io::Result<()> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(workers.max(1))
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve(listeners, context));
    // Answers that are cut are not waited for.
    runtime.shutdown_background();
    served
}

async fn serve(listeners: Vec<TcpListener>, context: Arc<Context>) -> io::Result<()> {
    let (tell, stopped) = watch::channel(());
    context.stop.on_stop(move || tell.send_replace(()));
    let room = Arc::new(Semaphore::new(
        context.max_connections.min(Semaphore::MAX_PERMITS),
    ));
    let mut acceptors = JoinSet::new();
    for listener in listeners {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (room, context) = (Arc::clone(&room), Arc::clone(&context));
        acceptors.spawn(accept(listener, room, context, stopped.clone()));
    }
    acceptors.join_all().await;
    finish(&context, &room, stopped).await;
    Ok(())
}

/// Waits until all connections have given their permits back, or the deadline, which may move.
async fn finish(context: &Context, room: &Semaphore, mut stopped: watch::Receiver<()>) {
    let all = u32::try_from(context.max_connections).unwrap_or(u32::MAX);
    loop {
        let Some(deadline) = context.stop.deadline() else {
            return;
        };
        tokio::select! {
            _ = room.acquire_many(all) => return,
            () = sleep_until(deadline.into()) => return,
            _ = stopped.changed() => {}
        }
    }
}

async fn accept(
    listener: tokio::net::TcpListener,
    room: Arc<Semaphore>,
    context: Arc<Context>,
    mut stopped: watch::Receiver<()>,
) {
    while !context.stop.is_stopping() {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            _ = stopped.changed() => continue,
        };
        match accepted {
            (Ok(permit), Ok((stream, peer))) => {
                let (context, stopped) = (Arc::clone(&context), stopped.clone());
                tokio::spawn(connection(stream, peer, context, stopped, permit));
            }
            (_, Err(error)) if is_shortage(&error) => sleep(COOLING).await,
            _ => {}
        }
    }
}

/// The story of one connection.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    context: Arc<Context>,
    mut stopped: watch::Receiver<()>,
    permit: OwnedSemaphorePermit,
) {
    // It fails when the peer has gone already, which reading will show.
    let _ = stream.set_nodelay(true);
    let now = WORK.with_borrow_mut(|work| {
        work.tick();
        work.now
    });
    let mut connection = Connection::new(peer, &context, now);
    let mut wants = Wants::Input;
    while wants != Wants::End {
        if connection.is_idle() && context.stop.is_stopping() {
            // Whose request has come and was not read yet is not idle.
            wants = step(&stream, &mut connection, &context, wants);
            if connection.is_idle() {
                break;
            }
            continue;
        }
        let deadline = connection.deadline().into();
        let ready = async {
            match wants {
                Wants::Input => stream.readable().await,
                _ => stream.writable().await,
            }
        };
        tokio::select! {
            biased;
            ready = timeout_at(deadline, ready) => {
                wants = match ready {
                    Ok(_) => step(&stream, &mut connection, &context, wants),
                    Err(_) => expire(&stream, &mut connection, &context),
                };
            }
            _ = stopped.changed(), if connection.is_idle() => {}
        }
    }
    drop(stream);
    drop(permit);
}

/// One round. tokio is told when the socket has no more to give or to take: it then asks the kernel
/// before it says again that it is ready.
fn step(stream: &TcpStream, connection: &mut Connection, context: &Context, wants: Wants) -> Wants {
    let interest = match wants {
        Wants::Input => Interest::READABLE,
        _ => Interest::WRITABLE,
    };
    let mut next = wants;
    let ran = stream.try_io(interest, || {
        next = work(stream, connection, context, wants == Wants::Input);
        match connection.is_blocked() && next == wants {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => Ok(()),
        }
    });
    match ran {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Wants::End,
        _ => next,
    }
}

fn expire(stream: &TcpStream, connection: &mut Connection, context: &Context) -> Wants {
    let wants = WORK.with_borrow_mut(|work| {
        work.tick();
        connection.expire(work, context)
    });
    match wants {
        Wants::End => Wants::End,
        _ => work(stream, connection, context, false),
    }
}

fn work(
    stream: &TcpStream,
    connection: &mut Connection,
    context: &Context,
    is_readable: bool,
) -> Wants {
    WORK.with_borrow_mut(|work| {
        work.tick();
        connection.run(stream.as_fd(), work, context, is_readable)
    })
}
