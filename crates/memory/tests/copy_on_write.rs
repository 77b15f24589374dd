//! A fork, watched page by page: a model of copy-on-write against the kernel.
//!
//! The harness has threads, and [`Twin`] forks all the same: its child does nothing that another
//! thread could have locked, and that is part of what is tested here. No test in this file starts
//! programs: a twin would have their pipes, too.
#![cfg(target_os = "linux")]

mod common;

use common::cases;
use memory::maps::Pagemap;
use memory::page::{Pages, Sharing};
use memory::residency::{State, Twin, TwinError};
use proptest::prelude::*;

#[test]
fn a_twin_answers_until_it_is_dropped() {
    let pages = Pages::anonymous(4, Sharing::Private).unwrap();
    pages.write(2, 9);
    let mut twin = Twin::of(&pages).unwrap();
    assert_eq!(twin.read(2).unwrap(), 9);
    twin.write(2, 10).unwrap();
    assert_eq!((twin.read(2).unwrap(), pages.read(2)), (10, 9));
    assert!(matches!(twin.read(4), Err(TwinError::NoPage(4))));
    let pid = twin.pid();
    drop(twin);
    assert_eq!(
        nix::sys::signal::kill(pid, None),
        Err(nix::errno::Errno::ESRCH),
        "it was waited for"
    );
}

#[test]
fn a_twin_that_was_killed_is_gone() {
    let pages = Pages::anonymous(1, Sharing::Private).unwrap();
    let mut twin = Twin::of(&pages).unwrap();
    nix::sys::signal::kill(twin.pid(), nix::sys::signal::Signal::SIGKILL).unwrap();
    let error = loop {
        if let Err(error) = twin.read(0) {
            break error;
        }
    };
    assert!(matches!(error, TwinError::Gone(_)), "{error}");
}

const PAGES: usize = 8;

/// What one process has of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Has {
    Nothing,
    /// The kernel's page of zeros.
    Zeros,
    /// The page that the other one has, too.
    Shared,
    Own,
}

/// What copy-on-write should do: for both processes, what each page is.
#[derive(Clone, Debug)]
struct Model([[Has; PAGES]; 2]);

impl Model {
    fn read(&mut self, side: usize, page: usize) {
        let has = &mut self.0[side][page];
        if *has == Has::Nothing {
            *has = Has::Zeros;
        }
    }

    fn write(&mut self, side: usize, page: usize) {
        if self.0[side][page] == Has::Shared {
            self.0[1 - side][page] = Has::Own;
        }
        self.0[side][page] = Has::Own;
    }

    fn fork(&mut self) {
        for has in &mut self.0[0] {
            if *has == Has::Own {
                *has = Has::Shared;
            }
        }
        self.0[1] = self.0[0];
    }

    /// Whether the kernel may say so.
    fn allows(&self, side: usize, page: usize, state: State) -> bool {
        match self.0[side][page] {
            Has::Nothing => state == State::Absent,
            // A fork need not copy the entry of a page that is only zeros.
            Has::Zeros if side == 1 => matches!(state, State::Absent | State::Lent),
            Has::Zeros | Has::Shared => state == State::Lent,
            Has::Own => state == State::Own,
        }
    }
}

/// A page that the twin or this process reads or writes.
#[derive(Debug, Clone, Copy)]
struct Act {
    twin: bool,
    write: bool,
    page: usize,
}

prop_compose! {
    fn act()(twin: bool, write: bool, page in 0..PAGES) -> Act {
        Act { twin, write, page }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn pages_are_copied_when_written_and_only_then(
        before in prop::collection::vec(act(), 0..12),
        after in prop::collection::vec(act(), 0..16),
    ) {
        let pages = Pages::anonymous(PAGES, Sharing::Private).unwrap().never_huge();
        let mut model = Model([[Has::Nothing; PAGES]; 2]);
        for Act { write, page, .. } in before {
            if write {
                pages.write(page, 1);
                model.write(0, page);
            } else {
                pages.read(page);
                model.read(0, page);
            }
        }
        let mut twin = Twin::of(&pages).unwrap();
        model.fork();
        for Act { twin: by_twin, write, page } in after {
            match (by_twin, write) {
                (true, true) => twin.write(page, 2).unwrap(),
                (true, false) => _ = twin.read(page).unwrap(),
                (false, true) => pages.write(page, 3),
                (false, false) => _ = pages.read(page),
            }
            match write {
                true => model.write(by_twin.into(), page),
                false => model.read(by_twin.into(), page),
            }
        }
        for (side, pid) in [(0, None), (1, Some(twin.pid()))] {
            let entries = Pagemap::open(pid).unwrap().entries(pages.range()).unwrap();
            for (page, entry) in entries.into_iter().enumerate() {
                let state = State::of(entry);
                prop_assert!(model.allows(side, page, state), "{side} {page} {state} {model:?}");
            }
        }
    }
}
