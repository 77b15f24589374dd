//! What a program finds as its environment when it is given two variables, or none.
//!
//! ```syscalls
//! execve("/usr/bin/env", ["/usr/bin/env"], * /* 2 vars */) = 0
//! execve("/usr/bin/env", ["/usr/bin/env"], * /* 0 vars */) = 0
//! ```

use super::exercise;

pub fn main() {
    let own: Vec<_> = std::env::vars_os().collect();
    let printed = exercise::output_with("/usr/bin/env", &[("COLOUR", "blue"), ("EMPTY", "")])
        .expect("env runs");
    let (mut given, foreign): (Vec<&str>, Vec<&str>) = printed
        .lines()
        .partition(|line| line.starts_with("COLOUR=") || line.starts_with("EMPTY="));
    given.sort_unstable();
    assert_eq!(given, ["COLOUR=blue", "EMPTY="], "what it finds of the two");
    let names: Vec<&str> = foreign
        .iter()
        .map(|line| line.split('=').next().unwrap_or(line))
        .collect();
    assert!(
        names.is_empty(),
        "the program was to find two variables; it finds {} more, which are yours: {}",
        names.len(),
        names.join(" ")
    );
    println!("✓ the program finds its two variables and no others");

    let printed = exercise::output_with("/usr/bin/env", &[]).expect("env runs");
    assert_eq!(printed, "", "without variables the environment is empty");
    println!("✓ an environment can be empty");

    let after: Vec<_> = std::env::vars_os().collect();
    assert_eq!(after, own, "your own environment must stay as it was");
    println!("✓ your own environment is as it was");
}
