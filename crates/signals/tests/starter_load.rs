//! A thousand requests a second over graceful restarts: every one is answered.
//!
//! The clients keep to a timetable, whatever the answers do: a request that waits is late by what it
//! waited, and those behind it are sent at their own time by others. So the latest answer is the longest
//! pause that anybody saw.

mod common;
mod starting;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use starting::{Running, SetAtEnd, ask, graceful};

const PER_SECOND: u32 = 1000;
const CLIENTS: u32 = 16;

/// What the clients saw.
#[derive(Debug, Default)]
struct Seen {
    answers: u32,
    lost: Vec<String>,
    latest: Duration,
    workers: BTreeSet<Pid>,
}

#[test]
fn no_request_is_lost_over_restarts() {
    let restarts = if common::cases(1).cases >= 5000 {
        100
    } else {
        10
    };
    let mut starter = Running::start(&[
        "--interval",
        "0.2",
        "--port",
        "127.0.0.1:0",
        "--",
        &graceful(),
        "serve",
    ]);
    let address = starter.listening();
    starter.until("serves, generation 1");
    let (over, begin) = (AtomicBool::new(false), Instant::now());
    let (seen, report) = thread::scope(|scope| {
        let _over = SetAtEnd(&over);
        let load = scope.spawn(|| load(&address, begin, &over));
        for generation in 2..restarts + 2 {
            starter.tell(Signal::SIGHUP);
            starter.until(&format!("serves, generation {generation}"));
            starter.until("ended (exit status: 0)");
        }
        over.store(true, Ordering::Relaxed);
        let seen = load.join().expect("the load ends");
        (seen, starter.stop())
    });
    println!(
        "{restarts} restarts in {:.1?}: {} requests answered by {} workers, {} lost, the longest pause {:.1?}",
        begin.elapsed(),
        seen.answers,
        seen.workers.len(),
        seen.lost.len(),
        seen.latest
    );
    assert_eq!(seen.lost, Vec::<String>::new());
    assert!(seen.answers > PER_SECOND / 2, "the load was real");
    assert_eq!(
        seen.workers.len(),
        restarts + 1,
        "each generation has served"
    );
    let ended = |line: &&String| line.contains(" ended (exit status: 0)");
    assert_eq!(
        report.iter().filter(ended).count(),
        restarts + 1,
        "nobody was cut off"
    );
}

fn load(address: &str, begin: Instant, over: &AtomicBool) -> Seen {
    let tickets = AtomicU32::new(0);
    let client = || {
        let mut seen = Seen::default();
        while !over.load(Ordering::Relaxed) {
            let ticket = tickets.fetch_add(1, Ordering::Relaxed);
            let due = begin + Duration::from_secs(1) * ticket / PER_SECOND;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            match ask(address) {
                Ok(worker) => {
                    seen.answers += 1;
                    seen.workers.insert(worker);
                }
                Err(error) => seen.lost.push(format!("request {ticket}: {error}")),
            }
            seen.latest = seen.latest.max(due.elapsed());
        }
        seen
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients
            .into_iter()
            .fold(Seen::default(), |mut all, client| {
                let mut seen = client.join().expect("a client ends");
                all.answers += seen.answers;
                all.lost.append(&mut seen.lost);
                all.latest = all.latest.max(seen.latest);
                all.workers.append(&mut seen.workers);
                all
            })
    })
}
