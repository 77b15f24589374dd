//! Which pages are there, whose they are, and what it took, as the kernel tells it.

mod common;

use std::fs::File;

use common::{output_of, tool};
use memory::maps::PageEntry;
use memory::page::{Pages, Sharing, page_size};
use memory::residency::{Faults, State};

#[test]
fn bits_of_an_entry() {
    let entry = PageEntry::new(1 << 63 | 1 << 56 | 1 << 55 | 0x1234);
    assert!(entry.is_present() && entry.is_exclusive() && entry.is_soft_dirty());
    assert!(!entry.is_swapped() && !entry.is_file_or_shared() && !entry.is_guard());
    assert_eq!(entry.frame(), Some(0x1234));
    assert_eq!(State::of(entry), State::Own);

    // Without the right to see frames.
    assert_eq!(PageEntry::new(1 << 63).frame(), None);
    // In swap the low bits are something else.
    let swapped = PageEntry::new(1 << 62 | 77);
    assert_eq!(
        (swapped.frame(), State::of(swapped)),
        (None, State::Swapped)
    );
    assert_eq!(State::of(PageEntry::default()), State::Absent);
    assert_eq!(State::of(PageEntry::new(1 << 63)), State::Lent);
    assert_eq!(
        State::of(PageEntry::new(1 << 63 | 1 << 61)),
        State::FileShared
    );
    assert_eq!(
        State::of(PageEntry::new(1 << 63 | 1 << 61 | 1 << 56)),
        State::FileAlone
    );
}

#[test]
fn faults_in_a_line_of_stat() {
    let line = "42 (a) b ((c) S 1 42 42 0 -1 4194560 1234 99 56 7 0 0 0 0 20 0 1 0";
    let faults = Faults::parse_stat(line).unwrap();
    assert_eq!((faults.minor, faults.major, faults.all()), (1234, 56, 1290));
    for wrong in ["", "42 (x", "42 (x) S 1", "42 (x) S 1 2 3 4 5 6 x 8 9"] {
        assert_eq!(Faults::parse_stat(wrong), None, "{wrong}");
    }
}

#[test]
fn a_process_tells_of_itself_as_others_do() {
    let own = Faults::of_process().unwrap();
    let told = Faults::of_other(nix::unistd::getpid()).unwrap();
    assert!(told.all() >= own.all(), "{told:?} {own:?}");
    assert!(Faults::of_other(nix::unistd::Pid::from_raw(i32::MAX)).is_err());
}

#[test]
#[cfg(target_os = "linux")]
fn touched_pages_are_resident_and_no_others() {
    use memory::residency::resident;

    let pages = Pages::anonymous(64, Sharing::Private).unwrap().never_huge();
    assert!(resident(&pages).unwrap().iter().all(|there| !there));
    let odd = || (0..64).filter(|page| page % 2 == 1);
    let (faults, ()) = Faults::during(|| odd().for_each(|page| pages.write(page, 7))).unwrap();
    assert!(faults.minor >= 32, "{faults:?}");
    let there = resident(&pages).unwrap();
    assert!((0..64).all(|page| there[page] == (page % 2 == 1)));

    pages.discard(0..32).unwrap();
    let there = resident(&pages).unwrap();
    assert_eq!(there.iter().filter(|there| **there).count(), 16);
    assert_eq!((pages.read(1), pages.read(33)), (0, 7));
}

#[test]
fn faults_of_a_thread_are_part_of_the_process() {
    let before = Faults::of_process().unwrap();
    let pages = Pages::anonymous(100, Sharing::Private)
        .unwrap()
        .never_huge();
    let (faults, ()) = Faults::during(|| (0..100).for_each(|page| pages.write(page, 1))).unwrap();
    let all = Faults::of_process().unwrap() - before;
    assert!(
        faults.minor >= 100 && all.minor >= faults.minor,
        "{faults:?} {all:?}"
    );
}

#[test]
fn a_file_is_written_through_a_shared_map_and_not_through_a_private_one() {
    use std::os::unix::fs::FileExt;

    let file = tempfile::tempfile().unwrap();
    file.set_len(2 * page_size() as u64).unwrap();
    let byte = |file: &File| {
        let mut byte = [0];
        file.read_exact_at(&mut byte, page_size() as u64).unwrap();
        byte[0]
    };
    let private = Pages::of_file(&file, 2, Sharing::Private).unwrap();
    private.write(1, 5);
    assert_eq!(byte(&file), 0);
    let shared = Pages::of_file(&file, 2, Sharing::Shared).unwrap();
    shared.write(1, 6);
    assert_eq!(byte(&file), 6);
    assert_eq!((private.read(1), shared.read(1)), (5, 6));
}

#[test]
#[cfg(target_os = "linux")]
fn the_tool_shows_the_same() {
    let text = String::from_utf8(output_of(&mut tool(&["pages", "--count", "8"]))).unwrap();
    let line = |act: &str| {
        let line = text.lines().find(|line| line.starts_with(act));
        line.unwrap_or_else(|| panic!("no {act} in {text}"))
            .to_owned()
    };
    assert!(line("mapped").ends_with("........"));
    assert!(line("read 0-3").ends_with("ssss...."));
    assert!(line("write 2-5").ends_with("ssOOOO.."));
    assert!(line("fork").contains(" ssssss.. "));
    assert!(line("child writes 2-3").contains(" ssOOss.. "));
    assert!(line("child writes 2-3").ends_with(" ssOOss.."));
    assert!(line("we write 4").contains(" ssOOOs.. "));
    assert!(line("child ends").ends_with("ssOOOO.."));
    assert!(line("give back 0-3").ends_with("....OO.."));

    let shared =
        String::from_utf8(output_of(&mut tool(&["pages", "--shared", "--count", "8"]))).unwrap();
    let writes = shared
        .lines()
        .find(|line| line.starts_with("child writes 2-3"));
    assert!(writes.is_some_and(|line| line.contains("FF")), "{shared}");
    for wrong in ["7", "513"] {
        assert_eq!(
            tool(&["pages", "--count", wrong])
                .output()
                .unwrap()
                .status
                .code(),
            Some(2)
        );
    }
}

#[test]
fn the_demonstration_ends_well() {
    let text = String::from_utf8(output_of(&mut tool(&[]))).unwrap();
    assert!(text.contains("Try next:"), "{text}");
}
