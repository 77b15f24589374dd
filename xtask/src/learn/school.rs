//! The course with a reader in it: what each word of `cargo xtask learn` does.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};

use super::course::{Course, Exercise};
use super::desk::{Desk, shown};
use super::judge::{self, Verdict};
use super::progress::State;
use crate::screen::{self, BOLD, DIM, GOOD, ODD};
use crate::workspace::Workspace;

/// The course, and this reader's place in it.
pub(super) struct School<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) course: Course,
    pub(super) desk: Desk,
    /// Of a check's run.
    pub(super) limit: Duration,
}

impl School<'_> {
    /// Where the reader is, or the next exercise when that one is done.
    pub(super) fn go_on(&mut self) -> Result<ExitCode> {
        let here = self.here();
        if here.is_some_and(|number| self.state(number) == State::Open) {
            return self.move_to(here);
        }
        self.move_to(self.open_after(here))
    }

    pub(super) fn next(&mut self, to: Option<&str>) -> Result<ExitCode> {
        let Some(to) = to else {
            if let Some(number) = self.here()
                && self.state(number) == State::Open
                && self.desk.has(&self.course.exercises[number])
            {
                let name = &self.course.exercises[number].name;
                bail!(
                    "{name} is not solved yet: `cargo xtask learn hint` helps, and \
                     `cargo xtask learn skip` leaves it out for now"
                );
            }
            return self.move_to(self.open_after(self.here()));
        };
        let chapter = self.course.numbers_of(to);
        if chapter.is_empty() {
            let number = self.course.find(to)?;
            if self.state(number) == State::Skipped {
                let id = self.course.exercises[number].id();
                self.desk.note(&self.course, |progress| {
                    progress.set_state(&id, State::Open);
                })?;
            }
            return self.move_to(Some(number));
        }
        let open = chapter
            .iter()
            .find(|number| self.state(**number) == State::Open);
        self.move_to(Some(*open.unwrap_or(&chapter[0])))
    }

    pub(super) fn check(&mut self, name: Option<&str>) -> Result<ExitCode> {
        let number = self.named_or_here(name)?;
        self.prepare(number)?;
        if !self.judge(number)? {
            return Ok(ExitCode::FAILURE);
        }
        screen::line(&format!(
            "  {DIM}The next one:{DIM:#}               cargo xtask learn"
        ))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Judges the reader's file, says so, and notes a success.
    pub(super) fn judge(&mut self, number: usize) -> Result<bool> {
        let exercise = &self.course.exercises[number];
        let verdict = judge::judge(self.workspace, exercise, &self.desk, self.limit)?;
        verdict.print(exercise, &self.desk)?;
        if !matches!(verdict, Verdict::Solved { .. }) {
            return Ok(false);
        }
        let id = exercise.id();
        self.desk.note(&self.course, |progress| {
            progress.set_state(&id, State::Solved);
        })?;
        let (done, all) = (self.solved(), self.course.exercises.len());
        screen::line(&format!(
            "\n  {done} of {all} solved.\n  \
             {DIM}How an expert would do it:{DIM:#}  cargo xtask learn solution {}",
            exercise.name
        ))?;
        Ok(true)
    }

    pub(super) fn hint(&mut self, name: Option<&str>) -> Result<ExitCode> {
        let number = self.named_or_here(name)?;
        let exercise = &self.course.exercises[number];
        let hints = exercise.hints()?;
        let shown = (self.desk.progress.hints(&exercise.id()) + 1).min(hints.len());
        for (number, hint) in (1..).zip(&hints[..shown]) {
            let style = if number == shown { BOLD } else { DIM };
            screen::line(&format!(
                "{style}Hint {number} of {}{style:#}\n{hint}\n",
                hints.len()
            ))?;
        }
        if shown == hints.len() {
            screen::line(&format!(
                "{DIM}That was the last; there is also{DIM:#} cargo xtask learn solution {} --anyway",
                exercise.name
            ))?;
        }
        let id = exercise.id();
        self.desk
            .note(&self.course, |progress| progress.set_hints(&id, shown))?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn solution(&mut self, name: Option<&str>, anyway: bool) -> Result<ExitCode> {
        let number = self.named_or_here(name)?;
        let exercise = &self.course.exercises[number];
        if self.state(number) != State::Solved && !anyway {
            bail!(
                "{name} is not solved yet: `cargo xtask learn hint {name}` helps, and \
                 `cargo xtask learn solution {name} --anyway` shows it all the same",
                name = exercise.name
            );
        }
        screen::line(exercise.solution()?.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn reset(&mut self, name: Option<&str>) -> Result<ExitCode> {
        let number = self.named_or_here(name)?;
        let exercise = &self.course.exercises[number];
        match self.desk.reset(exercise)? {
            Some(backup) => screen::line(&format!("What you had is in {}", shown(&backup)))?,
            None => screen::line("Your file was the starter already.")?,
        }
        let id = exercise.id();
        self.desk.note(&self.course, |progress| {
            progress.set_state(&id, State::Open);
            progress.set_hints(&id, 0);
        })?;
        self.move_to(Some(number))
    }

    pub(super) fn skip(&mut self, name: Option<&str>) -> Result<ExitCode> {
        let number = self.named_or_here(name)?;
        let exercise = &self.course.exercises[number];
        if self.state(number) == State::Solved {
            bail!("{} is solved already", exercise.name);
        }
        let id = exercise.id();
        self.desk.note(&self.course, |progress| {
            progress.set_state(&id, State::Skipped);
        })?;
        screen::line(&format!(
            "{ODD}{} is left out for now.{ODD:#}\n",
            exercise.name
        ))?;
        match self.here() {
            Some(here) if here != number => self.show(Some(here)),
            _ => self.move_to(self.open_after(Some(number))),
        }
    }

    pub(super) fn list(&self, chapter: Option<&str>) -> Result<ExitCode> {
        for chapter in self.workspace.select(chapter)? {
            let numbers = self.course.numbers_of(&chapter.name);
            let solved = numbers.iter().filter(|n| self.state(**n) == State::Solved);
            screen::line(&format!(
                "{BOLD}{}{BOLD:#}  {} of {} solved",
                chapter.name,
                solved.count(),
                numbers.len()
            ))?;
            for number in numbers {
                let exercise = &self.course.exercises[number];
                let mark = match self.state(number) {
                    State::Solved => format!("{GOOD}✓{GOOD:#}"),
                    State::Skipped => format!("{ODD}-{ODD:#}"),
                    State::Open if self.here() == Some(number) => "→".to_owned(),
                    State::Open => " ".to_owned(),
                };
                screen::line(&format!(
                    "  {mark} {:28} {}",
                    exercise.name,
                    exercise.goal()
                ))?;
            }
        }
        let (done, all) = (self.solved(), self.course.exercises.len());
        screen::line(&format!("\n{done} of {all} solved"))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Makes this the current exercise and shows it; `None` when none is open.
    pub(super) fn move_to(&mut self, number: Option<usize>) -> Result<ExitCode> {
        if let Some(number) = number {
            self.prepare(number)?;
        }
        self.show(number)
    }

    /// The reader's copy is there, and the exercise is the current one.
    fn prepare(&mut self, number: usize) -> Result<()> {
        let exercise = &self.course.exercises[number];
        if let Some(reason) = exercise.obstacle() {
            bail!("{} cannot be done here: {reason}", exercise.name);
        }
        self.desk.prepare(exercise)?;
        let id = exercise.id();
        self.desk
            .note(&self.course, |progress| progress.set_here(&id))
    }

    pub(super) fn show(&self, number: Option<usize>) -> Result<ExitCode> {
        let Some(number) = number else {
            let skipped = (0..self.course.exercises.len())
                .filter(|number| self.state(*number) == State::Skipped)
                .count();
            screen::line(&match skipped {
                0 => format!("{GOOD}You have solved every exercise.{GOOD:#}"),
                _ => format!(
                    "Nothing is open but the {skipped} that you have skipped: `cargo xtask learn list` \
                     names them, `cargo xtask learn next NAME` goes to one."
                ),
            })?;
            return Ok(ExitCode::SUCCESS);
        };
        let exercise = &self.course.exercises[number];
        let chapter = self.course.numbers_of(&exercise.chapter);
        let place = chapter.iter().take_while(|other| **other < number).count() + 1;
        if self.solved() == 0 {
            screen::line(&format!(
                "{DIM}Each exercise is a program that does not yet do what is asked. Change your copy, and \
                 check it.{DIM:#}\n"
            ))?;
        }
        screen::line(&format!(
            "{BOLD}{}{BOLD:#}  {DIM}{place} of {} in {}; {} of all {} solved{DIM:#}\n",
            exercise.name,
            chapter.len(),
            exercise.chapter,
            self.solved(),
            self.course.exercises.len()
        ))?;
        // The lesson is named below, with the command for it.
        let task = exercise.task()?;
        let told: Vec<&str> = task
            .lines()
            .filter(|line| !line.starts_with("Lesson: "))
            .collect();
        for line in told.join("\n").trim_end().lines() {
            screen::line(format!("  {line}").trim_end())?;
        }
        screen::line(&format!(
            "\n  {DIM}edit  {DIM:#} {BOLD}{}{BOLD:#}\n  {DIM}check {DIM:#} cargo xtask learn check   \
             {DIM}or at each save:{DIM:#} cargo xtask learn watch\n  {DIM}hint  {DIM:#} cargo xtask learn hint",
            shown(&self.desk.copy(exercise))
        ))?;
        if let Some((chapter, lesson)) = exercise.lesson()? {
            screen::line(&format!(
                "  {DIM}lesson{DIM:#} cargo xtask run {chapter} {lesson}"
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn named_or_here(&self, name: Option<&str>) -> Result<usize> {
        match (name, self.here()) {
            (Some(name), _) => self.course.find(name),
            (None, Some(here)) => Ok(here),
            (None, None) => match self.open_after(None) {
                Some(first) => Ok(first),
                None => {
                    bail!("no exercise is open; say which one, as `cargo xtask learn list` does")
                }
            },
        }
    }

    /// The current exercise.
    pub(super) fn here(&self) -> Option<usize> {
        let here = self.desk.progress.here()?;
        self.course.exercises.iter().position(|e| e.id() == here)
    }

    /// The first open exercise behind this one, or before it when none is.
    pub(super) fn open_after(&self, number: Option<usize>) -> Option<usize> {
        let start = number.map_or(0, |number| number + 1);
        (start..self.course.exercises.len())
            .chain(0..start)
            .find(|number| {
                let exercise: &Exercise = &self.course.exercises[*number];
                self.state(*number) == State::Open && exercise.obstacle().is_none()
            })
    }

    pub(super) fn state(&self, number: usize) -> State {
        self.desk
            .progress
            .state(&self.course.exercises[number].id())
    }

    fn solved(&self) -> usize {
        (0..self.course.exercises.len())
            .filter(|number| self.state(*number) == State::Solved)
            .count()
    }
}
