//! A kqueue reports the write and the removal of an open file once each, when asked with `EV_ONESHOT`.
//!
//! The BSDs, and macOS with them, have no descriptor of its own for watching. Their kqueue waits for
//! anything, and with the filter `EVFILT_VNODE` for what happens to a file: `NOTE_WRITE`, `NOTE_DELETE`,
//! `NOTE_RENAME` and a few more. The price: what is watched has to be *open*, a directory says only
//! that something in it changed, not what, and a tree of a thousand files takes a thousand
//! descriptors. That is why FSEvents exists, which `notify` uses there.
//!
//! `EV_ONESHOT` takes the filter away when it has fired; each report here is asked for anew.
//!
//! macOS only: Linux has inotify for this, and epoll for the rest of kqueue.

#[cfg(not(target_os = "macos"))]
fn main() {
    println!("kqueue is on macOS and the BSDs; see watch-inotify");
}

#[cfg(target_os = "macos")]
fn main() -> anyhow::Result<()> {
    use std::fs::{self, File};
    use std::io::Write;
    use std::os::fd::AsRawFd;

    use nix::libc::timespec;
    use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("test");
    fs::write(&path, "")?;
    let watched = File::open(&path)?;
    let queue = Kqueue::new()?;

    let notes = FilterFlag::NOTE_WRITE | FilterFlag::NOTE_DELETE;
    let flags = EvFlags::EV_ADD | EvFlags::EV_ONESHOT;
    let number = watched.as_raw_fd() as usize;
    let request = KEvent::new(number, EventFilter::EVFILT_VNODE, flags, notes, 0, 0);
    let mut reports = [request];
    let (now, soon) = (
        timespec {
            tv_sec: 0,
            tv_nsec: 0,
        },
        timespec {
            tv_sec: 10,
            tv_nsec: 0,
        },
    );

    queue.kevent(&[request], &mut [], None)?;
    File::options()
        .append(true)
        .open(&path)?
        .write_all(b"twice, ")?;
    File::options()
        .append(true)
        .open(&path)?
        .write_all(b"and told once")?;
    assert_eq!(queue.kevent(&[], &mut reports, Some(soon))?, 1);
    println!("reported: {:?}", reports[0].fflags());
    assert!(reports[0].fflags().contains(FilterFlag::NOTE_WRITE));
    assert_eq!(queue.kevent(&[], &mut reports, Some(now))?, 0);

    queue.kevent(&[request], &mut [], None)?;
    fs::remove_file(&path)?;
    assert_eq!(queue.kevent(&[], &mut reports, Some(soon))?, 1);
    println!("reported: {:?}", reports[0].fflags());
    assert!(reports[0].fflags().contains(FilterFlag::NOTE_DELETE));
    assert_eq!(queue.kevent(&[], &mut reports, Some(now))?, 0);
    Ok(())
}
