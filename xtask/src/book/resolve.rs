//! From the names on the pages to lessons, exercises and files.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;

use super::exercise::Exercise;
use super::page::{Directive, Kind, Page};
use super::problem::Problem;
use crate::lesson::Lesson;
use crate::workspace::{Chapter, Workspace};

/// What the directives of all pages name.
#[derive(Default)]
pub(super) struct Named<'a> {
    /// By `CHAPTER/NAME`.
    pub(super) lessons: BTreeMap<String, NamedLesson<'a>>,
    pub(super) exercises: BTreeMap<String, Exercise>,
    pub(super) problems: Vec<Problem>,
}

/// A lesson, and the place on a page where it stands.
pub(super) struct NamedLesson<'a> {
    pub(super) chapter: &'a Chapter,
    pub(super) lesson: &'a Lesson,
    pub(super) source: String,
    /// `book/src/uds.md:12`; none as long as only a diagram names it.
    pub(super) place: Option<String>,
    pub(super) has_diagram: bool,
}

/// Reads everything that the pages name.
pub(super) fn resolve<'a>(workspace: &'a Workspace, pages: &[Page]) -> Result<Named<'a>> {
    let mut named = Named::default();
    for page in pages {
        let (directives, problems) = page.directives();
        named.problems.extend(problems);
        for directive in directives {
            if let Some(text) = named.add(workspace, page, &directive)? {
                named.problems.push(page.problem(directive.line, text));
            }
        }
    }
    for chapter in &workspace.chapters {
        for lesson in &chapter.lessons {
            let name = format!("{}/{}", chapter.name, lesson.name);
            let stands = named.lessons.get(&name).is_some_and(|l| l.place.is_some());
            if !stands {
                let file = lesson.path.strip_prefix(&workspace.root);
                named.problems.push(Problem {
                    place: format!("{}:1", file.unwrap_or(&lesson.path).display()),
                    text: format!(
                        "the lesson is on no page: write `{{{{#lesson {name}}}}}` on one"
                    ),
                });
            }
        }
    }
    Ok(named)
}

impl<'a> Named<'a> {
    /// What is wrong with a directive, if something is.
    fn add(
        &mut self,
        workspace: &'a Workspace,
        page: &Page,
        directive: &Directive,
    ) -> Result<Option<String>> {
        let argument = &directive.argument;
        match directive.kind {
            Kind::Lesson => {
                let place = page.problem(directive.line, "").place;
                match self.lesson(workspace, argument)? {
                    Err(text) => return Ok(Some(text)),
                    Ok(lesson) => {
                        if let Some(other) = lesson.place.replace(place) {
                            return Ok(Some(format!("{argument} stands at {other} already")));
                        }
                    }
                }
            }
            Kind::Diagram => match self.lesson(workspace, argument)? {
                Err(text) => return Ok(Some(text)),
                Ok(lesson) => lesson.has_diagram = true,
            },
            Kind::Exercise => match Exercise::read(&workspace.root, argument) {
                Err(error) => return Ok(Some(error.to_string())),
                Ok(exercise) => {
                    self.exercises.insert(argument.clone(), exercise);
                }
            },
            Kind::Include => return Ok(include(workspace, argument)),
            Kind::Lessons | Kind::Calls => {}
        }
        Ok(None)
    }

    fn lesson(
        &mut self,
        workspace: &'a Workspace,
        argument: &str,
    ) -> Result<Result<&mut NamedLesson<'a>, String>> {
        let Some((chapter, name)) = argument.split_once('/') else {
            return Ok(Err("a lesson is named CHAPTER/NAME".to_owned()));
        };
        let found = workspace
            .chapter(chapter)
            .and_then(|chapter| Ok((chapter, chapter.lesson(name)?)));
        let (chapter, lesson) = match found {
            Err(error) => return Ok(Err(error.to_string())),
            Ok((_, lesson)) if lesson.name != name => {
                return Ok(Err(format!("{name} is called {}", lesson.name)));
            }
            Ok(found) => found,
        };
        let source = fs::read_to_string(&lesson.path)?;
        let named = self.lessons.entry(argument.to_owned());
        Ok(Ok(named.or_insert(NamedLesson {
            chapter,
            lesson,
            source,
            place: None,
            has_diagram: false,
        })))
    }
}

/// mdBook leaves an include out that leads nowhere.
fn include(workspace: &Workspace, argument: &str) -> Option<String> {
    let (path, anchor) = argument.split_once(':').unwrap_or((argument, ""));
    let file = workspace.root.join("book/src").join(path);
    let Ok(text) = fs::read_to_string(&file) else {
        return Some(format!("there is no file {path}"));
    };
    let is_anchor = !anchor.is_empty() && !anchor.starts_with(|c: char| c.is_ascii_digit());
    (is_anchor && !text.contains(&format!("ANCHOR: {anchor}")))
        .then(|| format!("{path} has no `ANCHOR: {anchor}`"))
}
