//! One file, several shells.

use std::fs;
use std::thread;

use shell::interactive::history::History;
use tempfile::tempdir;

fn opened(path: &std::path::Path) -> History {
    let mut history = History::default();
    history
        .open(path.to_owned())
        .expect("the file can be written");
    history
}

#[test]
fn what_several_shells_add_at_once_is_all_there() {
    let folder = tempdir().expect("a directory");
    let path = folder.path().join("history");
    thread::scope(|scope| {
        for shell in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut history = opened(path);
                for number in 0..50 {
                    let command = format!("echo {shell} \\\n{number}");
                    history.add(&command).expect("it is written");
                }
            });
        }
    });
    let text = fs::read_to_string(&path).expect("text");
    assert_eq!(text.lines().count(), 200);
    let all = opened(&path);
    for shell in 0..4 {
        let mine = format!("echo {shell} ");
        let mine = all.iter().filter(|(_, command)| command.starts_with(&mine));
        let numbers: Vec<_> = mine
            .map(|(_, command)| command.lines().nth(1).map(str::to_owned))
            .collect();
        let expected: Vec<_> = (0..50).map(|number| Some(number.to_string())).collect();
        assert_eq!(
            numbers, expected,
            "each shell's commands are whole and in their order"
        );
    }
}

#[test]
fn a_shell_sees_what_another_adds_and_numbers_it() {
    let folder = tempdir().expect("a directory");
    let path = folder.path().join("history");
    let mut one = opened(&path);
    let mut other = opened(&path);
    one.add("first\n").expect("it is written");
    other.add("second").expect("it is written");
    one.catch_up().expect("it is read");
    let listed: Vec<_> = one.iter().collect();
    assert_eq!(listed, [(1, "first"), (2, "second")]);
    one.add("second").expect("nothing is written");
    one.add("  ").expect("nothing is written");
    assert_eq!(one.next_number(), 3, "neither the same again nor nothing");
}

#[test]
fn a_file_that_has_grown_long_is_shortened_and_its_other_users_go_on() {
    let folder = tempdir().expect("a directory");
    let path = folder.path().join("history");
    let mut early = opened(&path);
    for number in 0..2500 {
        early.add(&number.to_string()).expect("it is written");
    }
    let mut late = opened(&path);
    assert_eq!(late.iter().next(), Some((1, "1500")));
    assert_eq!(
        fs::read_to_string(&path).expect("text").lines().count(),
        1000
    );
    early.add("early").expect("it is written");
    late.add("late").expect("it is written");
    let newest: Vec<_> = late
        .iter()
        .rev()
        .take(2)
        .map(|(_, command)| command)
        .collect();
    assert_eq!(newest, ["late", "early"]);
    assert_eq!(
        fs::read_dir(&folder).expect("a directory").count(),
        1,
        "nothing is left behind"
    );
}

#[test]
fn a_line_that_was_cut_off_spoils_no_other() {
    let folder = tempdir().expect("a directory");
    let path = folder.path().join("history");
    fs::write(&path, "whole\nhal").expect("it is written");
    let mut history = opened(&path);
    history.add("next").expect("it is written");
    let commands: Vec<_> = opened(&path)
        .iter()
        .map(|(_, command)| command.to_owned())
        .collect();
    assert_eq!(commands, ["whole", "hal", "next"]);
    assert_eq!(history.iter().count(), 3);
}
