//! Trees from streams: ours, the real scp's, and streams that no source would send.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use common::{cases, have};
use process::scp::{Keep, Record, RecordError, ScpError, Time, receive};
use proptest::prelude::*;

/// A directory's entries, or a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tree {
    File(u32, Vec<u8>),
    Directory(BTreeMap<String, Tree>),
}

fn tree() -> impl Strategy<Value = BTreeMap<String, Tree>> {
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    let leaf = (0o600_u32..0o700, bytes).prop_map(|(mode, bytes)| Tree::File(mode, bytes));
    let tree = leaf.prop_recursive(4, 24, 5, |inner| entries(inner).prop_map(Tree::Directory));
    entries(tree)
}

fn entries(tree: impl Strategy<Value = Tree>) -> impl Strategy<Value = BTreeMap<String, Tree>> {
    prop::collection::btree_map("[a-z .'\\\\é-]{0,6}[a-z]", tree, 0..5)
}

fn encode(tree: &BTreeMap<String, Tree>, stream: &mut Vec<u8>) {
    for (name, tree) in tree {
        let name = name.into();
        match tree {
            Tree::File(mode, bytes) => {
                let (mode, size) = (*mode, bytes.len() as u64);
                stream.extend(Record::File { mode, size, name }.encode());
                stream.extend(bytes);
                stream.push(0);
            }
            Tree::Directory(entries) => {
                stream.extend(Record::Directory { mode: 0o755, name }.encode());
                encode(entries, stream);
                stream.extend(Record::End.encode());
            }
        }
    }
}

fn read_back(directory: &Path) -> BTreeMap<String, Tree> {
    let mut tree = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let metadata = fs::symlink_metadata(entry.path()).unwrap();
        let found = if metadata.is_dir() {
            Tree::Directory(read_back(&entry.path()))
        } else {
            let mode = metadata.permissions().mode() & 0o7777;
            Tree::File(mode, fs::read(entry.path()).unwrap())
        };
        tree.insert(entry.file_name().into_string().unwrap(), found);
    }
    tree
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_tree_comes_out_as_it_went_in(tree in tree(), capacity in 1_usize..300) {
        let mut stream = Vec::new();
        encode(&tree, &mut stream);
        let folder = tempfile::tempdir().unwrap();
        let reader = BufReader::with_capacity(capacity, &stream[..]);
        receive(reader, Vec::new(), folder.path(), Keep::Attributes).unwrap();
        prop_assert_eq!(read_back(folder.path()), tree);
    }

    #[test]
    fn a_cut_stream_is_an_error(tree in tree(), share in 0.0..1.0) {
        let mut stream = Vec::new();
        encode(&tree, &mut stream);
        let cut = (stream.len() as f64 * share) as usize;
        let folder = tempfile::tempdir().unwrap();
        let outcome = receive(&stream[..cut], Vec::new(), folder.path(), Keep::Nothing);
        match outcome {
            Ok(_) => prop_assert!(complete(&stream[..cut])),
            Err(error) => prop_assert!(matches!(error, ScpError::Cut), "{}", error),
        }
    }
}

/// Whether a stream of ours may end here: nothing is half, no directory open.
fn complete(stream: &[u8]) -> bool {
    let mut depth = 0;
    let mut rest = stream;
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let record = Record::parse(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        match record {
            Record::Directory { .. } => depth += 1,
            Record::End => depth -= 1,
            Record::File { size, .. } => match rest.get(size as usize + 1..) {
                Some(after) => rest = after,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0 && rest.is_empty()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn records_survive_encoding(
        mode in 0_u32..=0o7777,
        size in 0..=i64::MAX as u64,
        name in "[^/\\x00\\n]{3,20}",
        seconds in 0..=i64::MAX as u64,
        micros in 0_u32..1_000_000,
    ) {
        let time = Time { seconds, micros };
        let records = [
            Record::File { mode, size, name: name.clone().into() },
            Record::Directory { mode, name: name.clone().into() },
            Record::Times { modified: time, accessed: time },
            Record::End,
            Record::Warning(name.clone()),
            Record::Fatal(name),
        ];
        for record in records {
            let mut line = record.encode();
            prop_assert_eq!(line.pop(), Some(b'\n'));
            prop_assert_eq!(Record::parse(&line), Ok(record));
        }
    }

    #[test]
    fn any_bytes_make_nothing_outside(
        stream in "([CDET\\x01\\x02]|0644|0755| |[0-3]|\\.\\.|/|a|b|\\n|\\x00){0,40}",
    ) {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let _ = receive(stream.as_bytes(), Vec::new(), &inner, Keep::Attributes);
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn any_line_is_parsed_or_refused(line in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(Record::File { name, .. } | Record::Directory { name, .. }) = Record::parse(&line) {
            prop_assert_eq!(Path::new(&name).components().count(), 1);
        }
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\0b"] {
        let folder = tempfile::tempdir().unwrap();
        for kind in ["C", "D"] {
            let stream = format!("{kind}0755 0 {name}\n\0");
            let mut answers = Vec::new();
            let outcome = receive(
                stream.as_bytes(),
                &mut answers,
                folder.path(),
                Keep::Nothing,
            );
            let refused = matches!(outcome, Err(ScpError::Record(RecordError::Name(_))));
            assert!(refused, "{name:?}");
            assert_eq!(answers[..2], [0, 2], "the source is told");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn symbolic_links_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let [inner, outer] = ["inner", "outer"].map(|name| folder.path().join(name));
    fs::create_dir(&inner).unwrap();
    fs::create_dir(&outer).unwrap();
    symlink(&outer, inner.join("directory")).unwrap();
    symlink(outer.join("new"), inner.join("file")).unwrap();
    for stream in ["D0755 0 directory\nC0644 1 x\ny\0E\n", "C0644 1 file\ny\0"] {
        let outcome = receive(stream.as_bytes(), Vec::new(), &inner, Keep::Nothing);
        assert!(
            matches!(outcome, Err(ScpError::Write { .. })),
            "{outcome:?}"
        );
    }
    assert_eq!(fs::read_dir(&outer).unwrap().count(), 0);
}

#[test]
fn complaints_of_the_source_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let stream = b"\x01scp: a: Permission denied\nC0644 1 b\nx\0";
    let received = receive(&stream[..], Vec::new(), folder.path(), Keep::Nothing).unwrap();
    assert_eq!(received.warnings, ["scp: a: Permission denied"]);
    assert_eq!(received.files, 1);

    let stream = b"\x02no space\nC0644 1 c\nx\0";
    let outcome = receive(&stream[..], Vec::new(), folder.path(), Keep::Nothing);
    assert!(matches!(outcome, Err(ScpError::Source(text)) if text == "no space"));
    assert!(!folder.path().join("c").exists());
}

#[test]
fn special_bits_of_a_stranger_are_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    receive(
        &b"C6755 1 x\ny\0"[..],
        Vec::new(),
        folder.path(),
        Keep::Attributes,
    )
    .unwrap();
    let mode = fs::metadata(folder.path().join("x"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o755);
}

#[test]
fn nesting_and_lines_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let deep = "D0755 0 d\n".repeat(500);
    let outcome = receive(deep.as_bytes(), Vec::new(), folder.path(), Keep::Nothing);
    assert!(matches!(outcome, Err(ScpError::TooDeep)));
    let long = vec![b'C'; 1 << 20];
    let outcome = receive(&long[..], Vec::new(), folder.path(), Keep::Nothing);
    assert!(matches!(outcome, Err(ScpError::LongLine)));
}

#[test]
fn the_real_source_is_understood() {
    if !have("scp") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [source, sink] = ["source", "sink"].map(|name| folder.path().join(name));
    fs::create_dir_all(source.join("a b/empty")).unwrap();
    fs::create_dir(&sink).unwrap();
    fs::write(source.join("a b/big"), vec![7; 300_000]).unwrap();
    fs::write(source.join("small"), "hello\n").unwrap();
    fs::set_permissions(source.join("small"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(source.join("a b"), fs::Permissions::from_mode(0o555)).unwrap();
    let long_ago = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::open(source.join("small"))
        .unwrap()
        .set_modified(long_ago)
        .unwrap();

    let mut scp = Command::new("scp")
        .args(["-f", "-p", "-r", "source"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let from = BufReader::new(scp.stdout.take().unwrap());
    let received = receive(from, scp.stdin.take().unwrap(), &sink, Keep::Attributes).unwrap();
    assert!(scp.wait().unwrap().success());
    assert_eq!((received.files, received.directories), (2, 3));
    assert_eq!(read_back(&sink.join("source")), read_back(&source));
    let small = fs::metadata(sink.join("source/small")).unwrap();
    assert_eq!(small.modified().unwrap(), long_ago);
    let read_only = fs::metadata(sink.join("source/a b")).unwrap();
    assert_eq!(read_only.permissions().mode() & 0o777, 0o555);
    for root in [&source, &sink.join("source")] {
        fs::set_permissions(root.join("a b"), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn the_real_sink_makes_the_same_tree() {
    if !have("scp") {
        return;
    }
    let stream = b"D0755 0 testdir\nT1000000000 0 1000000001 0\nC0644 6 name\nhello\n\0\
                   D0700 0 inner\nC0600 0 empty\n\0E\nE\nC0400 1 last\nx\0";
    let folder = tempfile::tempdir().unwrap();
    let [theirs, ours] = ["theirs", "ours"].map(|name| folder.path().join(name));
    fs::create_dir(&theirs).unwrap();
    fs::create_dir(&ours).unwrap();
    let mut scp = Command::new("scp")
        .args(["-t", "-p", "-r"])
        .arg(&theirs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    scp.stdin.take().unwrap().write_all(stream).unwrap();
    let answers = scp.wait_with_output().unwrap();
    let mut our_answers = Vec::new();
    receive(&stream[..], &mut our_answers, &ours, Keep::Attributes).unwrap();
    assert_eq!(answers.stdout, our_answers);
    assert_eq!(read_back(&theirs), read_back(&ours));
    for root in [&theirs, &ours] {
        let file = fs::metadata(root.join("testdir/name")).unwrap();
        let modified = file.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
        assert_eq!(modified, Duration::from_secs(1_000_000_000));
    }
}
