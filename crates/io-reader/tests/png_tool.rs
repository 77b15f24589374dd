//! `io-reader png`, as scripts see it.

mod common;
mod png_images;

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::{run, stdout_of, tool};
use io_reader::png::text::{self, Entry};
use png_images::{SMALL, chunk, join, small, sound, zlib};
use serde_json::Value;

fn png(arguments: &[&str]) -> Command {
    let mut command = tool();
    command.arg("png").args(arguments);
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with a file in it; their paths are to be written into command lines.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, contents: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn damaged() -> Vec<u8> {
    let mut file = small();
    file[50] ^= 1;
    file[79] = 9;
    file
}

const DAMAGE: [&str; 3] = [
    "IDAT at 33: CRC is 9c60ac9b, the data gives 8b48c85b",
    "IDAT at 33: zlib stream has the wrong checksum for its data",
    "IEND at 76: length is 9, the CRC fits 0",
];

// list

#[test]
fn list_is_a_line_a_chunk() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    let crc = |from: usize, to: usize| png_images::crc(&small()[from..to]);
    let expected = format!(
        "IHDR 13 {:08x}\nIDAT 31 {:08x}\nIEND 0 ae426082\n",
        crc(12, 29),
        crc(37, 72)
    );
    assert_eq!(stdout_of(&mut png(&["list", &file]), b""), expected);
    assert_eq!(stdout_of(&mut png(&["list", "-"]), &small()), expected);

    let json = stdout_of(&mut png(&["list", "--json", &file]), b"");
    let chunks: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(chunks.len(), 3);
    assert_eq!(
        chunks[2],
        serde_json::json!({ "type": "IEND", "length": 0, "crc": "ae426082", "offset": 76 })
    );
}

#[test]
fn list_shows_what_could_be_read_and_all_that_is_wrong() {
    let folder = Folder::new();
    let file = folder.file("a.png", &damaged());
    let output = run(&mut png(&["list", &file]), b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 1);
    let errors = stderr(&output);
    let expected = DAMAGE.map(|fault| format!("io-reader: {file}: {fault}\n"));
    assert_eq!(errors, expected.concat());
    // Sound chunks that do not make an image.
    let file = folder.file("b.png", &join(&[SMALL.ihdr(), chunk(b"IEND", b"")]));
    let output = run(&mut png(&["list", &file]), b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 2);
    assert_eq!(
        stderr(&output),
        format!("io-reader: {file}: at 45: no IDAT chunk\n")
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = Folder::new();
    let missing = folder.path("none.png");
    let missing = missing.to_str().unwrap();
    for command in ["list", "text", "verify"] {
        let output = run(&mut png(&[command, missing]), b"");
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert_eq!(stdout(&output), "", "{command}");
        let errors = stderr(&output);
        assert!(errors.starts_with("io-reader: cannot "), "{errors}");
        assert!(
            errors.contains(missing) && errors.contains("No such file"),
            "{errors}"
        );
    }
    let output = run(&mut png(&["list"]), b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_no_png_is_not_read_to_its_end() {
    // Neither of these has an end.
    let mut command = png(&["list", "/dev/zero"]);
    let output = run(&mut command, b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("at 0: not a PNG: begins"),
        "{}",
        stderr(&output)
    );
    let folder = Folder::new();
    let sparse = folder.file("sparse", b"GIF89a");
    File::options()
        .write(true)
        .open(&sparse)
        .unwrap()
        .set_len(1 << 36)
        .unwrap();
    let output = run(&mut png(&["verify", &sparse]), b"");
    assert_eq!(
        stdout(&output),
        format!("{sparse}: at 0: not a PNG: this is a GIF\n")
    );
}

// verify

#[test]
fn verify_is_a_line_a_sound_file_and_a_line_a_fault() {
    let folder = Folder::new();
    let good = folder.file("good.png", &small());
    let bad = folder.file("bad.png", &damaged());
    let output = run(&mut png(&["verify", &good]), b"");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stdout(&output),
        format!("{good}: sound, 3x2, 8-bit RGB, 3 chunks\n")
    );

    let output = run(&mut png(&["verify", &bad, &good]), b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "");
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    for (line, fault) in lines.iter().zip(DAMAGE) {
        assert_eq!(*line, format!("{bad}: {fault}"));
    }
    assert_eq!(lines[3], format!("{good}: sound, 3x2, 8-bit RGB, 3 chunks"));

    let quiet = run(&mut png(&["verify", "-q", &bad, &good]), b"");
    assert_eq!(stdout(&quiet), lines[..3].join("\n") + "\n");
    let quiet = run(&mut png(&["verify", "-q", &good]), b"");
    assert_eq!(
        (quiet.status.code(), stdout(&quiet)),
        (Some(0), String::new())
    );
}

#[test]
fn verify_keeps_the_order_and_goes_on() {
    let folder = Folder::new();
    let sound = sound();
    let mut files = Vec::new();
    let mut expected = String::new();
    for n in 0..500 {
        let name = format!("{n}.png");
        if n % 7 == 0 {
            // Some take longer than others.
            let pixels = vec![0; 60_000];
            let wide = png_images::Format {
                width: 59_999,
                height: 1,
                depth: 8,
                colour_type: 0,
                ..SMALL
            };
            let data = chunk(b"IDAT", &zlib(&pixels));
            let file = folder.file(&name, &join(&[wide.ihdr(), data, chunk(b"IEND", b"")]));
            expected += &format!("{file}: sound, 59999x1, 8-bit grey, 3 chunks\n");
            files.push(file);
        } else if n % 11 == 0 {
            let missing = folder.path(&name);
            files.push(missing.to_str().unwrap().to_owned());
        } else {
            let (_, contents) = &sound[n % sound.len()];
            let file = folder.file(&name, &contents[..contents.len() - 12]);
            expected += &format!("{file}: at {}: no IEND chunk\n", contents.len() - 12);
            files.push(file);
        }
    }
    let output = run(png(&["verify"]).args(&files), b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), expected);
    let missing = files.iter().filter(|file| !Path::new(file).exists());
    let errors: String = missing
        .map(|file| {
            format!("io-reader: cannot read {file}: No such file or directory (os error 2)\n")
        })
        .collect();
    assert_eq!(stderr(&output), errors);
}

#[test]
fn verify_json_is_an_object_a_file() {
    let folder = Folder::new();
    let good = folder.file("good.png", &small());
    let bad = folder.file("bad.png", &damaged());
    let missing = folder.path("none.png");
    let output = run(png(&["verify", "--json", &good, &bad]).arg(missing), b"");
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    let files: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        files[0],
        serde_json::json!({
            "file": good, "sound": true, "width": 3, "height": 2, "depth": 8, "colour": "RGB",
            "interlaced": false, "chunks": 3, "faults": [],
        })
    );
    assert_eq!(files[1]["sound"], false);
    assert_eq!(
        files[1]["faults"][2],
        serde_json::json!({ "offset": 76, "chunk": "IEND", "fault": "length is 9, the CRC fits 0" })
    );
    assert_eq!(files[2]["sound"], false);
    assert_eq!(files[2]["error"], "No such file or directory (os error 2)");
}

#[test]
fn a_reader_that_has_enough_ends_the_tool_quietly() {
    let folder = Folder::new();
    let file = folder.file("a.png", &png_images::with_every_chunk());
    for arguments in [&["list"][..], &["text"], &["verify"], &["verify", "--json"]] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = png(arguments)
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        assert_eq!(
            (output.status.code(), stderr(&output)),
            (Some(0), String::new()),
            "{arguments:?}"
        );
    }
}

// text

#[test]
fn text_prints_key_and_text() {
    let folder = Folder::new();
    let file = folder.file("a.png", &png_images::with_every_chunk());
    assert_eq!(
        stdout_of(&mut png(&["text", &file]), b""),
        "Author: no\u{eb}l\nComment: compressed\nTitle: \u{2603}\nTitle: schn\u{e9}e\n"
    );
    let json = stdout_of(&mut png(&["text", "--json", &file]), b"");
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(
        first,
        serde_json::json!({ "chunk": "tEXt", "keyword": "Author", "text": "no\u{eb}l" })
    );
}

#[test]
fn text_goes_on_after_a_wrong_one() {
    let file = join(&[
        SMALL.ihdr(),
        chunk(b"tEXt", b"no end"),
        chunk(b"tEXt", b"Title\0there"),
        chunk(b"IEND", b""),
    ]);
    let output = run(&mut png(&["text", "-"]), &file);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "Title: there\n");
    assert_eq!(
        stderr(&output),
        "io-reader: standard input: tEXt at 33: no null byte after the keyword\n"
    );
}

// embed

#[track_caller]
fn embedded(path: &Path) -> Vec<Entry> {
    text::entries(File::open(path).unwrap()).unwrap()
}

#[test]
fn embed_puts_a_text_in() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    let out = folder.path("b.png");
    let text = "-5 \u{b0}C,\nor less";
    let mut command = png(&["embed", &file]);
    assert_eq!(
        stdout_of(command.arg(&out).args(["Comment", text]), b""),
        ""
    );
    let entry = Entry {
        keyword: "Comment".to_owned(),
        text: text.to_owned(),
    };
    assert_eq!(embedded(&out), [entry]);
    assert_eq!(folder.names(), ["a.png", "b.png"]);
    assert_eq!(fs::read(&file).unwrap(), small());
}

#[test]
fn embed_may_write_over_its_input() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    for n in ["1", "2", "3"] {
        stdout_of(&mut png(&["embed", &file, &file, "Comment", n]), b"");
    }
    let texts: Vec<String> = embedded(&folder.path("a.png"))
        .into_iter()
        .map(|entry| entry.text)
        .collect();
    // The newest is the first after IHDR.
    assert_eq!(texts, ["3", "2", "1"]);
    assert_eq!(folder.names(), ["a.png"]);
}

#[test]
fn embed_follows_links() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    let (link, target) = (folder.path("link.png"), folder.path("target.png"));
    fs::write(&target, "old").unwrap();
    symlink("target.png", &link).unwrap();
    stdout_of(png(&["embed", &file]).arg(&link).args(["Title", "x"]), b"");
    assert!(link.is_symlink());
    assert_eq!(embedded(&target).len(), 1);
}

#[test]
fn embed_gives_a_new_file_its_permissions_and_an_old_one_its_own() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    let old = folder.file("old.png", b"");
    fs::set_permissions(&old, Permissions::from_mode(0o600)).unwrap();
    let new = folder.path("new.png");
    for (out, mode) in [(Path::new(&old), 0o600), (&new, 0o640)] {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "umask 027; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_io-reader"),
        ]);
        command
            .args(["png", "embed", &file])
            .arg(out)
            .args(["Title", "x"]);
        stdout_of(&mut command, b"");
        assert_eq!(
            fs::metadata(out).unwrap().permissions().mode() & 0o777,
            mode
        );
    }
}

/// Runs `embed` with the output to be at `out`, expects it to fail, and `out` to be as it was, with
/// nothing else in the folder.
#[track_caller]
fn expect_untouched(folder: &Folder, command: &mut Command, input: &[u8], error: &str) {
    let out = folder.path("out.png");
    fs::write(&out, "what was there").unwrap();
    let before = folder.names();
    let output = run(command, input);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let errors = stderr(&output);
    assert!(
        errors.starts_with("io-reader: ") && errors.contains(error),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "what was there");
    assert_eq!(folder.names(), before);
}

#[test]
fn embed_leaves_what_was_there_on_any_error() {
    let folder = Folder::new();
    let out = folder.path("out.png");
    let out = out.to_str().unwrap();
    let from_stdin = |key, text, input: &[u8], error| {
        let mut command = png(&["embed", "-", out, key, text]);
        expect_untouched(&folder, &mut command, input, error);
    };
    from_stdin(
        "Title",
        "x",
        &damaged(),
        "standard input: IDAT at 33: CRC is ",
    );
    from_stdin("Title", "x", &small()[..86], "IEND at 76: cut short");
    from_stdin("Title", "x", b"\xff\xd8\xff\xe0", "this is a JPEG");
    from_stdin(
        "Title",
        "x",
        &[&small()[..], b"!"].concat(),
        "at 88: more bytes after",
    );
    from_stdin("", "x", &small(), "keyword is 0 bytes long");
    from_stdin("\u{2603}", "x", &small(), "not printable Latin-1");
    let missing = folder.path("none.png");
    let mut command = png(&["embed"]);
    command.arg(missing).args([out, "Title", "x"]);
    expect_untouched(&folder, &mut command, b"", "No such file");
}

#[test]
fn embed_leaves_what_was_there_when_the_disk_is_full() {
    let folder = Folder::new();
    let mut pixels = small();
    let comment = [&b"Comment\0"[..], &[b'x'; 100_000]].concat();
    pixels.splice(33..33, chunk(b"tEXt", &comment));
    let file = folder.file("a.png", &pixels);
    // A limit on file sizes does as a full disk does: writing fails in the middle. Its signal,
    // which would end the tool, is ignored, and what is ignored stays so in what is executed.
    let shell = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let mut command = Command::new("sh");
    command.args([
        "-c",
        shell,
        "sh",
        env!("CARGO_BIN_EXE_io-reader"),
        "png",
        "embed",
        &file,
    ]);
    command.arg(folder.path("out.png")).args(["Title", "x"]);
    expect_untouched(&folder, &mut command, b"", "File too large");
}

#[test]
fn embed_leaves_what_was_there_when_the_folder_is_read_only() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    let out = folder.path("out.png");
    fs::write(&out, "").unwrap();
    fs::set_permissions(folder.0.path(), Permissions::from_mode(0o555)).unwrap();
    // To root no folder is read-only.
    if File::create(folder.path("probe")).is_err() {
        let mut command = png(&["embed", &file]);
        command.arg(&out).args(["Title", "x"]);
        expect_untouched(&folder, &mut command, b"", "Permission denied");
    }
    fs::set_permissions(folder.0.path(), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn embed_replaces_nothing_but_files() {
    let folder = Folder::new();
    let file = folder.file("a.png", &small());
    let subfolder = folder.path("sub");
    fs::create_dir(&subfolder).unwrap();
    for out in [subfolder.as_path(), Path::new("/dev/null")] {
        let output = run(png(&["embed", &file]).arg(out).args(["Title", "x"]), b"");
        assert_eq!(output.status.code(), Some(1));
        let expected = format!(
            "io-reader: {} is there and is no regular file\n",
            out.display()
        );
        assert_eq!(stderr(&output), expected);
    }
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let nowhere = folder.path("no/such/out.png");
    let output = run(
        png(&["embed", &file]).arg(nowhere).args(["Title", "x"]),
        b"",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("cannot create a file in"),
        "{}",
        stderr(&output)
    );
}
