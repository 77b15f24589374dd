//! The starter's pure parts.

mod common;

use nix::unistd::Pid;
use proptest::prelude::*;
use signals::inherit::server_starter;
use signals::starter::files::parse_status;
use signals::starter::layout::numbers;

#[test]
fn a_status_file_names_processes_and_no_groups() {
    let text = "1:20\n2:1\n3:0\n4:-30\n5:x\n:6\n7\n8: 40 \n";
    let workers = [(1, Pid::from_raw(20)), (8, Pid::from_raw(40))];
    assert_eq!(parse_status(text), workers);
}

proptest! {
    #![proptest_config(common::cases(256))]

    #[test]
    fn any_bytes_name_descriptors_or_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = server_starter(&bytes);
    }

    #[test]
    fn nobody_gets_a_number_that_another_has(chosen in prop::collection::vec(prop::option::of(0..12), 0..6)) {
        if let Ok(numbers) = numbers(&chosen) {
            let mut systemd: Vec<_> = numbers.iter().map(|number| number.systemd).collect();
            systemd.sort_unstable();
            prop_assert!(systemd.iter().copied().eq((3..).take(chosen.len())));
            for (number, choice) in numbers.iter().zip(&chosen) {
                prop_assert!(choice.is_none_or(|choice| number.starter == choice));
            }
        }
    }
}
