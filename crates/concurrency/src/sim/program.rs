//! Simulated programs: what each G does, step by step.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// One thing that a G does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Computes, with calls: at each of them the G sees whether it is to give way.
    Compute(Duration),
    /// Computes in a loop without calls: only a signal stops it.
    Loop(Duration),
    /// Gives up its turn: `runtime.Gosched`.
    Yield,
    /// Makes a G: the `go` statement.
    Spawn(Body),
    /// A system call that takes so long.
    Syscall(Duration),
    /// Sleeps on a timer.
    Sleep(Duration),
    /// Waits for the network, which has something after so long.
    Network(Duration),
    /// Sends to a channel of the program, by number.
    Send(usize),
    /// Receives from a channel.
    Receive(usize),
    /// One of a group is done.
    Done(usize),
    /// Waits until all of a group are done.
    Wait(usize),
    /// Changes how many Ps there may be: `runtime.GOMAXPROCS`.
    Processors(usize),
}

/// What a G does from its beginning to its end.
pub type Body = Arc<[Step]>;

/// A program. As in Go it is over when `main` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The first G.
    pub main: Body,
    /// Its channels: how many values each can hold.
    pub channels: Vec<usize>,
    /// Its wait groups: how many have to be done.
    pub groups: Vec<usize>,
}

impl Program {
    /// `main` spawns all of these, and waits until they are over.
    #[must_use]
    pub fn of(bodies: impl IntoIterator<Item = Vec<Step>>) -> Program {
        let mut main: Vec<Step> = bodies
            .into_iter()
            .map(|mut body| {
                body.push(Step::Done(0));
                Step::Spawn(body.into())
            })
            .collect();
        let tasks = main.len();
        main.push(Step::Wait(0));
        Program {
            main: main.into(),
            channels: Vec::new(),
            groups: vec![tasks],
        }
    }
}

/// A program that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is {problem}")]
pub struct ParseError {
    word: String,
    problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Step,
    Duration,
    Count,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Problem::Step => {
                "no step: compute, loop, syscall, sleep and network take a duration; yield takes none"
            }
            Problem::Duration => "no duration: a whole number of ns, us or ms, a minute at most",
            Problem::Count => "no number of tasks: 1 to 100000",
        })
    }
}

/// The longest step that can be written: virtual time costs nothing, but the log of it does.
const LONGEST: Duration = Duration::from_secs(60);

/// The most tasks that can be written at once.
const MOST: usize = 100_000;

/// Tasks divided by `;`, steps by `,`; `N *` before a task stands for N of them.
///
/// ```
/// use concurrency::sim::Program;
///
/// let program: Program = "8 * compute 2ms, yield, compute 500us; loop 30ms".parse()?;
/// assert_eq!(program.groups, [9]);
/// # Ok::<(), concurrency::sim::ParseError>(())
/// ```
impl FromStr for Program {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut bodies = Vec::new();
        let tasks = text.split(';').map(str::trim);
        for task in tasks.filter(|task| !task.is_empty()) {
            let (count, steps) = match task.split_once('*') {
                Some((count, steps)) => (parse_count(count.trim())?, steps),
                None => (1, task),
            };
            let body: Vec<Step> = steps
                .split(',')
                .map(|step| parse_step(step.trim()))
                .collect::<Result<_, _>>()?;
            bodies.extend(std::iter::repeat_n(body, count));
        }
        Ok(Program::of(bodies))
    }
}

fn wrong(word: &str, problem: Problem) -> ParseError {
    ParseError {
        word: word.to_owned(),
        problem,
    }
}

fn parse_count(word: &str) -> Result<usize, ParseError> {
    let count = word.parse().ok().filter(|count| (1..=MOST).contains(count));
    count.ok_or_else(|| wrong(word, Problem::Count))
}

fn parse_step(text: &str) -> Result<Step, ParseError> {
    let (name, argument) = text.split_once(' ').unwrap_or((text, ""));
    let step = match name {
        "yield" if argument.is_empty() => return Ok(Step::Yield),
        "compute" => Step::Compute,
        "loop" => Step::Loop,
        "syscall" => Step::Syscall,
        "sleep" => Step::Sleep,
        "network" => Step::Network,
        _ => return Err(wrong(text, Problem::Step)),
    };
    Ok(step(parse_duration(argument.trim())?))
}

fn parse_duration(word: &str) -> Result<Duration, ParseError> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number = digits.parse::<u32>().ok();
    let unit = match &word[digits.len()..] {
        "ns" => Some(1),
        "us" => Some(1_000),
        "ms" => Some(1_000_000),
        _ => None,
    };
    let nanoseconds = number
        .zip(unit)
        .map(|(number, unit)| u64::from(number) * unit);
    let duration = nanoseconds.map(Duration::from_nanos);
    let duration = duration.filter(|duration| *duration <= LONGEST);
    duration.ok_or_else(|| wrong(word, Problem::Duration))
}
