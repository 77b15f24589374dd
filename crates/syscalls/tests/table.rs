//! Names and numbers against the kernel's headers and the C library.

use std::io;

use proptest::prelude::*;
use syscalls::errno::Errno;
use syscalls::table::Architecture;

/// `(name, number)` of the lines `#define PREFIXname number`; a number may be another name.
#[cfg(target_os = "linux")]
fn defines(header: &str, prefix: &str) -> Vec<(String, u64)> {
    let Ok(text) = std::fs::read_to_string(header) else {
        assert!(std::env::var_os("CI").is_none(), "CI needs {header}");
        println!("skipped: this needs {header}");
        return Vec::new();
    };
    let mut found: Vec<(String, u64)> = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if words.next() != Some("#define") {
            continue;
        }
        let (Some(name), Some(value)) = (words.next(), words.next()) else {
            continue;
        };
        let Some(name) = name.strip_prefix(prefix) else {
            continue;
        };
        let number = value.parse().ok().or_else(|| {
            let other = value.strip_prefix(prefix)?;
            found.iter().find(|(name, _)| name == other).map(|f| f.1)
        });
        found.extend(number.map(|number| (name.to_owned(), number)));
    }
    assert!(found.len() > 10, "{header} defines numbers");
    found
}

#[cfg(target_os = "linux")]
fn compare(header: &str, architecture: Architecture, ours: impl Fn(&str) -> bool) {
    let last = architecture.calls().last().map(|call| call.0);
    for (name, number) in defines(header, "__NR_") {
        if Some(number) > last {
            println!("the header is newer than the table: {name} is {number}");
        } else if ours(&name) {
            assert_eq!(architecture.number(&name), Some(number), "{name}");
            assert_eq!(architecture.name(number), Some(name.as_str()));
        }
    }
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn x86_64_is_as_the_header_says() {
    let header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
    compare(header, Architecture::X86_64, |_| true);
}

#[test]
#[cfg(target_os = "linux")]
fn arm64_is_as_the_generic_header_says() {
    // What follows in the header is for architectures of 32 bits; and names of 64-bit calls are
    // defined there in two steps, as `__NR3264_lseek`.
    let only_32 = |name: &str| {
        name.ends_with("64")
            && Architecture::Aarch64
                .number(&name[..name.len() - 2])
                .is_some()
            || name.ends_with("_time64")
            || name == "syscalls"
            || name == "arch_specific_syscall"
            || name == "sync_file_range2"
            || name == "fstatat64"
            || name == "mmap2"
            || name == "sendfile64"
    };
    let header = "/usr/include/asm-generic/unistd.h";
    compare(header, Architecture::Aarch64, |name| {
        Architecture::Aarch64.number(name).is_some() || !only_32(name)
    });
    for (name, number) in defines(header, "__NR3264_") {
        let known = Architecture::Aarch64.name(number);
        assert!(known.is_some(), "{name}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_numbers_are_those_that_the_c_library_uses() {
    use nix::libc;
    for (name, number) in [
        ("read", libc::SYS_read),
        ("write", libc::SYS_write),
        ("openat", libc::SYS_openat),
        ("close", libc::SYS_close),
        ("execve", libc::SYS_execve),
        ("exit_group", libc::SYS_exit_group),
        ("clone3", libc::SYS_clone3),
        ("futex", libc::SYS_futex),
        ("pidfd_open", libc::SYS_pidfd_open),
        ("mseal", libc::SYS_mseal),
    ] {
        let number = u64::try_from(number).expect("not negative");
        assert_eq!(Architecture::HERE.number(name), Some(number), "{name}");
    }
}

/// One number a name, and the numbers rise, as the search for a number relies on.
#[test]
fn tables_are_in_order() {
    for architecture in Architecture::ALL {
        let calls: Vec<_> = architecture.calls().collect();
        assert!(calls.len() > 300, "{architecture}");
        for pair in calls.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{architecture}: {pair:?}");
        }
        for (number, name) in calls {
            assert_eq!(architecture.number(name), Some(number), "{name} twice");
        }
    }
}

proptest! {
    #[test]
    fn a_number_that_has_a_name_is_that_names(number in 0u64..700) {
        for architecture in Architecture::ALL {
            if let Some(name) = architecture.name(number) {
                prop_assert_eq!(architecture.number(name), Some(number));
            }
        }
    }
}

#[test]
fn architectures_by_name() {
    for architecture in Architecture::ALL {
        assert_eq!(architecture.to_string().parse(), Ok(architecture));
    }
    assert_eq!("aarch64".parse(), Ok(Architecture::Aarch64));
    let error = "sparc".parse::<Architecture>().expect_err("no such table");
    assert!(error.to_string().contains("sparc"));
}

#[test]
fn errors_are_as_the_c_library_says() {
    for number in 1..200 {
        let ours = Errno::from_number(number);
        let theirs = io::Error::from_raw_os_error(number).to_string();
        let theirs = theirs.strip_suffix(&format!(" (os error {number})"));
        let theirs = theirs.expect("std adds the number");
        if ours.name() == "EUNKNOWN" {
            // The C library may know of an error that is newer than ours; Linux has had none since.
            assert!(
                cfg!(target_os = "macos") || theirs.starts_with("Unknown error"),
                "{number}: {theirs}"
            );
        } else {
            assert_eq!(ours.text(), theirs, "{number}");
        }
    }
}

#[test]
fn error_names_are_those_of_nix() {
    for error in Errno::all() {
        let theirs = nix::errno::Errno::from_raw(error.number());
        if theirs != nix::errno::Errno::UnknownErrno {
            // Where two names have one number nix has one of them.
            let name = format!("{theirs:?}");
            let same = Errno::from_name(&name);
            assert_eq!(same, Some(error), "{name}");
        }
        assert_eq!(Errno::from_name(error.name()), Some(error));
    }
}

#[test]
fn second_names() {
    assert_eq!(Errno::from_name("EWOULDBLOCK"), Errno::from_name("EAGAIN"));
    assert_eq!(
        Errno::from_name("EAGAIN").and_then(Errno::alias),
        Some("EWOULDBLOCK")
    );
    assert_eq!(Errno::from_number(9999).name(), "EUNKNOWN");
    assert_eq!(Errno::from_name("ENOSUCH"), None);
}
