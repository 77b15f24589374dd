//! Records stand whole in the log, and each went there by one call.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/log", *O_APPEND*) = $log
//! write($log, "1 info: started\n", 16) = 16
//! write($log, "2 warning: the disk is nearly fu"..., 35) = 35
//! write($log, "3 info: stopped\n", 16) = 16
//! ```

use std::fs::{self, OpenOptions};

use super::exercise::record;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder for the log");
    let path = folder.path().join("log");
    let mut log = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .expect("a new file");
    record(&mut log, 1, "info", "started").expect("a file takes it");
    record(&mut log, 2, "warning", "the disk is nearly full").expect("a file takes it");
    record(&mut log, 3, "info", "stopped").expect("a file takes it");
    let text = fs::read_to_string(&path).expect("the log can be read");
    assert_eq!(
        text, "1 info: started\n2 warning: the disk is nearly full\n3 info: stopped\n",
        "the log must have a line `time level: text` for each record"
    );
    println!("✓ the log has the three records");
}
