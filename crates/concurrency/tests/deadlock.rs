//! A runtime whose tasks all wait for each other says so. Each scene runs in a process of its own: what
//! is believed depends on which threads the process has.

use std::env;
use std::process::{Command, ExitCode};
use std::time::Duration;

use concurrency::runtime::{Builder, Policy, Runtime, sleep, spawn, spawn_named, waiting_for};

const SCENES: &[(&str, fn())] = &[
    ("all_tasks_are_named", all_tasks_are_named),
    ("main_alone", main_alone),
    ("a_timer_is_waited_for", a_timer_is_waited_for),
    ("a_foreign_thread_may_help", a_foreign_thread_may_help),
    (
        "a_foreign_thread_is_not_trusted",
        a_foreign_thread_is_not_trusted,
    ),
    (
        "the_next_future_runs_all_the_same",
        the_next_future_runs_all_the_same,
    ),
];

fn main() -> ExitCode {
    if let Ok(name) = env::var("SCENE") {
        let scene = SCENES.iter().find(|(scene, _)| *scene == name);
        scene.expect("a scene of this file").1();
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    println!("\nrunning {} tests", SCENES.len());
    for (name, _) in SCENES {
        let me = env::current_exe().expect("this program has a path");
        let outcome = Command::new(me).env("SCENE", name).output();
        let outcome = outcome.expect("this program runs");
        let passed = outcome.status.success();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        if !passed {
            failed += 1;
            println!("{}", String::from_utf8_lossy(&outcome.stderr));
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let passed = SCENES.len() - failed;
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out\n"
    );
    ExitCode::from(u8::from(failed > 0))
}

fn all_tasks_are_named() {
    let deadlock = Runtime::new().try_block_on(async {
        let (to_a, from_b) = channels::channel::<()>(0);
        let (to_b, from_a) = channels::channel::<()>(0);
        let a = spawn_named("a", async move {
            let _ = waiting_for(&"chan receive", from_b.recv_async()).await;
            let _ = to_b.send_async(()).await;
        });
        let _b = spawn_named("b", async move {
            let _ = waiting_for(&"chan receive", from_a.recv_async()).await;
            let _ = to_a.send_async(()).await;
        });
        a.await
    });
    let report = deadlock.expect_err("they wait for each other").to_string();
    assert!(
        report.starts_with("all tasks are asleep - deadlock!"),
        "{report}"
    );
    for name in ["\"a\"", "\"b\""] {
        let line = report.lines().find(|line| line.contains(name));
        let line = line.unwrap_or_else(|| panic!("{name} is missing in {report}"));
        assert!(line.contains("[chan receive]"), "{line}");
        assert_eq!(line.matches("deadlock.rs:").count(), 2, "{line}");
    }
}

fn main_alone() {
    let deadlock = Runtime::new().try_block_on(std::future::pending::<()>());
    assert!(deadlock.is_err());
}

fn a_timer_is_waited_for() {
    let outcome = Runtime::new().try_block_on(async {
        spawn(sleep(Duration::from_millis(50))).await.unwrap();
        7
    });
    assert_eq!(outcome, Ok(7));
}

fn a_foreign_thread_may_help() {
    let (tx, rx) = channels::channel(0);
    let helper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        tx.send(7).unwrap();
    });
    let outcome = Runtime::new().try_block_on(rx.recv_async());
    assert_eq!(outcome, Ok(Ok(7)));
    helper.join().unwrap();
}

fn a_foreign_thread_is_not_trusted() {
    let (stop, wait) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || wait.recv());
    let runtime = Builder::new().deadlock(Policy::Always).build().unwrap();
    assert!(runtime.try_block_on(std::future::pending::<()>()).is_err());
    drop(stop);
    assert!(other.join().unwrap().is_err(), "nobody has sent anything");
}

fn the_next_future_runs_all_the_same() {
    let runtime = Runtime::new();
    assert!(runtime.try_block_on(std::future::pending::<()>()).is_err());
    assert_eq!(
        runtime.try_block_on(async { spawn(async { 7 }).await.unwrap() }),
        Ok(7)
    );
}
