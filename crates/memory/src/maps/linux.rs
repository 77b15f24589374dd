//! Linux: files of proc(5), made when they are read.

use std::fs;
use std::path::PathBuf;

use nix::unistd::Pid;

use super::area::Area;
use super::error::{MapsError, ParseError};
use super::parse::{parse_maps, parse_smaps};

pub(super) fn areas(pid: Option<Pid>) -> Result<Vec<Area>, MapsError> {
    read(pid, "maps", parse_maps)
}

pub(super) fn areas_with_usage(pid: Option<Pid>) -> Result<Vec<Area>, MapsError> {
    read(pid, "smaps", parse_smaps)
}

/// A program that was replaced on disk still runs; its areas have the same mark.
pub(super) fn program(pid: Option<Pid>) -> Option<PathBuf> {
    fs::read_link(path(pid, "exe")).ok()
}

fn path(pid: Option<Pid>, file: &str) -> PathBuf {
    let process = pid.map_or("self".to_owned(), |pid| pid.to_string());
    PathBuf::from(format!("/proc/{process}/{file}"))
}

fn name(pid: Option<Pid>) -> String {
    pid.map_or("this process".to_owned(), |pid| format!("process {pid}"))
}

/// The kernel makes the text in portions of a few pages, each from the map as it is then. An area
/// that changes in between can be told twice or not at all; one that does not is told once.
fn read(
    pid: Option<Pid>,
    what: &'static str,
    parse: impl Fn(&[u8]) -> Result<Vec<Area>, ParseError>,
) -> Result<Vec<Area>, MapsError> {
    let text = fs::read(path(pid, what)).map_err(|source| MapsError::Read {
        what,
        process: name(pid),
        source,
    })?;
    parse(&text).map_err(|source| MapsError::Parse {
        what,
        process: name(pid),
        source,
    })
}

pub(super) fn pagemap(pid: Option<Pid>) -> Result<fs::File, MapsError> {
    fs::File::open(path(pid, "pagemap")).map_err(|source| MapsError::Read {
        what: "pagemap",
        process: name(pid),
        source,
    })
}
