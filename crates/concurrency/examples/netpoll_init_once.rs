//! The poller is opened with the first socket and never again: a program without has no epoll.
//!
//! Go's `epfd` is -1 until `netpollinit` runs, once, when the first descriptor is registered. A program
//! that only computes pays nothing for the network. Before that, an M that has nothing to do waits on a
//! futex; afterwards one of them waits in `epoll_wait`.
//!
//! Linux only: the witness counts calls of epoll; with kqueue it is the same.
//!
//! ```syscalls
//! write(1, "tasks, timers*"..., *) = *
//! epoll_create1(EPOLL_CLOEXEC) = $epoll
//! epoll_ctl($epoll, EPOLL_CTL_ADD, *) = 0
//! write(1, "a hundred sockets*", *) = *
//! epoll_create1(*) = * x1
//! ```

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;
    use std::time::Duration;

    use concurrency::net::UdpSocket;
    use concurrency::runtime::{Runtime, sleep, spawn};

    /// How many descriptors of this process are epolls.
    fn epolls() -> anyhow::Result<usize> {
        let mut number = 0;
        for descriptor in fs::read_dir("/proc/self/fd")? {
            let target = fs::read_link(descriptor?.path());
            // The descriptor that lists them may be gone by now.
            number +=
                usize::from(target.is_ok_and(|is| is.as_os_str() == "anon_inode:[eventpoll]"));
        }
        Ok(number)
    }

    let runtime = Runtime::new();
    runtime.block_on(async {
        for _ in 0..3 {
            spawn(sleep(Duration::from_millis(1))).await?;
        }
        println!("tasks, timers, no sockets: {} epolls", epolls()?);
        assert_eq!(epolls()?, 0);

        let mut sockets = vec![UdpSocket::bind("127.0.0.1:0")?];
        assert_eq!(epolls()?, 1);
        for _ in 1..100 {
            sockets.push(UdpSocket::bind("127.0.0.1:0")?);
        }
        println!("a hundred sockets: {} epoll", epolls()?);
        assert_eq!(epolls()?, 1);
        anyhow::Ok(())
    })
}

#[cfg(not(target_os = "linux"))]
fn main() {}
