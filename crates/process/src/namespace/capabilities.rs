//! What root may do, in 41 parts, of which a container keeps fourteen.
//!
//! Sound: `prctl` with these commands takes numbers, and `capget`/`capset` a header and two
//! elements of data, which is what version 3 has.
#![allow(unsafe_code)]

use std::fmt;
use std::str::FromStr;

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_no_new_privs;

use super::{NamespaceError, Step};

/// One of the privileges that root's power consists of. See capabilities(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability(u8);

/// No capability is called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no capability is called {0:?}: see capabilities(7)")]
pub struct UnknownCapability(String);

/// By number, without the `CAP_`. From linux/capability.h.
const NAMES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

impl Capability {
    /// What container runtimes leave to a container's root: enough to install packages and run
    /// servers, nothing that concerns the machine.
    pub const CONTAINER: [Capability; 14] = [
        Capability(0),  // chown
        Capability(1),  // dac_override
        Capability(3),  // fowner
        Capability(4),  // fsetid
        Capability(5),  // kill
        Capability(6),  // setgid
        Capability(7),  // setuid
        Capability(8),  // setpcap
        Capability(10), // net_bind_service
        Capability(13), // net_raw
        Capability(18), // sys_chroot
        Capability(27), // mknod
        Capability(29), // audit_write
        Capability(31), // setfcap
    ];

    /// Those that this program knows, in the kernel's order.
    pub fn all() -> impl Iterator<Item = Capability> {
        (0..).take(NAMES.len()).map(Capability)
    }

    fn bit(self) -> u64 {
        1 << self.0
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES[usize::from(self.0)])
    }
}

impl FromStr for Capability {
    type Err = UnknownCapability;

    /// With or without `CAP_`, in any case.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let lower = name.to_ascii_lowercase();
        let bare = lower.strip_prefix("cap_").unwrap_or(&lower);
        Capability::all()
            .find(|capability| NAMES[usize::from(capability.0)] == bare)
            .ok_or_else(|| UnknownCapability(name.to_owned()))
    }
}

/// What the calling thread and what it executes can ever have.
///
/// A newer kernel's unknown ones are not in it.
#[doc(alias = "PR_CAPBSET_READ")]
pub fn bounding_set() -> Vec<Capability> {
    Capability::all()
        .filter(|capability| bounding(libc::PR_CAPBSET_READ, capability.0) == Ok(1))
        .collect()
}

/// Drops all but `kept` from the bounding, permitted, effective and inheritable sets of the calling
/// thread, and sees to it that no exec gives any back.
///
/// # Errors
///
/// The thread lacks `CAP_SETPCAP` in its user namespace.
#[doc(alias = "PR_CAPBSET_DROP")]
#[doc(alias = "capset")]
pub fn keep_only(kept: &[Capability]) -> Result<(), NamespaceError> {
    // The kernel may know more than the table here; it says EINVAL after its last.
    for number in 0..64 {
        if kept.contains(&Capability(number)) {
            continue;
        }
        match bounding(libc::PR_CAPBSET_DROP, number) {
            Err(Errno::EINVAL) => break,
            outcome => outcome.map_err(Step::Capabilities.failed())?,
        };
    }
    let mask = kept.iter().fold(0, |mask, kept| mask | kept.bit());
    restrict_to(mask).map_err(Step::Capabilities.failed())?;
    set_no_new_privs().map_err(Step::NoNewPrivileges.failed())
}

fn bounding(command: libc::c_int, capability: u8) -> nix::Result<libc::c_int> {
    // SAFETY: the commands take a number and no pointer.
    Errno::result(unsafe { libc::prctl(command, libc::c_ulong::from(capability), 0, 0, 0) })
}

#[repr(C)]
struct Header {
    version: u32,
    /// 0 for the calling thread.
    pid: libc::c_int,
}

/// 32 capabilities.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Word {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// `_LINUX_CAPABILITY_VERSION_3`: two words.
const VERSION: u32 = 0x2008_0522;

/// Takes away what is not in `mask`; gives nothing.
fn restrict_to(mask: u64) -> nix::Result<()> {
    let mut header = Header {
        version: VERSION,
        pid: 0,
    };
    let mut words = [Word::default(); 2];
    // SAFETY: the kernel reads one header and writes two words, both ours.
    let result = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, words.as_mut_ptr()) };
    Errno::result(result)?;
    for (word, mask) in words.iter_mut().zip([mask as u32, (mask >> 32) as u32]) {
        word.permitted &= mask;
        word.effective = word.permitted;
        word.inheritable = 0;
    }
    // SAFETY: the kernel reads one header and two words.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw mut header, words.as_ptr()) };
    Errno::result(result).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree() {
        let named = |name: &str| name.parse::<Capability>().unwrap();
        assert_eq!(named("CAP_SYS_ADMIN").0, 21);
        assert_eq!(named("setfcap").0, 31);
        assert_eq!(named("checkpoint_restore").0, 40);
        assert!(Capability::all().all(|one| named(&one.to_string()) == one));
        assert!("cap_everything".parse::<Capability>().is_err());
    }

    #[test]
    fn the_fourteen_are_those_of_container_runtimes() {
        let names = Capability::CONTAINER.map(|one| one.to_string());
        assert_eq!(
            names.join(" "),
            "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw \
             sys_chroot mknod audit_write setfcap"
        );
    }
}
