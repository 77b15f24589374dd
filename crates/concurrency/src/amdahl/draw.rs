//! Curves and what was measured, as text and as SVG.

use std::fmt::Write;

use super::measure::Measured;
use super::speed_up;

/// A curve and the points beside it.
#[derive(Debug, Clone)]
pub struct Series {
    /// What the points are called in the legend.
    pub name: String,
    /// The share that can be divided: the curve's.
    pub parallel: f64,
    /// What was measured.
    pub points: Vec<Measured>,
}

/// How many lines the text has above the axis.
const ROWS: usize = 16;
/// How many columns a worker more is.
const COLUMNS: usize = 6;
/// The marks of the series, in turn.
const MARKS: [char; 4] = ['o', 'x', '+', '*'];

fn most_workers(series: &[Series]) -> usize {
    let workers = series.iter().flat_map(|one| &one.points);
    workers.map(|point| point.workers).max().unwrap_or(1)
}

fn highest(series: &[Series]) -> f64 {
    let most = most_workers(series);
    let curves = series.iter().map(|one| speed_up(one.parallel, most));
    let points = series.iter().flat_map(|one| &one.points);
    let points = points.map(|point| point.speed_up);
    curves.chain(points).fold(1.0, f64::max)
}

/// The curves as dots and the points as a mark each: `o` of the first series, `x` of the second.
///
/// ```
/// use concurrency::amdahl::draw::{Series, text};
/// use concurrency::amdahl::measure::Measured;
///
/// let points = vec![Measured { workers: 4, speed_up: 1.5 }];
/// let picture = text(&[Series { name: "measured".into(), parallel: 0.5, points }]);
/// assert!(picture.contains("o measured, P = 0.5"));
/// assert!(picture.starts_with("  1.6 |                  ·\n  1.5 |            ·     o"));
/// ```
pub fn text(series: &[Series]) -> String {
    let (most, highest) = (most_workers(series), highest(series));
    let mut grid = vec![vec![' '; most * COLUMNS]; ROWS + 1];
    let row = |value: f64| ROWS - ((value / highest * ROWS as f64).round() as usize).min(ROWS);
    for one in series {
        for workers in 1..=most {
            grid[row(speed_up(one.parallel, workers))][workers * COLUMNS - COLUMNS] = '·';
        }
    }
    for (one, mark) in series.iter().zip(MARKS.into_iter().cycle()) {
        for point in &one.points {
            grid[row(point.speed_up)][point.workers * COLUMNS - COLUMNS] = mark;
        }
    }
    let mut picture = String::new();
    for (index, line) in grid.iter().enumerate() {
        let value = highest * (ROWS - index) as f64 / ROWS as f64;
        let line: String = line.iter().collect();
        let _ = writeln!(picture, "{value:5.1} |{}", line.trim_end());
    }
    let _ = writeln!(picture, "      +{}", "-".repeat(most * COLUMNS));
    let axis: String = (1..=most)
        .map(|workers| format!("{workers:<COLUMNS$}"))
        .collect();
    let _ = writeln!(picture, "       {} workers", axis.trim_end());
    for (one, mark) in series.iter().zip(MARKS.into_iter().cycle()) {
        let _ = writeln!(picture, "{mark} {}, P = {}", one.name, one.parallel);
    }
    picture
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 48.0;
const COLOURS: [&str; 4] = ["#1f6fb2", "#c2571a", "#2e8540", "#7a3e9d"];

/// Where a number of workers and a speed-up are in the picture.
struct Scale {
    most: f64,
    highest: f64,
}

impl Scale {
    fn x(&self, workers: f64) -> f64 {
        MARGIN + (workers - 1.0) / (self.most - 1.0).max(1.0) * (WIDTH - 2.0 * MARGIN)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - MARGIN - value / self.highest * (HEIGHT - 2.0 * MARGIN)
    }
}

/// The same as a picture that stands for itself, for a browser.
pub fn svg(series: &[Series]) -> String {
    let scale = Scale {
        most: most_workers(series) as f64,
        highest: highest(series),
    };
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    axes(&mut picture, &scale);
    for (index, one) in series.iter().enumerate() {
        curve(&mut picture, &scale, one, COLOURS[index % COLOURS.len()]);
        let y = MARGIN / 2.0 + 16.0 * index as f64;
        let _ = writeln!(
            picture,
            "<text x=\"{}\" y=\"{y}\" fill=\"{}\">{}, P = {}</text>",
            MARGIN + 8.0,
            COLOURS[index % COLOURS.len()],
            escaped(&one.name),
            one.parallel,
        );
    }
    picture + "</svg>\n"
}

fn axes(picture: &mut String, scale: &Scale) {
    let (left, right) = (scale.x(1.0), scale.x(scale.most));
    let (bottom, top) = (scale.y(0.0), scale.y(scale.highest));
    let _ = writeln!(
        picture,
        "<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"#444\"/>"
    );
    for workers in 1..=scale.most as usize {
        let x = scale.x(workers as f64);
        let y = bottom + 18.0;
        let _ = writeln!(
            picture,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{workers}</text>"
        );
    }
    for value in 0..=scale.highest as usize {
        let (x, y) = (left - 8.0, scale.y(value as f64) + 4.0);
        let _ = writeln!(
            picture,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{value}</text>"
        );
    }
    let (middle, under) = ((left + right) / 2.0, bottom + 36.0);
    let _ = writeln!(
        picture,
        "<text x=\"{middle:.1}\" y=\"{under:.1}\" text-anchor=\"middle\">workers; speed-up upwards</text>"
    );
}

fn curve(picture: &mut String, scale: &Scale, series: &Series, colour: &str) {
    // The formula between whole workers too: a smooth line.
    let steps = 100;
    let line: String = (0..=steps)
        .map(|step| {
            let workers = 1.0 + (scale.most - 1.0) * f64::from(step) / f64::from(steps);
            let value = 1.0 / ((1.0 - series.parallel) + series.parallel / workers);
            format!("{:.1},{:.1} ", scale.x(workers), scale.y(value))
        })
        .collect();
    let _ = writeln!(
        picture,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>",
        line.trim_end()
    );
    for point in &series.points {
        let (x, y) = (scale.x(point.workers as f64), scale.y(point.speed_up));
        let _ = writeln!(
            picture,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"><title>{} workers: {:.2}</title></circle>",
            point.workers, point.speed_up
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
