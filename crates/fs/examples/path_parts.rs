//! `.bashrc` is all extension in Go, and has none in Rust: a path's parts are a matter of taste.
//!
//! Go cuts strings: the name is what follows the last slash, the extension what follows the last dot in
//! it, dot included, and there is always an answer. Rust takes the path apart into components and says
//! `None` where there is no name: for `/`, for `..`, for nothing. It looks past a trailing slash, which
//! for Go's `Dir` and `Split` ends an empty name.
//!
//! A program that compares extensions and was ported from one to the other changes at `.bashrc`, at
//! `photos.d/`, and by the dot.

use std::ffi::OsStr;
use std::path::Path;

use ::fs::path::{Lossy, base, dir, ext, split};

fn main() {
    println!(
        "{:<16}{:<26}std: name, parent, extension",
        "path", "Go: base, dir, ext"
    );
    for (path, go, rust) in [
        (
            "/usr/lib/x.so.6",
            ["x.so.6", "/usr/lib", ".6"],
            [Some("x.so.6"), Some("/usr/lib"), Some("6")],
        ),
        (
            ".bashrc",
            [".bashrc", ".", ".bashrc"],
            [Some(".bashrc"), Some(""), None],
        ),
        (
            "a/photos.d/",
            ["photos.d", "a/photos.d", ""],
            [Some("photos.d"), Some("a"), Some("d")],
        ),
        (
            "name.",
            ["name.", ".", "."],
            [Some("name."), Some(""), Some("")],
        ),
        ("a/..", ["..", "a", "."], [None, Some("a"), None]),
        ("/", ["/", "/", ""], [None, None, None]),
        ("", [".", ".", ""], [None, None, None]),
    ] {
        let bytes = path.as_bytes();
        let ours = [base(bytes), &dir(bytes), ext(bytes)];
        assert_eq!(ours, go.map(str::as_bytes), "{path}");

        let of_std = Path::new(path);
        let theirs = [
            of_std.file_name(),
            of_std.parent().map(Path::as_os_str),
            of_std.extension(),
        ];
        assert_eq!(theirs, rust.map(|part| part.map(OsStr::new)), "{path}");

        let go = ours.map(|part| Lossy(part).to_string()).join("  ");
        let rust = rust.map(|part| part.unwrap_or("-")).join("  ");
        println!("{path:<16}{go:<26}{rust}");

        let (folder, name) = split(bytes);
        assert_eq!([folder, name].concat(), bytes, "split loses nothing");
    }
}
