//! An address space as a picture in text: high addresses at the top, as textbooks draw it.
//!
//! True to scale it would be empty: a library has 2 MiB, the gap beside it 40 TiB. So a bar's
//! length is the logarithm of the size, one character for each doubling from a page on, and gaps
//! are a line with their size.

use std::ffi::OsStr;
use std::fmt::Write;
use std::ops::Range;

use super::human::human;
use crate::maps::{AddressSpace, Area, Kind, Permissions, Usage};
use crate::page::page_size;

/// Areas that a reader thinks of as one: the segments of one library, a stretch of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// From the first area's start to the last one's end; there is no gap within.
    pub range: Range<u64>,
    /// What it is for.
    pub kind: Kind,
    /// Each permission that one of its areas has, in their order, without repetition.
    pub permissions: Vec<Permissions>,
    /// The sum over its areas.
    pub usage: Usage,
    /// The path or the kernel's name; empty for anonymous memory.
    pub name: &'a OsStr,
    /// The name for people: a path's last component.
    pub short_name: &'a OsStr,
}

/// The areas as rows, from the lowest address to the highest.
pub fn rows(space: &AddressSpace) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (area, kind) in space.iter() {
        match rows.last_mut() {
            Some(row) if row.continues(area, kind) => row.add(area),
            _ => rows.push(Row {
                range: area.range.clone(),
                kind,
                permissions: vec![area.permissions],
                usage: area.usage.unwrap_or_default(),
                name: &area.name,
                short_name: area.short_name(),
            }),
        }
    }
    rows
}

impl Row<'_> {
    /// Its length in bytes of address space.
    pub fn size(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// A zeroed tail of a file's variables has no name of its own.
    fn continues(&self, area: &Area, kind: Kind) -> bool {
        let is_tail = area.name.is_empty() && matches!(kind, Kind::Library | Kind::Data);
        self.range.end == area.range.start
            && self.kind == kind
            && (self.name == area.name || is_tail)
    }

    fn add(&mut self, area: &Area) {
        self.range.end = area.range.end;
        self.usage += area.usage.unwrap_or_default();
        if !self.permissions.contains(&area.permissions) {
            self.permissions.push(area.permissions);
        }
    }

    /// `r--` alone, or `r-- r-x rw-`.
    fn all_permissions(&self) -> String {
        let each = self.permissions.iter().map(|permissions| {
            let text = permissions.to_string();
            text.strip_suffix('p').unwrap_or(&text).to_owned()
        });
        each.collect::<Vec<_>>().join(" ")
    }
}

/// The picture, of as many lines as there are rows and gaps.
pub fn space(space: &AddressSpace) -> String {
    let rows = rows(space);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{:>16}  {:>8}  {:>8}  {:<27} what",
        "from", "size", "resident", "permissions"
    );
    let mut above: Option<u64> = None;
    for row in rows.iter().rev() {
        if let Some(above) = above
            && above > row.range.end
        {
            let _ = writeln!(
                text,
                "{:>16}  {:>8}  ┄┄┄ nothing",
                "",
                human(above - row.range.end)
            );
        }
        above = Some(row.range.start);
        draw_row(&mut text, row);
    }
    text
}

fn draw_row(text: &mut String, row: &Row<'_>) {
    let what = match row.short_name.is_empty() {
        true => row.kind.to_string(),
        false => format!("{}: {}", row.kind, row.short_name.display()),
    };
    let _ = writeln!(
        text,
        "{:>16x}  {:>8}  {:>8}  {:<27} {} {}",
        row.range.start,
        human(row.size()),
        human(row.usage.resident),
        row.all_permissions(),
        bar(row.size()),
        printable(&what),
    );
}

/// One character for each doubling of a page.
fn bar(size: u64) -> String {
    let pages = (size / page_size() as u64).max(1);
    "█".repeat(1 + pages.ilog2() as usize)
}

/// A name may hold whatever a file name may: nothing of it reaches the terminal as a command.
fn printable(name: &str) -> String {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    name.chars().map(plain).collect()
}

/// A line a kind: address space, memory, and whose it is.
pub fn totals(space: &AddressSpace) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<14} {:>5} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "kind", "areas", "virtual", "resident", "private", "shared", "swapped"
    );
    let kinds = Kind::ALL.map(|kind| (kind.to_string(), space.totals_of(kind)));
    let present = kinds.into_iter().filter(|(_, totals)| totals.areas > 0);
    for (name, totals) in present.chain([("all".to_owned(), space.totals())]) {
        let _ = writeln!(
            text,
            "{name:<14} {:>5} {:>9} {:>9} {:>9} {:>9} {:>9}",
            totals.areas,
            human(totals.size),
            human(totals.usage.resident),
            human(totals.usage.private()),
            human(totals.usage.shared()),
            human(totals.usage.swapped),
        );
    }
    text
}

/// A line for each area: its usage, in kilobytes.
pub fn table(space: &AddressSpace) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:>16} {:>9} perm {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7}  what",
        "from",
        "size",
        "resident",
        "proport.",
        "sh.clean",
        "sh.dirty",
        "pr.clean",
        "pr.dirty",
        "anon.",
        "swapped",
        "huge"
    );
    for (area, kind) in space.iter() {
        let usage = area.usage.unwrap_or_default();
        let _ = writeln!(
            text,
            "{:>16x} {:>9} {} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7}  {kind} {}",
            area.range.start,
            area.size() / 1024,
            area.permissions,
            usage.resident / 1024,
            usage.proportional / 1024,
            usage.shared_clean / 1024,
            usage.shared_dirty / 1024,
            usage.private_clean / 1024,
            usage.private_dirty / 1024,
            usage.anonymous / 1024,
            usage.swapped / 1024,
            usage.huge / 1024,
            printable(&area.name.to_string_lossy()),
        );
    }
    text
}
