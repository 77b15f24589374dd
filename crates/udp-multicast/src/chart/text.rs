//! Blocks.

use std::fmt::Write;

use super::Chart;

/// Eighths of a row, from empty to full.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn draw(chart: &Chart, width: usize, height: usize) -> String {
    let (width, height) = (width.max(1), height.max(1));
    let (x_max, y_max) = (chart.x_max(), chart.y_max());
    let mut out = format!(
        "{} (up to {} {}, {x_max:.1} {})\n",
        chart.title,
        short(y_max),
        chart.y_unit,
        chart.x_unit
    );
    for line in &chart.lines {
        let heights: Vec<usize> = line
            .slices(width, x_max)
            .into_iter()
            .map(|slice| slice.map_or(0, |(_, high)| eighths(high, y_max, height)))
            .collect();
        for row in (0..height).rev() {
            let blocks = heights
                .iter()
                .map(|h| BLOCKS[h.saturating_sub(8 * row).min(8)]);
            let text: String = blocks.collect();
            let name = if row == 0 { &*line.name } else { "" };
            writeln!(out, "│{text}│ {name}").expect("a string takes all");
        }
    }
    out
}

fn eighths(value: f64, y_max: f64, height: usize) -> usize {
    (value / y_max * (8 * height) as f64).round() as usize
}

/// Three digits and a prefix.
pub(super) fn short(value: f64) -> String {
    match value {
        v if v >= 1e9 => format!("{:.1}G", v / 1e9),
        v if v >= 1e6 => format!("{:.1}M", v / 1e6),
        v if v >= 1e3 => format!("{:.1}k", v / 1e3),
        v => format!("{v:.0}"),
    }
}
