//! Where the reader is: a text file that people can read and edit.
//!
//! One line an exercise, in any order; [`HEAD`] says so in the file. Comments and the order stay as the
//! reader has them: only lines that change are written anew, and new ones come last.

use std::fmt;

/// How far an exercise is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Solved,
    Skipped,
}

/// Every state, by the word for it in the file.
const STATES: [(&str, State); 3] = [
    ("open", State::Open),
    ("solved", State::Solved),
    ("skipped", State::Skipped),
];

const HEAD: &str = "\
# Your progress. `cargo xtask learn` writes this file, and you may edit it.
#
# A line is `STATE CHAPTER/NAME`, where STATE is open, solved or skipped. Behind it may stand `hints=N`,
# the number of hints that you have seen. `here CHAPTER/NAME` is the exercise that you are at.
# An exercise without a line is open.
";

/// The file's lines.
#[derive(Debug)]
pub(crate) struct Progress {
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// A comment or an empty line.
    Text(String),
    Here(String),
    Exercise {
        id: String,
        state: State,
        hints: usize,
    },
}

/// A line that is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LineError {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) problem: String,
}

impl Progress {
    /// That of a new reader.
    pub(crate) fn new() -> Self {
        let lines = HEAD.lines().map(|line| Line::Text(line.to_owned()));
        Self {
            lines: lines.collect(),
        }
    }

    /// Reads the file's text. `known` says which exercises there are.
    pub(crate) fn parse(
        text: &str,
        known: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Self, LineError> {
        let mut lines: Vec<Line> = Vec::new();
        for (number, text) in (1..).zip(text.lines()) {
            let error = |problem| LineError {
                line: number,
                problem,
            };
            let line = Line::parse(text).map_err(error)?;
            if let Some(id) = line.id() {
                known(id).map_err(error)?;
            }
            if lines.iter().any(|other| other.is_about_the_same_as(&line)) {
                return Err(error("a second line for the same; take one out".to_owned()));
            }
            lines.push(line);
        }
        Ok(Self { lines })
    }

    pub(crate) fn here(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| match line {
            Line::Here(id) => Some(id.as_str()),
            _ => None,
        })
    }

    pub(crate) fn set_here(&mut self, id: &str) {
        let here = Line::Here(id.to_owned());
        match self.lines.iter_mut().find(|l| matches!(l, Line::Here(_))) {
            Some(line) => *line = here,
            None => self.lines.push(here),
        }
    }

    pub(crate) fn state(&self, id: &str) -> State {
        self.of(id).0
    }

    /// How many hints have been shown.
    pub(crate) fn hints(&self, id: &str) -> usize {
        self.of(id).1
    }

    pub(crate) fn set_state(&mut self, id: &str, state: State) {
        let hints = self.hints(id);
        self.set(id, state, hints);
    }

    pub(crate) fn set_hints(&mut self, id: &str, hints: usize) {
        let state = self.state(id);
        self.set(id, state, hints);
    }

    fn of(&self, wanted: &str) -> (State, usize) {
        let found = self.lines.iter().find_map(|line| match line {
            Line::Exercise { id, state, hints } if id == wanted => Some((*state, *hints)),
            _ => None,
        });
        found.unwrap_or((State::Open, 0))
    }

    fn set(&mut self, id: &str, state: State, hints: usize) {
        let new = Line::Exercise {
            id: id.to_owned(),
            state,
            hints,
        };
        let old = self.lines.iter_mut().find(|l| l.is_about_the_same_as(&new));
        match old {
            Some(line) => *line = new,
            None => self.lines.push(new),
        }
    }
}

impl Line {
    fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let Some(word) = words.next().filter(|word| !word.starts_with('#')) else {
            return Ok(Self::Text(text.to_owned()));
        };
        let state = STATES.iter().find(|(name, _)| *name == word);
        if state.is_none() && word != "here" {
            return Err(format!(
                "`{word}` is neither open, solved, skipped nor here"
            ));
        }
        let id = words
            .next()
            .ok_or_else(|| format!("behind `{word}` a CHAPTER/NAME is missing"))?
            .to_owned();
        let rest = words.next();
        if let Some(more) = words.next() {
            return Err(format!("`{more}` is too much"));
        }
        match (state, rest) {
            (None, None) => Ok(Self::Here(id)),
            (None, Some(more)) => Err(format!("`{more}` is too much")),
            (Some((_, state)), rest) => Ok(Self::Exercise {
                id,
                state: *state,
                hints: rest.map_or(Ok(0), hints)?,
            }),
        }
    }

    fn id(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Here(id) | Self::Exercise { id, .. } => Some(id),
        }
    }

    fn is_about_the_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Here(_), Self::Here(_)) => true,
            (Self::Exercise { id, .. }, Self::Exercise { id: other, .. }) => id == other,
            _ => false,
        }
    }
}

fn hints(word: &str) -> Result<usize, String> {
    word.strip_prefix("hints=")
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| format!("`{word}` is not `hints=` and a number"))
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Here(id) => write!(f, "here {id}"),
            Self::Exercise { id, state, hints } => {
                let (word, _) = STATES
                    .iter()
                    .find(|(_, other)| other == state)
                    .ok_or(fmt::Error)?;
                write!(f, "{word} {id}")?;
                match hints {
                    0 => Ok(()),
                    hints => write!(f, " hints={hints}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Progress, LineError> {
        Progress::parse(text, |id| match id {
            "x/one" | "x/two" => Ok(()),
            other => Err(format!("no exercise is called {other}")),
        })
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let mut progress = Progress::new();
        progress.set_here("x/one");
        progress.set_state("x/one", State::Solved);
        progress.set_hints("x/two", 2);
        progress.set_here("x/two");
        let text = progress.to_string();
        assert!(text.ends_with("here x/two\nsolved x/one\nopen x/two hints=2\n"));
        let again = parse(&text).unwrap();
        assert_eq!(again.here(), Some("x/two"));
        assert_eq!(again.state("x/one"), State::Solved);
        assert_eq!(
            (again.state("x/two"), again.hints("x/two")),
            (State::Open, 2)
        );
        assert_eq!(again.to_string(), text);
    }

    #[test]
    fn what_a_reader_wrote_stays() {
        let text = "# mine\n\n  skipped   x/two  \n# the end\n";
        let mut progress = parse(text).unwrap();
        progress.set_state("x/two", State::Solved);
        assert_eq!(progress.to_string(), "# mine\n\nsolved x/two\n# the end\n");
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, line, problem) in [
            ("# fine\nsolvd x/one\n", 2, "`solvd` is neither"),
            ("solved\n", 1, "a CHAPTER/NAME is missing"),
            ("open x/one hints=many\n", 1, "`hints=many` is not"),
            ("open x/one hints=1 more\n", 1, "`more` is too much"),
            ("here x/one x/two\n", 1, "`x/two` is too much"),
            ("open x/one\nsolved x/one\n", 2, "a second line"),
            ("solved x/none\n", 1, "no exercise is called x/none"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text:?}");
            assert!(error.problem.contains(problem), "{text:?}: {error:?}");
        }
    }
}
