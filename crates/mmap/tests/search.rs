//! Counting over chunks against the naive way.

mod common;

use std::fs::File;
use std::io::Write;

use mmap::search::{
    CHUNK, Charset, Chunk, Counts, FileSource, Flow, LineEnd, MatchingLines, Patterns, Source,
    Summary, Wanted, count_lines, count_matching_lines, for_each_chunk,
};
use proptest::prelude::*;

const ALL: Wanted = Wanted {
    lines: true,
    words: true,
    chars: true,
};

/// Texts of few different bytes, so that literals occur, also across any border.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::sample::select(b"aab\n\0 ".to_vec());
    prop::collection::vec(bytes, 0..60)
}

fn literals() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"aab\n".to_vec()), 0..5)
}

fn line_ends() -> impl Strategy<Value = LineEnd> {
    prop::sample::select(vec![LineEnd::Newline, LineEnd::NewlineOrNul])
}

/// The matching lines, found the slow way.
fn model<'a>(text: &'a [u8], literal: &[u8], end: LineEnd, invert: bool) -> Vec<(u64, &'a [u8])> {
    let is_end = |&byte: &u8| byte == b'\n' || byte == 0 && end == LineEnd::NewlineOrNul;
    let mut lines: Vec<&[u8]> = text.split(is_end).collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    let pieces: Vec<&[u8]> = literal.split(|&byte| byte == b'\n').collect();
    let matches = |line: &[u8]| {
        pieces
            .iter()
            .any(|piece| piece.is_empty() || line.windows(piece.len()).any(|w| w == *piece))
    };
    (1..)
        .zip(lines)
        .filter(|(_, line)| matches(line) != invert)
        .collect()
}

/// A reader that gives a few bytes at a time.
struct Dribble<'a>(&'a [u8], usize);

impl std::io::Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(buffer.len()).min(self.0.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

proptest! {
    #![proptest_config(common::cases(500))]

    #[test]
    fn summaries_of_any_cut_add_up(
        text in texts(),
        literal in literals(),
        end in line_ends(),
        invert: bool,
        mut cuts in prop::collection::vec(0usize..60, 0..5),
    ) {
        let patterns = Patterns::new(&literal, end);
        cuts.push(0);
        cuts.push(text.len());
        cuts.iter_mut().for_each(|cut| *cut = (*cut).min(text.len()));
        cuts.sort_unstable();
        let whole = cuts.windows(2).fold(Summary::default(), |sum, cut| {
            let chunk = Chunk { bytes: &text, own: cut[0]..cut[1] };
            sum.then(&Summary::of(&chunk, &patterns, true))
        });
        let matching = if patterns.match_every_line() { whole.lines() } else { whole.matching() };
        prop_assert_eq!(matching as usize, model(&text, &literal, end, false).len());
        prop_assert_eq!(whole.lines() as usize, model(&text, b"", end, false).len());
        let counted = count_matching_lines(&text[..], &patterns, invert).unwrap();
        prop_assert_eq!(counted as usize, model(&text, &literal, end, invert).len());
    }

    #[test]
    fn a_stream_gives_the_same_lines(
        text in texts(),
        literal in literals(),
        end in line_ends(),
        invert: bool,
        step in 1usize..20,
    ) {
        let patterns = Patterns::new(&literal, end);
        let mut found = Vec::new();
        MatchingLines::new(&patterns, invert)
            .numbered(true)
            .run(Dribble(&text, step), |line| {
                found.push((line.number, line.text.to_vec()));
                Ok(Flow::Continue)
            })
            .unwrap();
        let expected: Vec<_> = model(&text, &literal, end, invert)
            .into_iter()
            .map(|(number, line)| (number, line.to_vec()))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn words_and_characters_do_not_depend_on_the_cut(
        text in prop::collection::vec(
            prop::sample::select(vec![b'a', b' ', b'\n', 1, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x80]),
            0..60,
        ),
        step in 1usize..20,
    ) {
        for charset in [Charset::Bytes, Charset::Utf8] {
            let whole = Counts::of_source(&text[..], charset, ALL).unwrap();
            let stream = Counts::of_stream(Dribble(&text, step), charset, ALL).unwrap();
            prop_assert_eq!(whole, stream);
        }
    }
}

#[test]
fn a_big_file_is_counted_across_its_chunks() {
    // Lines of 7 bytes: the two borders go through one, at different places.
    let lines = 2 * CHUNK / 7 + 100;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&b"needle\n".repeat(lines as usize)).unwrap();
    let source = FileSource::new(&file, 0).unwrap().unwrap();
    assert_eq!(count_lines(&source).unwrap(), lines);
    for literal in ["needle", "e", "ed"] {
        let patterns = Patterns::new(literal.as_bytes(), LineEnd::NewlineOrNul);
        assert_eq!(
            count_matching_lines(&source, &patterns, false).unwrap(),
            lines
        );
        assert_eq!(count_matching_lines(&source, &patterns, true).unwrap(), 0);
    }
    let counts = Counts::of_source(&source, Charset::Utf8, ALL).unwrap();
    assert_eq!((counts.lines, counts.words), (lines, lines));
    assert_eq!((counts.chars, counts.bytes), (7 * lines, 7 * lines));
}

#[test]
fn characters_across_chunks_are_counted_once() {
    let chars = CHUNK / 3 + 100;
    let text = "€".repeat(chars as usize);
    let counts = Counts::of_source(text.as_bytes(), Charset::Utf8, ALL).unwrap();
    assert_eq!((counts.chars, counts.words), (chars, 1));
    // One byte more in front, and the borders fall elsewhere.
    let text = format!(" {text}");
    let counts = Counts::of_source(text.as_bytes(), Charset::Utf8, ALL).unwrap();
    assert_eq!((counts.chars, counts.words), (chars + 1, 1));
}

#[test]
fn a_line_longer_than_a_chunk_is_one_line() {
    let mut text = vec![b'x'; 3 * CHUNK as usize];
    for at in [10, CHUNK as usize - 2, 2 * CHUNK as usize + 5] {
        text[at..at + 5].copy_from_slice(b"match");
    }
    let patterns = Patterns::new(b"match", LineEnd::Newline);
    assert_eq!(
        count_matching_lines(&text[..], &patterns, false).unwrap(),
        1
    );
    assert_eq!(count_matching_lines(&text[..], &patterns, true).unwrap(), 0);
}

#[test]
fn a_file_that_got_shorter_is_counted_as_far_as_it_goes() {
    let file = tempfile::tempfile().unwrap();
    (&file).write_all(&b"1234567\n".repeat(1 << 20)).unwrap();
    let source = FileSource::new(&file, 0).unwrap().unwrap();
    file.set_len(8 * 1000 + 3).unwrap();
    let patterns = Patterns::new(b"1", LineEnd::Newline);
    assert_eq!(
        count_matching_lines(&source, &patterns, false).unwrap(),
        1001
    );
    assert_eq!(count_lines(&source).unwrap(), 1000);
}

#[test]
fn an_error_ends_the_count() {
    struct Broken;
    impl Source for Broken {
        fn len(&self) -> u64 {
            100 * CHUNK
        }

        fn window<'a>(
            &'a self,
            range: std::ops::Range<u64>,
            _: &'a mut Vec<u8>,
        ) -> std::io::Result<&'a [u8]> {
            match range.start {
                0 => Ok(b"one\n"),
                _ => Err(std::io::Error::other("a bad disk")),
            }
        }
    }
    let error = for_each_chunk(&Broken, 0, 0, |chunk| chunk.own.len()).unwrap_err();
    assert_eq!(error.to_string(), "a bad disk");
}

#[test]
fn what_has_no_length_is_no_source() {
    assert!(
        FileSource::new(&File::open("/dev/null").unwrap(), 0)
            .unwrap()
            .is_none()
    );
    assert!(
        FileSource::new(&tempfile::tempfile().unwrap(), 0)
            .unwrap()
            .is_none()
    );
}
