//! The kernel tells of a file's creation, writing, renaming, chmod and removal, as they happen.
//!
//! *Passive* watching: nobody looks, and the thread sleeps until there is something to say. The crate
//! `notify` is for Rust what fsnotify is for Go, and so the lesson is the one that Go programmers know:
//! watch a folder, print what comes, and stop after five events.
//!
//! The order is Linux's: inotify is a queue, in which each change has its own entry. macOS's FSEvents
//! merges what happens to one name within a moment into one message with many flags, and of a rename
//! it does not say which end is which. So each change is made when the one before has been seen.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecursiveMode, Watcher};

type Told = Receiver<notify::Result<Event>>;

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    // FSEvents tells real paths, and macOS's /tmp is a link.
    let folder = folder.path().canonicalize()?;
    let (old, new) = (folder.join("old"), folder.join("new"));

    let (sender, told) = channel();
    let mut watcher = notify::recommended_watcher(sender)?;
    watcher.watch(&folder, RecursiveMode::NonRecursive)?;

    fs::write(&old, "")?;
    see(&told, &old, "create", |kind| {
        matches!(kind, EventKind::Create(_))
    })?;
    fs::write(&old, "content")?;
    see(&told, &old, "write", |kind| {
        matches!(kind, EventKind::Modify(ModifyKind::Data(_)))
    })?;
    fs::rename(&old, &new)?;
    see(&told, &new, "rename", |kind| {
        matches!(kind, EventKind::Modify(ModifyKind::Name(_)))
    })?;
    fs::set_permissions(&new, Permissions::from_mode(0o600))?;
    see(&told, &new, "chmod", |kind| {
        matches!(kind, EventKind::Modify(ModifyKind::Metadata(_)))
    })?;
    fs::remove_file(&new)?;
    see(&told, &new, "remove", |kind| {
        matches!(kind, EventKind::Remove(_))
    })
}

/// Waits for an event of the wanted kind; others may come before it, such as that the file was opened.
fn see(told: &Told, path: &Path, what: &str, wanted: fn(&EventKind) -> bool) -> anyhow::Result<()> {
    loop {
        let event = told.recv_timeout(Duration::from_secs(10));
        assert!(event.is_ok(), "the kernel does not tell of the {what}");
        let event = event??;
        if wanted(&event.kind) && event.paths.iter().any(|told| told == path) {
            println!("{what:>6}: {:?}", event.kind);
            return Ok(());
        }
    }
}
