//! Arbitrary damage.

use io_reader::png::{self, Checker, ChunkReader, Fault, FaultKind, ReadError, embed};
use proptest::prelude::*;

use crate::png_images::{self, damage::damaged, sound};

#[test]
fn every_changed_byte_is_found() {
    let mut checker = Checker::new();
    for (name, file) in sound().into_iter().filter(|(_, file)| file.len() < 1200) {
        for at in 0..file.len() {
            for mask in [0x01, 0x20, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[at] ^= mask;
                let faults = checker.check(&damaged).faults;
                assert!(!faults.is_empty(), "{name}: byte {at} xor {mask:02x}");
            }
        }
    }
}

#[test]
fn every_truncation_is_found() {
    let mut checker = Checker::new();
    for (name, file) in sound() {
        for length in 0..file.len() {
            let faults = checker.check(&file[..length]).faults;
            assert!(!faults.is_empty(), "{name}: cut to {length} bytes");
        }
    }
}

/// What holds for any bytes whatever.
fn check_any(bytes: &[u8]) -> Result<(), TestCaseError> {
    let faults = png::check(bytes);
    let in_order = faults
        .windows(2)
        .all(|pair| pair[0].offset <= pair[1].offset);
    prop_assert!(in_order, "{faults:?}");
    let inside = faults
        .iter()
        .all(|fault| fault.offset <= bytes.len() as u64);
    prop_assert!(inside, "{faults:?}");

    match ChunkReader::new(bytes).collect::<Result<Vec<_>, _>>() {
        // The first fault of the frame is the same for both, but that the check can mend a length.
        Err(ReadError::Fault(first)) => {
            let same = |fault: &Fault| {
                let mended = matches!(fault.kind, FaultKind::WrongLength { .. });
                *fault == first || mended && fault.offset == first.offset
            };
            prop_assert!(faults.iter().any(same), "{first:?}, {faults:?}");
        }
        Err(error) => prop_assert!(false, "{error}"),
        Ok(chunks) if faults.is_empty() => {
            let length: usize = chunks.iter().map(|chunk| chunk.data.len() + 12).sum();
            prop_assert_eq!(length + 8, bytes.len());
            let mut copy = Vec::new();
            prop_assert!(embed(bytes, &mut copy, "Title", "x").is_ok());
            prop_assert_eq!(png::check(&copy), []);
        }
        Ok(_) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_any(&bytes)?;
        check_any(&[&png_images::SIGNATURE[..], &bytes].concat())?;
    }

    #[test]
    fn damaged_files_do_no_harm(file in damaged()) {
        check_any(&file)?;
    }
}
