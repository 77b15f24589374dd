//! From pages and runs to a checked book.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use syscalls::witness::Block;

use super::check::{self, Findings};
use super::diagram;
use super::index::{self, Source};
use super::lesson_html::{self, Shown};
use super::page::{Directive, Kind, Page};
use super::problem::Problem;
use super::render;
use super::resolve::{self, Named};
use super::runs::{self, Found};
use super::search;
use crate::workspace::{Chapter, Workspace};

/// What `search.js` loads.
const SEARCH_INDEX: &str = "search-index.js";

/// In a picture's place.
const NO_PICTURE: &str = "<p class=\"note\">A picture of a traced run belongs here, and there is no \
                          such run yet: <code>cargo xtask book</code> makes it, on Linux.</p>";

/// What came of a build.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// For each page, how many lessons are on it and how many links inside the book it has.
    pub(super) pages: Vec<(String, usize, usize)>,
    pub(super) lessons: usize,
    /// How many of them have the calls of their lines.
    pub(super) traced: usize,
    /// How many did not run here.
    pub(super) not_run: usize,
    pub(super) problems: Vec<Problem>,
}

/// Builds the book into `folder`; lessons of the chapters `running` run if they have to. Names that lead nowhere end it before anything runs; all else that is
/// wrong is told at the end.
pub(super) fn build(workspace: &Workspace, folder: &Path, running: &[&Chapter]) -> Result<Built> {
    let pages = Page::read_all(&workspace.root)?;
    let mut named = resolve::resolve(workspace, &pages)?;
    let problems = std::mem::take(&mut named.problems);
    if !problems.is_empty() {
        return Ok(Built {
            problems,
            ..Built::default()
        });
    }
    let found = runs::collect(workspace, &named.lessons, running)?;
    let book = Book {
        workspace,
        named: &named,
        found: &found,
    };
    let filled: BTreeMap<&str, String> = pages
        .iter()
        .map(|page| (page.name.as_str(), page.filled(|d| book.fill(d))))
        .collect();
    let warnings = render::render(&workspace.root.join("book"), folder, &filled)?;
    write_search_index(folder, &pages)?;
    let findings = check::links(folder, &pages)?;

    let mut built = book.counts(&pages, &findings);
    built.problems = book.fallen();
    built.problems.extend(warnings);
    built.problems.extend(findings.problems);
    Ok(built)
}

struct Book<'a> {
    workspace: &'a Workspace,
    named: &'a Named<'a>,
    found: &'a BTreeMap<&'a str, Found>,
}

impl Book<'_> {
    /// What stands in a directive's place.
    fn fill(&self, directive: &Directive) -> String {
        let argument = directive.argument.as_str();
        match directive.kind {
            Kind::Lesson => self.lesson(argument),
            Kind::Diagram => self.diagram(argument),
            Kind::Exercise => self.named.exercises[argument].markdown(&directive.before),
            Kind::Lessons => index::lessons(&self.workspace.chapters),
            Kind::Calls => self.calls(),
            Kind::Include => String::new(),
        }
    }

    fn lesson(&self, name: &str) -> String {
        let (named, found) = (&self.named.lessons[name], &self.found[name]);
        let block = runs::block(named);
        lesson_html::section(&Shown {
            chapter: &named.chapter.name,
            lesson: named.lesson,
            source: &named.source,
            record: &found.record,
            named: block.as_ref().and_then(Block::names).unwrap_or_default(),
            not_run: found.obstacle.clone(),
            note: runs::note(named.lesson, &named.chapter.name, found),
        })
    }

    fn diagram(&self, name: &str) -> String {
        let Some(trace) = &self.found[name].record.trace else {
            return NO_PICTURE.to_owned();
        };
        diagram::svg(name, &trace.steps)
    }

    fn calls(&self) -> String {
        let lessons = self.named.lessons.iter();
        let blocks: BTreeMap<_, _> = lessons
            .filter_map(|(name, named)| Some((name.as_str(), runs::block(named)?)))
            .collect();
        let sources = self.workspace.chapters.iter().flat_map(|chapter| {
            chapter.lessons.iter().map(|lesson| {
                let name = format!("{}/{}", chapter.name, lesson.name);
                Source {
                    chapter: &chapter.name,
                    lesson: &lesson.name,
                    block: blocks.get(name.as_str()),
                    record: &self.found[name.as_str()].record,
                }
            })
        });
        index::calls(&index::makers(sources))
    }

    fn fallen(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, found) in self.found {
            if let Some(why) = &found.fell {
                let place = self.named.lessons[*name].place.clone();
                problems.push(Problem {
                    place: place.unwrap_or_default(),
                    text: format!("{name} fell: {why}"),
                });
            }
        }
        problems
    }

    fn counts(&self, pages: &[Page], findings: &Findings) -> Built {
        let found = || self.found.values();
        let lessons_on = |page: &Page| {
            let (directives, _) = page.directives();
            directives.iter().filter(|d| d.kind == Kind::Lesson).count()
        };
        let links_on = |page: &Page| findings.links.get(&page.name).copied();
        Built {
            pages: pages
                .iter()
                .filter_map(|page| Some((page.name.clone(), lessons_on(page), links_on(page)?)))
                .collect(),
            lessons: self.found.len(),
            traced: found().filter(|found| found.record.trace.is_some()).count(),
            not_run: found().filter(|found| found.record.run.is_none()).count(),
            problems: Vec::new(),
        }
    }
}

fn write_search_index(folder: &Path, pages: &[Page]) -> Result<()> {
    let mut documents = Vec::new();
    for page in pages {
        let (directives, _) = page.directives();
        if directives.iter().any(|d| d.kind == Kind::Lessons) {
            // An index says nothing that the lessons do not say.
            continue;
        }
        let name = Path::new(&page.name).with_extension("html");
        // SUMMARY.md is no page.
        if let Ok(html) = fs::read_to_string(folder.join(&name)) {
            documents.extend(search::documents(&name.display().to_string(), &html));
        }
    }
    let path = folder.join(SEARCH_INDEX);
    fs::write(&path, search::script(&documents))
        .with_context(|| format!("cannot write {}", path.display()))
}
