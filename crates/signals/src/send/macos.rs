//! A kqueue for each process that is held, and processes as libproc and sysctl list them.

use std::os::fd::{AsFd, BorrowedFd};
use std::ptr;
use std::time::Duration;

use nix::errno::Errno;
use nix::libc;
use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};
use nix::unistd::Pid;

use super::Message;
use super::find::Candidate;
use crate::ready::first_readable;
use crate::signal::Signal;

#[derive(Debug)]
pub(super) struct Handle(Kqueue);

impl Handle {
    pub(super) fn open(pid: Pid) -> nix::Result<Self> {
        let queue = Kqueue::new()?;
        let watch = KEvent::new(
            pid.as_raw() as usize,
            EventFilter::EVFILT_PROC,
            EvFlags::EV_ADD,
            FilterFlag::NOTE_EXIT,
            0,
            0,
        );
        queue.kevent(&[watch], &mut [], None)?;
        Ok(Self(queue))
    }

    pub(super) fn send(&self, pid: Pid, message: Message) -> nix::Result<()> {
        // SAFETY: two numbers, of which the first is above 0: it was checked when this was opened.
        Errno::result(unsafe { libc::kill(pid.as_raw(), message.number()) }).map(drop)
    }

    /// The event stays in the queue, so that every later question is answered too.
    pub(super) fn wait_ended(&self, limit: Option<Duration>) -> nix::Result<bool> {
        first_readable(&[self.as_fd()], limit).map(|ready| ready.is_some())
    }
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

pub(super) fn queue(_: Pid, _: Signal, _: i32) -> nix::Result<()> {
    Err(Errno::ENOTSUP)
}

pub(super) fn candidates() -> impl Iterator<Item = Candidate> {
    pids().into_iter().filter_map(|pid| {
        Some(Candidate {
            pid,
            name: name(pid)?,
            arguments: arguments(pid).unwrap_or_default(),
        })
    })
}

fn pids() -> Vec<Pid> {
    // SAFETY: without a buffer the call only counts.
    let count = unsafe { libc::proc_listallpids(ptr::null_mut(), 0) };
    // Some may be started between the two calls.
    let mut numbers = vec![0_i32; usize::try_from(count).unwrap_or(0) + 64];
    let bytes = size_of_val(&numbers[..]) as i32;
    // SAFETY: the buffer is ours, and its size in bytes is told.
    let count = unsafe { libc::proc_listallpids(numbers.as_mut_ptr().cast(), bytes) };
    numbers.truncate(usize::try_from(count).unwrap_or(0));
    numbers.into_iter().map(Pid::from_raw).collect()
}

pub(super) fn name(pid: Pid) -> Option<Vec<u8>> {
    let mut buffer = [0_u8; 64];
    // SAFETY: the buffer is ours, and its size is told.
    let length = unsafe {
        libc::proc_name(
            pid.as_raw(),
            buffer.as_mut_ptr().cast(),
            buffer.len() as u32,
        )
    };
    let length = usize::try_from(length).ok().filter(|length| *length > 0)?;
    buffer.get(..length).map(<[u8]>::to_vec)
}

/// `sysctl kern.procargs2`: the count, the program's path, NULs, and then as many strings.
fn arguments(pid: Pid) -> Option<Vec<Vec<u8>>> {
    let mut name = [libc::CTL_KERN, libc::KERN_PROCARGS2, pid.as_raw()];
    let mut buffer = vec![0_u8; 1 << 18];
    let mut length = buffer.len();
    // SAFETY: name and buffer are ours with the lengths that are told; nothing is written to sysctl.
    let result = unsafe {
        libc::sysctl(
            name.as_mut_ptr(),
            name.len() as u32,
            buffer.as_mut_ptr().cast(),
            &mut length,
            ptr::null_mut(),
            0,
        )
    };
    Errno::result(result).ok()?;
    let (count, rest) = buffer.get(..length)?.split_at_checked(4)?;
    let count = usize::try_from(i32::from_ne_bytes(count.try_into().ok()?)).ok()?;
    let path_end = rest.iter().position(|byte| *byte == 0)?;
    let rest = &rest[path_end..];
    let first = rest.iter().position(|byte| *byte != 0)?;
    let strings = rest[first..].split(|byte| *byte == 0).map(<[u8]>::to_vec);
    Some(strings.take(count).collect())
}
