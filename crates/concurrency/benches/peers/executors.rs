//! How each executor of futures does what the jobs ask for, with two workers.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use concurrency::runtime::Runtime;
use concurrency::trace;
use socket2::SockRef;

pub(crate) const WORKERS: usize = 2;

/// Gives a listener as long a queue as Go's and ours have: who finds the usual one of 128 full tries again
/// after a second, and that is all that would be measured.
fn lengthen_queue(listener: &impl AsFd) {
    SockRef::from(listener)
        .listen(4096)
        .expect("it listens already");
}

pub(crate) trait Executor: 'static {
    type Sender: Clone + Send + Sync + 'static;
    type Receiver: Send + 'static;
    type Listener: Send + Sync + 'static;
    type Stream: Send + Sync + 'static;

    /// Runs a task, and what it spawns, until it is over.
    fn run<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> T;
    fn spawn<T: Send + 'static>(
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send + 'static;
    fn spawn_and_forget(task: impl Future<Output = ()> + Send + 'static);
    fn yield_now() -> impl Future<Output = ()> + Send;

    /// A channel with room for one number.
    fn channel() -> (Self::Sender, Self::Receiver);
    /// Nobody is told when the receiver is gone.
    fn send(sender: &Self::Sender, number: u64) -> impl Future<Output = ()> + Send;
    fn receive(receiver: &mut Self::Receiver) -> impl Future<Output = Option<u64>> + Send;

    fn listen() -> impl Future<Output = (Self::Listener, SocketAddr)> + Send;
    fn accept(listener: &Self::Listener) -> impl Future<Output = io::Result<Self::Stream>> + Send;
    fn connect(address: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;
    fn read_exact(
        stream: &Self::Stream,
        buffer: &mut [u8],
    ) -> impl Future<Output = io::Result<()>> + Send;
    fn write_all(
        stream: &Self::Stream,
        bytes: &[u8],
    ) -> impl Future<Output = io::Result<()>> + Send;
}

/// Our own executor records what it does, or Go's.
pub(crate) static TRACED: AtomicBool = AtomicBool::new(false);

pub(crate) fn record(runtime: &Runtime) -> Option<trace::Recording> {
    TRACED.load(Ordering::Relaxed).then(|| {
        trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY).expect("nobody else records")
    })
}

pub(crate) struct Ours;
pub(crate) struct Tokio;
pub(crate) struct Smol;

impl Executor for Ours {
    type Sender = channels::Sender<u64>;
    type Receiver = channels::Receiver<u64>;
    type Listener = concurrency::net::TcpListener;
    type Stream = concurrency::net::TcpStream;

    fn run<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = concurrency::runtime::Builder::new().processors(WORKERS);
        let runtime = runtime.build().expect("the system gives a thread");
        let recording = record(&runtime);
        let task = runtime.spawn(task);
        let output = runtime.block_on(task).expect("it runs to its end");
        drop(recording);
        output
    }

    fn spawn<T: Send + 'static>(
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send + 'static {
        let task = concurrency::runtime::spawn(task);
        async move { task.await.expect("it runs to its end") }
    }

    fn spawn_and_forget(task: impl Future<Output = ()> + Send + 'static) {
        drop(concurrency::runtime::spawn(task));
    }

    async fn yield_now() {
        concurrency::runtime::yield_now().await;
    }

    fn channel() -> (Self::Sender, Self::Receiver) {
        channels::channel(1)
    }

    async fn send(sender: &Self::Sender, number: u64) {
        let _ = sender.send_async(number).await;
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv_async().await.ok()
    }

    async fn listen() -> (Self::Listener, SocketAddr) {
        let listener = concurrency::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        (listener, address)
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        listener.accept().await.map(|(stream, _)| stream)
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Stream> {
        concurrency::net::TcpStream::connect(address).await
    }

    async fn read_exact(stream: &Self::Stream, buffer: &mut [u8]) -> io::Result<()> {
        stream.read_exact(buffer).await
    }

    async fn write_all(stream: &Self::Stream, bytes: &[u8]) -> io::Result<()> {
        stream.write_all(bytes).await
    }
}

impl Executor for Tokio {
    type Sender = tokio::sync::mpsc::Sender<u64>;
    type Receiver = tokio::sync::mpsc::Receiver<u64>;
    type Listener = tokio::net::TcpListener;
    type Stream = tokio::net::TcpStream;

    fn run<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .enable_all()
            .build()
            .expect("the system gives threads");
        let task = runtime.spawn(task);
        runtime.block_on(task).expect("it runs to its end")
    }

    fn spawn<T: Send + 'static>(
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send + 'static {
        let task = tokio::spawn(task);
        async move { task.await.expect("it runs to its end") }
    }

    fn spawn_and_forget(task: impl Future<Output = ()> + Send + 'static) {
        drop(tokio::spawn(task));
    }

    async fn yield_now() {
        tokio::task::yield_now().await;
    }

    fn channel() -> (Self::Sender, Self::Receiver) {
        tokio::sync::mpsc::channel(1)
    }

    async fn send(sender: &Self::Sender, number: u64) {
        let _ = sender.send(number).await;
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await
    }

    async fn listen() -> (Self::Listener, SocketAddr) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        lengthen_queue(&listener);
        let address = listener.local_addr().expect("it is bound");
        (listener, address)
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        listener.accept().await.map(|(stream, _)| stream)
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Stream> {
        tokio::net::TcpStream::connect(address).await
    }

    async fn read_exact(stream: &Self::Stream, mut buffer: &mut [u8]) -> io::Result<()> {
        // As tokio's own `read_exact`, which wants the stream for itself.
        while !buffer.is_empty() {
            stream.readable().await?;
            match stream.try_read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => buffer = &mut buffer[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn write_all(stream: &Self::Stream, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match stream.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    stream.writable().await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// smol's own global executor has one thread, or as many as an environment variable says.
static EXECUTOR: LazyLock<smol::Executor<'static>> = LazyLock::new(|| {
    for _ in 0..WORKERS {
        std::thread::spawn(|| smol::block_on(EXECUTOR.run(std::future::pending::<()>())));
    }
    smol::Executor::new()
});

impl Executor for Smol {
    type Sender = smol::channel::Sender<u64>;
    type Receiver = smol::channel::Receiver<u64>;
    type Listener = smol::net::TcpListener;
    type Stream = smol::net::TcpStream;

    fn run<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> T {
        smol::block_on(EXECUTOR.spawn(task))
    }

    fn spawn<T: Send + 'static>(
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send + 'static {
        EXECUTOR.spawn(task)
    }

    fn spawn_and_forget(task: impl Future<Output = ()> + Send + 'static) {
        EXECUTOR.spawn(task).detach();
    }

    async fn yield_now() {
        smol::future::yield_now().await;
    }

    fn channel() -> (Self::Sender, Self::Receiver) {
        smol::channel::bounded(1)
    }

    async fn send(sender: &Self::Sender, number: u64) {
        let _ = sender.send(number).await;
    }

    async fn receive(receiver: &mut Self::Receiver) -> Option<u64> {
        receiver.recv().await.ok()
    }

    async fn listen() -> (Self::Listener, SocketAddr) {
        let listener = smol::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        lengthen_queue(&listener);
        let address = listener.local_addr().expect("it is bound");
        (listener, address)
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        listener.accept().await.map(|(stream, _)| stream)
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Stream> {
        smol::net::TcpStream::connect(address).await
    }

    async fn read_exact(stream: &Self::Stream, buffer: &mut [u8]) -> io::Result<()> {
        smol::io::AsyncReadExt::read_exact(&mut stream.clone(), buffer).await
    }

    async fn write_all(stream: &Self::Stream, bytes: &[u8]) -> io::Result<()> {
        smol::io::AsyncWriteExt::write_all(&mut stream.clone(), bytes).await
    }
}
