//! Where patched calls go, by the word of a disassembler.

use iced_x86::{Decoder, DecoderOptions, Mnemonic};

use super::exercise::patch;

/// push rbp; call …; call …; pop rbp; ret
const CODE: [u8; 13] = [0x55, 0xe8, 0, 0, 0, 0, 0xe8, 0, 0, 0, 0, 0x5d, 0xc3];
const PLACES: [usize; 2] = [2, 7];

pub fn main() {
    let address = 0x40_1000;
    for targets in [
        [0x40_2000, 0x40_1000],
        [0x40_1006, 0x40_100b],
        [0x12, 0x7fff_0000],
    ] {
        let mut code = CODE;
        for (place, target) in PLACES.into_iter().zip(targets) {
            assert!(
                patch(&mut code, address, place, target),
                "{target:#x} is near enough"
            );
        }
        let called = calls(&code, address);
        assert!(
            called == targets,
            "the code at {address:#x} should call {targets:#x?}, and it calls {called:#x?}"
        );
    }
    println!("✓ calls forward, backward and to the next instruction");

    let high = 0xffff_ffff_8000_0000;
    let mut code = CODE;
    assert!(patch(&mut code, high, 2, high + 0x100));
    assert_eq!(
        calls(&code, high)[0],
        high + 0x100,
        "code may lie at the end of all addresses, as a kernel's does"
    );
    println!("✓ at the end of all addresses");

    let end = address + 6;
    for (distance, fits) in [
        (i64::from(i32::MAX), true),
        (1 << 31, false),
        (1 << 40, false),
    ] {
        let mut code = CODE;
        let target = end.wrapping_add_signed(distance);
        assert_eq!(
            patch(&mut code, address, 2, target),
            fits,
            "a distance of {distance:#x} {} in 32 bits",
            if fits { "fits" } else { "does not fit" }
        );
        assert!(
            fits || code == CODE,
            "a call that cannot be made is left alone"
        );
    }
    println!("✓ a function that is too far is refused");
}

/// Where the calls go.
fn calls(code: &[u8], address: u64) -> Vec<u64> {
    let instructions = Decoder::with_ip(64, code, address, DecoderOptions::NONE);
    let calls = instructions
        .into_iter()
        .filter(|one| one.mnemonic() == Mnemonic::Call);
    calls.map(|call| call.near_branch_target()).collect()
}
