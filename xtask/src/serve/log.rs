//! What is told of a run, as a list of events that only grows: a page that knows the first N asks for
//! those from N on, and two pages can watch one run.
//!
//! | `kind` | members |
//! |---|---|
//! | `build` | `text`: a line of cargo's progress |
//! | `diagnostic` | `level`, `message`, `lines` of the program's file, `text` as the compiler prints it |
//! | `start` | `traced`, and `why` when it is not |
//! | `output` | `text` |
//! | `cut` | `text`: there is more output than is told |
//! | `call` | `slot`, `line` or `from`, `text`, `failed` |
//! | `again` | `slot`, `times`: how often the call came in a row by now |
//! | `more` | `line` or `from`, `counts`: calls by name that are not shown one by one |
//! | `restart` | `text`: what came so far does not count, and why |
//! | `end` | `verdict`, `text`, `seconds`, `calls` |
//!
//! A lesson may make a call a hundred thousand times. Equal calls of a place in a row are one event;
//! so many calls of a place are shown, the others are counted by name; and how often is told when
//! somebody asks, not each time it changes. So the list stays short whatever the program does.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;

use serde_json::{Value, json};
use syscalls::source::SHOWN_ELSEWHERE;

/// How many calls of a line are shown: as many as the book shows.
const SHOWN: usize = 10;

/// So many other places have calls of their own; those of further places are taken together.
const ELSEWHERE: usize = 60;

/// The longest text of a call, in bytes.
const LONGEST_CALL: usize = 600;

/// Output beyond so many bytes is counted and not told.
const MOST_OUTPUT: usize = 256 << 10;

/// Lines of cargo's progress beyond these are dropped; a build has fewer.
const MOST_BUILD_LINES: usize = 2000;

/// Where a call belongs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    /// A line of the program, from 1.
    Line(u32),
    /// Something else: another program, a thread's start.
    Elsewhere(String),
}

/// The events of one run.
#[derive(Debug, Default)]
pub(super) struct Log {
    events: Vec<Value>,
    /// How many of them somebody knows.
    told: usize,
    places: HashMap<Place, Calls>,
    /// Places of which more is known than was told.
    changed: BTreeSet<Place>,
    elsewhere: usize,
    slots: u64,
    calls: u64,
    output: usize,
    cut: usize,
    build_lines: usize,
    done: bool,
}

#[derive(Debug, Default)]
struct Calls {
    shown: usize,
    /// The last that was shown, while nothing is only counted.
    last: Option<Repeated>,
    counted: BTreeMap<&'static str, u64>,
}

#[derive(Debug)]
struct Repeated {
    slot: u64,
    text: String,
    times: u64,
    /// What was told of `times`.
    told: u64,
}

impl Log {
    /// The events from `from` on, the number of the next, and whether that will never come.
    pub(super) fn since(&mut self, from: usize) -> (&[Value], usize, bool) {
        self.tell_changes();
        let from = from.min(self.events.len());
        self.told = self.events.len();
        (&self.events[from..], self.events.len(), self.done)
    }

    /// Whether somebody who knows the events up to `from` is to be told something.
    pub(super) fn has_news(&self, from: usize) -> bool {
        self.done || from < self.events.len() || !self.changed.is_empty()
    }

    pub(super) fn build(&mut self, line: &str) {
        self.build_lines += 1;
        if self.build_lines <= MOST_BUILD_LINES {
            self.push(json!({"kind": "build", "text": line}));
        }
    }

    pub(super) fn diagnostic(&mut self, level: &str, message: &str, lines: &[u64], text: &str) {
        self.push(json!({
            "kind": "diagnostic", "level": level, "message": message, "lines": lines, "text": text,
        }));
    }

    pub(super) fn start(&mut self, untraced: Option<&str>) {
        self.push(json!({"kind": "start", "traced": untraced.is_none(), "why": untraced}));
    }

    pub(super) fn output(&mut self, text: &str) {
        let room = MOST_OUTPUT - self.output;
        let (shown, cut) = text.split_at(text.floor_char_boundary(room));
        self.output += shown.len();
        self.cut += cut.len();
        if !shown.is_empty() && !self.append_output(shown) {
            self.push(json!({"kind": "output", "text": shown}));
        }
        if !cut.is_empty() {
            // What comes later may be shorter, and must not follow a gap.
            self.output = MOST_OUTPUT;
        }
    }

    /// Tells of a call: its name, and how it reads as a whole.
    pub(super) fn call(&mut self, place: Place, name: &'static str, text: &str, failed: bool) {
        self.calls += 1;
        let place = self.known(place);
        let limit = match place {
            Place::Line(_) => SHOWN,
            Place::Elsewhere(_) => SHOWN_ELSEWHERE,
        };
        let text = &text[..text.floor_char_boundary(LONGEST_CALL)];
        let calls = self.places.entry(place.clone()).or_default();
        match &mut calls.last {
            Some(last) if last.text == text => last.times += 1,
            _ if calls.shown < limit => {
                let slot = self.slots;
                self.slots += 1;
                calls.shown += 1;
                let repeated = Repeated {
                    slot,
                    text: text.to_owned(),
                    times: 1,
                    told: 1,
                };
                // What is known of the one before is told first.
                let before = calls.last.replace(repeated);
                self.events.extend(before.and_then(|call| call.news()));
                let mut event =
                    json!({"kind": "call", "slot": slot, "text": text, "failed": failed});
                place.name_in(&mut event);
                self.push(event);
                return;
            }
            _ => {
                let last = calls.last.take();
                self.events.extend(last.and_then(|call| call.news()));
                *calls.counted.entry(name).or_default() += 1;
            }
        }
        self.changed.insert(place);
    }

    /// Forgets what the program did so far, and why; the pages are told to do so, too.
    pub(super) fn restart(&mut self, why: &str) {
        self.places.clear();
        self.changed.clear();
        (self.elsewhere, self.calls, self.output, self.cut) = (0, 0, 0, 0);
        self.push(json!({"kind": "restart", "text": why}));
    }

    /// The last event.
    pub(super) fn end(&mut self, verdict: &str, text: &str, seconds: f64) {
        self.tell_changes();
        if self.cut > 0 {
            let text = format!("… and {} bytes more", self.cut);
            self.push(json!({"kind": "cut", "text": text}));
        }
        self.push(json!({
            "kind": "end", "verdict": verdict, "text": text, "seconds": seconds, "calls": self.calls,
        }));
        self.done = true;
    }

    fn push(&mut self, event: Value) {
        self.events.push(event);
    }

    /// Adds to the last event, if that is output and nobody knows it.
    fn append_output(&mut self, more: &str) -> bool {
        let unknown = self.events.get_mut(self.told..);
        match unknown.and_then(<[Value]>::last_mut) {
            Some(Value::Object(event)) if event["kind"] == "output" => {
                let text = event["text"].as_str().unwrap_or_default();
                let longer = format!("{text}{more}");
                event.insert("text".to_owned(), longer.into());
                true
            }
            _ => false,
        }
    }

    /// The place itself, or the one for all that are too many.
    fn known(&mut self, place: Place) -> Place {
        if matches!(place, Place::Line(_)) || self.places.contains_key(&place) {
            return place;
        }
        if self.elsewhere == ELSEWHERE {
            return Place::Elsewhere("elsewhere".to_owned());
        }
        self.elsewhere += 1;
        place
    }

    fn tell_changes(&mut self) {
        for place in mem::take(&mut self.changed) {
            let Some(calls) = self.places.get_mut(&place) else {
                continue;
            };
            if let Some(last) = &mut calls.last {
                self.events.extend(last.news());
                last.told = last.times;
            }
            if !calls.counted.is_empty() {
                let mut event = json!({"kind": "more", "counts": calls.counted});
                place.name_in(&mut event);
                self.events.push(event);
            }
        }
    }
}

impl Place {
    fn name_in(&self, event: &mut Value) {
        match self {
            Place::Line(line) => event["line"] = json!(line),
            Place::Elsewhere(from) => event["from"] = json!(from),
        }
    }
}

impl Repeated {
    fn news(&self) -> Option<Value> {
        (self.times > self.told)
            .then(|| json!({"kind": "again", "slot": self.slot, "times": self.times}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(log: &mut Log, from: usize) -> Vec<String> {
        let (events, ..) = log.since(from);
        let kinds = events.iter().map(|event| event["kind"].as_str().unwrap());
        kinds.map(str::to_owned).collect()
    }

    #[test]
    fn equal_calls_in_a_row_are_one_with_a_count() {
        let mut log = Log::default();
        for _ in 0..3 {
            log.call(Place::Line(7), "getpid", "getpid() = 1", false);
        }
        assert_eq!(kinds(&mut log, 0), ["call", "again"]);
        log.call(Place::Line(7), "getpid", "getpid() = 1", false);
        assert!(log.has_news(2));
        let (events, next, done) = log.since(2);
        assert_eq!(events, [json!({"kind": "again", "slot": 0, "times": 4})]);
        assert_eq!((next, done), (3, false));
        assert!(!log.has_news(3));
    }

    #[test]
    fn a_count_is_told_before_the_call_that_ends_it() {
        let mut log = Log::default();
        log.call(Place::Line(1), "read", "read(3) = 1", false);
        log.call(Place::Line(1), "read", "read(3) = 1", false);
        log.call(Place::Line(1), "read", "read(3) = 0", false);
        assert_eq!(kinds(&mut log, 0), ["call", "again", "call"]);
    }

    #[test]
    fn two_hundred_thousand_calls_are_a_few_events_and_none_is_lost() {
        let mut log = Log::default();
        for n in 0..200_000 {
            log.call(Place::Line(3), "write", &format!("write(1) = {n}"), false);
        }
        log.call(Place::Line(3), "close", "close(1) = 0", false);
        log.end("held", "", 1.0);
        let (events, ..) = log.since(0);
        let (more, end) = (&events[SHOWN], &events[SHOWN + 1]);
        assert_eq!(events.len(), SHOWN + 2);
        assert_eq!(
            more["counts"],
            json!({"write": 200_000 - SHOWN, "close": 1})
        );
        assert_eq!(end["calls"], 200_001);
    }

    #[test]
    fn many_origins_share_the_last() {
        let mut log = Log::default();
        for n in 0..1000 {
            let place = Place::Elsewhere(format!("program{n}"));
            log.call(place, "brk", &format!("brk({n}) = 0"), false);
        }
        let (events, ..) = log.since(0);
        assert_eq!(events.len(), ELSEWHERE + SHOWN_ELSEWHERE + 1);
        let more = events.last().unwrap();
        assert_eq!(more["counts"]["brk"], 1000 - ELSEWHERE - SHOWN_ELSEWHERE);
    }

    #[test]
    fn output_is_cut_and_says_so() {
        let mut log = Log::default();
        for _ in 0..100 {
            log.output(&"ä".repeat(5000));
        }
        log.end("held", "", 1.0);
        let (events, ..) = log.since(0);
        let told: usize = events
            .iter()
            .filter_map(|e| e["text"].as_str().filter(|_| e["kind"] == "output"))
            .map(str::len)
            .sum();
        assert_eq!(told, MOST_OUTPUT);
        let cut = events.iter().find(|event| event["kind"] == "cut").unwrap();
        let expected = format!("… and {} bytes more", 1_000_000 - MOST_OUTPUT);
        assert_eq!(cut["text"], expected);
    }

    #[test]
    fn output_that_nobody_has_seen_grows_together() {
        let mut log = Log::default();
        log.output("a");
        log.output("b");
        assert_eq!(log.since(0).0, [json!({"kind": "output", "text": "ab"})]);
        log.output("c");
        assert_eq!(log.since(0).1, 2);
    }

    #[test]
    fn after_a_restart_counts_begin_anew() {
        let mut log = Log::default();
        log.call(Place::Line(1), "read", "read(3) = 1", false);
        log.output("x");
        log.restart("it traces");
        log.end("held", "", 1.0);
        let (events, next, done) = log.since(2);
        assert_eq!(events.len(), 2);
        assert_eq!(events[1]["calls"], 0);
        assert_eq!((next, done), (4, true));
    }
}
