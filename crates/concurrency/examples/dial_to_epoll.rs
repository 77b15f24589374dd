//! A task's `connect` starts the connection, registers the socket, and waits for it to be writable.
//!
//! Go's way from `net.Dial` down is fifteen functions long and ends in three system calls: `socket`, made
//! non-blocking; `connect`, which says `EINPROGRESS` and does not wait; and `epoll_ctl`, which adds the
//! socket to the set. The goroutine parks. When the handshake is over the socket becomes writable, epoll
//! says so, and the goroutine asks what has become of it.
//!
//! Linux only: the witness names calls of epoll.
//!
//! ```syscalls
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC*) = $listener
//! listen($listener, *) = 0
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC*) = $socket
//! fcntl($socket, F_SETFL, *O_NONBLOCK) = 0
//! connect($socket, *) = -1 EINPROGRESS (*)
//! epoll_ctl(*, EPOLL_CTL_ADD, $socket, *EPOLLOUT*) = 0
//! ```

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;

    use concurrency::net::{TcpListener, TcpStream};
    use concurrency::runtime::{Runtime, spawn};
    use nix::fcntl::OFlag;

    /// The descriptor of this process's epoll.
    fn epoll() -> anyhow::Result<String> {
        for descriptor in fs::read_dir("/proc/self/fd")? {
            let descriptor = descriptor?;
            // Another thread may have closed it by now.
            let target = fs::read_link(descriptor.path()).unwrap_or_default();
            if target.as_os_str() == "anon_inode:[eventpoll]" {
                return Ok(descriptor.file_name().to_string_lossy().into_owned());
            }
        }
        anyhow::bail!("there is no epoll")
    }

    /// The sockets in its set, and whether each is non-blocking.
    fn watched() -> anyhow::Result<Vec<(String, bool)>> {
        let set = fs::read_to_string(format!("/proc/self/fdinfo/{}", epoll()?))?;
        let numbers = set.lines().filter_map(|line| line.strip_prefix("tfd:"));
        let numbers = numbers.filter_map(|rest| rest.split_whitespace().next());
        let mut sockets = Vec::new();
        for fd in numbers {
            let target = fs::read_link(format!("/proc/self/fd/{fd}")).unwrap_or_default();
            let about = fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).unwrap_or_default();
            let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
            if let Some(flags) = flags.filter(|_| target.to_string_lossy().starts_with("socket:")) {
                let flags = i32::from_str_radix(flags.trim(), 8)?;
                sockets.push((fd.to_owned(), flags & OFlag::O_NONBLOCK.bits() != 0));
            }
        }
        Ok(sockets)
    }

    Runtime::new().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let server = spawn(async move {
            let (stream, _) = listener.accept().await?;
            stream.write_all(b"hello").await
        });
        let stream = TcpStream::connect(address).await?;
        assert_eq!(stream.peer_addr()?, address);
        let sockets = watched()?;
        println!("in the epoll set, and non-blocking: {sockets:?}");
        assert!(!sockets.is_empty(), "this end at least");
        assert!(sockets.iter().all(|(_, non_blocking)| *non_blocking));
        let mut greeting = [0; 5];
        stream.read_exact(&mut greeting).await?;
        server.await??;
        println!("connected to {address}: {:?}", str::from_utf8(&greeting)?);
        assert_eq!(&greeting, b"hello");
        Ok(())
    })
}

#[cfg(not(target_os = "linux"))]
fn main() {}
