//! All lines of a block, in order, against a trace.
//!
//! Taking for each line the first call that fits is wrong as soon as there are variables: the first
//! `openat(…) = $fd` may be of a file that is never closed, and the `close($fd)` below is then looked
//! for in vain. Trying call after call for each line (backtracking) is right, and for a trace of
//! 100 000 calls it may never end.
//!
//! What the lines below a line depend on is only: where in the trace they may begin, and the values
//! of the variables that they mention. And for the same values an earlier beginning is never worse.
//! So for each line it is enough to keep, for each set of values, the first call at which the lines
//! so far can all have been found. Those sets are the [`Reached`] of a level; a level is made from the
//! one above in one walk through the trace, which joins each way to fit a call with the sets that agree
//! with it, once. Descriptors and processes are few, so the sets are few.

use std::collections::{HashMap, HashSet};

use super::block::{Block, Pattern};
use super::pattern::Values;

/// The lines so far can be found, with these values, in a trace that ends before `next`.
#[derive(Clone, Debug)]
pub(super) struct Reached<'t> {
    /// Only those that a line below mentions.
    pub(super) values: Values<'t>,
    /// The call behind the last one that was found.
    pub(super) next: usize,
    /// Where it came from, in the level above.
    from: usize,
}

/// The line that cannot be found.
#[derive(Debug)]
pub(super) struct DeadEnd<'b, 't> {
    pub(super) pattern: &'b Pattern,
    /// The earliest way to find the lines above it.
    pub(super) reached: Reached<'t>,
    /// The calls of that way.
    pub(super) found: Vec<usize>,
}

/// The calls of the lines whose order counts; of all possible ways one that ends the earliest.
pub(super) fn in_order<'b, 't>(
    block: &'b Block,
    texts: &[&'t str],
) -> Result<Vec<usize>, DeadEnd<'b, 't>> {
    let patterns: Vec<&Pattern> = block.in_order().collect();
    let start = Reached {
        values: vec![None; block.variables.len()],
        next: 0,
        from: 0,
    };
    let mut levels = vec![vec![start]];
    for (done, pattern) in patterns.iter().enumerate() {
        let above = levels.last().expect("there is a first level");
        let needed = patterns[done + 1..].iter().flat_map(|p| p.glob.variables());
        let level = walk(above, pattern, &needed.collect(), texts);
        if level.is_empty() {
            let reached = above[0].clone();
            let found = way(&levels);
            return Err(DeadEnd {
                pattern,
                reached,
                found,
            });
        }
        levels.push(level);
    }
    Ok(way(&levels))
}

/// Makes the next level.
fn walk<'t>(
    above: &[Reached<'t>],
    pattern: &Pattern,
    needed: &HashSet<usize>,
    texts: &[&'t str],
) -> Vec<Reached<'t>> {
    // All of a level have the same variables bound.
    let bound: Vec<usize> = pattern
        .glob
        .variables()
        .filter(|variable| above[0].values[*variable].is_some())
        .collect();
    // The earliest first, as `above` is.
    let mut waiting: HashMap<Values<'t>, Vec<usize>> = HashMap::new();
    for (index, reached) in above.iter().enumerate() {
        let key = pick(&reached.values, &bound);
        waiting.entry(key).or_default().push(index);
    }
    let binds_more = pattern
        .glob
        .variables()
        .any(|variable| needed.contains(&variable) && !bound.contains(&variable));

    let mut level = Vec::new();
    let mut seen = HashSet::new();
    // With how many of those that wait for it each solution has been joined: it comes again and again.
    let mut joined: HashMap<Values<'t>, usize> = HashMap::new();
    for (index, text) in texts.iter().enumerate().skip(above[0].next) {
        for solution in pattern.glob.solutions(text, above[0].values.len()) {
            let Some(candidates) = waiting.get(&pick(&solution, &bound)) else {
                continue;
            };
            let in_time = candidates.partition_point(|from| above[*from].next <= index);
            let before = joined.insert(solution.clone(), in_time).unwrap_or(0);
            for &from in &candidates[before..in_time] {
                let values = merge(&above[from].values, &solution, needed);
                if seen.insert(values.clone()) {
                    let next = index + 1;
                    level.push(Reached { values, next, from });
                }
            }
        }
        // From one set of values no second can come.
        if !binds_more && level.len() == above.len() {
            break;
        }
    }
    level
}

/// Only the values of these variables.
fn pick<'t>(values: &Values<'t>, variables: &[usize]) -> Values<'t> {
    variables.iter().map(|variable| values[*variable]).collect()
}

fn merge<'t>(old: &Values<'t>, new: &Values<'t>, needed: &HashSet<usize>) -> Values<'t> {
    let pairs = old.iter().zip(new).enumerate();
    pairs
        .map(|(variable, (old, new))| old.or(*new).filter(|_| needed.contains(&variable)))
        .collect()
}

/// The calls that lead to the first of the last level.
fn way(levels: &[Vec<Reached<'_>>]) -> Vec<usize> {
    let mut at = 0;
    let mut calls = Vec::new();
    for level in levels[1..].iter().rev() {
        calls.push(level[at].next - 1);
        at = level[at].from;
    }
    calls.reverse();
    calls
}
