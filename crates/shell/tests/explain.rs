//! `--ast` and `--explain`: each stage of a line, and nothing runs.

mod common;

use common::{output_of, tool};

fn shown(arguments: &[&str]) -> String {
    let mut command = tool(arguments);
    command
        .env("HOME", "/home/somebody")
        .env("PATH", "/nowhere:/usr/bin:/bin");
    String::from_utf8(output_of(&mut command)).expect("text")
}

#[track_caller]
fn says(explanation: &str, lines: &[&str]) {
    for line in lines {
        let found = explanation.lines().any(|said| said.trim() == *line);
        assert!(found, "{line:?} is not in\n{explanation}");
    }
}

#[test]
fn the_tree_is_printed() {
    let tree = shown(&["--ast", "-c", "A=1 echo \"a $x\" >f | wc -l &"]);
    let expected = "\
script
  background
    pipeline
      command
        assignment \"A\"
          word
            literal \"1\"
        word
          literal \"echo\"
        word
          double-quoted
            literal \"a \"
            parameter \"x\"
        redirect \">\"
          word
            literal \"f\"
      command
        word
          literal \"wc\"
        word
          literal \"-l\"
";
    assert_eq!(tree, expected);
    let json = shown(&["--ast=json", "-c", "echo ${x:-y}"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let parameter = &json["children"][0]["children"][1]["children"][0];
    assert_eq!(parameter["text"], "x");
    assert_eq!(
        parameter["children"][0]["kind"],
        "default if unset or empty"
    );
}

#[test]
fn words_are_shown_with_what_becomes_of_them() {
    let explanation = shown(&[
        "--explain",
        "-c",
        "x='a  b'; ls $x \"$x\" ~/f $((1 + 2)) $(date) 'q'",
    ]);
    says(
        &explanation,
        &[
            "x becomes 'a  b', in this shell",
            "$x  (replaced, split, matched with files)  becomes a b",
            "\"$x\"  (replaced, quotes off)  becomes 'a  b'",
            "~/f  (tilde)  becomes /home/somebody/f",
            "$((1 + 2))  (replaced, split, matched with files)  becomes 3",
            "$(date)  (replaced, split, matched with files)  becomes '$(date)'",
            "'q'  (quotes off)  becomes q",
        ],
    );
}

#[test]
fn redirections_are_shown_in_their_order() {
    let explanation = shown(&["--explain", "-c", "cat <<E >f 2>&1 3<g\nhome is $HOME\nE\n"]);
    let redirections: Vec<_> = explanation
        .lines()
        .skip_while(|line| !line.contains("in this order"))
        .skip(1)
        .take(4)
        .map(str::trim)
        .collect();
    assert_eq!(
        redirections,
        [
            "0 reads the text \"home is /home/somebody\\n\"",
            "1 writes, from its begin, emptied or created, f",
            "2 becomes what is now 1",
            "3 reads g",
        ]
    );
}

#[test]
fn programs_are_shown_where_they_are_found_and_processes_where_they_run() {
    let explanation = shown(&["--explain", "-c", "ls | cd / && nosuchprogram &"]);
    says(
        &explanation,
        &[
            "/nowhere/ls  not there",
            "/usr/bin/ls  found",
            "cd is a built-in",
            "runs in a process of its own, in the pipeline's group",
            "runs in a copy of the shell, in the pipeline's group",
            "nosuchprogram is not found: status 127, or 126 if it cannot be run",
        ],
    );
}

#[test]
fn nothing_runs_and_an_error_has_its_place() {
    let folder = tempfile::tempdir().expect("a directory");
    let file = folder.path().join("file");
    let line = format!("echo >{0}; : $(echo >{0})", file.display());
    shown(&["--explain", "-c", &line]);
    shown(&["--ast", "-c", &line]);
    assert!(!file.exists());

    let output = tool(&["--explain", "-c", "echo; )"])
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("line 1, column 7"), "{message}");
}
