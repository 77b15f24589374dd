//! Animation.

use io_reader::png;

use crate::png_images::{animated, chunk, data, join, kind, split};

/// The animated image with chunk `index` changed.
fn animated_with(change: impl Fn(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut chunks = split(&animated(false));
    change(&mut chunks);
    join(&chunks)
}

fn position(chunks: &[Vec<u8>], wanted: &[u8; 4], nth: usize) -> usize {
    let mut positions = (0..chunks.len()).filter(|&i| kind(&chunks[i]) == *wanted);
    positions.nth(nth).unwrap()
}

#[test]
fn animations_are_checked() {
    let fault = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let faults = png::check(&animated_with(change));
        let mut lines: Vec<String> = faults.iter().map(|fault| fault.kind.to_string()).collect();
        assert_eq!(lines.len(), 1, "{faults:?}");
        lines.remove(0)
    };
    let edit = |wanted: &'static [u8; 4], nth: usize, at: usize, value: u8| {
        move |chunks: &mut Vec<Vec<u8>>| {
            let i = position(chunks, wanted, nth);
            let mut contents = data(&chunks[i]).to_vec();
            contents[at] = value;
            chunks[i] = chunk(wanted, &contents);
        }
    };
    assert_eq!(
        fault(&edit(b"acTL", 0, 3, 4)),
        "number of frames is 4, has to be 3, one for each fcTL chunk"
    );
    assert_eq!(
        fault(&edit(b"acTL", 0, 3, 0)),
        "number of frames is 0, has to be at least 1"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 0, 7, 5)),
        "width is 5, has to be 8, as of the image"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 2, 15, 5)),
        "x offset plus width is 9, has to be at most 8"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 2, 7, 3)),
        "image data is more than the 12 bytes that the image needs"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 1, 11, 7)),
        "y offset plus height is 7, has to be at most 6"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 1, 24, 3)),
        "dispose_op is 3, has to be 0 to 2"
    );
    assert_eq!(
        fault(&edit(b"fcTL", 1, 25, 2)),
        "blend_op is 2, has to be 0 to 1"
    );
    assert_eq!(
        fault(&|chunks| {
            chunks.remove(position(chunks, b"acTL", 0));
        }),
        "no acTL chunk"
    );
    let last = |chunks: &mut Vec<Vec<u8>>| {
        chunks.remove(position(chunks, b"fdAT", 1));
    };
    assert_eq!(fault(&last), "no fdAT chunk");
    let renumbered = png::check(&animated_with(edit(b"fcTL", 1, 3, 7)));
    let lines: Vec<String> = renumbered
        .iter()
        .map(|fault| fault.kind.to_string())
        .collect();
    assert_eq!(
        lines[0], "sequence number is 7, has to be 1",
        "and the next is out of step, {lines:?}"
    );
}
