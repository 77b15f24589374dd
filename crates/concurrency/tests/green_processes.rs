//! Green threads that overflow, fault, and are stopped by signals. Each scene is a process of its own: some
//! end it, and all set what a process has once.

use std::env;
use std::hint::black_box;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, Output, abort};
use std::thread;
use std::time::Duration;

use concurrency::green::{Builder, spawn_named, yield_now};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::Signal;

struct Scene {
    name: &'static str,
    run: fn(),
    /// The signal that ends it, if one is to, and what it says before.
    death: Option<(Signal, &'static str)>,
}

const fn dies(name: &'static str, run: fn(), signal: Signal, text: &'static str) -> Scene {
    let death = Some((signal, text));
    Scene { name, run, death }
}

const SCENES: &[Scene] = &[
    dies(
        "overflow_is_reported_by_name",
        overflow_is_reported_by_name,
        Signal::SIGABRT,
        "green thread 3 'deep' has overflowed its stack of 524288 bytes",
    ),
    dies(
        "overflow_without_a_name",
        overflow_without_a_name,
        Signal::SIGABRT,
        "green thread 1 'main' has overflowed its stack of 262144 bytes",
    ),
    dies(
        "a_frame_of_many_pages_does_not_step_over_the_guard",
        a_frame_of_many_pages_does_not_step_over_the_guard,
        Signal::SIGABRT,
        "green thread 1 'main' has overflowed",
    ),
    dies(
        "another_fault_is_a_fault",
        another_fault_is_a_fault,
        Signal::SIGSEGV,
        "",
    ),
    dies(
        "a_thread_of_the_system_still_has_its_report",
        a_thread_of_the_system_still_has_its_report,
        Signal::SIGABRT,
        "thread 'deep' ",
    ),
    #[cfg(target_os = "linux")]
    preempt::lives(
        "endless_loops_take_turns",
        preempt::endless_loops_take_turns,
    ),
    #[cfg(target_os = "linux")]
    preempt::lives("no_register_is_lost", preempt::no_register_is_lost),
    #[cfg(target_os = "linux")]
    preempt::lives(
        "who_has_not_allowed_it_is_not_stopped",
        preempt::who_has_not_allowed_it_is_not_stopped,
    ),
    #[cfg(target_os = "linux")]
    preempt::lives(
        "allocating_without_preemption",
        preempt::allocating_without_preemption,
    ),
    #[cfg(target_os = "linux")]
    preempt::lives(
        "sleepers_wake_while_another_computes",
        preempt::sleepers_wake_while_another_computes,
    ),
    #[cfg(target_os = "linux")]
    preempt::lives(
        "each_thread_of_the_system_has_its_timer",
        preempt::each_thread_of_the_system_has_its_timer,
    ),
];

fn main() -> ExitCode {
    if let Ok(name) = env::var("SCENE") {
        play(&name);
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    println!("\nrunning {} tests", SCENES.len());
    for scene in SCENES {
        let me = env::current_exe().expect("this program has a path");
        let outcome = Command::new(me).env("SCENE", scene.name).output();
        let outcome = outcome.expect("this program runs");
        let passed = scene.is_as_planned(&outcome);
        println!(
            "test {} ... {}",
            scene.name,
            if passed { "ok" } else { "FAILED" }
        );
        if !passed {
            failed += 1;
            println!(
                "{}\n{}",
                outcome.status,
                String::from_utf8_lossy(&outcome.stderr)
            );
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let passed = SCENES.len() - failed;
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out\n"
    );
    ExitCode::from(u8::from(failed > 0))
}

fn play(name: &str) {
    // A death that is planned leaves no core file; and who hangs, dies too.
    setrlimit(Resource::RLIMIT_CORE, 0, 0).expect("less is always allowed");
    thread::spawn(|| {
        thread::sleep(Duration::from_secs(60));
        eprintln!("the scene has not ended within a minute");
        abort();
    });
    let scene = SCENES.iter().find(|scene| scene.name == name);
    (scene.expect("a scene of this file").run)();
}

impl Scene {
    fn is_as_planned(&self, outcome: &Output) -> bool {
        let said = String::from_utf8_lossy(&outcome.stderr);
        match self.death {
            None => outcome.status.success(),
            Some((signal, text)) => {
                outcome.status.signal() == Some(signal as i32) && said.contains(text)
            }
        }
    }
}

/// Has no end, which the compiler must not see, and work after the call, so that it is no loop.
#[inline(never)]
fn recurse(level: u64) -> u64 {
    match black_box(level) {
        0 => 0,
        level => black_box([recurse(level + 1); 16])[0],
    }
}

fn overflow_is_reported_by_name() {
    let larger = Builder::new().stack_size(512 << 10);
    let ended = larger.run(|| {
        spawn_named("shallow", || {
            for _ in 0..10 {
                yield_now();
            }
        });
        let deep = spawn_named("deep", || {
            yield_now();
            recurse(1)
        });
        deep.join()
    });
    panic!("{ended:?}");
}

fn overflow_without_a_name() {
    panic!("{:?}", Builder::new().run(|| recurse(1)));
}

fn a_frame_of_many_pages_does_not_step_over_the_guard() {
    #[inline(never)]
    fn wide() -> u8 {
        let frame = black_box([1u8; 1 << 20]);
        frame[black_box(7)]
    }
    panic!("{:?}", Builder::new().run(wide));
}

#[allow(unsafe_code)]
fn another_fault_is_a_fault() {
    let ended = Builder::new().run(|| {
        let nowhere = black_box(64 as *const u8);
        // SAFETY: the fault ends the process, as it is to.
        unsafe { nowhere.read_volatile() }
    });
    panic!("{ended:?}");
}

fn a_thread_of_the_system_still_has_its_report() {
    Builder::new().run(|| ()).unwrap();
    let deep = thread::Builder::new().name("deep".into());
    let ended = deep.spawn(|| recurse(1)).unwrap().join();
    panic!("{ended:?}");
}

#[cfg(target_os = "linux")]
mod preempt {
    //! Scenes with a signal every few milliseconds.
    #![allow(unsafe_code)]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::time::Instant;

    use concurrency::green::{current, preemptible, sleep, spawn, without_preemption};

    use super::*;

    pub(super) const fn lives(name: &'static str, run: fn()) -> Scene {
        let death = None;
        Scene { name, run, death }
    }

    const SLICE: Duration = Duration::from_millis(2);

    fn with_signals<T: 'static>(main: impl FnOnce() -> T + 'static) -> T {
        Builder::new().preempt_every(SLICE).run(main).unwrap()
    }

    /// Waits in a loop that never gives way.
    fn spin_until(done: impl Fn() -> bool + Sync) {
        // SAFETY: a loop on atomics and on the clock.
        unsafe {
            preemptible(|| {
                while !done() {
                    std::hint::spin_loop();
                }
            });
        }
    }

    pub(super) fn endless_loops_take_turns() {
        with_signals(|| {
            let arrived = Arc::new(AtomicU32::new(0));
            let threads: Vec<_> = (0..10)
                .map(|_| {
                    let arrived = Arc::clone(&arrived);
                    spawn(move || {
                        arrived.fetch_add(1, Ordering::Relaxed);
                        let arrived = &arrived;
                        spin_until(|| arrived.load(Ordering::Relaxed) == 10);
                        current().preemptions()
                    })
                })
                .collect();
            let stopped: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
            assert!(
                stopped[..9].iter().all(|&stopped| stopped > 0),
                "{stopped:?}"
            );
        });
    }

    /// Integers and floats that depend on each step before.
    fn compute(seed: u64, steps: u32) -> (u64, [f64; 4]) {
        let mut x = seed | 1;
        let mut y = [0.1, 0.2, 0.3, 0.4].map(|y| y + seed as f64 / 1e3);
        for _ in 0..steps {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            y = y.map(|y| 3.9 * y * (1.0 - y));
        }
        (x, y)
    }

    pub(super) fn no_register_is_lost() {
        with_signals(|| {
            let threads: Vec<_> = (0..8)
                .map(|seed| {
                    spawn(move || {
                        let alone = compute(seed, 20_000);
                        while current().preemptions() < 10 {
                            // SAFETY: it computes, and on its own stack.
                            assert_eq!(unsafe { preemptible(|| compute(seed, 20_000)) }, alone);
                        }
                    })
                })
                .collect();
            for thread in threads {
                thread.join().unwrap();
            }
        });
    }

    pub(super) fn who_has_not_allowed_it_is_not_stopped() {
        with_signals(|| {
            let other_ran = Arc::new(AtomicBool::new(false));
            let told = Arc::clone(&other_ran);
            let other = spawn(move || told.store(true, Ordering::Relaxed));
            let start = Instant::now();
            while start.elapsed() < 20 * SLICE {}
            assert!(!other_ran.load(Ordering::Relaxed));
            let seen = &other_ran;
            // SAFETY: atomics and the clock.
            unsafe {
                preemptible(|| {
                    let start = Instant::now();
                    without_preemption(|| while start.elapsed() < 20 * SLICE {});
                });
            }
            // At its two edges at most.
            assert!(current().preemptions() <= 2);
            spin_until(|| seen.load(Ordering::Relaxed));
            assert!(current().preemptions() >= 1);
            other.join().unwrap();
        });
    }

    pub(super) fn allocating_without_preemption() {
        with_signals(|| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    spawn(|| {
                        while current().preemptions() < 20 {
                            // SAFETY: what allocates is not interrupted.
                            unsafe {
                                preemptible(|| {
                                    for size in 1..20 {
                                        let length = without_preemption(|| vec![7u8; size].len());
                                        black_box(compute(length as u64, 1000));
                                    }
                                });
                            }
                        }
                    })
                })
                .collect();
            for thread in threads {
                thread.join().unwrap();
            }
        });
    }

    pub(super) fn sleepers_wake_while_another_computes() {
        with_signals(|| {
            let woken = Arc::new(AtomicU32::new(0));
            for time in [1, 5, 20] {
                let woken = Arc::clone(&woken);
                spawn(move || {
                    sleep(Duration::from_millis(time));
                    woken.fetch_add(1, Ordering::Relaxed);
                });
            }
            spin_until(|| woken.load(Ordering::Relaxed) == 3);
        });
    }

    pub(super) fn each_thread_of_the_system_has_its_timer() {
        let threads: Vec<_> = (0..3)
            .map(|_| thread::spawn(endless_loops_take_turns))
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        // And nobody stops what comes after.
        endless_loops_take_turns();
        let start = Instant::now();
        while start.elapsed() < 20 * SLICE {}
    }
}
