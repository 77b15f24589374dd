//! A task for tests, made of a few byte slices.

use std::collections::BTreeMap;

use super::{Context, Memory, Style};

/// Memory that is mapped at a few addresses.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    mapped: BTreeMap<u64, Vec<u8>>,
}

impl Fake {
    /// Maps `bytes` at `address`, and nothing behind them.
    pub(crate) fn with(mut self, address: u64, bytes: impl Into<Vec<u8>>) -> Self {
        self.mapped.insert(address, bytes.into());
        self
    }
}

impl Memory for Fake {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        let Some((start, bytes)) = self.mapped.range(..=address).next_back() else {
            return 0;
        };
        let offset = usize::try_from(address - start).unwrap_or(usize::MAX);
        let rest = bytes.get(offset..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        count
    }

    fn descriptor(&self, fd: i32) -> Option<String> {
        (fd == 3).then(|| "/etc/passwd".to_owned())
    }

    fn working_directory(&self) -> Option<String> {
        Some("/home".to_owned())
    }
}

/// What `write` appends to a context over `memory`, with these registers.
pub(crate) fn written_with(
    memory: &Fake,
    registers: [u64; 6],
    write: impl FnOnce(&mut Context<'_>),
) -> String {
    let mut context = Context::new(registers, Style::default(), memory);
    write(&mut context);
    context.text
}

/// What `write` appends to a context without any memory.
pub(crate) fn written(write: impl FnOnce(&mut Context<'_>)) -> String {
    written_with(&Fake::default(), [0; 6], write)
}
