//! What the operations on paths answer, case by case, and laws that hold between them.

mod common;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use ::fs::path::{
    BadPattern, EvalError, Lossy, Next, Pattern, base, clean, dir, eval_symlinks, expand, ext,
    glob, is_abs, is_local, join, localize, matches, rel, split, split_list, tilde_with,
    valid_path, walk,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[test]
fn clean_answers() {
    for (path, cleaned) in [
        ("", "."),
        (".", "."),
        ("..", ".."),
        ("/", "/"),
        ("///", "/"),
        ("a/", "a"),
        ("./a", "a"),
        ("a/./b", "a/b"),
        ("a/b/..", "a"),
        ("a/b/../..", "."),
        ("a/../../b", "../b"),
        ("../../a/..", "../.."),
        ("/..", "/"),
        ("/../../a", "/a"),
        ("/a/../..", "/"),
        ("...", "..."),
        ("a/..b/.c", "a/..b/.c"),
        (".a/../..b", "..b"),
        ("a\\..\\b", "a\\..\\b"),
    ] {
        assert_eq!(clean(path.as_bytes()), cleaned.as_bytes(), "{path}");
    }
}

#[test]
fn clean_borrows_what_is_clean() {
    for path in ["a/b", "/a", "../a", "a/b///", ".", "", "/", "///", "a/.."] {
        let cleaned = clean(path.as_bytes());
        assert!(matches!(cleaned, Cow::Borrowed(_)), "{path}");
    }
    assert!(matches!(clean(b"a//b"), Cow::Owned(_)));
}

#[test]
fn bytes_that_are_not_text_pass_unchanged() {
    assert_eq!(join(&[&b"\xff"[..], b"../\xc3", b"\x00"]), b"\xc3/\x00");
    assert_eq!(ext(b"\xfe/a.\xff"), b".\xff");
    assert_eq!(rel(b"\xff", b"\xff/\xfe").unwrap(), b"\xfe");
    assert_eq!(
        Lossy(b"a\xf0\x9f\x98b").to_string(),
        "a\u{FFFD}\u{FFFD}\u{FFFD}b"
    );
}

#[test]
fn relative_paths_end_where_only_the_kernel_knows() {
    assert_eq!(rel(b"../a", b"..").unwrap(), b"..");
    assert_eq!(rel(b".", b"..").unwrap(), b"..");
    assert_eq!(rel(b"a", b"").unwrap(), b"..");
    assert_eq!(rel(b"/", b"/").unwrap(), b".");
    for (base, target) in [
        ("..", "a"),
        ("../..", ".."),
        ("/a", "a"),
        ("a", "/a"),
        ("", "/"),
    ] {
        let error = rel(base.as_bytes(), target.as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("Rel: can't make {target} relative to {base}")
        );
    }
}

#[test]
fn local_valid_and_localizable_paths() {
    for (path, local, valid) in [
        (&b"a/b"[..], true, true),
        (b".", true, true),
        (b"a/", true, false),
        (b"a//b", true, false),
        (b"a/../b", true, false),
        (b"..", false, false),
        (b"../a", false, false),
        (b"..a", true, true),
        (b"/a", false, false),
        (b"", false, false),
        (b"\xff", true, false),
    ] {
        assert_eq!(is_local(path), local, "{}", Lossy(path));
        assert_eq!(valid_path(path), valid, "{}", Lossy(path));
        assert_eq!(localize(path).is_ok(), valid, "{}", Lossy(path));
    }
    assert!(valid_path(b"a\0b") && localize(b"a\0b").is_err());
}

#[test]
fn lists_keep_their_empty_entries() {
    assert_eq!(split_list(b":"), [b"", b""]);
    assert_eq!(split_list(b"/bin"), [b"/bin"]);
}

#[test]
fn patterns_answer() {
    for (pattern, name, answer) in [
        ("", "", Ok(true)),
        ("", "a", Ok(false)),
        ("*", "", Ok(true)),
        ("*", "a/b", Ok(false)),
        ("a*/b", "ac/b", Ok(true)),
        ("a*/b", "a/c/b", Ok(false)),
        ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
        ("a*b?c*x", "abxbbxdbxebxczzy", Ok(false)),
        ("ab[^e-g]", "abc", Ok(true)),
        ("[\\]a]", "]", Ok(true)),
        ("[\\-]", "-", Ok(true)),
        ("[x\\-]", "-", Ok(true)),
        ("[-]", "-", Err(BadPattern)),
        ("[x-]", "x", Err(BadPattern)),
        ("[-x]", "x", Err(BadPattern)),
        ("[]a]", "]", Err(BadPattern)),
        ("[", "a", Err(BadPattern)),
        ("[^", "a", Err(BadPattern)),
        ("[^bc", "a", Err(BadPattern)),
        ("\\", "a", Err(BadPattern)),
        ("a[", "a", Err(BadPattern)),
        ("a[", "x", Err(BadPattern)),
        ("a*[", "x", Ok(false)),
        ("*x[", "a", Err(BadPattern)),
        ("[b-a]", "a", Ok(false)),
        ("[à-ü]", "é", Ok(true)),
        ("??", "é", Ok(false)),
        ("[a*]b*", "*bc", Ok(true)),
        ("*[^a]*b", "/b", Ok(true)),
        // By the definition of the star this would match.
        ("*[^a]*b", "x/b", Ok(false)),
    ] {
        let (pattern_bytes, name_bytes) = (pattern.as_bytes(), name.as_bytes());
        assert_eq!(
            matches(pattern_bytes, name_bytes),
            answer,
            "{pattern} {name}"
        );
        assert_eq!(
            Pattern::new(pattern_bytes).matches(name_bytes),
            answer,
            "{pattern} {name}"
        );
    }
    // A byte that is part of no character is one, and equal to any other such in a set.
    assert_eq!(matches(b"a?b", b"a\xffb"), Ok(true));
    assert_eq!(matches("[\u{FFFD}]".as_bytes(), b"\xff"), Ok(true));
    assert_eq!(matches(b"[\xff]", b"\xff"), Err(BadPattern));
    assert_eq!(matches(b"\xff", b"\xff"), Ok(true));
}

#[test]
fn variables_expand() {
    let value = |name: &[u8]| Some([b"<", name, b">"].concat());
    for (text, expanded) in [
        ("$A$B", "<A><B>"),
        ("${A}B", "<A>B"),
        ("$AB_1-", "<AB_1>-"),
        ("$10", "<1>0"),
        ("$$$", "<$>$"),
        ("${*}${**}", "<*><**>"),
        ("${}x${y", "xy"),
        ("a$", "a$"),
        ("$/$é", "$/$é"),
        ("${a b}", "<a b>"),
        ("${${}}", "<${>}"),
        ("", ""),
    ] {
        assert_eq!(
            expand(text.as_bytes(), value),
            expanded.as_bytes(),
            "{text}"
        );
    }
    let unset = |_: &[u8]| None::<Vec<u8>>;
    assert_eq!(expand(b"a${A}b$C", unset), &b"ab"[..]);
    assert!(matches!(
        expand(b"nothing", unset),
        Cow::Borrowed(b"nothing")
    ));
}

#[test]
fn tildes_are_homes() {
    let home = |user: Option<&[u8]>| match user {
        None => Some(b"/home/me".to_vec()),
        Some(b"ann") => Some(b"/".to_vec()),
        Some(_) => None,
    };
    for (path, expanded) in [
        ("~", "/home/me"),
        ("~/", "/home/me/"),
        ("~/a", "/home/me/a"),
        ("~ann", "/"),
        ("~ann/a", "/a"),
        ("~bob/a", "~bob/a"),
        ("~~", "~~"),
        ("a/~", "a/~"),
        ("", ""),
    ] {
        assert_eq!(
            tilde_with(path.as_bytes(), home),
            expanded.as_bytes(),
            "{path}"
        );
    }
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

#[test]
fn links_are_followed_to_their_end() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let resolved = |path: &str| eval_symlinks(bytes(&root.join(path)));
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::write(root.join("a/file"), "").unwrap();
    symlink("a/b", root.join("down")).unwrap();
    symlink(root.join("a"), root.join("absolute")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    symlink("gone", root.join("dangling")).unwrap();

    assert_eq!(
        resolved("down/../file").unwrap(),
        bytes(&root.join("a/file"))
    );
    assert_eq!(resolved("absolute/./b/").unwrap(), bytes(&root.join("a/b")));
    assert_eq!(resolved("loop"), Err(EvalError::TooManyLinks));
    assert_eq!(resolved("a/file/x"), Err(EvalError::NotADirectory));
    let gone = resolved("dangling").unwrap_err();
    let expected = format!("lstat {}/gone: no such file or directory", root.display());
    assert_eq!(gone.to_string(), expected);
}

#[test]
fn a_walk_is_told_where_to_go() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["a/1", "b/1", "b/2", "c/1"] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    let seen = |at: &str, told: Next| {
        let mut seen = Vec::new();
        let walked = walk(bytes(folder.path()), |visit| {
            let below = &visit.path[folder.path().as_os_str().len()..];
            seen.push(Lossy(below).to_string());
            Ok::<_, Infallible>(if below == at.as_bytes() {
                told
            } else {
                Next::Continue
            })
        });
        let Ok(()) = walked;
        seen.join(" ")
    };
    assert_eq!(seen("", Next::Continue), " /a /a/1 /b /b/1 /b/2 /c /c/1");
    assert_eq!(seen("/b", Next::SkipDir), " /a /a/1 /b /c /c/1");
    assert_eq!(seen("/b/1", Next::SkipDir), " /a /a/1 /b /b/1 /c /c/1");
    assert_eq!(seen("/b/1", Next::SkipAll), " /a /a/1 /b /b/1");
    assert_eq!(seen("", Next::SkipDir), "");

    let stopped = walk(bytes(folder.path()), |visit| {
        match visit.path.ends_with(b"/b") {
            true => Err("enough"),
            false => Ok(Next::Continue),
        }
    });
    assert_eq!(stopped, Err("enough"));
}

#[test]
fn what_vanishes_from_a_walk_is_an_error_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["1", "2", "3"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let mut seen = Vec::new();
    let walked = walk(bytes(folder.path()), |visit| {
        if visit.path == bytes(folder.path()) {
            // The names have been read.
            fs::remove_file(folder.path().join("2")).unwrap();
        }
        seen.push((visit.about.is_some(), visit.error.map(ToString::to_string)));
        Ok::<_, Infallible>(match visit.error {
            // There is nothing to skip, least of all the files beside it.
            Some(_) => Next::SkipDir,
            None => Next::Continue,
        })
    });
    let Ok(()) = walked;
    let missing = format!(
        "lstat {}/2: no such file or directory",
        folder.path().display()
    );
    let (fine, failed) = ((true, None), (false, Some(missing)));
    assert_eq!(seen, [fine.clone(), fine.clone(), failed, fine]);
}

#[test]
fn a_glob_hides_what_cannot_be_read_but_not_a_bad_pattern() {
    let folder = tempfile::tempdir().unwrap();
    let at = |pattern: &str| glob(bytes(&folder.path().join(pattern)));
    fs::write(folder.path().join("b"), "").unwrap();
    assert_eq!(at("b/*"), Ok(vec![]));
    assert_eq!(at("none/*"), Ok(vec![]));
    assert_eq!(at("a*["), Ok(vec![]));
    assert_eq!(at("b*["), Err(BadPattern));
    assert_eq!(at("[").unwrap_err().to_string(), "syntax error in pattern");
}

fn path() -> impl Strategy<Value = Vec<u8>> + Clone {
    const PIECES: &[&[u8]] = &[
        b"/", b"/", b".", b"..", b"a", b"b", b"\xff", b"/../", b"/./",
    ];
    vec(select(PIECES), 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(common::cases(2_000))]

    #[test]
    fn cleaning_is_done_once(path in path()) {
        let once = clean(&path);
        prop_assert_eq!(clean(&once), once.clone());
        prop_assert!(once.len() <= path.len().max(1) && !once.is_empty());
        prop_assert_eq!(is_abs(&once), is_abs(&path));
        prop_assert!(*once == *b"/" || !once.ends_with(b"/"));
        prop_assert!(!once.windows(2).any(|pair| pair == b"//"));
    }

    #[test]
    fn a_path_is_its_parts(path in path()) {
        let (folder, name) = split(&path);
        prop_assert_eq!([folder, name].concat(), &path[..]);
        prop_assert!(!name.contains(&b'/') && name.ends_with(ext(&path)));
        // The parts of a clean path make it again, which of a path that ends in `..` is the point.
        let cleaned = clean(&path);
        let again = join(&[&dir(&cleaned), base(&cleaned)]);
        prop_assert_eq!(again, &*cleaned);
    }

    #[test]
    fn the_way_there_leads_there(base in path(), target in path()) {
        if let Ok(way) = rel(&base, &target) {
            prop_assert!(!is_abs(&way));
            prop_assert_eq!(clean(&way), &way[..]);
            prop_assert_eq!(join(&[&*clean(&base), &way]), &*clean(&target));
        } else {
            prop_assert!(is_abs(&base) != is_abs(&target) || clean(&base).starts_with(b".."));
        }
    }

    #[test]
    fn what_is_local_stays_below(folder in path(), path in path()) {
        let joined = join(&[&b"/root"[..], &clean(&folder), &path]);
        if is_local(&path) {
            let folder = join(&[&b"/root"[..], &clean(&folder)]);
            let below = rel(&folder, &joined).unwrap();
            prop_assert!(is_local(&below), "{}", Lossy(&below));
        }
    }

    #[test]
    fn an_escaped_name_matches_itself_alone(name in path(), other in path()) {
        let escaped: Vec<u8> = name.iter().flat_map(|&byte| [b'\\', byte]).collect();
        prop_assert_eq!(matches(&escaped, &name), Ok(true));
        prop_assert_eq!(matches(&escaped, &other), Ok(name == other));
    }

    /// Against the definition: a star is tried at each length. Slow, and plainly right.
    #[test]
    fn stars_match_as_defined(pattern in "[ab*?]{0,8}", name in "[ab/]{0,8}") {
        fn defined(pattern: &[u8], name: &[u8]) -> bool {
            match (pattern, name) {
                ([], _) => name.is_empty(),
                ([b'*', pattern @ ..], _) => {
                    let level = name.iter().take_while(|&&byte| byte != b'/').count();
                    (0..=level).any(|taken| defined(pattern, &name[taken..]))
                }
                ([first, pattern @ ..], [byte, name @ ..]) => {
                    (first == byte || *first == b'?' && *byte != b'/') && defined(pattern, name)
                }
                (_, []) => false,
            }
        }
        let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
        prop_assert_eq!(matches(pattern, name), Ok(defined(pattern, name)));
    }
}
