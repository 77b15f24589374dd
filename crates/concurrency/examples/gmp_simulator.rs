//! A scheduler in virtual time gives the same log for the same seed, and no seed breaks its rules.
//!
//! A real scheduler cannot be asked why: the next run is another one. In a simulated one time is a
//! number and chance is a seed, so each run can be had again, and each line of its log can be
//! held against rules: a running G has an M with a P, each G is in one place, a thief takes half, a P is never
//! idle for long while a G is in a queue. The rules keep their own account and know nothing of the simulator.
//!
//! The picture has a lane for each P; `%` is an M in the kernel, `~` one that looks for work.

use std::collections::HashSet;

use concurrency::sim::rules::{Rule, check};
use concurrency::sim::{Event, Outcome, Program, Settings, What, picture, run};

fn main() -> anyhow::Result<()> {
    let program: Program = "loop 25ms; 40 * compute 300us; \
        6 * compute 2ms, syscall 3ms, yield, compute 1ms; 4 * sleep 2ms, network 1ms, compute 1ms"
        .parse()?;

    let mut logs = HashSet::new();
    let mut tried = 0;
    for processors in [1, 2, 4, 8] {
        for seed in 1..=5 {
            let settings = Settings::new(processors, seed);
            let log = run(&program, &settings);
            assert_eq!(log.outcome, Outcome::Finished { left: 0 }, "all Gs finish");
            assert_eq!(log, run(&program, &settings), "same seed, same log");
            let tally = check(&log)?;
            tried += Rule::ALL.iter().map(|&rule| tally.of(rule)).sum::<usize>();
            logs.insert(format!("{:?}", log.events));
        }
    }
    assert!(logs.len() > 10, "another seed is another run");
    println!(
        "{} different runs, and {tried} times a rule was tried and held",
        logs.len()
    );

    for processors in [1, 2, 4] {
        let log = run(&program, &Settings::new(processors, 1));
        print!("\n{}", picture::lanes(&log, 72));
    }

    // A rule that cannot be broken is none: a G that runs is started once more.
    let mut forged = run(&program, &Settings::new(2, 1));
    let start = |event: &Event| matches!(event.what, What::Started { .. });
    let at = forged.events.iter().rposition(start).expect("Gs run");
    forged.events.insert(at, forged.events[at]);
    let broken = check(&forged).expect_err("a G that runs twice is seen");
    println!("\nforged: {broken}");
    assert_eq!(broken.index, at + 1);
    Ok(())
}
