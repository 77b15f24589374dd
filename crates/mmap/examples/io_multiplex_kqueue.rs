//! With a timeout of zero `kevent` answers at once, and it tells how many bytes there are.
//!
//! kqueue is older than epoll by two years, and one call does both: it takes a list of changes and
//! gives a list of events. What is watched is a pair of a number and a *filter*: a descriptor to
//! read, one to write, but also a process, a signal, a timer, a change of a file. A zero timeout only
//! looks; who calls it in a loop without doing anything else keeps a processor busy, and wanted `None`.
//!
//! macOS only: kqueue is the BSDs'.

#[cfg(target_os = "macos")]
fn main() -> std::io::Result<()> {
    use std::io::{Write, pipe};
    use std::os::fd::AsRawFd;

    use nix::libc::timespec;
    use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};

    const AT_ONCE: timespec = timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };

    let kqueue = Kqueue::new()?;
    let (reader, mut writer) = pipe()?;
    let watch = KEvent::new(
        reader.as_raw_fd() as usize,
        EventFilter::EVFILT_READ,
        EvFlags::EV_ADD,
        FilterFlag::empty(),
        0,
        7,
    );
    let mut events = [watch; 4];
    let ready = kqueue.kevent(&[watch], &mut events, Some(AT_ONCE))?;
    println!("nothing written: {ready} events");
    assert_eq!(ready, 0);

    writer.write_all(b"hello")?;
    let ready = kqueue.kevent(&[], &mut events, None)?;
    let bytes = events[0].data();
    println!("written: {ready} event, {bytes} bytes to read");
    assert_eq!((ready, events[0].udata(), bytes), (1, 7, 5));

    drop(writer);
    let ready = kqueue.kevent(&[], &mut events, None)?;
    println!("closed: {ready} event, {:?}", events[0].flags());
    assert!(ready == 1 && events[0].flags().contains(EvFlags::EV_EOF));
    Ok(())
}

#[cfg(not(target_os = "macos"))]
fn main() {
    println!("kqueue is not here; io-multiplex-epoll shows what is");
}
