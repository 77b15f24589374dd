//! The kernel's key retention service: `add_key(2)` and `keyctl(2)`.
//!
//! Sound: the kernel is given strings that end with a NUL, and buffers with their lengths.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString};
use std::io;
use std::ptr;

use nix::errno::Errno;
use nix::libc;

use super::{KeyringError, Lifetime, Store, check, missing};

/// From linux/keyctl.h.
const PROCESS_KEYRING: i32 = -2;
const SESSION_KEYRING: i32 = -3;
const UNLINK: libc::c_ulong = 9;
const SEARCH: libc::c_ulong = 10;
const READ: libc::c_ulong = 11;

/// The type of key that is bytes and nothing else, at most 32 767.
const USER: &CStr = c"user";

/// One keyring of the kernel.
#[derive(Debug)]
pub struct SystemStore {
    ring: i32,
}

/// A key's number, which is not reused while the key lives.
#[derive(Clone, Copy)]
struct Key(i32);

impl SystemStore {
    /// The keyring of the process or of the session. It is made when the first secret is put into
    /// it.
    ///
    /// # Errors
    ///
    /// None on Linux; [`KeyringError::Unavailable`] elsewhere. That a kernel is built without
    /// keyrings, or a container's seccomp filter forbids them, is found out with the first secret.
    pub fn new(lifetime: Lifetime) -> Result<SystemStore, KeyringError> {
        let ring = match lifetime {
            Lifetime::Process => PROCESS_KEYRING,
            Lifetime::Session => SESSION_KEYRING,
        };
        Ok(SystemStore { ring })
    }

    fn find(&self, name: &str) -> Result<Key, KeyringError> {
        let description = description(name)?;
        // SAFETY: both strings end with a NUL.
        let result = unsafe {
            libc::syscall(
                libc::SYS_keyctl,
                SEARCH,
                libc::c_long::from(self.ring),
                USER.as_ptr(),
                description.as_ptr(),
                0_u64,
            )
        };
        match Errno::result(result) {
            Ok(key) => Ok(Key(key as i32)),
            Err(errno) => Err(failure("find", name, errno)),
        }
    }
}

impl Store for SystemStore {
    fn set(&mut self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        let description = description(name)?;
        // SAFETY: the strings end with a NUL, and the secret is as long as said.
        let result = unsafe {
            libc::syscall(
                libc::SYS_add_key,
                USER.as_ptr(),
                description.as_ptr(),
                secret.as_ptr(),
                secret.len(),
                libc::c_long::from(self.ring),
            )
        };
        let outcome = Errno::result(result).map(drop);
        outcome.map_err(|errno| failure("set", name, errno))
    }

    fn get(&self, name: &str) -> Result<Vec<u8>, KeyringError> {
        let key = self.find(name)?;
        let mut secret = Vec::new();
        loop {
            // The answer is the whole length, even when the buffer is too short, and then nothing
            // is copied. Somebody may put a longer one there meanwhile.
            let whole = read(key, &mut secret).map_err(|errno| failure("get", name, errno))?;
            if whole <= secret.len() {
                secret.truncate(whole);
                return Ok(secret);
            }
            secret.resize(whole, 0);
        }
    }

    fn remove(&mut self, name: &str) -> Result<(), KeyringError> {
        let Key(key) = self.find(name)?;
        let (key, ring) = (libc::c_long::from(key), libc::c_long::from(self.ring));
        // SAFETY: two numbers.
        let result = unsafe { libc::syscall(libc::SYS_keyctl, UNLINK, key, ring, 0_u64, 0_u64) };
        let outcome = Errno::result(result).map(drop);
        outcome.map_err(|errno| failure("remove", name, errno))
    }
}

fn read(Key(key): Key, buffer: &mut [u8]) -> nix::Result<usize> {
    let start = if buffer.is_empty() {
        ptr::null_mut()
    } else {
        buffer.as_mut_ptr()
    };
    // SAFETY: the kernel writes at most as many bytes as the buffer has.
    let result = unsafe {
        libc::syscall(
            libc::SYS_keyctl,
            READ,
            libc::c_long::from(key),
            start,
            buffer.len(),
            0_u64,
        )
    };
    Errno::result(result).map(|length| length as usize)
}

fn description(name: &str) -> Result<CString, KeyringError> {
    check(name)?;
    CString::new(name).map_err(|_| KeyringError::BadName(name.to_owned()))
}

fn failure(operation: &'static str, name: &str, errno: Errno) -> KeyringError {
    match errno {
        Errno::ENOKEY | Errno::EKEYEXPIRED | Errno::EKEYREVOKED => missing(name),
        Errno::EDQUOT => KeyringError::Full,
        Errno::ENOSYS => KeyringError::Unavailable("the kernel is built without keyrings"),
        Errno::EPERM => KeyringError::Unavailable("a container's seccomp filter forbids keyrings"),
        errno => KeyringError::Failed {
            operation,
            source: io::Error::from(errno),
        },
    }
}
