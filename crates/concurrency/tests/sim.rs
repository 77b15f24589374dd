//! The scheduler in virtual time: whatever the program and the seed, its rules hold and all ends.

mod common;

use std::time::Duration;

use common::{cases, output_of, tool};
use concurrency::runtime::TaskId;
use concurrency::sim::rules::{Rule, Tally, check};
use concurrency::sim::{
    Event, Log, Outcome, Program, Queue, Return, Settings, Step, What, picture, run, scene,
};
use proptest::prelude::*;

fn us(number: u64) -> Duration {
    Duration::from_micros(number)
}

/// Runs it, and holds the log against the rules.
#[track_caller]
fn checked(program: &Program, settings: &Settings) -> (Log, Tally) {
    let log = run(program, settings);
    match check(&log) {
        Ok(tally) => (log, tally),
        Err(broken) => {
            let from = broken.index.saturating_sub(30);
            let before = &log.events[from..broken.index.min(log.events.len())];
            let before: Vec<_> = before.iter().map(Event::to_string).collect();
            panic!("{settings:?}\n{}\n{broken}", before.join("\n"));
        }
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..20_000u64).prop_map(|n| Step::Compute(us(n))),
        (1..30_000u64).prop_map(|n| Step::Loop(us(n))),
        (1..500u64).prop_map(|n| Step::Compute(us(n))),
        Just(Step::Yield),
        (1..100u64).prop_map(|n| Step::Syscall(us(n))),
        (1..20_000u64).prop_map(|n| Step::Syscall(us(n))),
        (1..20_000u64).prop_map(|n| Step::Sleep(us(n))),
        (1..20_000u64).prop_map(|n| Step::Network(us(n))),
        prop::collection::vec(Just(Step::Compute(us(50))), 1..4)
            .prop_map(|body| Step::Spawn(body.into())),
        (1..9usize).prop_map(Step::Processors),
    ]
}

/// Gs of all kinds, and pairs that talk through channels: what one sends the other receives.
fn any_program() -> impl Strategy<Value = Program> {
    let bodies = prop::collection::vec(prop::collection::vec(any_step(), 0..8), 0..20);
    let channels = prop::collection::vec((0..4usize, 1..20usize), 0..4);
    let count = prop_oneof![4 => 0..30usize, 1 => 257..600usize];
    let crowd = (count, prop::collection::vec(any_step(), 0..2));
    (bodies, channels, crowd).prop_map(|(mut bodies, channels, (count, crowd))| {
        for (number, &(_, messages)) in channels.iter().enumerate() {
            bodies.push(vec![Step::Send(number); messages]);
            bodies.push(vec![Step::Receive(number); messages]);
        }
        bodies.extend(std::iter::repeat_n(crowd, count));
        Program {
            channels: channels.into_iter().map(|(room, _)| room).collect(),
            ..Program::of(bodies)
        }
    })
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_program_keeps_the_rules_and_ends(
        program in any_program(),
        processors in 1..9usize,
        seed in any::<u64>(),
        signals in any::<bool>(),
    ) {
        let settings = Settings { signals, ..Settings::new(processors, seed) };
        let (log, _) = checked(&program, &settings);
        // What was spawned within a G is waited for by nobody.
        prop_assert!(matches!(log.outcome, Outcome::Finished { .. }), "{:?}", log.outcome);
        prop_assert_eq!(&log, &run(&program, &settings));
    }

    #[test]
    fn any_text_is_a_program_or_an_error(text in "[a-z0-9*;, ]{0,40}") {
        if let Err(error) = text.parse::<Program>() {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn the_scenes_are_worth_seeing_and_try_all_rules() {
    let mut tried = std::collections::HashMap::new();
    for scene in scene::all() {
        let (log, tally) = checked(&scene.program, &scene.settings);
        assert_eq!(log.outcome, Outcome::Finished { left: 0 }, "{}", scene.name);
        let lanes = picture::lanes(&log, 60);
        assert!(
            lanes.lines().all(|line| line.chars().count() <= 65),
            "{lanes}"
        );
        for rule in Rule::ALL {
            *tried.entry(rule).or_insert(0) += tally.of(rule);
        }
    }
    let crowd: Program = "2 * yield, yield; 800 * compute 10us".parse().unwrap();
    let (_, tally) = checked(&crowd, &Settings::new(1, 1));
    for rule in Rule::ALL {
        let times = tried[&rule] + tally.of(rule);
        assert!(times > 0, "nothing tries: {rule}");
    }
}

/// When a G ended.
fn ended(log: &Log, id: u64) -> u64 {
    let is_end = |event: &&Event| event.task == Some(TaskId(id)) && event.what == What::Ended;
    log.events.iter().find(is_end).expect("it ends").time
}

#[test]
fn a_loop_without_calls_is_stopped_by_a_signal_only() {
    let program: Program = "compute 1ms; loop 50ms".parse().unwrap();
    let settings = Settings::new(1, 1);
    let (with, _) = checked(&program, &settings);
    let (without, _) = checked(
        &program,
        &Settings {
            signals: false,
            ..settings
        },
    );
    // The last one that was spawned runs first: the loop is G3.
    let loop_over = Duration::from_millis(50).as_nanos() as u64;
    assert!(ended(&with, 2) < loop_over && ended(&without, 2) > loop_over);
    let stops = |event: &&Event| event.what == What::Preempted;
    let stopped = without.events.iter().find(stops).map(|event| event.time);
    assert!(
        stopped.is_none_or(|time| time >= loop_over),
        "it was asked in vain"
    );
}

#[test]
fn a_loop_with_calls_needs_no_signal() {
    let program: Program = "compute 1ms; compute 50ms".parse().unwrap();
    let settings = Settings {
        signals: false,
        ..Settings::new(1, 1)
    };
    let (log, _) = checked(&program, &settings);
    // sysmon may have come just before the slice was over, and looks every 10 ms.
    assert!(ended(&log, 2) < us(25_000).as_nanos() as u64);
}

#[test]
fn a_long_call_loses_its_processor_and_a_short_one_does_not() {
    let settings = Settings::new(1, 1);
    let long: Program = "compute 1ms; syscall 5ms".parse().unwrap();
    let (log, _) = checked(&long, &settings);
    assert_eq!(log.count(|what| *what == What::Retook), 1);
    let short: Program = "compute 1ms; syscall 5us".parse().unwrap();
    let (log, _) = checked(&short, &settings);
    assert_eq!(log.count(|what| *what == What::Retook), 0);
    assert_eq!(log.count(|what| *what == What::LeftCall(Return::Same)), 1);
}

#[test]
fn who_comes_back_and_finds_no_processor_goes_to_the_global_queue() {
    let program: Program = "loop 20ms; syscall 2ms".parse().unwrap();
    let (log, _) = checked(&program, &Settings::new(1, 1));
    let back = What::LeftCall(Return::Without);
    let at = log
        .events
        .iter()
        .position(|event| event.what == back)
        .unwrap();
    assert_eq!(log.events[at + 1].what, What::Queued(Queue::Global));
    assert_eq!(log.events[at + 1].task, log.events[at].task);
}

/// A P is taken from one call, its next M goes into the kernel as well, and the first comes back: it finds its
/// own P in a call, and takes it. Go's `exitsyscallfast` allows for that, and so does the real runtime.
#[test]
fn who_is_back_first_takes_the_processor_that_both_left() {
    let taken_back = (300..400).any(|time| {
        let short = [Step::Compute(us(100)), Step::Syscall(us(19))];
        let short: Vec<_> = std::iter::repeat_n(short, 20).flatten().collect();
        let program = Program::of([short, vec![Step::Syscall(us(time))]]);
        let (log, _) = checked(&program, &Settings::new(1, time));
        let mut left_by = None;
        log.events.iter().any(|event| {
            if event.what == What::EnteredCall {
                left_by = event.machine;
            }
            event.what == What::LeftCall(Return::Same) && event.machine != left_by
        })
    });
    assert!(taken_back);
}

#[test]
fn all_wait_for_ever_is_a_deadlock() {
    let program = Program {
        channels: vec![0],
        ..Program::of([vec![Step::Receive(0)], vec![Step::Compute(us(10))]])
    };
    let (log, _) = checked(&program, &Settings::new(2, 1));
    assert_eq!(log.outcome, Outcome::Deadlock(vec![TaskId(1), TaskId(2)]));
}

#[test]
fn more_processors_are_faster_and_fewer_may_be_asked_for_while_it_runs() {
    let program: Program = "16 * compute 5ms".parse().unwrap();
    let times = [1, 2, 4, 8].map(|p| checked(&program, &Settings::new(p, 1)).0.duration());
    assert!(
        times.is_sorted_by(|more, less| *more > *less * 3 / 2),
        "{times:?}"
    );

    let mut bodies = vec![vec![Step::Compute(us(5_000))]; 16];
    bodies.push(vec![Step::Compute(us(2_000)), Step::Processors(1)]);
    let (log, _) = checked(&Program::of(bodies), &Settings::new(4, 1));
    assert_eq!(log.count(|what| *what == What::Retired), 3);
    assert!(log.duration() > times[2]);
}

#[test]
fn the_tool_draws_and_writes_json() {
    let text = output_of(&mut tool(&[
        "sim",
        "--all",
        "--procs",
        "3",
        "--tasks",
        "9 * compute 1ms",
    ]));
    let text = String::from_utf8(text).unwrap();
    for part in ["P0 ", "P2 ", "osinit", "all Gs are over", "all hold"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let json = output_of(&mut tool(&["sim", "--scene", "steal", "--json"]));
    let log: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(log["events"][0]["text"], "g0 and m0 are linked");
    assert_eq!(
        json,
        output_of(&mut tool(&["sim", "--scene", "steal", "--json"]))
    );
    for wrong in [
        &["sim", "--scene", "none"][..],
        &["sim", "--tasks", "run 5ms"],
    ] {
        assert!(!tool(wrong).output().unwrap().status.success(), "{wrong:?}");
    }
}
