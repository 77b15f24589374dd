//! A file's debug information: which line an instruction comes from.

use std::path::PathBuf;
use std::rc::Rc;

use addr2line::Context;
use gimli::{Dwarf, LittleEndian};
use object::Object;

use super::section::{self, Bytes};
use crate::event::Frame;

/// The DWARF sections of a file. Line tables are parsed unit by unit, as addresses are asked for.
pub(super) struct DebugInformation(Context<Bytes>);

impl DebugInformation {
    /// `None` when the file has none, or what it has cannot be read.
    pub(super) fn of(file: &object::File<'_>, bytes: &Bytes) -> Option<Self> {
        file.section_by_name(".debug_info")?;
        let empty = || Bytes::new(Rc::from([]), LittleEndian);
        let section = |id: gimli::SectionId| {
            let found = file.section_by_name(id.name());
            let data = found.and_then(|section| section::bytes(&section, bytes));
            Ok::<_, gimli::Error>(data.unwrap_or_else(empty))
        };
        let context = Context::from_dwarf(Dwarf::load(section).ok()?).ok()?;
        Some(Self(context))
    }

    /// The functions that `address` is in, innermost first; none when it is in code that was built
    /// without debug information.
    pub(super) fn frames(&self, address: u64) -> Vec<Frame> {
        let mut frames = Vec::new();
        if let Ok(mut found) = self.0.find_frames(address).skip_all_loads() {
            while let Ok(Some(frame)) = found.next() {
                frames.push(described(&frame));
            }
        }
        let inlined = frames.len().saturating_sub(1);
        for frame in &mut frames[..inlined] {
            frame.inlined = true;
        }
        frames
    }
}

fn described(frame: &addr2line::Frame<'_, Bytes>) -> Frame {
    let name = frame.function.as_ref();
    let name = name.and_then(|name| name.demangle().ok());
    let location = frame.location.as_ref();
    Frame {
        function: name.map(|name| name.into_owned()),
        file: location.and_then(|l| l.file).map(PathBuf::from),
        line: location.and_then(|l| l.line),
        ..Frame::default()
    }
}
