//! A log as a picture in a terminal: a lane for each P over virtual time, and the events that tell why.
//!
//! ```text
//! P0  12222222222222%%%%333333333333
//! P1  .~~4444444445555555555.~.22222
//! ```
//!
//! A column is as much time as the width allows, and shows what the P did for most of it: a G by its number
//! (from 10 on by letters, from 62 on as `#`), `~` an M that looks for work, `%` an M in the kernel, `.` nobody. Under
//! the Ps stands how many Gs are in the kernel without a P.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::event::{Event, Place, Time, What};
use super::log::Log;
use crate::runtime::TaskId;

/// What a P does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// It may not run.
    Nothing,
    Idle,
    Looks,
    Runs(TaskId),
    Call,
}

impl Does {
    fn glyph(self) -> char {
        const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        match self {
            Does::Nothing => ' ',
            Does::Idle => '.',
            Does::Looks => '~',
            Does::Call => '%',
            Does::Runs(id) => LETTERS
                .get(id.0 as usize)
                .map_or('#', |&letter| letter.into()),
        }
    }
}

/// From when on a P does what.
type Lane = Vec<(Time, Does)>;

/// The lanes of `log`, `width` columns wide, and a line with the time.
#[must_use]
pub fn lanes(log: &Log, width: usize) -> String {
    let width = width.max(20);
    let end = log.events.last().map_or(0, |event| event.time).max(1);
    let (lanes, calls) = read(log);
    let mut picture = String::new();
    for (p, lane) in &lanes {
        let columns = (0..width as u64).map(|column| {
            let (from, to) = span(column, width, end);
            longest(lane, from, to).glyph()
        });
        let columns: String = columns.collect();
        let _ = writeln!(picture, "P{p:<4}{}", columns.trim_end());
    }
    if calls.iter().any(|&(_, number)| number > 0) {
        let columns = (0..width as u64).map(|column| {
            let (from, to) = span(column, width, end);
            match most(&calls, from, to) {
                0 => ' ',
                number @ 1..=9 => char::from(b'0' + number as u8),
                _ => '+',
            }
        });
        let columns: String = columns.collect();
        let _ = writeln!(picture, "kern {}", columns.trim_end());
    }
    let last = milliseconds(end);
    let _ = writeln!(
        picture,
        "     0 ms{last:>rest$} ms",
        rest = width.saturating_sub(7)
    );
    picture
}

fn milliseconds(time: Time) -> String {
    format!("{}.{:03}", time / 1_000_000, time / 1000 % 1000)
}

/// The time of a column.
fn span(column: u64, width: usize, end: Time) -> (Time, Time) {
    let at = |column: u64| (u128::from(end) * u128::from(column) / width as u128) as Time;
    (at(column), at(column + 1).max(at(column) + 1))
}

/// What a lane does for most of the time from `from` to `to`.
fn longest(lane: &Lane, from: Time, to: Time) -> Does {
    let first = lane
        .partition_point(|&(since, _)| since <= from)
        .saturating_sub(1);
    let mut sums: Vec<(Does, Time)> = Vec::new();
    for (index, &(since, does)) in lane.iter().enumerate().skip(first) {
        if since >= to {
            break;
        }
        let until = lane.get(index + 1).map_or(to, |&(next, _)| next.min(to));
        let time = until.saturating_sub(since.max(from));
        match sums.iter_mut().find(|(known, _)| *known == does) {
            Some((_, sum)) => *sum += time,
            None => sums.push((does, time)),
        }
    }
    let most = sums.into_iter().max_by_key(|&(_, sum)| sum);
    most.map_or(Does::Nothing, |(does, _)| does)
}

/// The highest number between `from` and `to`.
fn most(steps: &[(Time, usize)], from: Time, to: Time) -> usize {
    let first = steps
        .partition_point(|&(since, _)| since <= from)
        .saturating_sub(1);
    let inside = steps[first..].iter().take_while(|&&(since, _)| since < to);
    inside.map(|&(_, number)| number).max().unwrap_or(0)
}

/// What each P does, and how many Gs are in the kernel without a P.
fn read(log: &Log) -> (BTreeMap<usize, Lane>, Vec<(Time, usize)>) {
    let mut lanes: BTreeMap<usize, Lane> = BTreeMap::new();
    // How many Gs are in the kernel, and which Ps: the difference is those that have lost theirs.
    let (mut calls, mut inside, mut kept) = (vec![(0, 0)], 0, BTreeSet::new());
    for event in &log.events {
        match event.what {
            What::EnteredCall => {
                inside += 1;
                kept.extend(event.processor);
            }
            What::LeftCall(_) => inside -= 1,
            _ => {}
        }
        if let (What::LeftCall(_) | What::Retook, Some(p)) = (event.what, event.processor) {
            kept.remove(&p);
        }
        let without = inside - kept.len();
        if calls.last().is_some_and(|&(_, number)| number != without) {
            calls.push((event.time, without));
        }
        if let Some((p, does)) = event.processor.zip(change(event)) {
            lanes
                .entry(p)
                .or_insert_with(|| vec![(0, Does::Nothing)])
                .push((event.time, does));
        }
    }
    (lanes, calls)
}

/// What the event's P does from now on, if that is another thing.
fn change(event: &Event) -> Option<Does> {
    match (event.what, event.task) {
        (What::Started { .. } | What::LeftCall(_), Some(id)) => Some(Does::Runs(id)),
        (What::EnteredCall, _) => Some(Does::Call),
        (What::Schedules(_) | What::GotProcessor, _) => Some(Does::Looks),
        (What::Idle | What::Retook, _) => Some(Does::Idle),
        (What::Retired, _) => Some(Does::Nothing),
        _ => None,
    }
}

/// Whether an event is worth a line under the picture: it changes where something runs.
#[must_use]
pub fn is_notable(event: &Event) -> bool {
    match event.what {
        What::Resized(_)
        | What::Spilled(_)
        | What::Shared(_)
        | What::Stolen { .. }
        | What::Preempted
        | What::Asked
        | What::Signalled
        | What::Retook
        | What::LeftCall(_)
        | What::Wakes { .. }
        | What::Exited
        | What::Deadlocked => true,
        What::Looked { place, found } => found && place == Place::GlobalFirst,
        _ => false,
    }
}
