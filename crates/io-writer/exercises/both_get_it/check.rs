//! A sink that breaks does no harm to the other, and each one's fate is told.

use std::io::{self, ErrorKind, Write};

use super::exercise::Both;

const PIECES: [&str; 4] = ["one ", "two ", "three ", "four"];
const WHOLE: &str = "one two three four";

pub fn main() {
    let (mut first, mut second) = (Sink::with_room_for(100), Sink::with_room_for(100));
    let written = write_pieces(&mut first, &mut second);
    assert!(
        matches!(written, (Ok(()), Ok(()), Ok(()))),
        "nothing was broken, and yet: {written:?}"
    );
    assert_eq!((first.text(), second.text()), (WHOLE, WHOLE));
    println!("✓ both get everything");

    for room in 0..WHOLE.len() {
        let (mut broken, mut whole) = (Sink::with_room_for(room), Sink::with_room_for(100));
        let (written, first, second) = write_pieces(&mut broken, &mut whole);
        judge(room, "first", "second", &whole, (written, first, second));
        let (mut broken, mut whole) = (Sink::with_room_for(room), Sink::with_room_for(100));
        let (written, first, second) = write_pieces(&mut whole, &mut broken);
        judge(room, "second", "first", &whole, (written, second, first));
    }
    println!("✓ one that breaks does no harm to the other, and is told of");

    let (mut first, mut second) = (Sink::with_room_for(2), Sink::with_room_for(6));
    let (written, first, second) = write_pieces(&mut first, &mut second);
    assert!(
        written.is_err() && first.is_err() && second.is_err(),
        "both are broken: writing says {written:?}, and finish {first:?} and {second:?}"
    );
    println!("✓ when both are broken, writing fails");
}

/// How writing ended, and what `finish` says of either sink.
type Fates = (io::Result<()>, io::Result<()>, io::Result<()>);

fn write_pieces(first: &mut Sink, second: &mut Sink) -> Fates {
    let mut both = Both::new(first, second);
    let written = PIECES
        .iter()
        .try_for_each(|piece| both.write_all(piece.as_bytes()));
    let (first, second) = both.finish();
    (written, first, second)
}

fn judge(room: usize, broken: &str, whole: &str, sink: &Sink, fates: Fates) {
    let (written, of_broken, of_whole) = fates;
    let when = format!("the {broken} sink broke after {room} bytes");
    assert!(
        written.is_ok(),
        "{when}: writing has to go on for the {whole} one; it says {written:?}"
    );
    assert_eq!(sink.text(), WHOLE, "{when}: the {whole} one has to get all");
    assert!(
        of_broken.is_err() && of_whole.is_ok(),
        "{when}: finish says {of_broken:?} of it and {of_whole:?} of the {whole} one"
    );
}

/// Breaks when it is full. Once broken it must be left alone.
struct Sink {
    room: usize,
    taken: Vec<u8>,
    is_broken: bool,
}

impl Sink {
    fn with_room_for(room: usize) -> Self {
        Self {
            room,
            taken: Vec::new(),
            is_broken: false,
        }
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.taken).expect("only text was written")
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(!self.is_broken, "a sink that has failed must get no more");
        let count = bytes.len().min(self.room - self.taken.len());
        if count == 0 {
            self.is_broken = true;
            return Err(ErrorKind::BrokenPipe.into());
        }
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
