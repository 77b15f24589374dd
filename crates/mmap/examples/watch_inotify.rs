//! Behind a watcher is a descriptor: `read(2)` on it gives structs with a mask and a name.
//!
//! inotify is no callback and no signal. `inotify_init1` gives a descriptor, `inotify_add_watch` says
//! which directory, and then changes queue up until somebody reads, like bytes in a pipe: `read` waits
//! while there is none, `poll` and `epoll` work on it. Each entry is four numbers (which watch, what
//! happened, a cookie, and how long the name is) and the name, filled up with zeros to a multiple of
//! 16. The two halves of a rename carry the same cookie.
//!
//! Go's fsnotify and the crate `notify` do what this lesson does. On macOS it is kqueue or FSEvents.
//!
//! ```syscalls
//! inotify_init1(IN_CLOEXEC) = $fd
//! inotify_add_watch($fd, "*", IN_MODIFY|IN_MOVED_FROM|IN_MOVED_TO|IN_CREATE|IN_DELETE) = 1
//! read($fd, *, 4096) = *
//! ```
//!
//! Linux only: inotify is Linux's own.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: inotify is Linux's own");
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;

    use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

    let folder = tempfile::tempdir()?;
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC)?;
    let interesting = AddWatchFlags::IN_CREATE
        | AddWatchFlags::IN_MODIFY
        | AddWatchFlags::IN_MOVE
        | AddWatchFlags::IN_DELETE;
    inotify.add_watch(folder.path(), interesting)?;

    fs::write(&old, "content")?;
    fs::rename(&old, &new)?;
    fs::remove_file(&new)?;

    let mut buffer = [0; 4096];
    let length = nix::unistd::read(&inotify, &mut buffer)?;
    let seen = linux::take_apart(&buffer[..length]);
    for event in &seen {
        println!("{event:?}");
    }

    let summary: Vec<_> = seen
        .iter()
        .map(|event| (event.mask, &*event.name))
        .collect();
    let expected = [
        (AddWatchFlags::IN_CREATE, "old"),
        (AddWatchFlags::IN_MODIFY, "old"),
        (AddWatchFlags::IN_MOVED_FROM, "old"),
        (AddWatchFlags::IN_MOVED_TO, "new"),
        (AddWatchFlags::IN_DELETE, "new"),
    ];
    assert_eq!(summary, expected);
    assert!(seen.iter().all(|event| event.watch == 1));
    let cookies: Vec<_> = seen.iter().map(|event| event.cookie).collect();
    assert!(cookies[2] != 0 && cookies[2] == cookies[3] && cookies[0] == 0);
    println!("{} events in one read of {length} bytes", seen.len());
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use nix::sys::inotify::AddWatchFlags;

    #[derive(Debug)]
    pub(crate) struct Event {
        pub(crate) watch: i32,
        pub(crate) mask: AddWatchFlags,
        pub(crate) cookie: u32,
        pub(crate) name: String,
    }

    /// `struct inotify_event`: wd, mask, cookie, len, and `len` bytes of name.
    pub(crate) fn take_apart(mut bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        while !bytes.is_empty() {
            let number =
                |at: usize| u32::from_ne_bytes(*bytes[4 * at..].first_chunk().expect("4 bytes"));
            let (head, name) = (16, number(3) as usize);
            let padded = String::from_utf8_lossy(&bytes[head..head + name]);
            events.push(Event {
                watch: number(0).cast_signed(),
                mask: AddWatchFlags::from_bits_retain(number(1)),
                cookie: number(2),
                name: padded.trim_end_matches('\0').to_owned(),
            });
            bytes = &bytes[head + name..];
        }
        events
    }
}
