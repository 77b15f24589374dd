//! `write!` formats into any `Write`; what `{}` prints for a type is its `Display` impl.
//!
//! `Display` is Go's `Stringer`: text for people, and a type has it only if somebody wrote it.
//! `{:?}` asks for `Debug`, which can be derived and is the nearest thing to `%+v`: the fields by
//! name, strings quoted. A `{}` for a type without `Display` does not compile, where Go's `%v` falls
//! back to the fields at run time.
//!
//! The defaults differ too: Go's `%f` always prints six decimals, `{}` the fewest digits that read
//! back as the same number.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};

#[derive(Debug)]
struct Version {
    name: &'static str,
    major: u32,
    minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `f.pad` is what obeys a width such as `{:>12}`; a bare `write!(f, …)` would ignore it.
        f.pad(&format!("{} {}.{}", self.name, self.major, self.minor))
    }
}

const GOLDEN: &str = r#"integer  42 |    42| 00042 0x2a 101010
string   gopher |  gopher| gopher--| "gopher"
float    1.1 0.1 1 | 1.100000 1.0 6.02e23
display  rust 1.95 |   rust 1.95|
debug    Version { name: "rust", major: 1, minor: 95 }
"#;

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("report.txt");

    let mut out = File::create(&path)?;
    let (n, s, v) = (
        42,
        "gopher",
        Version {
            name: "rust",
            major: 1,
            minor: 95,
        },
    );
    writeln!(out, "integer  {n} |{n:>6}| {n:05} {n:#x} {n:b}")?;
    writeln!(out, "string   {s} |{s:>8}| {s:-<8}| {s:?}")?;
    writeln!(
        out,
        "float    {} {} {} | {:.6} {:?} {:e}",
        1.1, 0.1, 1.0, 1.1, 1.0, 6.02e23
    )?;
    writeln!(out, "display  {v} |{v:>12}|")?;
    writeln!(out, "debug    {v:?}")?;

    let text = fs::read_to_string(&path)?;
    print!("{text}");
    assert_eq!(text, GOLDEN);

    // `to_string` comes with `Display`; there is no second method to write.
    assert_eq!(v.to_string(), "rust 1.95");
    Ok(())
}
