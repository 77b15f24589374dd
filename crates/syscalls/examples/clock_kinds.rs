//! The wall clock says what time it is and may be set; the monotonic clock only ever goes forward.
//!
//! The kernel keeps several clocks. `SystemTime` reads `CLOCK_REALTIME`, the time since 1970, which
//! an administrator or NTP may set back at any moment: good for a date in a log, wrong for
//! measuring. `Instant` reads `CLOCK_MONOTONIC`, which starts near zero at boot and stands still
//! while the machine sleeps (on macOS it reads `CLOCK_UPTIME_RAW`, which does the same). A third
//! one, `CLOCK_BOOTTIME`, counts the sleep too. Go's `time.Time` carries a wall and a monotonic
//! reading at once; in Rust the type says which clock was meant.
#![allow(unsafe_code)] // gettimeofday(2), which takes a pointer

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use nix::libc;

fn main() -> io::Result<()> {
    let difference = nearest_to_gettimeofday()?;
    println!("SystemTime and gettimeofday(2) differ by {difference:?}");
    assert!(difference <= Duration::from_millis(1));

    let steps = steps_forward(100_000);
    println!("100000 readings of the monotonic clock: {steps} forward, none back");
    assert!(steps > 0, "the clock stands still");
    across_threads();
    suspended()
}

/// Reads the two one after the other. The scheduler may come between them, so the best of some
/// attempts is what the clocks differ by.
fn nearest_to_gettimeofday() -> io::Result<Duration> {
    let mut nearest = Duration::MAX;
    for _ in 0..100 {
        let wall = since_1970();
        let old_call = gettimeofday()?;
        nearest = nearest.min(wall.abs_diff(old_call));
    }
    Ok(nearest)
}

fn since_1970() -> Duration {
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH)
        .expect("a clock that is set to after 1970")
}

/// How older Unix programs ask for the time, to the microsecond.
fn gettimeofday() -> io::Result<Duration> {
    let mut time = libc::timeval {
        tv_sec: 0,
        tv_usec: 0,
    };
    // SAFETY: `time` is ours to be filled; the second argument, a time zone, may be null.
    let result = unsafe { libc::gettimeofday(&raw mut time, std::ptr::null_mut()) };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64))
}

/// How many of `readings` were later than the one before; none may be earlier.
fn steps_forward(readings: usize) -> usize {
    let mut last = Instant::now();
    let mut steps = 0;
    for _ in 0..readings {
        let now = Instant::now();
        assert!(now >= last, "the monotonic clock went back");
        steps += usize::from(now > last);
        last = now;
    }
    steps
}

/// What another thread read, perhaps on another processor, lies before what is read after it.
fn across_threads() {
    let (sender, readings) = mpsc::sync_channel(0);
    let reader = thread::spawn(move || {
        for _ in 0..1000 {
            sender.send(Instant::now()).expect("main receives them all");
        }
    });
    for there in readings {
        assert!(Instant::now() >= there);
    }
    reader.join().expect("the reader does not panic");
    println!("1000 readings of another thread: none later than here");
}

#[cfg(target_os = "linux")]
fn suspended() -> io::Result<()> {
    use nix::time::{ClockId, clock_gettime};

    let monotonic = Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC)?);
    let boot = Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME)?);
    println!("since boot {boot:.1?}, awake {monotonic:.1?}");
    assert!(boot >= monotonic, "awake for longer than since the boot");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn suspended() -> io::Result<()> {
    println!("since boot: Linux alone has CLOCK_BOOTTIME");
    Ok(())
}
