//! `io-reader csv`.

mod common;

use common::{run, stdout_of, tool};

const PEOPLE: &str = "name,age,town\n\"Lovelace, Ada\",36,London\nAlan,41,\"Wilmslow\nCheshire\"\n";

fn csv(arguments: &[&str], input: &str) -> String {
    let mut command = tool();
    command.arg("csv").args(arguments).arg("-");
    stdout_of(&mut command, input.as_bytes())
}

/// A run that ends with status 1: what it wrote and what it said.
fn failing(arguments: &[&str], input: &[u8]) -> (String, String) {
    let output = run(tool().arg("csv").args(arguments).arg("-"), input);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_line_a_record_the_header_being_number_0() {
    let expected = "\
0: name | age | town
1: Lovelace, Ada | 36 | London
2: Alan | 41 | Wilmslow\\nCheshire
";
    assert_eq!(csv(&[], PEOPLE), expected);
}

#[test]
fn columns_come_in_the_order_asked_for() {
    assert_eq!(
        csv(&["--columns", "3,1"], PEOPLE).lines().nth(1),
        Some("1: London | Lovelace, Ada")
    );
    assert_eq!(
        csv(&["--columns", "2-"], PEOPLE).lines().nth(1),
        Some("1: 36 | London")
    );
    assert_eq!(csv(&["--columns", "1,1"], "a,b\n"), "0: a | a\n");
    let (stdout, stderr) = failing(&["--columns", "2-4"], PEOPLE.as_bytes());
    assert_eq!(stdout, "");
    assert_eq!(
        stderr,
        "io-reader: standard input: there is no column 4: records have 3\n"
    );
}

#[test]
fn japanese_postcodes() {
    let records = "\
01101,\"060  \",\"0600000\",\"ﾎｯｶｲﾄﾞｳ\",\"ｻｯﾎﾟﾛｼﾁｭｳｵｳｸ\",\"ｲｶﾆｹｲｻｲｶﾞﾅｲﾊﾞｱｲ\",\"北海道\",\"札幌市中央区\",\"以下に掲載がない場合\",0,0,0,0,0,0\r
13101,\"100  \",\"1000001\",\"ﾄｳｷｮｳﾄ\",\"ﾁﾖﾀﾞｸ\",\"ﾁﾖﾀﾞ\",\"東京都\",\"千代田区\",\"千代田\",0,0,0,0,0,0\r
";
    let expected = "\
1: 060   | ｲｶﾆｹｲｻｲｶﾞﾅｲﾊﾞｱｲ | 北海道 | 札幌市中央区
2: 100   | ﾁﾖﾀﾞ | 東京都 | 千代田区
";
    assert_eq!(
        csv(&["--columns", "2,6-8", "--no-headers"], records),
        expected
    );
}

#[test]
fn shift_jis_is_named_and_not_garbled() {
    // 北海道 in Shift_JIS, as the postal service delivers it, in the second record.
    let mut bytes = b"01101,\"060  \",ok\r\n01102,\"060  \",\"".to_vec();
    bytes.extend_from_slice(b"\x96\x6b\x8a\x43\x93\xb9\"\r\n");
    let (stdout, stderr) = failing(&["--no-headers"], &bytes);
    assert_eq!(stdout, "1: 01101 | 060   | ok\n");
    let expected =
        "standard input: record 2 (line 2, byte 18): field 3 is not UTF-8 from its byte 0 on";
    assert!(stderr.contains(expected), "{stderr}");
    assert!(stderr.contains("iconv -f CP932 -t UTF-8"), "{stderr}");
}

#[test]
fn ragged_records_are_reported_with_their_line() {
    for end in ["\n", "\r\n"] {
        let input = ["a,b", "", "1,\"2\n2\"", "lonely", "4,5,6"].join(end);
        let (stdout, stderr) = failing(&[], input.as_bytes());
        assert_eq!(stdout, "0: a | b\n1: 1 | 2\\n2\n2: lonely\n3: 4 | 5 | 6\n");
        let bytes = input.find("lonely").unwrap();
        let expected = format!(
            "record 2 (line 5, byte {bytes}): the number of fields is 1, not 2 as in the first\n"
        );
        assert!(stderr.contains(&expected), "{stderr}");
        assert!(stderr.contains("record 3 (line 6, "), "{stderr}");
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
    }
}

#[test]
fn json_is_an_object_a_record_or_an_array() {
    let objects = csv(&["--json"], PEOPLE);
    let expected = "\
{\"name\":\"Lovelace, Ada\",\"age\":\"36\",\"town\":\"London\"}
{\"name\":\"Alan\",\"age\":\"41\",\"town\":\"Wilmslow\\nCheshire\"}
";
    assert_eq!(objects, expected);
    let arrays = csv(&["--json", "--no-headers", "--columns", "2-3"], PEOPLE);
    assert_eq!(arrays.lines().next(), Some("[\"age\",\"town\"]"));
    for line in objects.lines().chain(arrays.lines()) {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    let (_, stderr) = failing(&["--json"], b"x,y,x\n1,2,3\n");
    assert!(stderr.contains("two columns are called \"x\""), "{stderr}");
}

#[test]
fn delimiters() {
    assert_eq!(csv(&["--delimiter", ";"], "a;b,c\n"), "0: a | b,c\n");
    assert_eq!(csv(&["--delimiter", "\\t"], "a\tb\n"), "0: a | b\n");
    for wrong in ["", "ab", "あ", "\""] {
        let output = run(tool().args(["csv", "--delimiter", wrong, "-"]), b"");
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    assert_eq!(csv(&["--json"], "\u{feff}a\n1\n"), "{\"a\":\"1\"}\n");
}

#[test]
fn a_field_cannot_steer_the_terminal() {
    assert_eq!(csv(&[], "\u{1b}[2J,x\n"), "0: \\u{1b}[2J | x\n");
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_memory() {
    let mut input = b"a,b\n1,\"open".to_vec();
    input.resize(20 << 20, b'x');
    let (stdout, stderr) = failing(&[], &input);
    assert_eq!(stdout, "0: a | b\n");
    assert!(stderr.contains("is a quote never closed?"), "{stderr}");
}

#[test]
fn an_empty_file_has_no_records() {
    assert_eq!(csv(&[], ""), "");
    assert_eq!(csv(&["--json"], ""), "");
}
