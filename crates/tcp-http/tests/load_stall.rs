//! What a load reports, of a server about which everything is known.

mod common;
mod http_cases;
mod raw_server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use raw_server::RawServer;
use tcp_http::client::Request;
use tcp_http::load::histogram::Histogram;
use tcp_http::load::{self, LoadError, Plan, Report};

const HI: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

fn plan(server: &RawServer, milliseconds: u64) -> Plan {
    let url = server.url("/").parse().expect("this is a URL");
    Plan {
        duration: Duration::from_millis(milliseconds),
        ..Plan::new(Request::get(url))
    }
}

fn run(plan: &Plan) -> Report {
    load::run(plan, |_| {}).expect("the load can be made")
}

/// A busy machine may need longer until there is anything to be seen.
fn run_until(mut plan: Plan, is_enough: impl Fn(&Report) -> bool) -> (Report, Plan) {
    loop {
        let report = run(&plan);
        if is_enough(&report) || plan.duration > LONGEST {
            return (report, plan);
        }
        plan.duration *= 3;
    }
}

const LONGEST: Duration = Duration::from_secs(5);

const STALL: Duration = Duration::from_millis(500);

/// Answers at once, but for one stall when it has answered for a while.
fn stalling() -> RawServer {
    let gate = Arc::new(RwLock::new(()));
    let answers = Arc::new(AtomicUsize::new(0));
    let server = {
        let (gate, answers) = (Arc::clone(&gate), Arc::clone(&answers));
        RawServer::start(move |_, peer| {
            while peer.request().is_some() {
                drop(gate.read());
                answers.fetch_add(1, Ordering::SeqCst);
                peer.send(HI);
            }
        })
    };
    thread::spawn(move || {
        let deadline = Instant::now() + common::DEADLINE;
        while answers.load(Ordering::SeqCst) < 50 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        let _closed = gate.write();
        thread::sleep(STALL);
    });
    server
}

#[test]
fn the_closed_loop_hides_a_stall() {
    let mut duration = 1500;
    let report = loop {
        let report = run(&Plan {
            connections: 2,
            ..plan(&stalling(), duration)
        });
        // With fewer there is no talking of the 99th percentile.
        if report.answers() >= 1000 || duration > 20_000 {
            break report;
        }
        duration *= 3;
    };
    // Each connection had one request out when the server stood still.
    assert!(report.latency.max() >= 250_000_000, "{report:?}");
    assert!(report.latency.percentile(99.0) < 250_000_000, "{report:?}");
}

#[test]
fn the_open_loop_shows_it() {
    let report = run(&Plan {
        connections: 2,
        rate: Some(400.0),
        ..plan(&stalling(), 1500)
    });
    // A third of all requests was due within the stall, and had to wait for its end.
    assert!(report.latency.percentile(99.0) >= 400_000_000, "{report:?}");
    assert!(report.latency.percentile(80.0) >= 100_000_000, "{report:?}");
    assert_eq!(report.answers() + report.unsent, 600, "{report:?}");
}

#[test]
fn answers_are_counted_exactly() {
    for (connections, threads, pipeline) in
        [(1, 1, 1), (7, 2, 1), (3, 1, 8), (2, 5, 3), (100, 1, 1)]
    {
        let mut duration = 100;
        let (server, report) = loop {
            let server = RawServer::keeping(HI);
            let report = run(&Plan {
                connections,
                threads,
                pipeline,
                ..plan(&server, duration)
            });
            if report.answers() > 0 || duration > 5_000 {
                break (server, report);
            }
            duration *= 3;
        };
        let answers = report.answers();
        assert!(answers > 0, "{report:?}");
        assert_eq!(answers as usize, server.requests().len());
        assert_eq!(report.bytes, answers * HI.len() as u64);
        assert_eq!(report.statuses[&200], answers);
        assert_eq!(
            (report.errors.total(), report.reconnects),
            (0, 0),
            "{report:?}"
        );
        // One more to find the address. The last may not be accepted yet.
        let deadline = Instant::now() + common::DEADLINE;
        while server.connections() < connections + 1 && Instant::now() < deadline {
            thread::yield_now();
        }
        assert_eq!(server.connections(), connections + 1);
    }
}

#[test]
fn the_rate_is_kept() {
    let server = RawServer::keeping(HI);
    let report = run(&Plan {
        rate: Some(200.0),
        threads: 2,
        ..plan(&server, 500)
    });
    assert_eq!(report.answers() + report.unsent, 100, "{report:?}");
    assert!(report.elapsed >= Duration::from_millis(490));
}

#[test]
fn a_rate_that_is_too_high_is_reported_and_not_lowered() {
    let server = RawServer::start(|_, peer| {
        while peer.request().is_some() {
            thread::sleep(Duration::from_millis(10));
            peer.send(HI);
        }
    });
    let plan = Plan {
        connections: 1,
        rate: Some(1000.0),
        ..plan(&server, 500)
    };
    let (report, plan) = run_until(plan, |report| report.answers() > 1);
    // One at a time, at least 10 ms each.
    let milliseconds = plan.duration.as_millis() as u64;
    assert!(report.answers() <= milliseconds / 10 + 1, "{report:?}");
    assert_eq!(report.answers() + report.unsent, milliseconds, "{report:?}");
    // The last that was sent had been due long before.
    assert!(report.latency.max() >= 300_000_000, "{report:?}");
}

#[test]
fn failures_are_counted_by_kind() {
    type Kind = fn(&Report) -> u64;
    let cut: Kind = |report| report.errors.cut;
    let malformed: Kind = |report| report.errors.malformed;
    for (answer, kind) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", cut),
        ("", cut),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", malformed),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nextra",
            malformed,
        ),
    ] {
        let server = RawServer::answering(answer);
        let plan = Plan {
            connections: 2,
            ..plan(&server, 300)
        };
        let (report, plan) = run_until(plan, |report| kind(report) >= 2);
        assert!(kind(&report) >= 2, "{answer:?}: {report:?}");
        // A server that is broken is not flooded: each connection waits before it tries again.
        let tries = plan.duration.as_millis() as u64 / 100 + 1;
        assert!(report.errors.total() <= 2 * tries, "{answer:?}: {report:?}");
    }
}

#[test]
fn a_server_that_closes_after_each_answer_is_connected_to_again() {
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
    ] {
        let server = RawServer::answering(answer);
        let (report, _) = run_until(plan(&server, 200), |report| report.answers() >= 20);
        // More than there are places for connections.
        assert!(report.answers() >= 20, "{report:?}");
        assert_eq!(report.errors.total(), 0, "{report:?}");
        assert!(report.reconnects >= report.answers(), "{report:?}");
    }
}

#[test]
fn silence_is_a_timeout_and_ends_the_run() {
    let server = RawServer::start(|_, peer| peer.wait_for_end());
    let plan = Plan {
        connections: 3,
        timeout: Duration::from_millis(100),
        ..plan(&server, 150)
    };
    let (report, _) = run_until(plan, |report| report.errors.timeout >= 3);
    assert!(report.errors.timeout >= 3, "{report:?}");
    assert_eq!(report.answers(), 0);
}

#[test]
fn statuses_are_no_failures_of_the_connection() {
    let server = RawServer::keeping("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    let (report, _) = run_until(plan(&server, 100), |report| report.answers() > 0);
    assert!(report.bad_statuses() > 0);
    assert_eq!(report.bad_statuses(), report.answers());
    assert_eq!(report.errors.total(), 0);
}

#[test]
fn nobody_there_is_an_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    let plan = Plan::new(Request::get(url.parse().expect("this is a URL")));
    let outcome = load::run(&plan, |_| {});
    assert!(
        matches!(outcome, Err(LoadError::Unreachable { .. })),
        "{outcome:?}"
    );
}

/// What `load` prints, given as long as it takes for there to be an answer.
fn print(arguments: &[&str]) -> String {
    for duration in ["0.2", "1", "5"] {
        let arguments = [&["load", "-d", duration], arguments].concat();
        let output = common::tool(&arguments).output().expect("the tool starts");
        if output.status.success() {
            return String::from_utf8(output.stdout).expect("it is text");
        }
        assert_eq!(output.status.code(), Some(1));
    }
    panic!("there was no answer at all");
}

#[test]
fn the_tool_reports_for_people_and_for_programs() {
    let server = RawServer::keeping(HI);
    let url = server.url("/");
    let report = print(&["-c", "3", "--json", &url]);
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let requests = report["requests"].as_u64().expect("a number");
    assert!(requests > 0);
    assert_eq!(report["statuses"]["200"], requests);
    let latency = &report["latency_us"];
    let [p50, p99, max] = [
        &latency["percentiles"]["p50"],
        &latency["percentiles"]["p99"],
        &latency["max"],
    ]
    .map(|value| value.as_f64().expect("a number"));
    assert!(0.0 < p50 && p50 <= p99 && p99 <= max, "{latency}");

    let text = print(&["-r", "100", &url]);
    assert!(text.contains(" answers in "), "{text}");
    assert!(
        text.contains("open loop") && text.contains(" 99.9 % "),
        "{text}"
    );
    assert!(text.contains('█'), "{text}");
}

proptest! {
    #![proptest_config(http_cases::cases(128))]

    #[test]
    fn percentiles_are_those_of_the_sorted_values(
        values in prop::collection::vec(any::<u64>().prop_map(|n| n >> (n % 64)), 1..200),
        percent in 0.0..=100.0_f64,
    ) {
        let mut halves = [Histogram::new(), Histogram::new()];
        for (index, value) in values.iter().enumerate() {
            halves[index % 2].record(*value);
        }
        let [mut histogram, other] = halves;
        histogram.add(&other);

        let mut sorted = values.clone();
        sorted.sort_unstable();
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        let exact = sorted[rank.clamp(1, sorted.len()) - 1];
        let found = histogram.percentile(percent);
        prop_assert!(exact <= found && found - exact <= exact / 128, "{} for {}", found, exact);
        prop_assert_eq!(histogram.min(), sorted[0]);
        prop_assert_eq!(histogram.count_up_to(u64::MAX), sorted.len() as u64);
    }
}
