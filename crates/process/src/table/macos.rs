//! macOS: libproc and sysctl.
//!
//! One call a question, each filling a structure: `proc_pidinfo(2)` for most, `sysctl(3)` for the
//! arguments and for the machine. Root and the owner are told all; others the identity, and no
//! times or memory.

#![allow(unsafe_code)]
// Sound: each call is given a buffer of ours and its true size, and says how much it wrote. What is
// then read as a structure was zeroed before, and consists of integers alone (`Plain`), so that
// every content is a value of it, also where the kernel wrote less.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::ptr;
use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use nix::libc::{self, c_char, c_int};
use nix::unistd::getsid;

use super::process::{Fields, Owner, Process, State, Status, Terminal};
use super::{Descriptor, Error, InputOutput, Namespace, System, procargs};
use crate::environment::Environment;
use crate::id::{Ids, Pid};
use crate::limits::Limits;

/// A structure of integers.
///
/// # Safety
///
/// Every content has to be a value, zeros among them.
unsafe trait Plain {}

// SAFETY: integers and arrays of integers.
unsafe impl Plain for libc::proc_taskallinfo {}
// SAFETY: integers and arrays of integers.
unsafe impl Plain for libc::proc_bsdinfo {}
// SAFETY: integers and arrays of integers.
unsafe impl Plain for libc::proc_vnodepathinfo {}
// SAFETY: integers and arrays of integers.
unsafe impl Plain for OpenFile {}
// SAFETY: two integers.
unsafe impl Plain for libc::timeval {}
// SAFETY: an integer.
unsafe impl Plain for u64 {}

/// `struct vnode_fdinfowithpath` of <sys/proc_info.h>.
#[repr(C)]
struct OpenFile {
    open_flags: u32,
    _status: u32,
    offset: i64,
    _kind: i32,
    _guard_flags: u32,
    vnode: libc::vnode_info_path,
}

/// `PROC_PIDFDVNODEPATHINFO` of <sys/proc_info.h>.
const FD_VNODE_PATH: c_int = 2;

/// The table of processes.
#[derive(Debug)]
pub struct Table {
    /// When the machine was started.
    booted: Duration,
    /// Nanoseconds a tick of the processor's clock, as a fraction.
    clock: (u64, u64),
}

impl Table {
    /// # Errors
    ///
    /// [`Error::NoTable`] when the machine's numbers cannot be read.
    pub fn open() -> Result<Table, Error> {
        let booted: libc::timeval =
            system_fact(&mut [libc::CTL_KERN, libc::KERN_BOOTTIME]).map_err(Error::NoTable)?;
        Ok(Table {
            booted: Duration::new(booted.tv_sec as u64, booted.tv_usec as u32 * 1000),
            clock: clock(),
        })
    }

    /// All pids, ascending.
    ///
    /// # Errors
    ///
    /// [`Error::NoTable`].
    pub fn pids(&mut self) -> Result<Vec<Pid>, Error> {
        let mut pids: Vec<Pid> = vec![0; 1024];
        loop {
            let room = size_of_val(&pids[..]) as c_int;
            // SAFETY: the vector has that many bytes.
            let count = unsafe { libc::proc_listallpids(pids.as_mut_ptr().cast(), room) };
            if count < 0 {
                return Err(Error::NoTable(Errno::last()));
            }
            // A full list may have lost some.
            if (count as usize) < pids.len() {
                pids.truncate(count as usize);
                pids.sort_unstable();
                return Ok(pids);
            }
            pids.resize(2 * pids.len(), 0);
        }
    }

    /// The threads of a process: the process itself, since macOS numbers threads apart from
    /// processes.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`].
    pub fn threads(&mut self, pid: Pid) -> Result<Vec<Pid>, Error> {
        self.process(pid, Fields::NONE)?;
        Ok(vec![pid])
    }

    /// Reads a process.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn process(&mut self, pid: Pid, fields: Fields) -> Result<Process, Error> {
        let (info, task) = match pid_info::<libc::proc_taskallinfo>(pid, libc::PROC_PIDTASKALLINFO)
        {
            Ok(all) => (all.pbsd, Some(all.ptinfo)),
            // Times and memory are its owner's business, and a zombie has none.
            Err(_) => {
                let info = pid_info::<libc::proc_bsdinfo>(pid, libc::PROC_PIDTBSDINFO);
                (
                    info.map_err(|errno| Error::of(pid, "identity", errno))?,
                    None,
                )
            }
        };
        let mut process = self.translate(&info, task.as_ref());
        if fields.contains(Fields::OWNER) {
            process.owner = Some(Owner {
                user: info.pbi_uid,
                group: info.pbi_gid,
            });
        }
        if fields.contains(Fields::STATUS) {
            process.status = Some(Box::new(status(&info, process.resident)));
        }
        if fields.contains(Fields::COMMAND_LINE) {
            let block = arguments(pid).unwrap_or_default();
            let parts = procargs::split(&block);
            process.command_line = parts
                .map(|(arguments, _)| arguments.to_vec())
                .unwrap_or_default();
        }
        Ok(process)
    }

    /// Reads a thread of a process; see [`Table::threads`].
    ///
    /// # Errors
    ///
    /// Those of [`Table::process`].
    pub fn thread(&mut self, pid: Pid, _thread: Pid, fields: Fields) -> Result<Process, Error> {
        self.process(pid, fields)
    }

    fn translate(&self, info: &libc::proc_bsdinfo, task: Option<&libc::proc_taskinfo>) -> Process {
        let pid = info.pbi_pid as Pid;
        let started = Duration::new(info.pbi_start_tvsec, info.pbi_start_tvusec as u32 * 1000);
        let number = |get: fn(&libc::proc_taskinfo) -> i32| task.map_or(0, get);
        let bytes = |get: fn(&libc::proc_taskinfo) -> u64| task.map_or(0, get);
        let faults = number(|task| task.pti_faults) as u64;
        let page_ins = number(|task| task.pti_pageins) as u64;
        let asked = nix::unistd::Pid::from_raw(pid);
        Process {
            pid,
            thread: pid,
            name: text(&info.pbi_comm),
            state: state(info, task),
            parent: info.pbi_ppid as Pid,
            group: info.pbi_pgid as Pid,
            session: getsid(Some(asked)).map_or(0, nix::unistd::Pid::as_raw),
            terminal: terminal(info.e_tdev),
            foreground: info.e_tpgid as Pid,
            flags: 0,
            minor_faults: faults.saturating_sub(page_ins),
            major_faults: page_ins,
            user_time: self.time(bytes(|task| task.pti_total_user)),
            system_time: self.time(bytes(|task| task.pti_total_system)),
            priority: number(|task| task.pti_priority),
            nice: info.pbi_nice,
            threads: number(|task| task.pti_threadnum) as u32,
            started: started.saturating_sub(self.booted),
            virtual_memory: bytes(|task| task.pti_virtual_size),
            resident: bytes(|task| task.pti_resident_size),
            processor: None,
            realtime_priority: 0,
            policy: None,
            owner: None,
            status: None,
            command_line: Vec::new(),
            wait_channel: String::new(),
        }
    }

    /// Times are in ticks of the processor's clock, which are no nanoseconds on Apple silicon.
    fn time(&self, ticks: u64) -> Duration {
        let (numerator, denominator) = self.clock;
        let nanoseconds =
            u128::from(ticks) * u128::from(numerator) / u128::from(denominator.max(1));
        Duration::from_nanos(nanoseconds as u64)
    }

    /// What the whole machine's numbers are.
    ///
    /// # Errors
    ///
    /// [`Error::NoTable`].
    pub fn system(&mut self) -> Result<System, Error> {
        let memory = system_fact::<u64>(&mut [libc::CTL_HW, libc::HW_MEMSIZE]);
        let booted = SystemTime::UNIX_EPOCH + self.booted;
        let page = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE);
        Ok(System {
            booted,
            uptime: booted.elapsed().unwrap_or_default(),
            memory: memory.map_err(Error::NoTable)?,
            page: page.ok().flatten().map_or(16384, |page| page as u64),
            // Pids are below 100 000.
            pid_digits: 5,
        })
    }

    /// The variables that a process was started with. The system's own programs do not show theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn environment(&mut self, pid: Pid) -> Result<Environment, Error> {
        let block = arguments(pid).map_err(|errno| Error::of(pid, "environment", errno))?;
        let parts = procargs::split(&block);
        Ok(parts.map_or_else(Environment::default, |(_, block)| Environment::parse(block)))
    }

    /// Its resource limits: macOS tells only one's own.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for other processes.
    pub fn limits(&mut self, pid: Pid) -> Result<Limits, Error> {
        if pid != std::process::id() as Pid {
            return Err(Error::Unsupported("another process's limits"));
        }
        Limits::current().map_err(|_| Error::Unsupported("limits"))
    }

    /// Not told.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`].
    pub fn input_output(&mut self, _pid: Pid) -> Result<InputOutput, Error> {
        Err(Error::Unsupported("input and output"))
    }

    /// macOS has none.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`].
    pub fn control_group(&mut self, _pid: Pid) -> Result<String, Error> {
        Err(Error::Unsupported("control groups"))
    }

    /// macOS has none.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`].
    pub fn namespaces(&mut self, _pid: Pid) -> Result<Vec<Namespace>, Error> {
        Err(Error::Unsupported("namespaces"))
    }

    /// The program that it runs.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] and the kernel's.
    pub fn executable(&mut self, pid: Pid) -> Result<PathBuf, Error> {
        let mut path = [0u8; libc::PROC_PIDPATHINFO_MAXSIZE as usize];
        let room = path.len() as u32;
        // SAFETY: the array has that many bytes.
        let length = unsafe { libc::proc_pidpath(pid, path.as_mut_ptr().cast(), room) };
        if length <= 0 {
            return Err(Error::of(pid, "program", Errno::last()));
        }
        let path = std::ffi::OsStr::from_bytes(&path[..length as usize]);
        Ok(PathBuf::from(path))
    }

    /// Where its relative paths begin.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn working_directory(&mut self, pid: Pid) -> Result<PathBuf, Error> {
        let paths = pid_info::<libc::proc_vnodepathinfo>(pid, libc::PROC_PIDVNODEPATHINFO);
        let paths = paths.map_err(|errno| Error::of(pid, "working directory", errno))?;
        Ok(path(&paths.pvi_cdir))
    }

    /// Its open descriptors.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] for other users' processes; [`Error::Gone`].
    pub fn descriptors(&mut self, pid: Pid) -> Result<Vec<Descriptor>, Error> {
        let failed = |errno| Error::of(pid, "descriptors", errno);
        let open = open_descriptors(pid).map_err(failed)?;
        Ok(open.iter().map(|open| descriptor(pid, open)).collect())
    }
}

fn open_descriptors(pid: Pid) -> nix::Result<Vec<libc::proc_fdinfo>> {
    let mut room = 256;
    loop {
        let mut open = Vec::<libc::proc_fdinfo>::with_capacity(room);
        let bytes = (room * size_of::<libc::proc_fdinfo>()) as c_int;
        let buffer: *mut c_void = open.as_mut_ptr().cast();
        // SAFETY: the vector has room for that many bytes.
        let filled = unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDLISTFDS, 0, buffer, bytes) };
        if filled <= 0 {
            return Err(Errno::last());
        }
        let count = filled as usize / size_of::<libc::proc_fdinfo>();
        if count < room {
            // SAFETY: the kernel has written so many of them.
            unsafe { open.set_len(count) };
            open.sort_by_key(|open| open.proc_fd);
            return Ok(open);
        }
        room *= 2;
    }
}

/// A file has a path; what is none is named as Linux names it.
fn descriptor(pid: Pid, open: &libc::proc_fdinfo) -> Descriptor {
    let number = open.proc_fd;
    let named = |target: &str| Descriptor {
        number,
        target: PathBuf::from(target),
        offset: None,
        flags: None,
    };
    match open.proc_fdtype as c_int {
        libc::PROX_FDTYPE_VNODE => match open_file(pid, number) {
            Some(file) => Descriptor {
                number,
                target: path(&file.vnode),
                offset: Some(file.offset as u64),
                flags: Some(file.open_flags as i32),
            },
            None => named("?"),
        },
        libc::PROX_FDTYPE_SOCKET => named("socket:"),
        libc::PROX_FDTYPE_PIPE => named("pipe:"),
        libc::PROX_FDTYPE_KQUEUE => named("anon_inode:[kqueue]"),
        _ => named("anon_inode:"),
    }
}

fn open_file(pid: Pid, number: c_int) -> Option<OpenFile> {
    let mut file = MaybeUninit::<OpenFile>::zeroed();
    let room = size_of::<OpenFile>() as c_int;
    let buffer: *mut c_void = file.as_mut_ptr().cast();
    // SAFETY: the structure has that many bytes.
    let filled = unsafe { libc::proc_pidfdinfo(pid, number, FD_VNODE_PATH, buffer, room) };
    // SAFETY: zeroed, and of integers.
    (filled > 0).then(|| unsafe { file.assume_init() })
}

fn pid_info<T: Plain>(pid: Pid, flavor: c_int) -> nix::Result<T> {
    let mut info = MaybeUninit::<T>::zeroed();
    let room = size_of::<T>() as c_int;
    let buffer: *mut c_void = info.as_mut_ptr().cast();
    // SAFETY: the structure has that many bytes.
    let filled = unsafe { libc::proc_pidinfo(pid, flavor, 0, buffer, room) };
    if filled <= 0 {
        return Err(Errno::last());
    }
    // SAFETY: zeroed, and of integers.
    Ok(unsafe { info.assume_init() })
}

fn system_fact<T: Plain>(name: &mut [c_int]) -> nix::Result<T> {
    let mut fact = MaybeUninit::<T>::zeroed();
    let mut size = size_of::<T>();
    let buffer: *mut c_void = fact.as_mut_ptr().cast();
    let length = name.len() as u32;
    // SAFETY: the name has that length, the structure that size, and nothing is set.
    let outcome = unsafe {
        libc::sysctl(
            name.as_mut_ptr(),
            length,
            buffer,
            &mut size,
            ptr::null_mut(),
            0,
        )
    };
    Errno::result(outcome)?;
    // SAFETY: zeroed, and of integers.
    Ok(unsafe { fact.assume_init() })
}

/// The block that `procargs` takes apart.
fn arguments(pid: Pid) -> nix::Result<Vec<u8>> {
    let mut most = [libc::CTL_KERN, libc::KERN_ARGMAX];
    let mut most_bytes: c_int = 0;
    let mut size = size_of::<c_int>();
    let buffer: *mut c_void = ptr::from_mut(&mut most_bytes).cast();
    // SAFETY: the name has two numbers, the result is one, and nothing is set.
    let outcome =
        unsafe { libc::sysctl(most.as_mut_ptr(), 2, buffer, &mut size, ptr::null_mut(), 0) };
    Errno::result(outcome)?;

    let mut block = vec![0; most_bytes.max(4096) as usize];
    let mut size = block.len();
    let mut name = [libc::CTL_KERN, libc::KERN_PROCARGS2, pid];
    let buffer: *mut c_void = block.as_mut_ptr().cast();
    // SAFETY: the name has three numbers, the vector that size, and nothing is set.
    let outcome =
        unsafe { libc::sysctl(name.as_mut_ptr(), 3, buffer, &mut size, ptr::null_mut(), 0) };
    Errno::result(outcome)?;
    block.truncate(size);
    Ok(block)
}

#[allow(deprecated)] // libc points to another crate for this one call.
fn clock() -> (u64, u64) {
    let mut fraction = libc::mach_timebase_info { numer: 1, denom: 1 };
    // SAFETY: the structure is ours, and the call fills it.
    unsafe { libc::mach_timebase_info(&mut fraction) };
    (fraction.numer.into(), fraction.denom.into())
}

fn state(info: &libc::proc_bsdinfo, task: Option<&libc::proc_taskinfo>) -> State {
    match info.pbi_status {
        libc::SZOMB => State::Zombie,
        libc::SSTOP => State::Stopped,
        // All that live are SRUN; whether a thread of theirs really runs is another number.
        _ if task.is_some_and(|task| task.pti_numrunning > 0) => State::Running,
        _ => State::Sleeping,
    }
}

fn status(info: &libc::proc_bsdinfo, resident: u64) -> Status {
    Status {
        users: Some(Ids {
            real: info.pbi_ruid,
            effective: info.pbi_uid,
            saved: info.pbi_svuid,
        }),
        groups: Some(Ids {
            real: info.pbi_rgid,
            effective: info.pbi_gid,
            saved: info.pbi_svgid,
        }),
        resident,
        ..Status::default()
    }
}

/// `NODEV` is no terminal; otherwise 8 bits of driver, 24 of terminal.
fn terminal(device: u32) -> Option<Terminal> {
    (device != u32::MAX && device != 0).then_some(Terminal {
        major: device >> 24,
        minor: device & 0x00ff_ffff,
    })
}

fn text(characters: &[c_char]) -> Vec<u8> {
    let until_nul = characters.iter().take_while(|&&character| character != 0);
    until_nul.map(|&character| character as u8).collect()
}

fn path(vnode: &libc::vnode_info_path) -> PathBuf {
    PathBuf::from(std::ffi::OsString::from_vec(text(
        vnode.vip_path.as_flattened(),
    )))
}
