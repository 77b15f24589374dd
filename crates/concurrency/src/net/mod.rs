//! Sockets for tasks: TCP, UDP and Unix-domain.
//!
//! Each is a non-blocking descriptor that is registered with its runtime's poller once, when it is
//! made. An operation tries; when the kernel would make it wait, the task waits instead, and no thread
//! does. The code that uses it reads like blocking code, which is what Go's `net` package does.
//!
//! ```
//! use concurrency::net::{TcpListener, TcpStream};
//! use concurrency::runtime::{Runtime, spawn};
//!
//! # fn main() -> std::io::Result<()> {
//! Runtime::new().block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0")?;
//!     let address = listener.local_addr()?;
//!     let server = spawn(async move {
//!         let (stream, _) = listener.accept().await?;
//!         let mut buffer = [0; 64];
//!         let n = stream.read(&mut buffer).await?;
//!         stream.write_all(&buffer[..n]).await
//!     });
//!     let stream = TcpStream::connect(address).await?;
//!     stream.write_all(b"hello").await?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer).await?;
//!     assert_eq!(&answer, b"hello");
//!     server.await.unwrap()
//! })
//! # }
//! ```

mod registered;
mod tcp;
mod udp;
mod unix;

pub use registered::Registered;
pub use tcp::{TcpListener, TcpStream};
pub use udp::UdpSocket;
pub use unix::{UnixDatagram, UnixListener, UnixStream};
