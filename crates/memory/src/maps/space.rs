//! All areas of a process.

use std::ops::Range;
use std::path::PathBuf;

use nix::unistd::Pid;

use super::area::Area;
use super::error::MapsError;
use super::kind::Kind;
use super::platform;
use super::usage::Usage;

/// The areas of a process, as they were at one moment. A running process changes them all the time.
#[derive(Debug, Clone)]
pub struct AddressSpace {
    areas: Vec<Area>,
    /// As many as areas.
    kinds: Vec<Kind>,
    program: Option<PathBuf>,
}

/// What areas of one kind come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many areas.
    pub areas: usize,
    /// Bytes of address space.
    pub size: u64,
    /// Bytes of memory; zeros when the space was read without usage.
    pub usage: Usage,
}

impl AddressSpace {
    /// The areas of a process, or of this one. Linux reads `/proc/PID/maps`.
    ///
    /// # Errors
    ///
    /// When there is no such process, or one that this user must not look into (see ptrace(2),
    /// "access mode").
    pub fn read(pid: Option<Pid>) -> Result<AddressSpace, MapsError> {
        Ok(AddressSpace::new(
            platform::areas(pid)?,
            platform::program(pid),
        ))
    }

    /// As [`read`](AddressSpace::read), with the usage of each area. Linux reads `/proc/PID/smaps`,
    /// for which it walks all page tables: much dearer for a big process.
    ///
    /// # Errors
    ///
    /// As for [`read`](AddressSpace::read).
    pub fn read_with_usage(pid: Option<Pid>) -> Result<AddressSpace, MapsError> {
        Ok(AddressSpace::new(
            platform::areas_with_usage(pid)?,
            platform::program(pid),
        ))
    }

    /// Areas from elsewhere, in the order of their addresses, and the program's path if it is
    /// known: without it nothing is text or data.
    pub fn new(areas: Vec<Area>, program: Option<PathBuf>) -> AddressSpace {
        AddressSpace {
            kinds: Kind::of_all(&areas, program.as_deref()),
            areas,
            program,
        }
    }

    /// The areas, from the lowest address to the highest.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The areas with what each is for.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Area, Kind)> {
        self.areas.iter().zip(self.kinds.iter().copied())
    }

    /// The program's own file, if the kernel tells it.
    pub fn program(&self) -> Option<&std::path::Path> {
        self.program.as_deref()
    }

    /// The area of an address, with its kind; `None` for a gap.
    pub fn find(&self, address: u64) -> Option<(&Area, Kind)> {
        let index = self.areas.partition_point(|area| area.range.end <= address);
        let area = self.areas.get(index)?;
        (area.range.start <= address).then(|| (area, self.kinds[index]))
    }

    /// The area that something of this process lies in.
    pub fn find_value<T: ?Sized>(&self, value: *const T) -> Option<(&Area, Kind)> {
        self.find(value.addr() as u64)
    }

    /// The addresses between areas. An access there is a SIGSEGV.
    pub fn gaps(&self) -> impl Iterator<Item = Range<u64>> {
        let gap = |pair: &[Area]| pair[0].range.end..pair[1].range.start;
        self.areas.windows(2).map(gap).filter(|gap| !gap.is_empty())
    }

    /// What the areas of one kind come to.
    pub fn totals_of(&self, kind: Kind) -> Totals {
        self.sum(|other| other == kind)
    }

    /// What all areas come to.
    pub fn totals(&self) -> Totals {
        self.sum(|_| true)
    }

    fn sum(&self, wanted: impl Fn(Kind) -> bool) -> Totals {
        let mut totals = Totals::default();
        for (area, _) in self.iter().filter(|&(_, kind)| wanted(kind)) {
            totals.areas += 1;
            totals.size = totals.size.saturating_add(area.size());
            totals.usage += area.usage.unwrap_or_default();
        }
        totals
    }
}
