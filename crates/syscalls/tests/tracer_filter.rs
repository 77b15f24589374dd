//! Filters: what the kernel leaves out is what the filter leaves out of a full trace.
#![cfg(target_os = "linux")]

mod tracer_common;

use std::collections::BTreeMap;

use syscalls::event::{Kind, Pid};
use syscalls::filter::Filter;
use syscalls::trace::{Command, Ending, Options, Recording, Tracer};
use tracer_common::{count, deadline, follow, record, root};

fn filtered(expressions: &[&str], follow: bool) -> Options {
    let mut filter = Filter::default();
    for expression in expressions {
        filter.add(expression).expect("an expression");
    }
    Options {
        filter,
        follow,
        ..Options::default()
    }
}

/// The calls of each task that made any, without numbers that differ from run to run.
fn calls_by_task(recording: &Recording, filter: &Filter) -> Vec<Vec<String>> {
    let mut tasks: BTreeMap<Pid, Vec<String>> = BTreeMap::new();
    for event in &recording.events {
        if let Kind::Call(call) = &event.kind
            && filter.admits(call.name)
            && filter.admits_outcome(&call.outcome)
        {
            let calls = tasks.entry(event.tid).or_default();
            calls.push(format!("{} {}", call.name, call.failed()));
        }
    }
    let mut calls: Vec<_> = tasks.into_values().collect();
    calls.sort();
    calls
}

#[test]
fn the_kernel_leaves_out_what_the_filter_does() {
    let script = "cat /etc/passwd | head -c 10; ls / /nowhere; exit 3";
    let (_, writer) = std::io::pipe().expect("a pipe");
    let command = Command::new("sh")
        .args(["-c", script])
        .stderr(writer.try_clone().expect("a copy"))
        .stdout(std::fs::File::create("/dev/null").expect("a file"));
    let full = record(&command, follow());
    let sets: [&[&str]; 5] = [
        &["trace=openat,read,execve"],
        &["trace=openat,read,execve", "status=failed"],
        &["trace=%file"],
        &["trace=!%file,wait4,rt_sigreturn,rt_sigprocmask,write"],
        &["trace=exit_group"],
    ];
    for expressions in sets {
        let options = filtered(expressions, true);
        let filter = options.filter.clone();
        let part = record(&command, options);
        let told = calls_by_task(&part, &filter);
        assert!(!told.is_empty());
        assert_eq!(told, calls_by_task(&full, &filter), "{expressions:?}");
        assert_eq!(part.ending, Ending::Exited(3));
        let calls: usize = told.iter().map(Vec::len).sum();
        assert_eq!(calls, count(&part, |e| matches!(e.kind, Kind::Call(_))));
    }
}

#[test]
fn children_that_are_not_followed_run_all_the_same() {
    let script = "cat /etc/hostname > /dev/null & wait $! && exit 5";
    let command = Command::new("sh").args(["-c", script]);
    let recording = record(&command, filtered(&["trace=openat,execve"], false));
    assert_eq!(recording.ending, Ending::Exited(5));
    let first = root(&recording);
    assert!(recording.events.iter().all(|event| event.tid == first));
}

#[test]
fn a_filter_by_outcome_tells_no_entries() {
    let command = Command::new("ls")
        .arg("/")
        .stdout(std::fs::File::create("/dev/null").expect("a file"));
    let recording = record(&command, filtered(&["status=failed"], true));
    assert_eq!(count(&recording, |e| matches!(e.kind, Kind::Enter(_))), 0);
    let calls: Vec<_> = recording.calls().collect();
    assert!(!calls.is_empty() && calls.iter().all(|call| call.failed()));
}

#[test]
fn a_filtered_program_cannot_be_left_to_itself() {
    let command = Command::new("sleep").arg("1000");
    let mut tracer = Tracer::spawn(&command, filtered(&["trace=execve"], true)).expect("a tracer");
    let _deadline = deadline("the end of sleep");
    let error = tracer.detach().expect_err("a filter");
    assert!(error.to_string().contains("filter"), "{error}");
}
