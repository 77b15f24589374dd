use super::*;
use crate::errno::Errno;
use crate::event::Frame;

const TOOK: Duration = Duration::from_micros(250);

fn at(tid: Pid, kind: Kind) -> Event {
    Event {
        pid: 10,
        tid,
        time: Duration::from_secs(100),
        kind,
    }
}

fn enter(tid: Pid, name: &'static str, arguments: &str) -> Event {
    let arguments = arguments.to_owned();
    at(tid, Kind::Enter(Entry { name, arguments }))
}

fn call(tid: Pid, name: &'static str, arguments: &str, outcome: Outcome) -> Event {
    let call = Call {
        number: 0,
        name,
        arguments: arguments.to_owned(),
        spans: std::iter::once(0..arguments.len()).collect(),
        outcome,
        took: TOOK,
        stack: Vec::new(),
    };
    at(tid, Kind::Call(call))
}

fn value(value: i64) -> Outcome {
    let text = value.to_string();
    Outcome::Value { value, text }
}

fn printed(style: Style, events: &[Event]) -> String {
    let mut printer = Printer::new(Vec::new(), style);
    for event in events {
        printer.print(event).expect("a vector takes everything");
    }
    let bytes = printer.finish().expect("a vector takes everything");
    String::from_utf8(bytes).expect("lines are text")
}

fn following() -> Style {
    Style {
        task: TaskPrefix::WhenSeveral,
        attachments: true,
        endings: true,
        ..Style::default()
    }
}

#[test]
fn results_stand_in_column_40_or_one_space_behind() {
    let long = "\"a path of so many letters that it does not fit\"";
    let text = printed(
        Style::default(),
        &[
            enter(10, "read", "3, "),
            call(10, "read", "3, \"x\", 1", value(1)),
            call(
                10,
                "chdir",
                long,
                Outcome::Error(Errno::from_name("ENOENT").unwrap()),
            ),
        ],
    );
    assert_eq!(
        text,
        format!(
            "read(3, \"x\", 1)                         = 1\n\
             chdir({long}) = -1 ENOENT (No such file or directory)\n"
        )
    );
    assert_eq!(text.find(" = 1"), Some(39));
}

#[test]
fn a_call_is_cut_when_another_task_acts() {
    let text = printed(
        following(),
        &[
            enter(10, "wait4", "-1, "),
            at(11, Kind::Attached),
            enter(11, "close", "4"),
            call(11, "close", "4", value(0)),
            at(11, Kind::Exited(3)),
            call(10, "wait4", "-1, NULL, 0, NULL", value(11)),
        ],
    );
    assert_eq!(
        text,
        "wait4(-1,  <unfinished ...>\n\
         syscalls: process 11 attached\n\
         [pid    11] close(4)                    = 0\n\
         [pid    11] +++ exited with 3 +++\n\
         <... wait4 resumed>NULL, 0, NULL)       = 11\n"
    );
}

#[test]
fn a_file_says_the_task_on_every_line() {
    let style = Style {
        task: TaskPrefix::Always,
        endings: true,
        ..Style::default()
    };
    let text = printed(
        style,
        &[
            enter(10, "exit_group", "0"),
            call(10, "exit_group", "0", Outcome::Never),
            at(10, Kind::Exited(0)),
        ],
    );
    assert_eq!(
        text,
        "10    exit_group(0)                     = ?\n\
         10    +++ exited with 0 +++\n"
    );
}

#[test]
fn a_task_killed_inside_a_call() {
    let killed = Kind::Killed {
        signal: "SIGKILL".to_owned(),
        number: 9,
        core_dumped: false,
    };
    let text = printed(
        following(),
        &[
            enter(10, "read", "0, "),
            call(10, "read", "0, <unfinished ...>", Outcome::Never),
            at(10, killed),
        ],
    );
    assert_eq!(
        text,
        "read(0,  <unfinished ...>)              = ?\n\
         +++ killed by SIGKILL +++\n"
    );
}

#[test]
fn a_killed_task_whose_call_was_cut() {
    let text = printed(
        following(),
        &[
            enter(10, "read", "0, "),
            enter(11, "getpid", ""),
            call(11, "getpid", "", value(10)),
            call(10, "read", "0, <unfinished ...>", Outcome::Never),
        ],
    );
    assert_eq!(
        text,
        "read(0,  <unfinished ...>\n\
         [pid    11] getpid()                    = 10\n\
         [pid    10] <... read resumed> <unfinished ...>) = ?\n"
    );
}

#[test]
fn execve_in_a_thread_goes_on_under_the_process() {
    let text = printed(
        following(),
        &[
            enter(10, "futex", "0x1"),
            enter(12, "execve", "\"/bin/true\""),
            call(10, "futex", "0x1", Outcome::Never),
            at(10, Kind::Superseded { by: 12 }),
            call(10, "execve", "\"/bin/true\"", value(0)),
        ],
    );
    assert_eq!(
        text,
        "futex(0x1 <unfinished ...>\n\
         [pid    12] execve(\"/bin/true\" <unfinished ...>\n\
         [pid    10] <... futex resumed>)        = ?\n\
         [pid    10] +++ superseded by execve in pid 12 +++\n\
         <... execve resumed>)                   = 0\n"
    );
}

#[test]
fn signals_stops_and_deaths() {
    let signal = Kind::Signal {
        name: "SIGSEGV".to_owned(),
        info: "{si_signo=SIGSEGV}".to_owned(),
    };
    let killed = Kind::Killed {
        signal: "SIGSEGV".to_owned(),
        number: 11,
        core_dumped: true,
    };
    let stopped = Kind::Stopped("SIGSTOP".to_owned());
    let text = printed(following(), &[stopped, signal, killed].map(|k| at(10, k)));
    assert_eq!(
        text,
        "--- stopped by SIGSTOP ---\n\
         --- SIGSEGV {si_signo=SIGSEGV} ---\n\
         +++ killed by SIGSEGV (core dumped) +++\n"
    );
}

#[test]
fn leaving_a_task_inside_a_call() {
    let text = printed(
        following(),
        &[enter(10, "read", "0, "), at(10, Kind::Detached)],
    );
    assert_eq!(
        text,
        "read(0,  <detached ...>\nsyscalls: process 10 detached\n"
    );
}

#[test]
fn times() {
    let style = |clock, relative, took| Style {
        clock,
        relative,
        took,
        ..Style::default()
    };
    let later = |mut event: Event| {
        event.time += Duration::from_millis(1500);
        event
    };
    let events = [
        call(10, "a", "", value(1)),
        later(call(10, "b", "", value(2))),
    ];
    assert_eq!(
        printed(style(Some(Clock::Epoch), false, true), &events),
        "100.000000 a()                          = 1 <0.000250>\n\
         101.500000 b()                          = 2 <0.000250>\n"
    );
    assert_eq!(
        printed(style(None, true, false), &events),
        "     0.000000 a()                       = 1\n     1.500000 b()                       = 2\n"
    );
    let of_day = printed(style(Some(Clock::Microseconds), true, false), &events);
    let second = of_day.lines().nth(1).expect("two lines");
    assert!(second.contains(".500000 (+     1.500000) b()"), "{second}");
}

#[test]
fn stacks_stand_under_their_call() {
    let mut event = call(10, "getpid", "", value(10));
    let inner = Frame {
        function: Some("id".to_owned()),
        file: Some("src/id.rs".into()),
        line: Some(7),
        inlined: true,
        ..Frame::default()
    };
    let outer = Frame {
        address: 0x1234,
        module: Some("/bin/tool".into()),
        function: Some("main".to_owned()),
        ..Frame::default()
    };
    if let Kind::Call(call) = &mut event.kind {
        call.stack = vec![inner, outer];
    }
    let text = printed(Style::default(), &[event]);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [" > src/id.rs:7 id (inlined)", " > main [0x1234] (tool)"]
    );
}

#[test]
fn what_is_waited_for_is_seen_where_somebody_watches() {
    let shown = |flush| {
        let style = Style {
            flush,
            ..Style::default()
        };
        let mut printer = Printer::new(Vec::new(), style);
        printer.print(&enter(10, "read", "0, ")).expect("printed");
        printer.out.len()
    };
    assert_eq!(shown(Flush::Calls), "read(0, ".len());
    assert_eq!(shown(Flush::Lines), 0);
}

#[test]
fn json_has_what_a_program_wants() {
    let failed = Outcome::Error(Errno::from_name("EBADF").unwrap());
    let object = json(&call(11, "close", "77", failed)).expect("a call is an object");
    assert_eq!(object["event"], "call");
    assert_eq!(object["call"], "close");
    assert_eq!(object["arguments"], serde_json::json!(["77"]));
    assert_eq!(object["result"], -1);
    assert_eq!(object["error"], "EBADF");
    assert_eq!(object["tid"], 11);
    assert_eq!(object["took"], 0.00025);
    assert_eq!(json(&enter(10, "read", "0, ")), None);
}
