//! osinit, schedinit, newproc, mstart: so a Go program begins, and `main`, only queued, runs last.
//!
//! Making a goroutine takes a goroutine to do it on, and a thread a thread. So the first of each, g0 and
//! m0, are variables of the runtime, linked by the first instructions. On g0's stack the rest follows:
//!
//! ```text
//! osinit       how many cores are there?
//! schedinit    procresize: as many Ps as GOMAXPROCS says, or as cores; m0 takes P0, the others are idle
//! newproc      makes the main goroutine, and puts it into P0's queue
//! mstart       enters the scheduler, which finds it there
//! ```
//!
//! The main goroutine is `runtime.main`: it starts sysmon, and only then calls `main.main`. Here on
//! the simulator, whose log can be read from its first nanosecond on.

use concurrency::runtime::TaskId;
use concurrency::sim::{Event, Log, Program, Settings, What, run};

/// Where the first event is of which `is` holds.
fn first(log: &Log, is: impl Fn(&Event) -> bool) -> usize {
    log.events.iter().position(is).expect("it is in the log")
}

fn main() -> anyhow::Result<()> {
    let program: Program = "compute 1ms".parse()?;
    let settings = Settings {
        cores: 8,
        processors: Some(3),
        ..Settings::new(8, 1)
    };
    let log = run(&program, &settings);

    let main = Some(TaskId(1));
    let order = [
        first(&log, |event| event.what == What::Linked),
        first(&log, |event| event.what == What::OsInit(8)),
        first(&log, |event| event.what == What::SchedInit),
        first(&log, |event| event.what == What::Resized(3)),
        first(&log, |event| event.what == What::GotProcessor),
        first(&log, |event| {
            event.task == main && event.what == What::Created(None)
        }),
        first(&log, |event| event.what == What::MachineStart),
        first(&log, |event| {
            event.task == main && matches!(event.what, What::Started { .. })
        }),
        first(&log, |event| event.what == What::Watches),
        first(&log, |event| event.what == What::Exited),
    ];
    for event in &log.events[..=order[8]] {
        println!("{event}");
    }
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(order[0], 0, "nothing is before g0 and m0");
    assert_eq!(order[9], log.events.len() - 1, "nothing is after main");

    let idle = |event: &&Event| event.what == What::Idle;
    let before_main = log.events[..order[7]].iter();
    assert_eq!(
        before_main.clone().filter(idle).count(),
        3,
        "all Ps begin idle"
    );
    assert!(
        before_main.clone().all(|event| event.machine == Some(0)),
        "on m0"
    );
    Ok(())
}
