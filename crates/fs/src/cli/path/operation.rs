//! The operations by their names, on arguments that are bytes.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use fs::path::{self, Next, Visit};
use serde::Deserialize;

/// The names are those of the command line and of the batch protocol alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub(crate) enum Operation {
    Clean,
    #[serde(rename = "path.clean")]
    #[value(name = "path.clean")]
    PathClean,
    Base,
    Dir,
    Ext,
    Split,
    SplitList,
    Join,
    Rel,
    Abs,
    IsLocal,
    IsAbs,
    ValidPath,
    Localize,
    FromSlash,
    ToSlash,
    Match,
    Expand,
    Tilde,
    Glob,
    EvalSymlinks,
    Walk,
}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Bool(bool),
    Text(Vec<u8>),
    List(Vec<Vec<u8>>),
}

impl Operation {
    /// How many arguments it takes.
    pub(crate) fn arguments(self) -> RangeInclusive<usize> {
        match self {
            Operation::Join => 0..=usize::MAX,
            Operation::Rel | Operation::Match => 2..=2,
            Operation::Walk => 1..=3,
            _ => 1..=1,
        }
    }

    /// What is wrong with so many arguments, if anything.
    pub(crate) fn refuses(self, count: usize) -> Option<String> {
        let takes = self.arguments();
        if takes.contains(&count) {
            return None;
        }
        let wanted = match (takes.start(), takes.end()) {
            (1, 1) => "1 argument".to_owned(),
            (least, most) if least == most => format!("{most} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        Some(format!("{self:?} takes {wanted}, not {count}").to_lowercase())
    }

    /// Does it. The number of arguments must be right.
    ///
    /// # Errors
    ///
    /// Those of the library, whose texts are Go's.
    pub(crate) fn run(self, arguments: &[&[u8]]) -> anyhow::Result<Answer> {
        let text = |text: &[u8]| Ok(Answer::Text(text.to_vec()));
        let first = arguments.first().copied().unwrap_or_default();
        let second = arguments.get(1).copied().unwrap_or_default();
        match self {
            Operation::Clean => text(&path::clean(first)),
            Operation::PathClean => text(&path::path_clean(first)),
            Operation::Base => text(path::base(first)),
            Operation::Dir => text(&path::dir(first)),
            Operation::Ext => text(path::ext(first)),
            Operation::Split => {
                let (directory, name) = path::split(first);
                Ok(list([directory, name]))
            }
            Operation::SplitList => Ok(list(path::split_list(first))),
            Operation::Join => text(&path::join(arguments)),
            Operation::Rel => text(&path::rel(first, second)?),
            Operation::Abs => text(&path::abs(first)?),
            Operation::IsLocal => Ok(Answer::Bool(path::is_local(first))),
            Operation::IsAbs => Ok(Answer::Bool(path::is_abs(first))),
            Operation::ValidPath => Ok(Answer::Bool(path::valid_path(first))),
            Operation::Localize => text(path::localize(first)?),
            Operation::FromSlash => text(path::from_slash(first)),
            Operation::ToSlash => text(path::to_slash(first)),
            Operation::Match => Ok(Answer::Bool(path::matches(first, second)?)),
            Operation::Expand => text(&path::expand_env(first)),
            Operation::Tilde => text(&path::tilde(first)),
            Operation::Glob => Ok(Answer::List(path::glob(first)?)),
            Operation::EvalSymlinks => text(&path::eval_symlinks(first)?),
            Operation::Walk => {
                let at_skipped = match arguments.len() {
                    3 => Next::SkipAll,
                    _ => Next::SkipDir,
                };
                Ok(walk(first, arguments.get(1).copied(), at_skipped))
            }
        }
    }
}

fn list<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Answer {
    Answer::List(texts.into_iter().map(<[u8]>::to_vec).collect())
}

/// The visits in their order. At a file called `skipped` the walk is told to go on `at_skipped`.
fn walk(root: &[u8], skipped: Option<&[u8]>, at_skipped: Next) -> Answer {
    let mut visits = Vec::new();
    let Ok(()) = path::walk(root, |visit| {
        visits.push(described(&visit));
        Ok::<_, Infallible>(match skipped {
            Some(name) if visit.error.is_none() && path::base(visit.path) == name => at_skipped,
            _ => Next::Continue,
        })
    });
    Answer::List(visits)
}

fn described(visit: &Visit<'_>) -> Vec<u8> {
    if visit.error.is_some() {
        return [b"!", visit.path].concat();
    }
    let mark: &[u8] = match visit.about.map(|about| about.file_type()) {
        Some(kind) if kind.is_dir() => b"/",
        Some(kind) if kind.is_symlink() => b"@",
        Some(kind) if !kind.is_file() => b"|",
        _ => b"",
    };
    [visit.path, mark].concat()
}
