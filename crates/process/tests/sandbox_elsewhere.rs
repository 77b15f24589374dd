//! `process sandbox` where there are no namespaces.
#![cfg(not(target_os = "linux"))]

mod common;

use common::tool;

#[test]
fn it_says_what_is_missing_and_what_to_use() {
    let output = tool(&["sandbox", "--", "true"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.starts_with("process: cannot run true in a sandbox: "),
        "{error}"
    );
    assert!(
        error.contains("namespaces, which Linux has and macOS lacks"),
        "{error}"
    );
}
