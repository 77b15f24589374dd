//! A real server on our allocator, under load: what it takes from the system levels off.
//!
//! All that this process does is on it: three engines one after the other, which compress, read files
//! and echo bodies, and the clients that drive them. A few seconds in every run, ten minutes when
//! `PROPTEST_CASES` asks for a thorough search.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::thread;
use std::time::Duration;

use memory::alloc::ThreadCaching;
use tcp_http::client::{Request, Url};
use tcp_http::load::{self, Plan, Report};
use tcp_http::server::{Engine, Files, Server, Site};

#[global_allocator]
static ALLOCATOR: ThreadCaching = ThreadCaching;

/// How much more a process may have had resident at the end than after the first third of its work:
/// connections and buffers that had not met before.
const SLACK: u64 = 8 << 20;

/// The most that was resident at any time, in bytes.
///
/// Linux's `ru_maxrss` would begin with what the program had that started this one: cargo's memory is more
/// than ours. `VmHWM` begins with execve(2).
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "macos")]
fn peak() -> u64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let most = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss();
    u64::try_from(most).unwrap()
}

fn drive(request: Request, duration: Duration) -> Report {
    let plan = Plan {
        connections: 16,
        duration,
        ..Plan::new(request)
    };
    load::run(&plan, |_| {}).unwrap()
}

/// Three kinds of requests at once, all of which have to be answered.
fn drive_all(address: &str, duration: Duration) -> u64 {
    let url = |path: &str| format!("http://{address}{path}").parse::<Url>().unwrap();
    let requests = [
        Request::get(url("/page.html"))
            .with("Accept-Encoding", "gzip")
            .unwrap(),
        Request::get(url("/small.txt")),
        Request::post(url("/echo"), vec![b'e'; 64 << 10]),
    ];
    thread::scope(|scope| {
        let drivers = requests.map(|request| scope.spawn(move || drive(request, duration)));
        drivers
            .into_iter()
            .map(|driver| {
                let report = driver.join().unwrap();
                assert_eq!(report.errors.total(), 0, "{:?}", report.errors);
                assert_eq!(report.bad_statuses(), 0, "{:?}", report.statuses);
                report.answers()
            })
            .sum()
    })
}

/// How much the peak still grew after the first third of `duration`.
fn growth(engine: Engine, root: &Path, duration: Duration) -> u64 {
    let site = Site::new(Files::open(root).unwrap());
    let server = Server::builder(site)
        .engine(engine)
        .workers(2)
        .bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap();
    let address = server.local_addr().to_string();
    let stop = server.stop_handle();
    let serving = thread::spawn(move || server.run());
    let third = duration / 3;
    let answers = drive_all(&address, third);
    let settled = peak();
    let more = drive_all(&address, duration - third);
    stop.stop(Duration::from_secs(60));
    serving.join().unwrap().unwrap();
    let grown = peak().saturating_sub(settled);
    println!(
        "{engine:?}: {} answers, peak {} MiB, of which {} KiB late",
        answers + more,
        peak() >> 20,
        grown >> 10
    );
    grown
}

#[test]
fn a_server_under_load_levels_off() {
    let is_thorough = std::env::var_os("PROPTEST_CASES").is_some();
    let duration = Duration::from_secs(if is_thorough { 200 } else { 1 });
    let root = tempfile::tempdir().unwrap();
    let page: String = (0..2000)
        .map(|line| format!("<p>line {line} of a page</p>\n"))
        .collect();
    fs::write(root.path().join("page.html"), page).unwrap();
    fs::write(root.path().join("small.txt"), "a few bytes\n").unwrap();
    for engine in [Engine::Threads, Engine::Poll, Engine::Tokio] {
        let grown = growth(engine, root.path(), duration);
        assert!(grown <= SLACK, "{engine:?}: {grown} bytes more");
    }
}
