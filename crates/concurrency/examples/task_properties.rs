//! A thread has an id and two megabytes of address space for its stack; a task has what it needs.
//!
//! A goroutine has no number that a program may ask for, no priority, and a stack that begins with 2 KiB and
//! grows. A task is even less: a struct with the variables that live across an `.await`, and a header of a
//! few words. The kernel knows nothing of either, so nothing can be asked of it: no `nice`, no affinity, no
//! line in `ps`.
//!
//! Linux only: the stack's mapping is read from /proc.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;
    use std::hint::black_box;
    use std::thread;

    use concurrency::runtime::{Builder, spawn, yield_now};

    const TASKS: usize = 20_000;

    /// The mapping that a local variable lives in, and the guard below it: sizes in bytes.
    fn stack() -> anyhow::Result<(usize, usize)> {
        let local = 0_u8;
        let address = &raw const local as usize;
        let range = |line: &str| {
            let (range, rest) = line.split_once(' ')?;
            let (from, to) = range.split_once('-')?;
            let hex = |text| usize::from_str_radix(text, 16).ok();
            Some((hex(from)?, hex(to)?, rest.starts_with("---p")))
        };
        let maps = fs::read_to_string("/proc/self/maps")?;
        let maps: Vec<_> = maps.lines().filter_map(range).collect();
        let stack = maps
            .iter()
            .find(|(from, to, _)| (*from..*to).contains(&address));
        let (from, to, _) = stack.expect("every variable is mapped");
        let guard = maps
            .iter()
            .find(|(_, end, is_guard)| end == from && *is_guard);
        Ok((to - from, guard.map_or(0, |(from, to, _)| to - from)))
    }

    /// Resident bytes of this process.
    fn resident() -> anyhow::Result<usize> {
        let statm = fs::read_to_string("/proc/self/statm")?;
        let pages: usize = statm.split(' ').nth(1).expect("seven numbers").parse()?;
        Ok(pages * page_size())
    }

    fn page_size() -> usize {
        let size = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE);
        size.ok().flatten().map_or(4096, |size| size as usize)
    }

    let thread = thread::Builder::new().stack_size(2 << 20);
    let (stack, guard) = thread.spawn(stack)?.join().expect("it only looks")?;
    println!(
        "a thread's stack: {stack} bytes, and {guard} of guard: {}",
        stack + guard
    );
    assert!(
        stack + guard >= (2 << 20) + page_size(),
        "2 101 248 with pages of 4 KiB"
    );
    assert!(stack + guard < 3 << 20);

    let small = async { yield_now().await };
    let large = async {
        let kept = [7_u8; 1000];
        yield_now().await;
        black_box(kept)[0]
    };
    let (small_size, large_size) = (size_of_val(&small), size_of_val(&large));
    println!("a future: {small_size} bytes, and {large_size} with 1000 bytes to keep");
    assert!(small_size < 100 && (1000..1200).contains(&large_size));
    drop((small, large));

    let runtime = Builder::new().processors(2).build()?;
    runtime.block_on(async {
        let before = resident()?;
        let (wake, wait) = channels::channel::<()>(0);
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let wait = wait.clone();
                spawn(async move {
                    let _ = wait.recv_async().await;
                })
            })
            .collect();
        yield_now().await;
        let each = (resident()?.saturating_sub(before)) / TASKS;
        println!("{TASKS} tasks that wait: {each} bytes each, handle and place in line included");
        assert!(each < 1500, "no page for each, and no stack");
        drop(wake);
        for task in tasks {
            task.await?;
        }
        Ok(())
    })
}

#[cfg(not(target_os = "linux"))]
fn main() {}
