//! Five processes that map a file use its memory once; a page more for each page that one writes.
//!
//! `RSS`, which most tools show, counts a shared page in every process, so the sum is five times too
//! big. `PSS`, the proportional size, counts a page that five processes map as a fifth in each: those
//! one can add up. This is why a hundred processes of one program cost far less than a hundred
//! times its size.
//!
//! Linux only: /proc/PID/smaps tells how much is shared.
// Whoever maps a file as a slice promises that nobody else changes it. It is in our own folder.
#![allow(unsafe_code)]

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mmap::map::{Private, page_size};

const PROCESSES: usize = 5;
const PAGES: usize = 512;
const WRITTEN: usize = 20;

fn main() -> io::Result<()> {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux has /proc/PID/smaps");
        return Ok(());
    }
    if let (Some(path), Ok(number)) = (env::var_os("MAP"), env::var("NUMBER")) {
        return map_and_write(Path::new(&path), number.parse().expect("the parent counts"));
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().canonicalize()?.join("shared");
    fs::write(&path, vec![7; PAGES * page_size()])?;

    let mut processes = Vec::new();
    for number in 0..PROCESSES {
        let mut process = start(&path, number)?;
        answer(&mut process)?;
        processes.push(process);
    }
    let file = PAGES * page_size() / 1024;
    let read = memory(&processes, &path)?;
    println!("the file has {file} kB; {PROCESSES} processes have read it: {read} kB");
    assert!((file / 2..file * 3 / 2).contains(&read));

    for process in &mut processes {
        process
            .stdin
            .as_mut()
            .expect("it is a pipe")
            .write_all(b"write\n")?;
        answer(process)?;
    }
    let more = memory(&processes, &path)? - read;
    let pages = more * 1024 / page_size();
    println!("each has written {WRITTEN} pages of its own choice: {more} kB more, {pages} pages");
    assert!(pages.abs_diff(PROCESSES * WRITTEN) < WRITTEN);

    // Waiting closes the pipe to its standard input, which is what each of them waits for.
    processes
        .iter_mut()
        .try_for_each(|process| process.wait().map(drop))
}

/// What each of the five does.
fn map_and_write(path: &Path, number: usize) -> io::Result<()> {
    // SAFETY: nobody writes to the file, and nobody cuts it.
    let mut map = unsafe { Private::map(&File::open(path)?) }?;
    println!("read {}", map.iter().filter(|&&byte| byte == 7).count());
    let mut parent = io::stdin().lines();
    if parent.next().is_some() {
        for page in number * WRITTEN..(number + 1) * WRITTEN {
            map[page * page_size()] = 8;
        }
        // The kernel may have taken a huge page out of the table to write a part of it. What is
        // read again is there again.
        println!("read {}", map.iter().filter(|&&byte| byte == 7).count());
    }
    parent.next();
    Ok(())
}

/// This program once more, as number so and so.
fn start(path: &Path, number: usize) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .env("MAP", path)
        .env("NUMBER", number.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
}

fn answer(process: &mut Child) -> io::Result<String> {
    let mut line = String::new();
    let stdout = process.stdout.as_mut().expect("it is a pipe");
    // There is never a second line on its way.
    BufReader::new(stdout).read_line(&mut line)?;
    assert!(line.ends_with('\n'), "the process has ended");
    Ok(line)
}

/// The proportional size of the file's maps in all of them, in kilobytes.
fn memory(processes: &[Child], path: &Path) -> io::Result<usize> {
    let mut sum = 0;
    for process in processes {
        let smaps = fs::read_to_string(format!("/proc/{}/smaps", process.id()))?;
        let path = path.to_str().expect("a temporary folder has a plain name");
        let entry = smaps.lines().skip_while(|line| !line.ends_with(path));
        let line = entry.into_iter().find_map(|line| line.strip_prefix("Pss:"));
        let size = line.and_then(|line| line.trim().strip_suffix(" kB"));
        sum += size
            .and_then(|n| n.parse::<usize>().ok())
            .expect("it maps the file");
    }
    Ok(sum)
}
