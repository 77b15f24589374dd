//! The trace: events count what a program did, states add up, JSON is whole, and a browser shows it.

mod common;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{have, output_of, tool, wait};
use concurrency::runtime::{
    Builder, Runtime, blocking, sleep, spawn, spawn_named, timeout, waiting_for, yield_now,
};
use concurrency::trace::{self, Kind, Outcome, RegionError, State, Trace};
use serde_json::Value;

/// A program of all kinds of events, recorded from beginning to end.
fn record(processors: usize) -> Trace {
    let runtime = Builder::new().processors(processors).build().unwrap();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY).unwrap();
    runtime.block_on(async {
        let (to_waiter, from_main) = channels::channel::<u32>(1);
        let waiter = spawn_named("waiter", async move {
            waiting_for(&"chan receive", from_main.recv_async()).await
        });
        let busy: Vec<_> = (0..20)
            .map(|_| {
                spawn(async {
                    for _ in 0..50 {
                        yield_now().await;
                    }
                })
            })
            .collect();
        let calls = spawn_named("calls", async {
            for _ in 0..3 {
                blocking(|| std::thread::sleep(Duration::from_millis(2)));
            }
        });
        sleep(Duration::from_millis(5)).await;
        to_waiter.send_async(1).await.unwrap();
        waiter.await.unwrap().unwrap();
        calls.await.unwrap();
        for task in busy {
            task.await.unwrap();
        }
    });
    drop(runtime);
    recording.stop()
}

#[test]
fn events_count_what_the_program_did() {
    for processors in [1, 2, 4] {
        let trace = record(processors);
        assert_eq!(trace.dropped, 0);
        assert_eq!(trace.count(Kind::Create), 22);
        assert_eq!(
            trace.count(Kind::End),
            23,
            "the tasks and block_on's future"
        );
        assert_eq!(
            trace.count(Kind::Yield) + trace.count(Kind::Preempt),
            20 * 50
        );
        assert_eq!(trace.count(Kind::SyscallEnter), 3);
        assert_eq!(trace.count(Kind::SyscallExit), 3);
        let over = [Kind::Stop, Kind::Yield, Kind::Preempt, Kind::End];
        let over: usize = over.into_iter().map(|kind| trace.count(kind)).sum();
        assert_eq!(trace.count(Kind::Start), over, "each turn is over once");
        assert!(trace.events.is_sorted_by_key(|event| event.time));
    }
}

#[test]
fn timers_ring_or_are_stopped() {
    let runtime = Builder::new().processors(2).build().unwrap();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY).unwrap();
    let limit = Duration::from_secs(600);
    runtime.block_on(async {
        spawn_named("sleeper", async { sleep(Duration::from_millis(20)).await })
            .await
            .unwrap();
        spawn_named("hasty", timeout(limit, yield_now()))
            .await
            .unwrap()
            .unwrap();
        let (to_main, from_patient) = channels::channel(1);
        let waits = async move {
            // Behind this its timer is set.
            yield_now().await;
            to_main.send_async(()).await.unwrap();
            std::future::pending::<()>().await;
        };
        drop(spawn_named("patient", timeout(limit, waits)));
        from_patient.recv_async().await.unwrap();
    });
    let trace = recording.stop();
    let numbers = [Kind::TimerSet, Kind::TimerFire, Kind::TimerStop].map(|kind| trace.count(kind));
    assert_eq!(numbers, [3, 1, 1]);
    let timeline = trace.timeline();
    let of = |name: &str| {
        let task = timeline.task(name).unwrap().id;
        let mut its = timeline.timers.iter().filter(|timer| timer.task == task);
        *its.next().expect("it has set one")
    };
    let [sleeper, hasty, patient] = ["sleeper", "hasty", "patient"].map(of);
    assert_eq!(sleeper.outcome, Outcome::Rang);
    assert!(sleeper.begin < sleeper.end);
    assert_eq!(hasty.outcome, Outcome::Stopped);
    assert!(hasty.end < hasty.due);
    assert_eq!(patient.outcome, Outcome::Pending);
    assert_eq!(patient.end, timeline.duration);
}

#[test]
fn regions_end_inside_out_whichever_turn_they_began_in() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY).unwrap();
    runtime.block_on(async {
        let task = spawn(async {
            let outer = trace::region("outer");
            yield_now().await;
            let middle = trace::region("middle");
            drop(trace::region("first"));
            let inner = trace::region("inner");
            assert_eq!(outer.end(), Err(RegionError::NotInnermost(2)));
            drop(trace::region("late"));
            yield_now().await;
            assert_eq!(middle.end(), Err(RegionError::NotInnermost(1)));
            // And with it those around it that wait for that.
            assert_eq!(inner.end(), Ok(()));
            drop(trace::region("alone"));
        });
        task.await.unwrap();
    });
    let trace = recording.stop();
    assert_eq!(trace.refused, 2);
    assert_eq!(trace.count(Kind::RegionBegin), 6);
    assert_eq!(trace.count(Kind::RegionEnd), 6);
    let regions = trace.timeline().regions;
    let depths: Vec<_> = regions.iter().map(|r| (&*r.name, r.depth)).collect();
    let expected = [
        ("outer", 0),
        ("middle", 1),
        ("first", 2),
        ("inner", 2),
        ("late", 3),
        ("alone", 0),
    ];
    assert_eq!(depths, expected);
    let [outer, middle, first, inner, late, alone] = &regions[..] else {
        panic!("six regions: {regions:?}");
    };
    let ends = [first, late, inner, middle, outer, alone].map(|region| region.end);
    assert!(ends.is_sorted(), "{ends:?}");
}

#[test]
fn a_region_of_an_earlier_recording_is_not_told_of() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let handle = runtime.handle();
    let start = || trace::start(&handle, trace::DEFAULT_CAPACITY).unwrap();
    let trace = runtime.block_on(async {
        let earlier = start();
        let (across_a_turn, within_one) = (trace::region("across"), trace::region("within"));
        let _ = earlier.stop();
        let recording = start();
        drop(within_one);
        let new = trace::region("new");
        assert_eq!(across_a_turn.end(), Ok(()));
        drop(new);
        recording.stop()
    });
    assert_eq!(trace.refused, 0);
    assert_eq!(trace.count(Kind::RegionBegin), 1);
    assert_eq!(trace.count(Kind::RegionEnd), 1);
}

#[test]
fn states_follow_each_other_without_a_gap() {
    let timeline = record(2).timeline();
    assert_eq!(timeline.tasks.len(), 23);
    for task in &timeline.tasks {
        let label = task.label();
        for pair in task.slices.windows(2) {
            assert_eq!(pair[0].end, pair[1].begin, "{label}: {pair:?}");
        }
        let states = [
            State::Running,
            State::Runnable,
            State::Waiting,
            State::Syscall,
        ];
        let sum: u64 = states.into_iter().map(|state| task.total(state)).sum();
        assert_eq!(sum, task.slices.last().unwrap().end - task.slices[0].begin);
    }
    let waiter = timeline.task("waiter").unwrap();
    assert!(
        waiter
            .slices
            .iter()
            .any(|slice| slice.reason == "chan receive")
    );
    assert!(waiter.place.contains("tests/trace.rs:"));
    let calls = timeline.task("calls").unwrap();
    assert!(calls.total(State::Syscall) >= Duration::from_millis(6).as_nanos() as u64);
}

#[test]
fn a_processor_runs_one_task_at_a_time() {
    let timeline = record(2).timeline();
    for lane in timeline.processors.iter().chain(&timeline.machines) {
        let slices = lane.slices.iter().map(|(id, index)| {
            let task = timeline.tasks.iter().find(|task| task.id == *id).unwrap();
            &task.slices[*index]
        });
        let slices: Vec<_> = slices.collect();
        for pair in slices.windows(2) {
            assert!(pair[0].end <= pair[1].begin, "lane {}: {pair:?}", lane.id);
        }
        assert!(lane.busy <= timeline.duration);
    }
}

#[test]
fn there_is_one_recording_at_a_time_and_another_after_it() {
    let runtime = Runtime::new();
    let first = trace::start(&runtime.handle(), 1 << 16).unwrap();
    assert!(trace::start(&runtime.handle(), 1 << 16).is_err());
    runtime.block_on(async { spawn(async {}).await.unwrap() });
    assert_eq!(first.stop().count(Kind::Create), 1);
    runtime.block_on(async { spawn(async {}).await.unwrap() });
    let second = trace::start(&runtime.handle(), 1 << 16).unwrap();
    runtime.block_on(async {
        spawn(async {}).await.unwrap();
        spawn(async {}).await.unwrap();
    });
    assert_eq!(second.stop().count(Kind::Create), 2);
}

#[test]
fn a_full_recording_keeps_the_newest_and_counts_the_others() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let recording = trace::start(&runtime.handle(), 1 << 14).unwrap();
    runtime.block_on(async {
        spawn(async {
            for _ in 0..20_000 {
                yield_now().await;
            }
        })
        .await
        .unwrap();
    });
    let trace = recording.stop();
    assert!(trace.dropped > 30_000 && trace.events.len() < 5_000);
    assert_eq!(trace.count(Kind::Create), 0, "it was long ago");
    assert!(trace.count(Kind::End) >= 1);
}

#[test]
fn chrome_json_is_whole_and_has_the_same_sums() {
    let trace = record(2);
    let timeline = trace.timeline();
    let json: Value = serde_json::from_str(&trace.to_chrome()).unwrap();
    assert_eq!(json["otherData"]["events"], trace.events.len());
    let events = json["traceEvents"].as_array().unwrap();
    let mut open: HashMap<(String, String), i64> = HashMap::new();
    let mut sums: BTreeMap<(u64, String), f64> = BTreeMap::new();
    for event in events {
        let text = |key: &str| event[key].to_string();
        match event["ph"].as_str().unwrap() {
            "b" | "s" => *open.entry((text("cat"), text("id"))).or_default() += 1,
            "e" | "f" => *open.entry((text("cat"), text("id"))).or_default() -= 1,
            "X" if event["pid"] == 3 => {
                let state = event["cat"].as_str().unwrap().to_owned();
                let key = (event["tid"].as_u64().unwrap(), state);
                *sums.entry(key).or_default() += event["dur"].as_f64().unwrap();
            }
            "X" | "M" | "i" => {}
            other => panic!("an event of kind {other}"),
        }
    }
    assert!(
        open.values().all(|&balance| balance == 0),
        "what begins ends"
    );
    for task in &timeline.tasks {
        let running = sums
            .get(&(task.id.0, "running".to_owned()))
            .copied()
            .unwrap_or(0.0);
        assert!((running - task.total(State::Running) as f64 / 1e3).abs() < 1.0);
    }
}

/// The elements of the page after its program has run, with `script` run behind it.
fn load(page: &str, script: &str, address: &str, folder: &Path) -> String {
    let file = folder.join("page.html");
    let page = page.replace("</body>", &format!("<script>{script}</script></body>"));
    std::fs::write(&file, page).unwrap();
    let profile = folder.join("profile");
    let mut browser = Command::new("chromium");
    browser
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .args(["--window-size=1200,700", "--virtual-time-budget=2000"])
        // No name leads anywhere: the page has to do without the net.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}{address}", file.display()))
        .env("TMPDIR", folder);
    String::from_utf8(output_of(&mut browser)).unwrap()
}

fn data<'a>(dom: &'a str, name: &str) -> &'a str {
    let body = &dom[dom.find("<body").expect("a page has a body")..];
    let mark = format!("data-{name}=\"");
    let rest = body
        .split_once(&mark)
        .unwrap_or_else(|| panic!("{name} in {body:.300}"))
        .1;
    rest.split_once('"').unwrap().0
}

#[test]
fn a_browser_shows_the_lanes_and_their_sums_agree() {
    if !have("chromium") {
        return;
    }
    let trace = record(2);
    let timeline = trace.timeline();
    let folder = tempfile::tempdir().unwrap();
    let dom = load(&trace::page(&trace.to_chrome()), "", "", folder.path());
    assert_eq!(data(&dom, "ready"), "yes");
    assert_eq!(data(&dom, "processors"), "2");
    assert_eq!(data(&dom, "machines"), timeline.machines.len().to_string());
    assert_eq!(data(&dom, "tasks"), timeline.tasks.len().to_string());
    assert_eq!(data(&dom, "timers"), timeline.timers.len().to_string());
    let sums: Value = serde_json::from_str(&data(&dom, "sums").replace("&quot;", "\"")).unwrap();
    for lane in &timeline.processors {
        let shown = sums["processors"][lane.id.to_string()].as_f64().unwrap();
        assert!((shown - lane.busy as f64 / 1e3).abs() < 1.0);
    }
    for task in &timeline.tasks {
        for state in [
            State::Running,
            State::Runnable,
            State::Waiting,
            State::Syscall,
        ] {
            let shown = sums["tasks"][task.id.0.to_string()][state.name()]
                .as_f64()
                .unwrap();
            assert!((shown - task.total(state) as f64 / 1e3).abs() < 1.0);
        }
    }
}

#[test]
fn a_click_selects_and_keys_and_search_work() {
    if !have("chromium") {
        return;
    }
    let trace = record(2);
    let folder = tempfile::tempdir().unwrap();
    let page = trace::page(&trace.to_chrome());
    // What a mouse and a keyboard do, at the place where the first slice of P0 is.
    let script = "
        const at = traceView.middleOf(1, 0, 0), lanes = document.getElementById('lanes');
        const box = lanes.getBoundingClientRect();
        for (const type of ['pointerdown', 'pointerup']) lanes.dispatchEvent(new PointerEvent(type,
            { clientX: box.left + at.x, clientY: box.top + at.y, bubbles: true }));
        document.body.dataset.wanted = at.g;
        document.body.dataset.clicked = document.body.dataset.selected;
        const key = (key) => document.dispatchEvent(new KeyboardEvent('keydown', { key }));
        key('w');
        document.body.dataset.zoomed = +document.body.dataset.to - +document.body.dataset.from;
        key('0');
        document.body.dataset.all = +document.body.dataset.to - +document.body.dataset.from;
        key('Escape');
        document.body.dataset.escaped = document.body.dataset.selected === '';
        const search = document.getElementById('search');
        search.value = 'wait';
        search.dispatchEvent(new Event('change'));
        document.body.dataset.panel = document.querySelector('#panel h2').textContent;
        search.value = 'block_on';
        search.dispatchEvent(new Event('change'));
        const titles = [...document.querySelectorAll('#panel h2')].map((title) => title.textContent);
        document.body.dataset.titles = titles.join(', ');";
    let dom = load(&page, script, "", folder.path());
    assert_eq!(data(&dom, "clicked"), data(&dom, "wanted"));
    let span = |name| data(&dom, name).parse::<f64>().unwrap();
    assert!(span("zoomed") < span("all"));
    assert_eq!(data(&dom, "escaped"), "true");
    assert!(data(&dom, "panel").ends_with(" waiter"));
    assert_eq!(data(&dom, "titles"), "block_on, Timers, History");
    let chosen = load(&page, "", "#select=G1", folder.path());
    assert_eq!(data(&chosen, "selected"), "1");
    assert_ne!(data(&chosen, "selected-slices"), "0");
}

#[test]
fn a_name_cannot_end_the_pages_data() {
    let runtime = Runtime::new();
    let recording = trace::start(&runtime.handle(), 1 << 16).unwrap();
    runtime.block_on(async {
        spawn_named("</script><b>", async {}).await.unwrap();
    });
    let page = trace::page(&recording.stop().to_chrome());
    assert!(!page.contains("</script><b>"));
}

#[test]
fn the_tool_writes_traces_and_serves_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for load in ["sequential", "concurrent", "mixed"] {
        let json = path("t.json");
        output_of(&mut tool(&[
            "trace", "-o", &json, "--load", load, "--procs", "2",
        ]));
        let text = std::fs::read_to_string(&json).unwrap();
        assert!(serde_json::from_str::<Value>(&text).unwrap()["traceEvents"].is_array());
    }
    output_of(&mut tool(&[
        "trace",
        "-o",
        &path("t.html"),
        "--load",
        "concurrent",
    ]));
    assert!(
        std::fs::read_to_string(path("t.html"))
            .unwrap()
            .starts_with("<!doctype html>")
    );
    output_of(&mut tool(&[
        "view",
        &path("t.json"),
        "--write",
        &path("v.html"),
    ]));

    let mut server = tool(&["view", &path("t.json"), "--once"]);
    let mut server = server.stderr(Stdio::inherit()).spawn().unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    assert!(address.starts_with("127.0.0.1:"));
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with(&std::fs::read_to_string(path("v.html")).unwrap()));
    assert!(wait(&mut server).success());

    // Nobody asks for the page, so the server ends.
    let mut forgotten = tool(&["view", &path("t.json"), "--idle", "1"]);
    assert!(wait(&mut forgotten.spawn().unwrap()).success());
}

#[test]
fn what_is_no_trace_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.json");
    for text in ["", "[]", "{\"a\": 1}", "no"] {
        std::fs::write(&file, text).unwrap();
        let outcome = tool(&["view", file.to_str().unwrap()]).output().unwrap();
        assert_eq!(outcome.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&outcome.stderr).contains("x.json"));
    }
}
