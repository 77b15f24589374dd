//! Watching files: changes told by the kernel, or found by looking, behind one type.
//!
//! *Passive* watching asks the kernel to tell: inotify on Linux, FSEvents on macOS, here read by the
//! crate `notify`. *Active* watching asks for every file, again and again, whether it is still what it
//! was. The first costs nothing while nothing happens and tells each change, the second works on every
//! filesystem and sees only what has become of it at the next look.
//!
//! ```
//! use std::fs;
//! use std::time::Duration;
//! use mmap::watch::{Event, Mode, Op, Request, Watcher};
//!
//! let folder = tempfile::tempdir()?;
//! let (watcher, told) = Watcher::channel(Mode::Kernel, Duration::from_millis(10))?;
//! watcher.watch(Request::new(folder.path()))?;
//! fs::write(folder.path().join("new"), "")?;
//! let events = told.recv()??;
//! assert_eq!(events[0], Event::new(Op::Create, folder.path().join("new")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is told
//!
//! The words are those of Go's fsnotify ([`Op`]), and so is the reach: a watched directory tells of
//! itself and of the names in it. Two things are done that fsnotify leaves to its users: a rename
//! whose both ends are watched is one event with both names (out of the watched area it is a removal,
//! into it a creation), and nothing is told twice, however many watches see it.
//!
//! After the last event what was told equals the disk, also when the kernel's queue overflows, when
//! directories are made and filled faster than they can be watched, or when a file is replaced by
//! another one: a watch is for a *name*. The one thing that goes unnoticed is the renaming of a
//! directory *above* a watched path, of which inotify has nothing to say; polling sees it.
//!
//! # Files, in reading order
//!
//! `event` is what is told, `snapshot` how two looks are compared, `hint` what the kernel says, and
//! `model` the heart: it makes one of the other. `kernel` stands before `notify`, `burst` debounces,
//! `roots` knows the paths as they were given, and `watcher` is the thread.

mod error;
mod event;
mod snapshot;

mod hint;
mod roots;

mod model;

mod burst;
mod kernel;

mod watcher;

pub use error::WatchError;
pub use event::{Event, Op, Ops, UnknownOp};
pub use roots::{Depth, Loss, Request};
pub use snapshot::{Entry, Snapshot, difference};
pub use watcher::{Mode, Told, Watcher};
