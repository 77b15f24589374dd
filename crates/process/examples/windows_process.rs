//! Windows passes one string, which each program splits; quoted right, it comes back unchanged.
//!
//! `execve` takes an array; `CreateProcess` takes a line, and each program takes it apart itself,
//! nearly all by the same rules. A backslash is itself, except before a quote: paths end with one,
//! hence the care. std's `Command` and Go's `syscall.EscapeArg` quote like this on Windows. The
//! rules are pure, so they can be learned and tested anywhere. A terminal there is another matter
//! too: no pty pairs but ConPTY, and winpty before Windows 10.

use process::quote::{QuoteError, join, quote, split};

fn main() -> Result<(), QuoteError> {
    let table = [
        ("plain", "plain"),
        ("", r#""""#),
        ("two words", r#""two words""#),
        (r"C:\dir\file", r"C:\dir\file"),
        (r"C:\dir\", r"C:\dir\"),
        (r"C:\my dir\", r#""C:\my dir\\""#),
        (r#"say "hi""#, r#""say \"hi\"""#),
        (r#"\""#, r#""\\\"""#),
    ];
    for (argument, quoted) in table {
        println!("{argument:12} {quoted}");
        assert_eq!(quote(argument), quoted);
        let line = join("prog", [argument, "next"])?;
        assert_eq!(split(&line), ["prog", argument, "next"]);
    }

    // Without the doubled backslash the quote is a character, and the next argument is eaten.
    let wrong = r#"prog "C:\my dir\" next"#;
    println!("{wrong} is {:?}", split(wrong));
    assert_eq!(split(wrong), ["prog", r#"C:\my dir" next"#]);

    // The program's name has other rules, and no way to have a quote in it.
    assert!(join(r#"a"b"#, []).is_err());
    Ok(())
}
