//! The address space of this process, of a child, and of real programs, against what is really
//! mapped.

mod common;

use common::{have, output_of, tool};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use memory::maps::{AddressSpace, MapsError};
use memory::page::{Pages, Sharing, ceil, floor, page_size, span};
use memory::picture;
use nix::unistd::Pid;

/// A program that is there and waits, until it is dropped.
struct Waiting(Child);

impl Waiting {
    fn new() -> Waiting {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // When it answers, the dynamic linker has done its work.
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        Waiting(child)
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.0.id().cast_signed())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
fn pages_are_where_they_say() {
    let pages = Pages::anonymous(5, Sharing::Private).unwrap();
    let shared = Pages::anonymous(3, Sharing::Shared).unwrap();
    let space = AddressSpace::read(None).unwrap();
    for (pages, is_shared) in [(&pages, false), (&shared, true)] {
        let (first, _) = space.find(pages.range().start as u64).unwrap();
        let (last, _) = space.find(pages.range().end as u64 - 1).unwrap();
        assert!(first.permissions.read && first.permissions.write && !first.permissions.execute);
        assert_eq!(first.permissions.shared, is_shared);
        assert_eq!(first, last);
    }
}

#[test]
fn a_map_that_is_dropped_is_gone() {
    // Big enough that no other thread's map finds room in it by chance.
    let pages = Pages::anonymous(1 << 16, Sharing::Private).unwrap();
    let middle = pages.range().start as u64 + (pages.range().len() / 2) as u64;
    assert!(AddressSpace::read(None).unwrap().find(middle).is_some());
    let size = pages.range().len() as u64;
    drop(pages);
    let space = AddressSpace::read(None).unwrap();
    assert!(
        space
            .find(middle)
            .is_none_or(|(area, _)| area.size() < size)
    );
}

#[test]
fn no_pages_and_too_many_are_errors() {
    let error = |count| Pages::anonymous(count, Sharing::Private).unwrap_err();
    assert_eq!(error(0).raw_os_error(), Some(nix::libc::EINVAL));
    assert_eq!(error(usize::MAX).raw_os_error(), Some(nix::libc::ENOMEM));
    assert_eq!(
        error(isize::MAX as usize / page_size()).raw_os_error(),
        Some(nix::libc::ENOMEM)
    );
}

#[test]
fn beginnings_of_pages() {
    let size = page_size();
    assert_eq!((floor(size + 1), ceil(size + 1)), (size, Some(2 * size)));
    assert_eq!((floor(size), ceil(size)), (size, Some(size)));
    assert_eq!(ceil(usize::MAX), None);
    let value = [0u8; 100];
    let pages = span(&value);
    let address = (&raw const value).addr();
    assert!(pages.start <= address && address + 100 <= pages.end);
    assert!(pages.len() == size || pages.len() == 2 * size);
}

#[test]
#[cfg(target_os = "linux")]
fn parts_are_in_the_areas_where_they_belong() {
    use memory::maps::{Part, with_parts};

    fn code() {}
    let local = 1;
    let (parts, space) = with_parts(code as *const (), &local, |parts| {
        (parts.to_vec(), AddressSpace::read(None).unwrap())
    });
    let misplaced: Vec<&Part> = parts
        .iter()
        // This is not main: its local variables are on the stack of a thread, as its heap may be
        // elsewhere.
        .filter(|part| part.name != "a local variable of main")
        .filter(|part| {
            let found = space.find(part.address);
            !found.is_some_and(|(_, kind)| part.expected.contains(&kind))
        })
        .collect();
    assert_eq!(misplaced, Vec::<&Part>::new());
}

#[test]
fn a_process_that_is_not_there_is_an_error() {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let pid = Pid::from_raw(child.id().cast_signed());
    let error = AddressSpace::read(Some(pid)).unwrap_err();
    assert!(matches!(error, MapsError::Read { .. }));
    assert!(
        error.to_string().contains(&format!("process {pid}")),
        "{error}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn another_program_reads_as_the_kernel_says() {
    use std::fs;

    use memory::maps::Kind;

    let cat = Waiting::new();
    let space = AddressSpace::read_with_usage(Some(cat.pid())).unwrap();
    let text = fs::read_to_string(format!("/proc/{}/maps", cat.pid())).unwrap();
    assert_eq!(space.areas().len(), text.lines().count());
    for (area, line) in space.areas().iter().zip(text.lines()) {
        let start = format!(
            "{:08x}-{:08x} {} ",
            area.range.start, area.range.end, area.permissions
        );
        assert!(line.starts_with(&start), "{line}");
        assert!(line.ends_with(&*area.name.to_string_lossy()), "{line}");
    }
    let program = fs::canonicalize("/proc/self/exe").unwrap();
    assert_ne!(space.program().unwrap(), program);
    for kind in [
        Kind::Text,
        Kind::Data,
        Kind::Heap,
        Kind::Library,
        Kind::Stack,
        Kind::Vdso,
    ] {
        assert!(space.totals_of(kind).size > 0, "{kind}");
    }

    // The kernel's own sums, of the same process at rest.
    let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", cat.pid())).unwrap();
    let sum = |key: &str| -> u64 {
        let line = rollup.lines().find(|line| line.starts_with(key)).unwrap();
        let kilobytes = line.split_whitespace().nth(1).unwrap();
        kilobytes.parse::<u64>().unwrap() * 1024
    };
    let totals = space.totals().usage;
    assert_eq!(totals.resident, sum("Rss:"));
    assert_eq!(totals.anonymous, sum("Anonymous:"));
    assert_eq!(totals.private_dirty, sum("Private_Dirty:"));
    assert_eq!(totals.private() + totals.shared(), totals.resident);
    // Each area's is rounded down.
    assert!(sum("Pss:").abs_diff(totals.proportional) <= 1024 * space.areas().len() as u64);
}

#[test]
fn the_picture_has_every_area_once() {
    let space = AddressSpace::read_with_usage(None).unwrap();
    let rows = picture::rows(&space);
    assert!(
        rows.windows(2)
            .all(|pair| pair[0].range.end <= pair[1].range.start)
    );
    let size: u64 = rows.iter().map(picture::Row::size).sum();
    assert_eq!(size, space.totals().size);
    let drawn = picture::space(&space);
    for row in &rows {
        let address = format!("{:x} ", row.range.start);
        assert_eq!(drawn.matches(&address).count(), 1, "{address}\n{drawn}");
    }
    assert_eq!(
        picture::table(&space).lines().count(),
        space.areas().len() + 1
    );
}

#[test]
fn the_tool_tells_all_as_json() {
    let cat = Waiting::new();
    let pid = cat.pid().to_string();
    let json = output_of(&mut tool(&["maps", "--json", &pid]));
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["pid"], cat.pid().as_raw());
    let areas = json["areas"].as_array().unwrap();
    let sum = |key: &str| -> u64 {
        let each = areas
            .iter()
            .map(|area| area["usage"][key].as_u64().unwrap());
        each.sum()
    };
    assert_eq!(json["totals"]["all"]["areas"], areas.len());
    assert_eq!(json["totals"]["all"]["resident"], sum("resident"));
    assert!(sum("resident") > 0);
    assert!(areas.iter().any(|area| area["kind"] == "stack"));
}

#[test]
fn the_tool_draws_itself_and_others() {
    let cat = Waiting::new();
    let pid = cat.pid().to_string();
    for arguments in [&["maps"][..], &["maps", &pid], &["maps", "--smaps", &pid]] {
        let text = String::from_utf8(output_of(&mut tool(arguments))).unwrap();
        assert!(text.contains("stack"), "{text}");
    }
}

#[test]
fn the_tool_says_why_it_cannot() {
    for (arguments, status, reason) in [
        (&["maps", "0"][..], 2, "invalid value '0'"),
        (&["maps", "x"], 2, "invalid value 'x'"),
        (&["maps", "2147483647"], 1, "memory: cannot read"),
    ] {
        let output = tool(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{said}");
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_zombie_has_no_address_space() {
    let mut child = Command::new("true").spawn().unwrap();
    let pid = child.id().to_string();
    let stat = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let deadline = std::time::Instant::now() + common::DEADLINE;
    while !stat().contains(") Z ") {
        assert!(std::time::Instant::now() < deadline, "true does not end");
        std::thread::yield_now();
    }
    let output = tool(&["maps", &pid]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("no address space") || said.contains("cannot read"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(1));
    child.wait().unwrap();
}

#[test]
fn layout_holds_with_and_without_randomisation() {
    let text = String::from_utf8(output_of(&mut tool(&["layout"]))).unwrap();
    assert!(text.contains("main's code"), "{text}");
    if cfg!(target_os = "linux") && have("setarch") {
        let layout = || {
            let mut command = Command::new("setarch");
            command.args([
                "--addr-no-randomize",
                env!("CARGO_BIN_EXE_memory"),
                "layout",
            ]);
            command
        };
        // A sandbox may forbid it.
        if layout().output().unwrap().status.success() {
            assert_eq!(output_of(&mut layout()), output_of(&mut layout()));
        }
    }
}

#[test]
fn a_closed_pipe_ends_the_tool_quietly() {
    let mut child = tool(&["maps", "--smaps"]).spawn().unwrap();
    drop(child.stdout.take());
    assert!(common::wait(&mut child).success());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
}
