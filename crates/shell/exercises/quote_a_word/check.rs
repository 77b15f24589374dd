//! What `sh` makes of quoted words.

use std::process::Command;

use super::exercise::quote;

const WORDS: [&str; 14] = [
    "plain",
    "two words",
    "",
    "  blanks around  ",
    "$HOME and ${HOME}",
    "`date` $(date)",
    r"back\slash\\",
    "*.rs ~ {a,b} [x]",
    "\"double\"",
    "a\nnew line",
    "# no comment; exit 1 & | < >",
    "it's",
    "'",
    "''quoted''",
];

pub fn main() {
    for word in WORDS {
        assert_eq!(
            words_of_sh(&[word]),
            [word],
            "the line has {} for it",
            quote(word)
        );
    }
    println!("✓ sh finds each of {} words unchanged", WORDS.len());

    assert_eq!(words_of_sh(&WORDS), WORDS, "all on one line");
    println!("✓ and all of them on one line");
}

/// The words that sh finds in a line with these.
fn words_of_sh(words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    // \001 is in no word, so it can part them.
    let line = format!(r"printf '%s\001' {}", quoted.join(" "));
    let output = Command::new("sh")
        .args(["-c", &line])
        .output()
        .expect("sh runs");
    assert!(
        output.status.success(),
        "sh does not understand the line\n  {line}\nand says\n  {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("the words are text");
    text.split_terminator('\x01').map(str::to_owned).collect()
}
