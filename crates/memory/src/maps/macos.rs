//! macOS: one call a region, `proc_pidinfo` of `libproc.h`.
//!
//! `unsafe` is allowed for two calls of libproc and for reading what they have filled in: plain
//! numbers and bytes, of which any are valid, in a buffer whose length the call is told.
#![allow(unsafe_code)]

use std::ffi::{OsString, c_int, c_void};
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process;

use nix::libc;
use nix::unistd::Pid;

use super::area::{Area, Permissions};
use super::error::MapsError;
use super::usage::Usage;
use crate::page::page_size;

/// From `sys/proc_info.h`.
const PROC_PIDREGIONPATHINFO: c_int = 8;
const VM_PROT_READ: u32 = 1;
const VM_PROT_WRITE: u32 = 2;
const VM_PROT_EXECUTE: u32 = 4;

/// From `mach/vm_region.h`: share modes whose pages somebody else writes too.
const SM_SHARED: u32 = 4;
const SM_TRUESHARED: u32 = 5;

/// From `mach/vm_statistics.h`: who has asked for a region without a file.
const VM_MEMORY_STACK: u32 = 30;
const VM_MEMORY_MALLOC_FIRST: u32 = 1;
const VM_MEMORY_MALLOC_LAST: u32 = 9;

/// `struct proc_regioninfo`
#[repr(C)]
#[derive(Clone, Copy)]
struct RegionInfo {
    protection: u32,
    max_protection: u32,
    inheritance: u32,
    flags: u32,
    offset: u64,
    behavior: u32,
    user_wired_count: u32,
    user_tag: u32,
    pages_resident: u32,
    pages_shared_now_private: u32,
    pages_swapped_out: u32,
    pages_dirtied: u32,
    ref_count: u32,
    shadow_depth: u32,
    share_mode: u32,
    private_pages_resident: u32,
    shared_pages_resident: u32,
    obj_id: u32,
    depth: u32,
    address: u64,
    size: u64,
}

/// `struct proc_regionwithpathinfo`
#[repr(C)]
#[derive(Clone, Copy)]
struct RegionWithPath {
    region: RegionInfo,
    path: libc::vnode_info_path,
}

pub(super) fn areas(pid: Option<Pid>) -> Result<Vec<Area>, MapsError> {
    let mut areas = areas_with_usage(pid)?;
    for area in &mut areas {
        area.usage = None;
    }
    Ok(areas)
}

pub(super) fn areas_with_usage(pid: Option<Pid>) -> Result<Vec<Area>, MapsError> {
    let pid = pid.map_or(process::id().cast_signed(), Pid::as_raw);
    let mut areas: Vec<Area> = Vec::new();
    let mut address = 0;
    loop {
        match region(pid, address) {
            Ok(region) => {
                let area = area_of(&region);
                // The answer is the region at the address or the next one; no progress would be no
                // end.
                if area.range.end <= address {
                    return Ok(areas);
                }
                address = area.range.end;
                areas.push(area);
            }
            // So it says that there is none at or behind the address.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) && !areas.is_empty() => {
                return Ok(areas);
            }
            Err(source) => {
                return Err(MapsError::Read {
                    what: "regions",
                    process: format!("process {pid}"),
                    source,
                });
            }
        }
    }
}

/// The region of an address, or the first one behind it.
fn region(pid: libc::pid_t, address: u64) -> io::Result<RegionWithPath> {
    let mut info = MaybeUninit::<RegionWithPath>::zeroed();
    let size = size_of::<RegionWithPath>() as c_int;
    let buffer = info.as_mut_ptr().cast::<c_void>();
    // SAFETY: the buffer has the size that the call is told.
    let filled = unsafe { libc::proc_pidinfo(pid, PROC_PIDREGIONPATHINFO, address, buffer, size) };
    if filled < size {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all of it is filled, and any bytes are valid numbers.
    Ok(unsafe { info.assume_init() })
}

fn area_of(info: &RegionWithPath) -> Area {
    let region = &info.region;
    let path: Vec<u8> = info
        .path
        .vip_path
        .as_flattened()
        .iter()
        .map(|&byte| byte.cast_unsigned())
        .take_while(|&byte| byte != 0)
        .collect();
    Area {
        range: region.address..region.address.saturating_add(region.size),
        permissions: Permissions {
            read: region.protection & VM_PROT_READ != 0,
            write: region.protection & VM_PROT_WRITE != 0,
            execute: region.protection & VM_PROT_EXECUTE != 0,
            shared: matches!(region.share_mode, SM_SHARED | SM_TRUESHARED),
        },
        offset: region.offset,
        device: (0, 0),
        inode: 0,
        name: match path.is_empty() {
            true => name_of(region.user_tag).into(),
            false => OsString::from_vec(path),
        },
        usage: Some(usage_of(region)),
    }
}

/// The names that Linux has for the same. Malloc's zones are where small blocks come from, as from
/// brk.
fn name_of(user_tag: u32) -> &'static str {
    match user_tag {
        VM_MEMORY_STACK => "[stack]",
        VM_MEMORY_MALLOC_FIRST..=VM_MEMORY_MALLOC_LAST => "[heap]",
        _ => "",
    }
}

/// Pages that were dirtied are taken for private: who has written to a page of a file has a copy.
/// How much is anonymous, and the proportional size, are not told.
fn usage_of(region: &RegionInfo) -> Usage {
    let bytes = |pages: u32| u64::from(pages) * page_size() as u64;
    let private = bytes(region.private_pages_resident);
    let shared = bytes(region.shared_pages_resident);
    let dirty = bytes(region.pages_dirtied);
    Usage {
        resident: bytes(region.pages_resident),
        shared_clean: shared,
        private_clean: private.saturating_sub(dirty),
        private_dirty: private.min(dirty),
        swapped: bytes(region.pages_swapped_out),
        ..Usage::default()
    }
}

pub(super) fn program(pid: Option<Pid>) -> Option<PathBuf> {
    let pid = pid.map_or(process::id().cast_signed(), Pid::as_raw);
    let mut path = vec![0u8; libc::PROC_PIDPATHINFO_MAXSIZE as usize];
    let room = path.len() as u32;
    // SAFETY: the buffer has the size that the call is told.
    let len = unsafe { libc::proc_pidpath(pid, path.as_mut_ptr().cast(), room) };
    path.truncate(usize::try_from(len).ok().filter(|&len| len > 0)?);
    Some(PathBuf::from(OsString::from_vec(path)))
}

pub(super) fn pagemap(_: Option<Pid>) -> Result<File, MapsError> {
    Err(MapsError::Unsupported(
        "macOS does not show page tables; mincore(2) says what is in memory",
    ))
}
