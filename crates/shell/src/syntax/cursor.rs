//! A place in the text: what comes next, and how aliases get in between.

use std::rc::Rc;

use super::ast::{Bytes, Position};

/// The text that is still to be read.
///
/// The value of an alias is put in front of what follows it, as a frame. A frame that has been read to
/// its end stays until the next token begins: the last word of `alias ls='ls -l'; alias ll='ls'` is
/// still inside `ll`, so that no alias is found inside itself. `frames` is empty most of the time.
#[derive(Debug, Clone, Default)]
pub(super) struct Cursor {
    text: Bytes,
    place: Place,
    /// Whether the host may have more lines.
    pub(super) grows: bool,
}

/// What it takes to come back.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    offset: usize,
    position: Position,
    frames: Vec<Frame>,
}

#[derive(Debug, Clone)]
struct Frame {
    alias: Bytes,
    value: Rc<[u8]>,
    offset: usize,
}

impl Cursor {
    /// At the begin of `text`, which stands at `position` of the script.
    pub(super) fn new(text: Bytes, position: Position) -> Self {
        let place = Place {
            position,
            ..Place::default()
        };
        Self {
            text,
            place,
            grows: false,
        }
    }

    pub(super) fn position(&self) -> Position {
        self.place.position
    }

    pub(super) fn mark(&self) -> Place {
        self.place.clone()
    }

    pub(super) fn reset(&mut self, place: Place) {
        self.place = place;
    }

    /// A number for this place, equal only for the same place.
    pub(super) fn key(&self) -> (usize, usize, usize) {
        let frames = &self.place.frames;
        let inner = frames.last().map_or(0, |frame| frame.offset);
        (self.place.offset, frames.len(), inner)
    }

    /// The byte `ahead` bytes from here; None where the text ends so far.
    pub(super) fn nth(&self, mut ahead: usize) -> Option<u8> {
        for frame in self.place.frames.iter().rev() {
            let rest = &frame.value[frame.offset..];
            match rest.get(ahead) {
                Some(&byte) => return Some(byte),
                None => ahead -= rest.len(),
            }
        }
        self.text.get(self.place.offset + ahead).copied()
    }

    /// One byte on.
    pub(super) fn bump(&mut self) {
        let place = &mut self.place;
        if let Some(frame) = unfinished(&mut place.frames) {
            frame.offset += 1;
            return;
        }
        let Some(&byte) = self.text.get(place.offset) else {
            return;
        };
        place.offset += 1;
        if byte == b'\n' {
            place.position.line += 1;
            place.position.column = 1;
        } else {
            place.position.column += 1;
        }
    }

    /// Adds a line at the end.
    pub(super) fn append(&mut self, line: &[u8]) {
        self.text.extend_from_slice(line);
    }

    /// Forgets what has been read, once that is more than what has not: then moving the rest to the
    /// front costs no more than reading did.
    pub(super) fn forget(&mut self) {
        if self.place.offset > self.text.len() / 2 {
            self.text.drain(..self.place.offset);
            self.place.offset = 0;
        }
    }

    /// Forgets what has not been read, too.
    pub(super) fn discard(&mut self) {
        self.place.frames.clear();
        while self.place.offset < self.text.len() {
            self.bump();
        }
    }

    /// Puts the value of an alias in front.
    pub(super) fn push_alias(&mut self, alias: &[u8], value: Rc<[u8]>) {
        self.place.frames.push(Frame {
            alias: alias.to_vec(),
            value,
            offset: 0,
        });
    }

    /// Whether this is inside the value of `alias`.
    pub(super) fn inside_alias(&self, alias: &[u8]) -> bool {
        self.place.frames.iter().any(|frame| frame.alias == alias)
    }

    /// Leaves the aliases that have been read to their end. Returns whether one of them ended with
    /// a blank: then the next word may be an alias as well.
    pub(super) fn pop_aliases(&mut self) -> bool {
        let mut blank = false;
        while let Some(frame) = self.place.frames.last()
            && frame.offset == frame.value.len()
        {
            blank |= matches!(frame.value.last(), Some(b' ' | b'\t'));
            self.place.frames.pop();
        }
        blank
    }
}

fn unfinished(frames: &mut [Frame]) -> Option<&mut Frame> {
    frames
        .iter_mut()
        .rev()
        .find(|frame| frame.offset < frame.value.len())
}
