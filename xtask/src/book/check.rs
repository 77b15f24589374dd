//! Links of the rendered book: each leads to a file that is there, and to an `id` in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use super::markup::{Piece, attribute, pieces};
use super::page::Page;
use super::problem::Problem;

/// What one rendered page offers and asks for.
#[derive(Default)]
struct Anchors {
    ids: BTreeSet<String>,
    links: BTreeSet<String>,
}

/// What was looked at, and what is wrong with it.
#[derive(Default)]
pub(super) struct Findings {
    /// Links inside the book, by page.
    pub(super) links: BTreeMap<String, usize>,
    pub(super) problems: Vec<Problem>,
}

/// Checks every page below `folder`; `pages` are the sources, to say where a bad link was written.
pub(super) fn links(folder: &Path, pages: &[Page]) -> Result<Findings> {
    let mut rendered = BTreeMap::new();
    for path in files(folder)? {
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            let html = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.strip_prefix(folder).unwrap_or(&path);
            rendered.insert(name.to_path_buf(), Anchors::of(&html));
        }
    }
    let mut findings = Findings::default();
    for (name, anchors) in &rendered {
        let page = name.with_extension("md").display().to_string();
        // Where no page is called so, mdBook copies the first one.
        if page == "index.md" && pages.iter().all(|source| source.name != page) {
            continue;
        }
        let inside = anchors.links.iter().filter(|link| !leaves(link));
        let mut count = 0;
        for link in inside {
            count += 1;
            if let Some(trouble) = trouble(folder, &rendered, name, link) {
                findings.problems.push(place(pages, &page, link, &trouble));
            }
        }
        findings.links.insert(page, count);
    }
    Ok(findings)
}

impl Anchors {
    fn of(html: &str) -> Self {
        let mut anchors = Self::default();
        for piece in pieces(html) {
            let Piece::Open(name, attributes) = piece else {
                continue;
            };
            anchors.ids.extend(attribute(attributes, "id"));
            if name == "a" {
                anchors.ids.extend(attribute(attributes, "name"));
            }
            anchors.links.extend(attribute(attributes, "href"));
            anchors.links.extend(attribute(attributes, "src"));
        }
        anchors
    }
}

/// To another site, or to nowhere.
fn leaves(link: &str) -> bool {
    let scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.chars().all(|c| c.is_ascii_alphanumeric()) && !scheme.is_empty()
    });
    scheme || link.is_empty()
}

/// What is wrong with a link on the page `from`.
fn trouble(
    folder: &Path,
    rendered: &BTreeMap<PathBuf, Anchors>,
    from: &Path,
    link: &str,
) -> Option<String> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let path = decoded(path.split('?').next().unwrap_or(path));
    let target = if path.is_empty() {
        from.to_path_buf()
    } else {
        let parent = from.parent().unwrap_or(Path::new(""));
        match normal(&parent.join(&path)) {
            Some(target) => target,
            None => return Some(format!("{link} leads out of the book")),
        }
    };
    let Some(anchors) = rendered.get(&target) else {
        let there = folder.join(&target).exists();
        return (!there)
            .then(|| format!("{link} leads to nothing: there is no {}", target.display()));
    };
    let fragment = decoded(fragment);
    (!fragment.is_empty() && !anchors.ids.contains(&fragment)).then(|| {
        format!(
            "{link} leads to no place of {}: it has no id {fragment}",
            target.display()
        )
    })
}

/// Without `.` and `..`; none when it leaves the folder.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => normal.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

/// `%E8%AA%9E` as the characters it stands for.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = (bytes[at] == b'%')
            .then(|| u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok())
            .flatten();
        match byte {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The line of the source that has the link, as far as it can be told.
fn place(pages: &[Page], name: &str, link: &str, trouble: &str) -> Problem {
    let Some(page) = pages.iter().find(|page| page.name == name) else {
        return Problem {
            place: format!(
                "target/book/html/{}",
                Path::new(name).with_extension("html").display()
            ),
            text: trouble.to_owned(),
        };
    };
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let written = path
        .strip_suffix(".html")
        .map_or_else(|| path.to_owned(), |path| format!("{path}.md"));
    let lines = || (1..).zip(page.text.lines());
    let has = |needle: &str| {
        let mut found = lines().filter(|(_, line)| line.contains(needle));
        found.next().map(|(number, _)| number)
    };
    let whole = if fragment.is_empty() {
        format!("({written}")
    } else {
        format!("({written}#{fragment})")
    };
    let line = has(&whole).or_else(|| has(link)).unwrap_or(1);
    page.problem(line, trouble)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_leave_the_book_are_not_ours() {
        assert!(leaves("https://example.org/x#y") && leaves("mailto:a@b") && leaves(""));
        assert!(!leaves("uds.html#a:b") && !leaves("#x"));
    }

    #[test]
    fn paths_stay_in_the_book() {
        assert_eq!(normal(Path::new("a/../b/./c")), Some(PathBuf::from("b/c")));
        assert_eq!(normal(Path::new("a/../../b")), None);
    }

    #[test]
    fn fragments_are_decoded() {
        assert_eq!(decoded("%E8%AA%9E-a%2"), "語-a%2");
    }
}
