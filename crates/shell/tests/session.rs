//! A person at a terminal: jobs, editing, history, completion, and the terminal left as it was.

mod session_common;

use std::fs;
use std::path::Path;

use process::exit::Status;
use session_common::Person;
use tempfile::{TempDir, tempdir};

const INTERRUPT: &str = "\x03";
const END: &str = "\x04";
const SUSPEND: &str = "\x1a";
const UP: &str = "\x1b[A";
const SEARCH: &str = "\x12";

fn home() -> TempDir {
    tempdir().expect("a directory")
}

fn history(home: &Path) -> Vec<String> {
    let text = fs::read_to_string(home.join(".sh_history")).expect("there is a history");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_pipeline_is_stopped_and_goes_on_in_the_background_and_the_foreground() {
    let home = home();
    let mut person = Person::new(home.path());
    assert_eq!(person.line("echo hello | wc -c"), "6\n");
    // Once the last part speaks, all of the group is there to be stopped, and no part is about to
    // start a program of its own.
    fs::write(home.path().join("file"), "ready\n").expect("a file");
    person.keys("tail -f file | cat\r");
    person.until("\nready\r\n");
    person.keys(SUSPEND);
    assert!(person.until("tail -f file | cat").contains("[1] + Stopped"));
    person.prompt();
    assert!(person.line("jobs").contains("Stopped"));
    assert!(person.line("bg").contains("tail -f file | cat"));
    assert!(person.line("jobs").contains("Running"));
    person.keys("fg\r");
    person.until("tail -f file | cat\r\n");
    person.until_job();
    person.keys(INTERRUPT);
    person.prompt();
    assert_eq!(person.line("echo $?"), "130\n");
    assert_eq!(person.line("jobs"), "");
    person.keys("exit 3\r");
    assert_eq!(person.status(), Status::Exited(3));
}

#[test]
fn control_c_clears_the_line_and_control_d_ends_with_the_last_status() {
    let home = home();
    let mut person = Person::new(home.path());
    person.keys(&format!("echo never{INTERRUPT}"));
    person.prompt();
    assert_eq!(person.line("echo $?"), "130\n");
    person.keys("if true\r");
    person.until("more> ");
    person.until_modes(false);
    person.keys(INTERRUPT);
    person.prompt();
    assert_eq!(person.line(""), "");
    assert_eq!(person.line("(exit 5)"), "");
    person.keys(END);
    assert_eq!(person.status(), Status::Exited(5));
}

#[test]
fn a_command_that_has_not_ended_asks_for_more() {
    let home = home();
    let mut person = Person::new(home.path());
    for line in ["for i in 1 2\r", "do echo number $i\r"] {
        person.keys(line);
        person.until("more> ");
    }
    assert_eq!(person.line("done"), "number 1\nnumber 2\n");
    person.keys("cat <<END\r");
    person.until("more> ");
    person.keys("one\r");
    person.until("more> ");
    assert_eq!(person.line("END"), "one\n");
    assert!(person.line("echo )").contains("unexpected"));
    assert_eq!(person.line("echo $?"), "2\n");
    assert_eq!(
        history(home.path())[0],
        "for i in 1 2\\ndo echo number $i\\ndone"
    );
}

#[test]
fn lines_that_are_typed_ahead_are_not_lost() {
    let home = home();
    let mut person = Person::new(home.path());
    person.keys("echo one\recho two\recho three\r");
    for word in ["one\r\n", "two\r\n", "three\r\n"] {
        person.until(&format!("\n{word}"));
    }
}

#[test]
fn earlier_commands_are_found_and_run_again() {
    let home = home();
    let mut person = Person::new(home.path());
    person.line("echo first");
    person.line("echo second");
    assert_eq!(person.line(&format!("{UP}{UP}")), "first\n");
    person.keys(&format!("{SEARCH}sec\r"));
    person.until("\nsecond\r\n");
    person.prompt();
    assert!(person.line("fc -l").contains("2\techo second\n"));
    assert!(person.line("fc -s second=third 2").ends_with("third\n"));
    assert_eq!(
        history(home.path()).last().map(String::as_str),
        Some("echo third")
    );
}

#[test]
fn two_shells_share_one_history() {
    let home = home();
    let mut one = Person::new(home.path());
    let mut other = Person::new(home.path());
    one.line("echo from one");
    other.line("echo from other");
    one.line("");
    assert_eq!(one.line(UP), "from other\n");
    assert_eq!(history(home.path()), ["echo from one", "echo from other"]);
    let mut late = Person::new(home.path());
    assert_eq!(late.line(&format!("{UP}{UP}")), "from one\n");
}

#[test]
fn words_are_completed() {
    let home = home();
    fs::create_dir(home.path().join("directory")).expect("a directory");
    fs::write(home.path().join("directory/with blank"), "text\n").expect("a file");
    fs::write(home.path().join("dull"), "").expect("a file");
    let mut person = Person::new(home.path());
    assert_eq!(person.line("ech\tcommand"), "command\n");
    assert_eq!(person.line("cat di\tw\t"), "text\n");
    assert_eq!(person.line("cat \"di\tw\t"), "text\n");
    assert_eq!(person.line("cat ~/di\tw\t"), "text\n");
    assert_eq!(person.line("cd d\t"), "", "only one is a directory");
    assert!(person.line("pwd").ends_with("directory\n"));
    person.line("uncommon_name=found; uncommon_function() { echo called; }");
    assert_eq!(person.line("echo $uncommon\t"), "found\n");
    assert_eq!(person.line("echo ${uncommon\t"), "found\n");
    assert_eq!(person.line("uncommon_f\t"), "called\n");
    assert_eq!(person.line("true; uncommon\t"), "called\n");
}

#[test]
fn it_takes_two_control_d_to_leave_stopped_jobs() {
    let home = home();
    let mut person = Person::new(home.path());
    person.keys("sleep 600\r");
    person.until("sleep 600\r\n");
    person.until_job();
    person.keys(SUSPEND);
    person.prompt();
    person.keys(END);
    assert!(person.prompt().contains("You have stopped jobs."));
    person.line("kill -KILL %1");
    person.line("set -o ignoreeof");
    person.keys(END);
    assert!(person.prompt().contains("exit"));
    person.keys("exit\r");
    let status = person.status();
    assert!(matches!(status, Status::Exited(_)), "{status:?}");
}

/// A program that leaves raw mode behind does not spoil the prompt after it, `stty` may.
#[test]
fn the_terminal_is_as_it_was() {
    let home = home();
    let mut person = Person::new(home.path());
    person.line("sh -c 'stty raw -echo; kill -KILL $$'");
    person.keys("sleep 600\r");
    person.until("sleep 600");
    person.until_job();
    person.keys(INTERRUPT);
    person.prompt();
    person.keys("exec sleep 600\r");
    person.until_modes(true);
}

#[test]
fn prompts_are_expanded() {
    let home = home();
    let mut person = Person::with(home.path(), &[("PS1", "@!!!@${x-no}@@ ")]);
    person.keys("x=yes\r");
    assert!(person.prompt().ends_with("@!2@yes"));
}

#[test]
fn env_is_read_and_vi_keys_work() {
    let home = home();
    fs::write(home.path().join("rc"), "alias hi='echo hello'\nset -o vi\n").expect("a file");
    let mut person = Person::with(home.path(), &[("ENV", "$HOME/rc")]);
    assert_eq!(person.line("hi"), "hello\n");
    // Back to the begin of the line, and the first word changed.
    assert_eq!(person.line("true over here\x1b0cwecho"), "over here\n");
}
