//! Sound PNGs, damaged in arbitrary ways.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{chunk, data, join, kind, sound, split};

/// A PNG with damage to its bytes anywhere, or between its frames: with chunks swapped, or their
/// contents changed and the CRCs right.
pub(crate) fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let images: Vec<Vec<u8>> = sound().into_iter().map(|(_, image)| image).collect();
    let image = prop::sample::select(images).boxed();
    prop_oneof![broken(image.clone()), rearranged(image)]
}

fn broken(image: BoxedStrategy<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (image, prop::collection::vec(damage(), 1..6)).prop_map(|(mut image, damages)| {
        damages
            .iter()
            .for_each(|damage| inflict(&mut image, damage));
        image
    })
}

fn rearranged(image: BoxedStrategy<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let swaps = prop::collection::vec((any::<Index>(), any::<Index>()), 0..3);
    let copies = prop::collection::vec((any::<Index>(), any::<Index>()), 0..2);
    let removed = prop::collection::vec(any::<Index>(), 0..2);
    let edits = prop::collection::vec((any::<Index>(), damage()), 0..3);
    (image, swaps, copies, removed, edits).prop_map(|(image, swaps, copies, removed, edits)| {
        let mut chunks = split(&image);
        for (a, b) in swaps {
            let len = chunks.len();
            chunks.swap(a.index(len), b.index(len));
        }
        for (from, to) in copies {
            let copy = chunks[from.index(chunks.len())].clone();
            chunks.insert(to.index(chunks.len() + 1), copy);
        }
        for index in removed {
            chunks.remove(index.index(chunks.len()));
        }
        for (index, damage) in edits {
            let index = index.index(chunks.len());
            let mut contents = data(&chunks[index]).to_vec();
            inflict(&mut contents, &damage);
            chunks[index] = chunk(&kind(&chunks[index]), &contents);
        }
        join(&chunks)
    })
}

/// One way of damaging a file, at places given as fractions of its length.
#[derive(Debug, Clone)]
enum Damage {
    Set(Index, u8),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    Repeat(Index, usize),
    /// Writes a type that is known in place of four bytes.
    Type(Index, [u8; 4]),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let kinds = [
        *b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"zTXt", *b"fcTL", *b"fdAT",
    ];
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (at(), 1..60_usize).prop_map(|(at, n)| Damage::Remove(at, n)),
        (at(), prop::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, b)| Damage::Insert(at, b)),
        (at(), 1..200_usize).prop_map(|(at, n)| Damage::Repeat(at, n)),
        (at(), prop::sample::select(kinds.to_vec())).prop_map(|(at, kind)| Damage::Type(at, kind)),
    ]
}

fn inflict(file: &mut Vec<u8>, damage: &Damage) {
    let len = file.len();
    if len < 4 {
        return;
    }
    match damage {
        Damage::Set(at, byte) => file[at.index(len)] = *byte,
        Damage::Remove(at, n) => {
            let at = at.index(len);
            file.drain(at..len.min(at + n));
        }
        Damage::Insert(at, bytes) => {
            let at = at.index(len);
            file.splice(at..at, bytes.iter().copied());
        }
        Damage::Repeat(at, n) => {
            let at = at.index(len);
            let piece = file[at..len.min(at + n)].to_vec();
            file.splice(at..at, piece);
        }
        Damage::Type(at, kind) => {
            let at = at.index(len - 3);
            file[at..at + 4].copy_from_slice(kind);
        }
    }
}
