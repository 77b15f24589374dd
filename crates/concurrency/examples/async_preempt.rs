//! A signal takes the processor from an endless loop; without it the program hangs.
//!
//! A timer sends SIGURG every ten milliseconds of processor time. Its handler runs on the stack of the
//! thread that it has interrupted, and switches to another from there: when the first one has its turn
//! again, it returns from the handler, and the kernel gives it back all its registers.
//!
//! A loop on an atomic can be stopped at any instruction. Not so a thread in `malloc` or one that prints,
//! whose next user would find the lists half changed; hence `unsafe`, and only in places. Go's compiler
//! notes for each instruction whether it is a safe point, so there it is every loop.
//!
//! Linux only: macOS has no timer that signals one thread.
//!
//! ```syscalls
//! rt_sigaction(SIGURG, {*SA_RESTART|SA_NODEFER*}, *) = 0
//! timer_create(*, {sigev_signo=SIGURG, sigev_notify=SIGEV_THREAD_ID, *) = 0
//! write(1, "the loop begins\n", 16) = 16
//! rt_sigreturn(*) = *
//! write(1, "the other thread had its turn\n", 30) = 30
//! ```
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::hint::spin_loop;
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};
    use std::{env, thread};

    use concurrency::green::{Builder, RunError, current, preemptible, spawn};

    /// Two threads, of which the first one never gives way. How often it was stopped.
    fn endless_loop(builder: &Builder) -> Result<u64, RunError> {
        static OTHER_RAN: AtomicBool = AtomicBool::new(false);
        builder.run(|| {
            let other = spawn(|| OTHER_RAN.store(true, Ordering::Relaxed));
            println!("the loop begins");
            let spin = || {
                while !OTHER_RAN.load(Ordering::Relaxed) {
                    spin_loop();
                }
            };
            // SAFETY: it loads an atomic, and nothing else.
            unsafe { preemptible(spin) };
            println!("the other thread had its turn");
            other.join().expect("it only stores");
            current().preemptions()
        })
    }

    let builder = Builder::new();
    if env::args().len() > 1 {
        endless_loop(&builder)?;
        return Ok(());
    }
    let mut child = Command::new(env::current_exe()?)
        .arg("without")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = child.stdout.take().expect("it is a pipe");
    let mut line = [0; "the loop begins\n".len()];
    output.read_exact(&mut line)?;
    let deadline = Instant::now() + Duration::from_millis(300);
    let mut ended = None;
    while ended.is_none() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
        ended = child.try_wait()?;
    }
    child.kill()?;
    child.wait()?;
    let mut rest = String::new();
    output.read_to_string(&mut rest)?;
    println!("without the signal: {ended:?} after 300 ms");
    assert_eq!(ended, None, "it hangs until it is killed");
    assert_eq!(rest, "", "and the other thread never runs");

    let stopped = endless_loop(&builder.preempt_every(Duration::from_millis(10)))?;
    println!("with it: the loop was stopped {stopped} times");
    assert!(stopped > 0);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
