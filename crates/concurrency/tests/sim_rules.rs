//! The rules notice what is wrong: with a simulator that is told to forget something, with a log or a recording that
//! was changed. And they hold for what the real runtime records.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, blocking, checkpoint, sleep, spawn, yield_now};
use concurrency::sim::rules::{Rule, check, check_recorded};
use concurrency::sim::{Body, Place, Program, Queue, Reason, Settings, Step, What, run};
use concurrency::trace;

fn us(number: u64) -> Duration {
    Duration::from_micros(number)
}

#[test]
fn a_global_queue_that_is_forgotten_is_noticed() {
    // More of them than a ring takes, and the first ones are in the global queue.
    let mut bodies = vec![vec![Step::Yield]; 400];
    bodies.push(vec![Step::Loop(us(100)); 3]);
    let program = Program::of(bodies);
    let settings = Settings {
        global_each: 1_000_000,
        ..Settings::new(1, 1)
    };
    let broken = check(&run(&program, &settings)).expect_err("nobody looks there in time");
    assert_eq!(broken.rule, Rule::OneIn61);
}

#[test]
fn without_the_second_look_a_task_can_be_left_lying() {
    let short: Body = [Step::Compute(us(1))].into();
    // The second of two is spawned while the M that was woken for the first gives up, or near it.
    let pairs = (0..60).flat_map(|number| {
        [
            Step::Spawn(Body::clone(&short)),
            Step::Compute(us(4) + Duration::from_nanos(350 * number)),
            Step::Spawn(Body::clone(&short)),
            Step::Compute(us(400)),
        ]
    });
    let program = Program::of([pairs.collect()]);
    let verdict = |second_look, seed| {
        let settings = Settings {
            second_look,
            ..Settings::new(4, seed)
        };
        check(&run(&program, &settings)).map_err(|broken| broken.rule)
    };
    let broken = (0..100).find(|&seed| verdict(false, seed).is_err());
    let seed = broken.expect("somebody gives up at the moment at which a G is queued");
    assert_eq!(verdict(false, seed).unwrap_err(), Rule::Conservation);
    assert!(verdict(true, seed).is_ok());
}

/// Each forgery of a good log is noticed, by the rule that is about it.
#[test]
fn forged_logs_are_refused() {
    let program: Program = "loop 30ms; 600 * compute 20us; 5 * syscall 3ms, sleep 1ms, network 1ms"
        .parse()
        .unwrap();
    let log = run(&program, &Settings::new(3, 1));
    assert!(check(&log).is_ok());
    let forge = |is: &dyn Fn(&What) -> bool, to: Option<What>, rule: Rule| {
        let mut forged = log.clone();
        // Late, so that there is something to be wrong about.
        let at = forged
            .events
            .iter()
            .rposition(|event| is(&event.what))
            .expect("it happens");
        match to {
            Some(what) => forged.events[at].what = what,
            None => drop(forged.events.remove(at)),
        }
        let broken = check(&forged).expect_err("the log is forged");
        assert_eq!(broken.rule, rule, "{broken}");
    };
    let started = |what: &What| matches!(what, What::Started { .. });
    forge(&started, Some(What::Readied), Rule::States);
    forge(&|what| *what == What::GotProcessor, None, Rule::Owners);
    forge(
        &|what| *what == What::Queued(Queue::Ring),
        None,
        Rule::OnePlace,
    );
    forge(
        &|what| matches!(what, What::Spilled(_)),
        Some(What::Spilled(127)),
        Rule::RingOf256,
    );
    forge(
        &|what| matches!(what, What::Spilled(_)),
        Some(What::Queued(Queue::Ring)),
        Rule::RingOf256,
    );
    let stolen =
        |what: &What| matches!(what, What::Stolen { slot: false, number, .. } if *number > 1);
    let one = What::Stolen {
        from: 0,
        number: 1,
        slot: false,
    };
    forge(&stolen, Some(one), Rule::StealHalf);
    let looked = |what: &What| {
        matches!(
            what,
            What::Looked {
                place: Place::Slot,
                ..
            }
        )
    };
    forge(&looked, None, Rule::LookOrder);
    forge(&|what| *what == What::Asked, None, Rule::Preemption);
    forge(&|what| *what == What::Retook, None, Rule::Owners);
    forge(&|what| matches!(what, What::Polls(_)), None, Rule::Poller);
    forge(
        &|what| matches!(what, What::Period(_)),
        Some(What::Period(1)),
        Rule::Sysmon,
    );
    forge(&|what| *what == What::StopsSpinning, None, Rule::Spinning);
    forge(&|what| *what == What::SchedInit, None, Rule::Bootstrap);
    forge(&|what| *what == What::Exited, None, Rule::NoneLost);
    let parked = |what: &What| *what == What::Parked(Reason::Sleep);
    forge(&parked, Some(What::Yielded), Rule::States);
}

/// A load of all kinds on the real runtime, recorded from before its first task.
fn record(processors: usize) -> trace::Trace {
    let runtime = Builder::new().processors(processors).build().unwrap();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY).unwrap();
    runtime.block_on(async {
        let (to_waiter, from_main) = channels::channel::<u32>(1);
        let waiter = spawn(async move { while from_main.recv_async().await.is_ok() {} });
        let busy = (0..300).map(|number| {
            spawn(async move {
                for _ in 0..20 {
                    yield_now().await;
                }
                if number % 10 == 0 {
                    blocking(|| std::thread::sleep(us(300)));
                    sleep(us(200)).await;
                }
            })
        });
        let busy: Vec<_> = busy.collect();
        for message in 0..200 {
            to_waiter.send_async(message).await.unwrap();
        }
        drop(to_waiter);
        waiter.await.unwrap();
        for task in busy {
            task.await.unwrap();
        }
    });
    drop(runtime);
    recording.stop()
}

#[test]
fn what_the_real_runtime_recorded_keeps_the_rules() {
    for processors in [1, 2, 4] {
        let trace = record(processors);
        let tally = check_recorded(&trace).unwrap_or_else(|broken| panic!("{broken}"));
        for rule in [Rule::States, Rule::Owners, Rule::ExitSyscall] {
            assert!(tally.of(rule) > 0, "nothing tries: {rule}");
        }
    }
}

/// Tasks that are preempted, and so wait in the global queue, behind others that keep a P's own queue filled;
/// and a task whose calls let the P go from M to M meanwhile.
#[test]
fn a_real_processor_gives_one_turn_in_61_to_the_global_queue() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY).unwrap();
    runtime.block_on(async {
        let is_over = Arc::new(AtomicBool::new(false));
        let spin = |time| {
            let start = Instant::now();
            while start.elapsed() < time {}
        };
        let others = (0..3).map(|number| {
            let is_over = Arc::clone(&is_over);
            spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    yield_now().await;
                    match number {
                        0 => blocking(|| std::thread::sleep(us(100))),
                        _ => spin(us(5)),
                    }
                }
            })
        });
        let others: Vec<_> = others.collect();
        let long = spawn(async move {
            let start = Instant::now();
            while start.elapsed() < us(100_000) {
                spin(us(100));
                checkpoint().await;
            }
        });
        long.await.unwrap();
        is_over.store(true, Ordering::Relaxed);
        for task in others {
            task.await.unwrap();
        }
    });
    drop(runtime);
    let trace = recording.stop();
    let tally = check_recorded(&trace).unwrap_or_else(|broken| panic!("{broken}"));
    assert!(trace.count(trace::Kind::Preempt) > 0);
    assert!(tally.of(Rule::OneIn61) > 0, "nothing tries it");
}

#[test]
fn forged_recordings_are_refused() {
    let trace = record(2);
    let forge = |kind: trace::Kind, rule: Rule| {
        let mut forged = trace.clone();
        let is = |event: &trace::Event| event.kind == kind && event.task.0 < trace::BLOCK_ON;
        let at = forged.events.iter().rposition(is).expect("it happens");
        forged.events.remove(at);
        let broken = check_recorded(&forged).expect_err("an event is missing");
        assert_eq!(broken.rule, rule, "{kind:?}: {broken}");
    };
    forge(trace::Kind::Create, Rule::States);
    forge(trace::Kind::Start, Rule::States);
    forge(trace::Kind::ProcessorStart, Rule::Owners);
    forge(trace::Kind::TimerSet, Rule::States);
    let mut twice = trace.clone();
    let start = |event: &trace::Event| event.kind == trace::Kind::Start;
    let at = twice.events.iter().position(start).unwrap();
    twice.events.insert(at, twice.events[at]);
    assert!(check_recorded(&twice).is_err(), "a task runs twice");
}
