//! The law, what is measured under it, and the tool that draws it.

mod common;

use std::time::Duration;

use common::{cases, output_of, tool};
use concurrency::amdahl::draw::{Series, svg, text};
use concurrency::amdahl::measure::{Job, Measured, Work};
use concurrency::amdahl::{limit, speed_up};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn more_workers_are_faster_and_never_reach_the_limit(parallel in 0.0..0.99f64, n in 1..1_000usize) {
        let (one, more) = (speed_up(parallel, n), speed_up(parallel, n + 1));
        prop_assert!(one <= more);
        prop_assert!(more <= limit(parallel));
        prop_assert!(one <= n as f64 + 1e-9);
    }

    /// Whatever was measured, the pictures are made, and show each point.
    #[test]
    fn any_points_can_be_drawn(
        parallel in 0.0..=1.0f64,
        points in prop::collection::vec((1..20usize, 0.0..40.0f64), 0..10),
    ) {
        let points: Vec<_> = points
            .into_iter()
            .map(|(workers, speed_up)| Measured { workers, speed_up })
            .collect();
        let count = points.len();
        let series = [Series { name: "a <b> & c".into(), parallel, points }];
        prop_assert!(text(&series).contains("workers"));
        let picture = svg(&series);
        prop_assert_eq!(picture.matches("<circle").count(), count);
        prop_assert!(picture.contains("a &lt;b&gt; &amp; c"));
        prop_assert!(!picture.contains("NaN") && !picture.contains("inf"));
    }
}

#[test]
fn work_that_waits_is_never_above_the_law() {
    let job = Job {
        work: Work::Wait,
        length: Duration::from_millis(40),
        parallel: 0.75,
    };
    let measured = job.measure(&[1, 2, 3, 8], 1);
    assert_eq!(measured.len(), 4);
    for point in measured {
        assert!(
            point.speed_up <= speed_up(0.75, point.workers) + 0.001,
            "{point:?}"
        );
    }
}

#[test]
fn the_tool_prints_a_table_and_draws() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("amdahl.svg");
    let output = output_of(&mut tool(&["amdahl", "--svg", file.to_str().unwrap()]));
    let output = String::from_utf8(output).unwrap();
    assert_eq!(output.matches("P = 0.9:").count(), 2, "{output}");
    assert!(output.contains("limit 10"));
    let picture = std::fs::read_to_string(&file).unwrap();
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert_eq!(picture.matches("<polyline").count(), 3);
}
