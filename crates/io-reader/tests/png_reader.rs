//! Chunks of PNG streams, read and written, and the text in them.

mod common;
mod png_images;

use std::io::{self, Read};

use common::Pieces;
use io_reader::png::text::{self, Entry, TextError};
use io_reader::png::{
    Chunk, ChunkReader, ChunkType, EmbedError, FaultKind, ReadError, SIGNATURE, embed, write_chunk,
};
use png_images::{SMALL, chunk, join, small, sound, split};
use proptest::prelude::*;

fn chunk_type(letters: &str) -> ChunkType {
    letters.parse().unwrap()
}

#[test]
fn the_case_of_the_letters_tells_properties() {
    let properties = |letters| {
        let kind = chunk_type(letters);
        (
            kind.is_ancillary(),
            kind.is_private(),
            kind.is_reserved(),
            kind.is_safe_to_copy(),
        )
    };
    assert_eq!(properties("IHDR"), (false, false, false, false));
    assert_eq!(properties("tEXt"), (true, false, false, true));
    assert_eq!(properties("fcTL"), (true, true, false, false));
    assert_eq!(properties("cHnk"), (true, false, true, true));
}

#[test]
fn a_type_is_four_letters() {
    assert_eq!(chunk_type("IDAT"), ChunkType::IDAT);
    assert_eq!(ChunkType::IDAT.bytes(), *b"IDAT");
    assert_eq!(ChunkType::IDAT.to_string(), "IDAT");
    for bad in ["", "IDA", "IDATA", "ID T", "ID\u{e9}"] {
        assert!(bad.parse::<ChunkType>().is_err(), "{bad:?}");
    }
    let error = ChunkType::try_from(*b"ID\0T").unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"a chunk type is four ASCII letters, not "ID\x00T""#
    );
}

#[test]
fn chunks_add_up_to_the_file() {
    for (name, file) in sound() {
        let chunks: Vec<Chunk> = ChunkReader::new(&file[..]).map(Result::unwrap).collect();
        assert_eq!(chunks[0].kind, ChunkType::IHDR, "{name}");
        assert_eq!(chunks.last().unwrap().kind, ChunkType::IEND, "{name}");
        let mut copy = SIGNATURE.to_vec();
        for chunk in &chunks {
            assert_eq!(chunk.offset, copy.len() as u64, "{name}");
            write_chunk(&mut copy, chunk.kind, &chunk.data).unwrap();
            assert_eq!(copy[copy.len() - 4..], chunk.crc.to_be_bytes(), "{name}");
        }
        assert_eq!(copy, file, "{name}");
    }
}

#[test]
fn sources_may_give_little_at_a_time() {
    let file = small();
    let mut reader = ChunkReader::new(Pieces::new(&file, &[1, 0, 3, 5, 0, 0, 1, 2]));
    let kinds: Vec<String> = (&mut reader)
        .map(|chunk| chunk.unwrap().kind.to_string())
        .collect();
    assert_eq!(kinds, ["IHDR", "IDAT", "IEND"]);
    assert_eq!(reader.offset(), 88);
}

#[test]
fn what_follows_the_end_is_left_in_the_source() {
    let file = [&small()[..], b"more"].concat();
    let mut reader = ChunkReader::new(&file[..]);
    assert_eq!(reader.by_ref().filter(Result::is_ok).count(), 3);
    assert_eq!(reader.into_inner(), b"more");
}

/// The error that ends the chunks of a file, and how many came before it.
#[track_caller]
fn expect_error(file: &[u8], chunks: usize, error: &str) {
    let mut read: Vec<_> = ChunkReader::new(file).collect();
    assert_eq!(read.pop().unwrap().unwrap_err().to_string(), error);
    assert_eq!(read.len(), chunks);
}

#[test]
fn errors_name_place_and_reason() {
    let file = small();
    let with = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        file
    };
    expect_error(b"", 0, "at 0: not a PNG: no bytes at all");
    expect_error(b"GIF89a", 0, "at 0: not a PNG: this is a GIF");
    expect_error(
        b"\x89PNG\n\x1a\n\0\0\0\rIHDR",
        0,
        "at 0: spoiled: line endings were changed, CR LF to LF",
    );
    expect_error(&file[..8], 0, "at 8: no IEND chunk");
    expect_error(&file[..76], 2, "at 76: no IEND chunk");
    expect_error(
        &file[..35],
        1,
        "at 33: cut short: takes 12 bytes, 2 are left",
    );
    expect_error(
        &file[..40],
        1,
        "at 33: cut short: takes 12 bytes, 7 are left",
    );
    expect_error(
        &file[..41],
        1,
        "IDAT at 33: cut short: takes 43 bytes, 8 are left",
    );
    expect_error(
        &file[..75],
        1,
        "IDAT at 33: cut short: takes 43 bytes, 42 are left",
    );
    expect_error(
        &with(33, 0x80),
        1,
        "IDAT at 33: length 2147483679 is over the limit of 2147483647",
    );
    expect_error(
        &with(33, 0x7f),
        1,
        "IDAT at 33: cut short: takes 2130706475 bytes, 55 are left",
    );
    expect_error(
        &with(38, b'_'),
        1,
        r#"at 33: type is "I_AT", not four letters"#,
    );
    expect_error(
        &with(87, 0),
        2,
        "IEND at 76: CRC is ae426000, the data gives ae426082",
    );
}

#[test]
fn a_failing_source_is_no_fault_of_the_png() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
    }
    let file = small();
    let mut reader = ChunkReader::new(file[..50].chain(Failing));
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err();
    assert!(
        matches!(error, ReadError::Io { offset: 33, .. }),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "cannot read the chunk at 33: the disk is on fire"
    );
    assert!(reader.next().is_none());
}

// Text.

#[test]
fn the_crc_of_a_text_covers_type_and_data() {
    let mut written = Vec::new();
    let data = text::plain("Title", "caf\u{e9}").unwrap();
    write_chunk(&mut written, ChunkType::TEXT, &data).unwrap();
    assert_eq!(written, chunk(b"tEXt", b"Title\0caf\xe9"));
}

#[test]
fn all_three_forms_read_back() {
    let long = "the same again, ".repeat(100);
    for text in ["", "one\ntwo", "caf\u{e9}", &long] {
        let entry = Entry {
            keyword: "A key".to_owned(),
            text: text.to_owned(),
        };
        let forms = [
            (ChunkType::TEXT, text::plain("A key", text).unwrap()),
            (ChunkType::ZTXT, text::compressed("A key", text).unwrap()),
            (ChunkType::ITXT, text::international("A key", text).unwrap()),
        ];
        for (kind, data) in &forms {
            assert_eq!(text::parse(*kind, data), Some(Ok(entry.clone())), "{kind}");
        }
        if text.len() > 1000 {
            assert!(forms[1].1.len() < forms[0].1.len() / 10);
        }
    }
    assert_eq!(text::parse(ChunkType::IDAT, b"Title\0x"), None);
}

#[test]
fn text_that_latin1_has_not_goes_to_itxt() {
    assert_eq!(
        text::plain("k", "\u{2603}"),
        Err(TextError::NotLatin1('\u{2603}'))
    );
    assert_eq!(
        text::compressed("k", "\u{2603}"),
        Err(TextError::NotLatin1('\u{2603}'))
    );
    assert_eq!(text::fitting("k", "\u{ff}").unwrap().0, ChunkType::TEXT);
    assert_eq!(text::fitting("k", "\u{100}").unwrap().0, ChunkType::ITXT);
}

#[test]
fn keywords_keep_their_rules() {
    for form in [text::plain, text::compressed, text::international] {
        let error = |keyword: &str| form(keyword, "x").unwrap_err();
        assert_eq!(error(""), TextError::KeywordLength(0));
        assert_eq!(error(&"k".repeat(80)), TextError::KeywordLength(80));
        assert_eq!(error("a\nb"), TextError::KeywordCharacter('\n'));
        assert_eq!(error("a\u{a0}b"), TextError::KeywordCharacter('\u{a0}'));
        assert_eq!(error("\u{2603}"), TextError::KeywordCharacter('\u{2603}'));
        assert_eq!(error(" a"), TextError::KeywordSpace);
        assert_eq!(error("a "), TextError::KeywordSpace);
        assert_eq!(error("a  b"), TextError::KeywordSpace);
        assert!(form(&"\u{e9}".repeat(79), "x").is_ok());
        assert_eq!(form("k", "a\0b"), Err(TextError::Null));
    }
}

#[test]
fn a_text_that_inflates_without_end_is_given_up() {
    let data = text::compressed("Bomb", &"0".repeat(text::INFLATE_LIMIT + 1)).unwrap();
    assert!(data.len() < 20_000);
    assert_eq!(
        text::parse(ChunkType::ZTXT, &data),
        Some(Err(TextError::TooLong))
    );
    let data = text::compressed("Large", &"0".repeat(text::INFLATE_LIMIT)).unwrap();
    assert!(text::parse(ChunkType::ZTXT, &data).unwrap().is_ok());
}

#[test]
fn entries_come_in_the_order_of_the_file() {
    let entries = text::entries(&png_images::with_every_chunk()[..]).unwrap();
    let entries: Vec<_> = entries
        .iter()
        .map(|e| (e.keyword.as_str(), e.text.as_str()))
        .collect();
    assert_eq!(
        entries,
        [
            ("Author", "no\u{eb}l"),
            ("Comment", "compressed"),
            ("Title", "\u{2603}"),
            ("Title", "schn\u{e9}e"),
        ]
    );
    let file = join(&[SMALL.ihdr(), chunk(b"tEXt", b"no end"), chunk(b"IEND", b"")]);
    let error = text::entries(&file[..]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tEXt at 33: no null byte after the keyword"
    );
}

// Embedding.

#[test]
fn a_text_is_put_after_the_header_and_nothing_else_changes() {
    for (name, file) in sound() {
        let mut copy = Vec::new();
        embed(&file[..], &mut copy, "Comment", "put in").unwrap();
        let mut chunks = split(&copy);
        assert_eq!(
            chunks.remove(1),
            chunk(b"tEXt", b"Comment\0put in"),
            "{name}"
        );
        assert_eq!(join(&chunks), file, "{name}");
    }
}

#[test]
fn a_damaged_png_is_not_copied() {
    let file = small();
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        let error = embed(&damaged[..], io::sink(), "k", "x").unwrap_err();
        assert!(
            matches!(error, EmbedError::Read(ReadError::Fault(_))),
            "byte {at}: {error}"
        );
        let error = embed(&file[..at], io::sink(), "k", "x").unwrap_err();
        assert!(
            matches!(error, EmbedError::Read(ReadError::Fault(_))),
            "cut to {at}: {error}"
        );
    }
    let after = [&file[..], b"!"].concat();
    let error = embed(&after[..], io::sink(), "k", "x").unwrap_err();
    assert_eq!(error.to_string(), "at 88: more bytes after the IEND chunk");
    let headless = join(&split(&file)[1..]);
    let EmbedError::Read(ReadError::Fault(fault)) =
        embed(&headless[..], io::sink(), "k", "x").unwrap_err()
    else {
        panic!("the fault is in the PNG")
    };
    assert_eq!(
        (fault.offset, fault.kind),
        (8, FaultKind::After(ChunkType::IHDR))
    );
}

#[test]
fn a_wrong_keyword_is_known_before_anything_is_read() {
    struct Untouched;
    impl Read for Untouched {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("read from");
        }
    }
    let mut written = Vec::new();
    let error = embed(Untouched, &mut written, "", "x").unwrap_err();
    assert!(matches!(
        error,
        EmbedError::Text(TextError::KeywordLength(0))
    ));
    assert_eq!(written, b"");
}

#[test]
fn a_full_disk_is_said_to_be_one() {
    let error = embed(&small()[..], &mut [0; 40][..], "k", "x").unwrap_err();
    assert!(matches!(error, EmbedError::Write(_)), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_goes_in_and_comes_out(
        keyword in "[!-~\u{a1}-\u{ff}]{1,39}( [!-~\u{a1}-\u{ff}]{1,39})?",
        text in "[^\0]{0,200}",
    ) {
        let mut copy = Vec::new();
        embed(&small()[..], &mut copy, &keyword, &text).unwrap();
        prop_assert_eq!(text::entries(&copy[..]).unwrap(), [Entry { keyword, text }]);
    }

    #[test]
    fn any_bytes_give_chunks_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let file = [&SIGNATURE[..], &bytes].concat();
        let (chunks, errors): (Vec<_>, Vec<_>) =
            ChunkReader::new(&file[..]).partition(Result::is_ok);
        prop_assert!(errors.len() <= 1);
        let taken: usize = chunks.iter().flatten().map(|chunk| chunk.data.len() + 12).sum();
        prop_assert!(taken <= bytes.len());
    }
}
