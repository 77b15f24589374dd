use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// A lesson, its executable, and a folder for records.
struct Bench {
    _folder: TempDir,
    records: Records,
    lesson: Lesson,
    executable: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (source, executable) = (folder.path().join("first.rs"), folder.path().join("first"));
        fs::write(&source, "//! Claim.\nfn main() {}\n").unwrap();
        fs::write(&executable, "machine code").unwrap();
        Self {
            records: Records {
                folder: folder.path().join("lessons"),
                system: "Linux 6 x".to_owned(),
            },
            lesson: Lesson::read(&source).unwrap(),
            executable,
            _folder: folder,
        }
    }

    fn read(&self) -> Record {
        let (lesson, executable) = (&self.lesson, Some(&*self.executable));
        self.records.read(lesson, executable).unwrap()
    }
}

fn trial(outcome: Outcome) -> Trial {
    Trial {
        outcome,
        output: "two\n\nlines\n".to_owned(),
        elapsed: Duration::from_millis(12),
    }
}

fn trace() -> Trace {
    let call = Repeated {
        text: "close(3) = 0".to_owned(),
        failed: false,
        times: 2,
    };
    let place = Place {
        shown: vec![call],
        counted: vec![("write".to_owned(), 37)],
    };
    let step = Step {
        pid: 7,
        tid: 8,
        start: Duration::from_nanos(5),
        took: Duration::from_micros(3),
        what: Happening::Signal,
        text: "SIGCHLD".to_owned(),
    };
    Trace {
        lines: vec![(12, place.clone())],
        elsewhere: vec![("sh".to_owned(), place)],
        steps: vec![step],
        filtered: true,
    }
}

#[test]
fn what_is_kept_is_read_again() {
    let bench = Bench::new();
    let Bench {
        records,
        lesson,
        executable,
        ..
    } = &bench;
    assert_eq!(bench.read(), Record::default());
    let calls = ["getpid() = 7".to_owned()];
    records
        .keep_run(lesson, executable, &trial(Outcome::Held))
        .unwrap();
    records.keep_testimony(lesson, executable, &calls).unwrap();
    records.keep_trace(lesson, executable, &trace()).unwrap();

    let record = bench.read();
    let run = record.run.unwrap();
    assert_eq!(run.output, "two\n\nlines\n");
    assert_eq!((run.fell, run.milliseconds), (None, 12));
    assert_eq!(record.testimony.unwrap(), calls);
    assert_eq!(record.trace.unwrap(), trace());
}

#[test]
fn a_run_that_fell_says_why_and_one_that_was_skipped_leaves_nothing() {
    let bench = Bench::new();
    let keep = |outcome| {
        let (lesson, executable) = (&bench.lesson, &bench.executable);
        bench
            .records
            .keep_run(lesson, executable, &trial(outcome))
            .unwrap();
    };
    keep(Outcome::Skipped("needs gdb".to_owned()));
    assert_eq!(bench.read().run, None);
    keep(Outcome::Fell("ended with 101".to_owned()));
    assert_eq!(
        bench.read().run.unwrap().fell.as_deref(),
        Some("ended with 101")
    );
}

#[test]
fn another_text_or_executable_makes_it_stale() {
    let bench = Bench::new();
    let (records, lesson) = (&bench.records, &bench.lesson);
    records
        .keep_run(lesson, &bench.executable, &trial(Outcome::Held))
        .unwrap();

    fs::write(&bench.executable, "other machine code").unwrap();
    assert_eq!(bench.read().run, None);
    // Who has not built it goes by the text alone.
    assert!(records.read(lesson, None).unwrap().run.is_some());

    fs::write(&lesson.path, "//! Another claim.\nfn main() {}\n").unwrap();
    assert_eq!(records.read(lesson, None).unwrap(), Record::default());
}

#[test]
fn half_a_record_is_none() {
    let bench = Bench::new();
    fs::create_dir(&bench.records.folder).unwrap();
    fs::write(bench.records.path(&bench.lesson), "{\"run\": {\"sou").unwrap();
    assert_eq!(bench.read(), Record::default());
}
