//! A section is a window on a file with its own position; windows do not move each other.
//!
//! The kernel keeps one position for each open file, and all descriptors made from it share that,
//! so two readers get in each other's way. pread(2) takes the offset as an argument and leaves the
//! position alone: a section counts for itself and needs no more than `&File`. So are the members
//! of an archive read out of one file. In Go it is `io.SectionReader` over `io.ReaderAt`.
//!
//! ```syscalls
//! pread64(3, "Section", 7, 14) = 7
//! pread64(3, "E", 1, 0) = 1
//! pread64(3, "S", 1, 14) = 1
//! pread64(3, "x", 1, 1) = 1
//! pread64(3, "e", 1, 15) = 1
//! lseek(3, 0, SEEK_CUR) = 0
//! fcntl(3, F_DUPFD_CLOEXEC, *) = 4
//! read(3, "Exam", 4) = 4
//! read(4, "ple ", 4) = 4
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};

use io_reader::section::Section;

const SAMPLE: &str = "Example of io.SectionReader\n";

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("sample");
    fs::write(&path, SAMPLE)?;
    let mut file = File::open(&path)?;

    let text = io::read_to_string(Section::new(&file, 14, 7))?;
    println!("offset 14, length 7: {text:?}");
    assert_eq!(text, "Section");

    let mut windows = [Section::new(&file, 0, 7), Section::new(&file, 14, 7)];
    let mut texts = [String::new(), String::new()];
    for _ in 0..7 {
        for (window, text) in windows.iter_mut().zip(&mut texts) {
            let mut byte = [0];
            window.read_exact(&mut byte)?;
            text.push(byte[0].into());
        }
    }
    println!("two windows, a byte of each in turns: {texts:?}");
    assert_eq!(texts, ["Example", "Section"]);

    let mut window = &mut windows[1];
    assert_eq!(window.read(&mut [0])?, 0, "nothing behind the window");
    window.seek(SeekFrom::End(-4))?;
    let tail = io::read_to_string(&mut window)?;
    println!("four bytes before the window's end: {tail:?}");
    assert_eq!(tail, "tion");
    assert!(window.seek(SeekFrom::Current(-8)).is_err(), "nor before it");

    println!("the file's own position: {}", file.stream_position()?);
    assert_eq!(file.stream_position()?, 0);

    let mut clone = file.try_clone()?;
    let mut halves = [[0; 4]; 2];
    file.read_exact(&mut halves[0])?;
    clone.read_exact(&mut halves[1])?;
    let halves = halves.map(|half| String::from_utf8_lossy(&half).into_owned());
    println!("two descriptors of one open file, in turns: {halves:?}");
    assert_eq!(halves, ["Exam", "ple "]);
    Ok(())
}
