//! The files that a process is made of, and where in its memory they are.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::image::Image;
use super::maps::{self, Content, Identity, Mapping};
use super::memory;
use super::section::Bytes;
use crate::event::{Frame, Pid};

/// All files read so far, for all processes.
#[derive(Default)]
pub(super) struct Files {
    /// `None` for a file that is not there any more, or is no ELF file.
    by_identity: HashMap<Identity, Option<Rc<Image>>>,
    /// One kernel has one.
    vdso: Option<Rc<Image>>,
}

/// The executable mappings of a process, in the order of their addresses.
#[derive(Default)]
pub(super) struct Modules(Vec<Module>);

/// An executable mapping.
pub(super) struct Module {
    mapping: Mapping,
    /// What is mapped, if it can be read, and its load bias.
    image: Option<(Rc<Image>, u64)>,
}

impl Files {
    fn get(&mut self, pid: Pid, mapping: &Mapping) -> Option<Rc<Image>> {
        match &mapping.content {
            Content::Anonymous => None,
            Content::Vdso => {
                if self.vdso.is_none() {
                    self.vdso = vdso(pid, mapping).map(Rc::new).ok();
                }
                self.vdso.clone()
            }
            Content::File { path, identity } => self
                .by_identity
                .entry(identity.clone())
                .or_insert_with(|| read(pid, path).map(Rc::new).ok())
                .clone(),
        }
    }
}

/// The file at `path` as the process sees it, which may live in another root directory.
fn read(pid: Pid, path: &Path) -> io::Result<Image> {
    // The program itself can be read even if it was deleted or built anew since.
    let program = PathBuf::from(format!("/proc/{pid}/exe"));
    if fs::read_link(&program).is_ok_and(|target| target == path) {
        return Image::read(&program);
    }
    let mut rooted = PathBuf::from(format!("/proc/{pid}/root"));
    rooted.extend(path.strip_prefix("/"));
    Image::read(&rooted)
}

fn vdso(pid: Pid, mapping: &Mapping) -> io::Result<Image> {
    let Mapping { addresses, .. } = mapping;
    let length = (addresses.end - addresses.start) as usize;
    Image::parse(memory::read(pid, addresses.start, length))
}

impl Modules {
    /// What a process has mapped now; nothing if that cannot be read (it was killed a moment ago).
    pub(super) fn of(pid: Pid, files: &mut Files) -> Self {
        let mappings = maps::executable(pid).unwrap_or_default();
        let modules = mappings.into_iter().map(|mapping| {
            let image = files.get(pid, &mapping);
            Module::new(mapping, image)
        });
        Self(modules.collect())
    }

    /// The module that `address` is in.
    pub(super) fn find(&self, address: u64) -> Option<&Module> {
        let start = |module: &Module| module.mapping.addresses.start;
        let after = self.0.partition_point(|module| start(module) <= address);
        let module = self.0[..after].last()?;
        let inside = module.mapping.addresses.contains(&address);
        inside.then_some(module)
    }

    /// All of them, for the unwinder; those without a file have nothing to tell it.
    pub(super) fn unwinding(&self) -> impl Iterator<Item = framehop::Module<Bytes>> {
        self.0.iter().filter_map(Module::unwinding)
    }

    /// Where the last module ends.
    #[cfg(target_arch = "aarch64")]
    pub(super) fn end(&self) -> Option<u64> {
        self.0.last().map(|module| module.mapping.addresses.end)
    }
}

impl Module {
    fn new(mapping: Mapping, image: Option<Rc<Image>>) -> Self {
        let image = image.and_then(|image| {
            let bias = image.bias(mapping.addresses.start, mapping.offset)?;
            Some((image, bias))
        });
        Self { mapping, image }
    }

    fn unwinding(&self) -> Option<framehop::Module<Bytes>> {
        let (image, bias) = self.image.as_ref()?;
        Some(framehop::Module::new(
            String::new(),
            self.mapping.addresses.clone(),
            image.start(*bias),
            &**image,
        ))
    }

    /// Which functions an address of this module is in, innermost first, at least one; the address
    /// is left to the caller.
    pub(super) fn frames(&self, address: u64) -> Vec<Frame> {
        let mut frames = match &self.image {
            Some((image, bias)) => image.frames(address.wrapping_sub(*bias)),
            None => vec![Frame::default()],
        };
        for frame in &mut frames {
            frame.module = self.path();
        }
        frames
    }

    /// True when the instruction before `address` is a system call.
    pub(super) fn is_behind_system_call(&self, address: u64) -> bool {
        self.image.as_ref().is_some_and(|(image, bias)| {
            let length = SYSTEM_CALL.len() as u64;
            let before = address.wrapping_sub(*bias).wrapping_sub(length);
            image.code(before, length) == SYSTEM_CALL
        })
    }

    fn path(&self) -> Option<PathBuf> {
        match &self.mapping.content {
            Content::File { path, .. } => Some(path.clone()),
            Content::Vdso => Some(PathBuf::from("[vdso]")),
            Content::Anonymous => None,
        }
    }
}

/// `syscall`
#[cfg(target_arch = "x86_64")]
const SYSTEM_CALL: &[u8] = &[0x0f, 0x05];

/// `svc #0`
#[cfg(target_arch = "aarch64")]
const SYSTEM_CALL: &[u8] = &[0x01, 0x00, 0x00, 0xd4];
