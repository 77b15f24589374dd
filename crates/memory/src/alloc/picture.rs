//! Heaps drawn in text.

use super::arena::{Extent, Use};
use super::caching::SpanUse;

/// Lines of `width` characters, each for as many bytes as make `rows` lines of the whole: `#` blocks, `.`
/// free, `:` overhead or rounding. A character shows what most of its bytes are.
#[must_use]
pub fn arena_picture(extents: &[Extent], width: usize, rows: usize) -> Vec<String> {
    let whole: usize = extents.iter().map(|extent| extent.len).sum();
    let each = whole.div_ceil((width * rows).max(1)).max(1);
    let mut cells = vec![[0usize; 3]; whole.div_ceil(each)];
    for extent in extents {
        let (asked, rest) = match extent.usage {
            Use::Free => (0, 0),
            Use::Block { asked } => (asked, 2),
            Use::Overhead => (0, 2),
        };
        let middle = extent.offset + asked;
        paint(&mut cells, each, extent.offset..middle, 1);
        paint(&mut cells, each, middle..extent.offset + extent.len, rest);
    }
    let line = |cells: &[[usize; 3]]| cells.iter().map(character).collect();
    cells.chunks(width.max(1)).map(line).collect()
}

fn paint(cells: &mut [[usize; 3]], each: usize, range: std::ops::Range<usize>, what: usize) {
    let mut at = range.start;
    while at < range.end {
        let end = ((at / each + 1) * each).min(range.end);
        cells[at / each][what] += end - at;
        at = end;
    }
}

fn character([free, blocks, overhead]: &[usize; 3]) -> char {
    match () {
        () if blocks >= free && blocks >= overhead => '#',
        () if free >= overhead => '.',
        () => ':',
    }
}

/// A character a page: `#` pages of objects, `=` one block, `,` free and still costing memory, `.` free.
/// The last pages that nobody used are left out.
#[must_use]
pub fn pages_picture(spans: &[SpanUse], width: usize) -> Vec<String> {
    let page = |span: &SpanUse| match *span {
        SpanUse::Objects { pages, .. } => ('#', pages),
        SpanUse::Block { pages } => ('=', pages),
        SpanUse::Free { pages, dirty } if dirty > 0 => (',', pages),
        SpanUse::Free { pages, .. } => ('.', pages),
    };
    let cells = spans.iter().map(page);
    let cells = cells.flat_map(|(character, pages)| std::iter::repeat_n(character, pages as usize));
    let text: String = cells.collect();
    let text = text.trim_end_matches('.').as_bytes();
    let line = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
    text.chunks(width.max(1)).map(line).collect()
}
