//! epoll takes a pipe and refuses a regular file: there is nothing to wait for.
//!
//! epoll tells when a descriptor becomes *ready*: when a read would not block. A pipe or a socket
//! is ready once somebody has sent something. A file always is: its bytes are there, and that the
//! disk needs time to bring them does not count as blocking. Waiting for it makes no sense, so the
//! kernel answers `EPERM`; poll(2) and select(2) say "ready" instead.
//!
//! Go's runtime tries to register each file it opens and takes this error as the sign to use plain
//! blocking reads, each of which then holds a thread. Rust's tokio hands files to a pool of threads
//! from the start.
//!
//! ```syscalls
//! epoll_create1(EPOLL_CLOEXEC) = $epoll
//! epoll_ctl($epoll, EPOLL_CTL_ADD, *) = 0
//! epoll_ctl($epoll, EPOLL_CTL_ADD, *) = -1 EPERM (Operation not permitted)
//! ```
//!
//! Linux only: macOS has no epoll, and its kqueue takes files.

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::io::{Write, pipe};
    use std::os::fd::AsFd;

    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let readable = |id| EpollEvent::new(EpollFlags::EPOLLIN, id);
    let (reader, mut writer) = pipe()?;
    let file = tempfile::tempfile()?;

    let pipe_added = epoll.add(&reader, readable(1));
    let file_added = epoll.add(&file, readable(2));
    println!("pipe: {pipe_added:?}\nfile: {file_added:?}");
    assert_eq!(pipe_added, Ok(()));
    assert_eq!(file_added, Err(Errno::EPERM));

    let mut events = [EpollEvent::empty(); 2];
    let ready_when_empty = epoll.wait(&mut events, EpollTimeout::ZERO)?;
    writer.write_all(b"x")?;
    let ready_when_filled = epoll.wait(&mut events, EpollTimeout::ZERO)?;
    println!("ready: {ready_when_empty} while the pipe is empty, then {ready_when_filled}");
    assert_eq!((ready_when_empty, ready_when_filled), (0, 1));
    assert_eq!(events[0].data(), 1);

    // The file is empty, and poll calls it readable all the same: a read would not block.
    let mut asked = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
    assert_eq!(poll(&mut asked, PollTimeout::ZERO)?, 1);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
