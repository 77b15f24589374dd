//! The table "Beside std" in the module's documentation: each row is run.

use std::path::{Component, Path, PathBuf};

use fs::path::{Lossy, base, clean, dir, ext, join, rel};

const DOCUMENTATION: &str = include_str!("../src/path/mod.rs");

/// operation, arguments, Go's answer, std's answer
fn rows() -> Vec<(&'static str, Vec<&'static str>, String, String)> {
    DOCUMENTATION
        .lines()
        .skip_while(|line| !line.contains("| std::path |"))
        .skip(2)
        .map_while(|line| line.strip_prefix("//! | "))
        .map(|line| {
            let cells: Vec<_> = line.trim_end_matches(" |").split(" | ").collect();
            let [operation, arguments, go, std] = cells[..] else {
                panic!("a row of four cells: {line}");
            };
            let unquoted = |cell: &str| cell.trim_matches('`').to_owned();
            let arguments = arguments
                .split(' ')
                .map(|text| text.trim_matches('`'))
                .collect();
            (operation, arguments, unquoted(go), unquoted(std))
        })
        .collect()
}

fn by_go(operation: &str, arguments: &[&str]) -> String {
    let first = arguments[0].as_bytes();
    let answer = match operation {
        "join" => join(arguments),
        "clean" => clean(first).into_owned(),
        "base" => base(first).to_vec(),
        "dir" => dir(first).into_owned(),
        "ext" => ext(first).to_vec(),
        "rel" => rel(first, arguments[1].as_bytes()).unwrap(),
        _ => panic!("no operation {operation}"),
    };
    Lossy(&answer).to_string()
}

fn by_std(operation: &str, arguments: &[&str]) -> String {
    let first = Path::new(arguments[0]);
    let answer = match operation {
        "join" => Some(first.join(arguments[1])),
        "clean" => Some(
            first
                .components()
                .map(Component::as_os_str)
                .collect::<PathBuf>(),
        ),
        "base" => first.file_name().map(PathBuf::from),
        "dir" => first.parent().map(PathBuf::from),
        "ext" => first.extension().map(PathBuf::from),
        "rel" => Path::new(arguments[1])
            .strip_prefix(first)
            .ok()
            .map(PathBuf::from),
        _ => panic!("no operation {operation}"),
    };
    answer.map_or("nothing".to_owned(), |path| path.display().to_string())
}

#[test]
fn the_table_beside_std_is_true() {
    let rows = rows();
    assert!(rows.len() > 15, "the table was not found");
    for (operation, arguments, go, std) in rows {
        assert_ne!(go, std, "{operation} {arguments:?} is no difference");
        assert_eq!(
            by_go(operation, &arguments),
            go,
            "{operation} {arguments:?} in Go"
        );
        assert_eq!(
            by_std(operation, &arguments),
            std,
            "{operation} {arguments:?} in std"
        );
    }
}
