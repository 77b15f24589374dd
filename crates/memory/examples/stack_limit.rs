//! The first stack grows up to RLIMIT_STACK; another thread's has 2 MiB and a fence.
//!
//! The kernel gives the first thread a small stack and enlarges it when a page below it is touched,
//! until the soft limit, 8 MiB on most systems. Every other thread's stack is a map that the C
//! library makes: std asks for 2 MiB (RUST_MIN_STACK changes it), and a page that may not be
//! touched lies at its end. The map is address space alone; memory is taken by the page, on touch.
//!
//! Linux only: /proc/self/maps shows the stacks.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::env;
    use std::process::Command;
    use std::thread;

    use memory::maps::{AddressSpace, Kind};
    use memory::picture::human;
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    if env::args().len() > 1 {
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        assert_eq!(use_stack(3 << 10), 3 << 10);
        return Ok(());
    }
    let (soft, hard) = getrlimit(Resource::RLIMIT_STACK)?;
    let local = 0u8;
    let space = AddressSpace::read(None)?;
    let (area, kind) = space.find_value(&local).expect("a variable is somewhere");
    println!(
        "the first stack has {}, and may grow to {}",
        human(area.size()),
        human(soft)
    );
    assert_eq!(kind, Kind::Stack);
    assert!(area.size() < soft);

    let asked_for = env::var("RUST_MIN_STACK")
        .ok()
        .and_then(|size| size.parse().ok());
    let thread = thread::spawn(look_at_own_stack);
    let (size, fence) = thread.join().expect("it does not panic")?;
    println!("a thread's stack has {}; below it: {fence}", human(size));
    assert!(size >= asked_for.unwrap_or(2 << 20));

    // Limits are inherited: 3 MiB of frames under 1 MiB, and under as much as is allowed.
    let run = || Command::new(env::current_exe()?).arg("use").output();
    setrlimit(Resource::RLIMIT_STACK, soft.min(1 << 20), hard)?;
    let little = run()?.status;
    setrlimit(Resource::RLIMIT_STACK, hard.min(8 << 20), hard)?;
    let enough = run()?.status;
    println!("3 MiB of frames under a limit of 1 MiB: {little}");
    println!("under 8 MiB: {enough}");
    assert!(!little.success() && enough.success());
    Ok(())
}

/// The size of the area that a variable of this thread is in, and what ends it.
#[cfg(target_os = "linux")]
fn look_at_own_stack() -> Result<(u64, String), memory::maps::MapsError> {
    use memory::maps::{AddressSpace, Pagemap};

    let local = 0u8;
    let space = AddressSpace::read(None)?;
    let (area, kind) = space.find_value(&local).expect("a variable is somewhere");
    let below = space.find(area.range.start - 1);
    let size = area.size();
    if let Some((fence, _)) = below.filter(|(below, _)| below.is_inaccessible()) {
        return Ok((
            size,
            format!("{} bytes, {}", fence.size(), fence.permissions),
        ));
    }
    // Newer C libraries have the kernel make a fence within the area, and the page table shows it.
    let lowest = Pagemap::open(None)?.entry(area.range.start as usize);
    assert!(
        lowest.is_ok_and(|entry| entry.is_guard()),
        "{kind} has no fence"
    );
    Ok((size, "a page that is marked as a guard".to_owned()))
}

/// So many KiB of stack, a frame of one KiB for each.
#[cfg(target_os = "linux")]
#[inline(never)]
fn use_stack(kib: usize) -> usize {
    let frame = std::hint::black_box([kib; 1024 / size_of::<usize>()]);
    match kib {
        0 => 0,
        _ => use_stack(kib - 1) + frame[0].min(1),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone has /proc/self/maps");
}
