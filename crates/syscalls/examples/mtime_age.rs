//! How long ago a file was changed is now minus its mtime, and the answer may be "in the future".
//!
//! The kernel notes in a file's inode when its contents last changed, by the wall clock. Whoever
//! owns the file can put any other time there, as tar and rsync do to keep the original's, and the
//! wall clock can be set back too. So the difference may be negative. `duration_since` makes that
//! an `Err`, which holds by how much; in Go `time.Since` is then a negative Duration.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/report", O_WRONLY|O_CREAT|*) = $fd
//! write($fd, "all quiet\n", 10) = 10
//! statx(AT_FDCWD, "*/report", *) = 0
//! utimensat($fd, NULL, [UTIME_OMIT, {tv_sec=*, tv_nsec=0}*], 0) = 0
//! statx(AT_FDCWD, "*/report", *) = 0
//! ```

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("report");
    let mut file = File::create(&path)?;
    file.write_all(b"all quiet\n")?;
    let fresh = age(&path, SystemTime::now())?;
    println!("just written: changed {}", words(fresh));
    assert!(fresh.is_ok(), "changed after the clock was read");

    // Whole seconds, since not every file system keeps the nanoseconds.
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unwrap_or_default().as_secs());
    let three_days = Duration::from_hours(3 * 24 + 4) + Duration::from_mins(5);
    file.set_modified(now - three_days)?;
    let old = age(&path, now)?;
    println!("set back:     changed {}", words(old));
    assert_eq!(old, Ok(three_days));
    assert_eq!(words(old), "3 d 4 h 5 min ago");

    file.set_modified(now + Duration::from_mins(90))?;
    let future = age(&path, now)?;
    println!("set ahead:    changed {}", words(future));
    assert_eq!(future, Err(Duration::from_mins(90)));
    Ok(())
}

/// `now` minus the time at which the file was changed; `Err` is how far that lies ahead.
fn age(path: &Path, now: SystemTime) -> io::Result<Result<Duration, Duration>> {
    let modified = fs::metadata(path)?.modified()?;
    Ok(now
        .duration_since(modified)
        .map_err(|ahead| ahead.duration()))
}

fn words(age: Result<Duration, Duration>) -> String {
    let (Ok(distance) | Err(distance)) = age;
    let minutes = distance.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 60 / 24, minutes / 60 % 24, minutes % 60);
    let direction = if age.is_ok() { "ago" } else { "ahead" };
    format!("{days} d {hours} h {minutes} min {direction}")
}
