//! Which step the kernel refused, and what would allow it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use serde::{Deserialize, Serialize, Serializer};

use super::Kind;

/// A step on the way into a sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Looking at a file or directory of the host that is to be seen inside.
    Source(#[serde(serialize_with = "lossy")] PathBuf),
    /// Layering memory over this directory of the host, to be the root.
    Image(#[serde(serialize_with = "lossy")] PathBuf),
    /// Forking. `EBUSY` stands for a caller that has more than one thread.
    Fork,
    /// Making a namespace.
    Unshare(Kind),
    /// Writing `setgroups`, `uid_map` or `gid_map`.
    MapIds,
    /// Setting the host name.
    HostName(String),
    /// Switching on the loopback interface.
    Loopback,
    /// Making this file or mount of the new root.
    Mount(#[serde(serialize_with = "lossy")] PathBuf),
    /// Making a mount, and all below it, read-only.
    ReadOnly(#[serde(serialize_with = "lossy")] PathBuf),
    /// Exchanging the root.
    PivotRoot,
    /// Joining the cgroup that was made for the sandbox.
    JoinCgroup(#[serde(serialize_with = "lossy")] PathBuf),
    /// Setting a resource limit.
    ResourceLimit,
    /// Dropping capabilities.
    Capabilities,
    /// Giving up for good the gain of privileges by exec.
    NoNewPrivileges,
    /// Keeping descriptors of the host out; Linux 5.11 can.
    Descriptors,
    /// Setting up the passing on of signals, or waiting.
    Supervise,
    /// Running the command.
    Run(String),
    /// Hearing from the sandbox: it was killed before it could report.
    Report,
}

/// What the kernel refused.
///
/// It travels through a pipe from the process that it happened to, hence a step and a number and no
/// chain of errors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {step}: {}{}", .errno.desc(), hint(.step, *.errno))]
pub struct NamespaceError {
    /// What was to be done.
    pub step: Step,
    /// What the system said.
    pub errno: Errno,
}

impl NamespaceError {
    /// Whether the machine forbids it, rather than something being wrong with what was asked.
    pub fn is_forbidden(&self) -> bool {
        let kernel = matches!(
            self.step,
            Step::Unshare(_) | Step::MapIds | Step::Image(_) | Step::Mount(_) | Step::PivotRoot
        );
        let refused = [Errno::EPERM, Errno::EACCES, Errno::ENOSPC, Errno::ENOSYS];
        kernel && refused.contains(&self.errno)
    }
}

impl Step {
    /// For `map_err`.
    pub(super) fn failed(self) -> impl FnOnce(Errno) -> NamespaceError {
        move |errno| NamespaceError { step: self, errno }
    }

    pub(super) fn failed_io(self) -> impl FnOnce(std::io::Error) -> NamespaceError {
        // An error without a number is std's own: a NUL within a name, for example.
        move |error| NamespaceError {
            step: self,
            errno: error.raw_os_error().map_or(Errno::EINVAL, Errno::from_raw),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Source(path) => write!(f, "use {}", path.display()),
            Step::Image(path) => write!(f, "use {} as the root", path.display()),
            Step::Fork => f.write_str("fork"),
            Step::Unshare(kind) => write!(f, "make a {kind} namespace"),
            Step::MapIds => f.write_str("map user and group ids"),
            Step::HostName(name) => write!(f, "set the host name {name:?}"),
            Step::Loopback => f.write_str("switch on the loopback interface"),
            Step::Mount(path) => write!(f, "mount {}", path.display()),
            Step::ReadOnly(path) => write!(f, "make {} read-only", path.display()),
            Step::PivotRoot => f.write_str("exchange the root"),
            Step::JoinCgroup(path) => write!(f, "join the cgroup {}", path.display()),
            Step::ResourceLimit => f.write_str("set a resource limit"),
            Step::Capabilities => f.write_str("drop capabilities"),
            Step::NoNewPrivileges => f.write_str("give up new privileges"),
            Step::Descriptors => f.write_str("close the host's descriptors"),
            Step::Supervise => f.write_str("wait for the command"),
            Step::Run(program) => write!(f, "run {program}"),
            Step::Report => f.write_str("hear from the sandbox"),
        }
    }
}

/// A path need not be UTF-8, and JSON has to be. It is for a reader's eyes only.
fn lossy<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&path.to_string_lossy())
}

fn hint(step: &Step, errno: Errno) -> String {
    advice(step, errno, sysctl).map_or(String::new(), |advice| format!(" ({advice})"))
}

/// A kernel setting, by its name with dots.
fn sysctl(name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/sys/{}", name.replace('.', "/"))).ok()?;
    Some(text.trim().to_owned())
}

/// What would allow `step`, given the machine's settings.
fn advice(step: &Step, errno: Errno, setting: impl Fn(&str) -> Option<String>) -> Option<String> {
    let is = |name: &str, value: &str| setting(name).as_deref() == Some(value);
    let text = match (step, errno) {
        (Step::Fork, Errno::EBUSY) => "the process must have one thread only".to_owned(),
        (Step::Unshare(kind), Errno::ENOSPC) => {
            let setting = format!("user.max_{}_namespaces", kind.file());
            format!("there are as many as the sysctl {setting} allows, or 32 within each other")
        }
        (Step::Unshare(Kind::User), Errno::EPERM)
            if is("kernel.unprivileged_userns_clone", "0") =>
        {
            "sysctl kernel.unprivileged_userns_clone=1 would allow it to ordinary users".to_owned()
        }
        // Ubuntu since 23.10 lets the namespace be made but gives no capability in it.
        (Step::Unshare(_) | Step::MapIds, Errno::EPERM | Errno::EACCES)
            if is("kernel.apparmor_restrict_unprivileged_userns", "1") =>
        {
            "AppArmor forbids it to ordinary users; \
             sysctl kernel.apparmor_restrict_unprivileged_userns=0 would allow it"
                .to_owned()
        }
        (Step::Unshare(Kind::User), Errno::EPERM) => {
            "a container's seccomp filter, or a chroot, forbids it; \
             Docker allows it with --security-opt seccomp=unconfined"
                .to_owned()
        }
        (Step::Mount(path), Errno::EPERM) if path.ends_with("proc") => {
            "within a container whose /proc is masked the kernel gives no new one".to_owned()
        }
        (Step::ReadOnly(_), Errno::ENOSYS) => "it takes Linux 5.12".to_owned(),
        (Step::Image(_), Errno::EINVAL) => {
            "something is mounted below it, or its filesystem cannot be layered".to_owned()
        }
        (Step::Image(_), Errno::ENODEV) => "the kernel has no overlay filesystem".to_owned(),
        (Step::Fork, Errno::EAGAIN) => "the limit on processes is reached".to_owned(),
        (Step::Report, _) => "it was killed; perhaps it has too little memory".to_owned(),
        (Step::HostName(_), Errno::EINVAL) => "at most 64 bytes".to_owned(),
        _ => return None,
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_setting_that_forbids() {
        let step = Step::Unshare(Kind::User);
        let on = |wanted: &'static str, value: &'static str| {
            move |name: &str| (name == wanted).then(|| value.to_owned())
        };
        let debian = on("kernel.unprivileged_userns_clone", "0");
        let said = advice(&step, Errno::EPERM, debian).unwrap();
        assert!(
            said.contains("kernel.unprivileged_userns_clone=1"),
            "{said}"
        );

        let ubuntu = on("kernel.apparmor_restrict_unprivileged_userns", "1");
        let said = advice(&Step::MapIds, Errno::EPERM, ubuntu).unwrap();
        assert!(said.contains("apparmor_restrict"), "{said}");

        let said = advice(&step, Errno::ENOSPC, |_| None).unwrap();
        assert!(said.contains("user.max_user_namespaces"), "{said}");

        let said = advice(&step, Errno::EPERM, |_| None).unwrap();
        assert!(said.contains("seccomp"), "{said}");
        assert_eq!(advice(&Step::PivotRoot, Errno::EINVAL, |_| None), None);
    }

    #[test]
    fn an_error_says_what_and_why() {
        let error = NamespaceError {
            step: Step::Source("/nowhere".into()),
            errno: Errno::ENOENT,
        };
        assert_eq!(
            error.to_string(),
            "cannot use /nowhere: No such file or directory"
        );
        assert!(!error.is_forbidden());
    }
}
