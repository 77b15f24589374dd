//! Sockets of the runtime.

mod common;

use std::io;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use concurrency::net::{
    Registered, TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream,
};
use concurrency::runtime::{Builder, Runtime, sleep, spawn, timeout};

async fn echo(stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            n => stream.write_all(&buffer[..n]).await?,
        }
    }
}

fn serve(listener: TcpListener) {
    drop(spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(spawn(echo(stream)));
        }
    }));
}

#[test]
fn a_megabyte_is_echoed_through_many_connections() {
    for processors in [1, 2, 4] {
        let runtime = Builder::new().processors(processors).build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            serve(listener);
            let clients: Vec<_> = (0..32u8)
                .map(|n| {
                    spawn(async move {
                        let stream = Arc::new(TcpStream::connect(address).await.unwrap());
                        let sent: Vec<u8> = (0..1 << 20).map(|at| (at % 251) as u8 ^ n).collect();
                        let (writer, bytes) = (Arc::clone(&stream), sent.clone());
                        let writing = spawn(async move {
                            writer.write_all(&bytes).await.unwrap();
                            writer.shutdown(Shutdown::Write).unwrap();
                        });
                        let mut received = vec![0; sent.len()];
                        stream.read_exact(&mut received).await.unwrap();
                        writing.await.unwrap();
                        assert!(received == sent, "what came back is what was sent");
                        assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
                    })
                })
                .collect();
            for client in clients {
                client.await.unwrap();
            }
        });
    }
}

#[test]
fn a_refused_connection_is_an_error() {
    Runtime::new().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    });
}

#[test]
fn datagrams_go_both_ways() {
    Runtime::new().block_on(async {
        let one = UdpSocket::bind("127.0.0.1:0").unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (one_at, other_at) = (one.local_addr().unwrap(), other.local_addr().unwrap());
        let echo = spawn(async move {
            let mut buffer = [0; 16];
            let (n, from) = other.recv_from(&mut buffer).await.unwrap();
            other.send_to(&buffer[..n], from).await.unwrap();
            from
        });
        one.send_to(b"ping", other_at).await.unwrap();
        let mut buffer = [0; 16];
        assert_eq!(one.recv_from(&mut buffer).await.unwrap(), (4, other_at));
        assert_eq!(echo.await.unwrap(), one_at);
    });
}

#[test]
fn unix_sockets_carry_streams_and_datagrams() {
    let folder = tempfile::tempdir().unwrap();
    Runtime::new().block_on(async {
        let path = folder.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        let server = spawn(async move {
            let stream = listener.accept().await.unwrap();
            stream.write_all(b"hello").await.unwrap();
        });
        let stream = UnixStream::connect(&path).await.unwrap();
        let mut buffer = [0; 8];
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 5);
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 0);
        server.await.unwrap();

        let (one, other) = UnixDatagram::pair().unwrap();
        let receiver = spawn(async move {
            let mut buffer = [0; 8];
            other.recv(&mut buffer).await.unwrap()
        });
        one.send(b"abc").await.unwrap();
        assert_eq!(receiver.await.unwrap(), 3);
    });
}

#[test]
fn a_pipe_can_be_waited_for_too() {
    Runtime::new().block_on(async {
        let (reader, mut writer) = io::pipe().unwrap();
        let reader = Registered::new(reader).unwrap();
        let reading = spawn(async move {
            let mut buffer = [0; 8];
            let place = std::panic::Location::caller();
            let read = |mut pipe: &io::PipeReader| io::Read::read(&mut pipe, &mut buffer);
            reader.read_with(place, read).await.unwrap()
        });
        sleep(Duration::from_millis(1)).await;
        io::Write::write_all(&mut writer, b"four").unwrap();
        assert_eq!(reading.await.unwrap(), 4);
    });
}

#[test]
fn a_read_that_is_given_up_leaves_the_socket_usable() {
    Runtime::new().block_on(async {
        let (one, other) = UnixStream::pair().unwrap();
        let mut buffer = [0; 8];
        for _ in 0..20 {
            let given_up = timeout(Duration::from_millis(1), other.read(&mut buffer)).await;
            assert!(given_up.is_err());
            one.write_all(b"x").await.unwrap();
            assert_eq!(other.read(&mut buffer).await.unwrap(), 1);
        }
    });
}

#[test]
fn thousands_of_waiting_connections_hold_no_thread() {
    let held = 2000;
    if mmap::poller::raise_open_files(2 * held + 100).unwrap() < 2 * held + 100 {
        println!("skipped: this user may not open {} files", 2 * held + 100);
        return;
    }
    let runtime = Builder::new().processors(2).build().unwrap();
    let handle = runtime.handle();
    let answered = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        serve(listener);
        let mut streams = Vec::new();
        for _ in 0..held {
            streams.push(TcpStream::connect(address).await.unwrap());
        }
        assert!(handle.snapshot().threads <= 16, "{:?}", handle.snapshot());
        let clients: Vec<_> = streams
            .into_iter()
            .map(|stream| {
                let answered = Arc::clone(&answered);
                spawn(async move {
                    stream.write_all(b"x").await.unwrap();
                    stream.read_exact(&mut [0]).await.unwrap();
                    answered.fetch_add(1, Ordering::Relaxed);
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
    });
    assert_eq!(answered.load(Ordering::Relaxed), held as usize);
}
