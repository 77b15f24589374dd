//! SVG, written by hand.

use std::fmt::Write;

use super::text::short;
use super::{Chart, Line};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 40.0;

/// How many slices a line is drawn from.
const SLICES: usize = 680;

/// Legible on white and on near-black alike, and apart for the colour-blind.
const COLOURS: [&str; 4] = ["#1a85d6", "#d9820f", "#2f9e6e", "#b0569e"];

pub(super) fn draw(chart: &Chart) -> String {
    let (x_max, y_max) = (chart.x_max(), chart.y_max());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{title}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
         <style>text {{ fill: #333 }} .grid {{ stroke: #8884 }} \
         @media (prefers-color-scheme: dark) {{ text {{ fill: #ddd }} }}</style>\n\
         <text x=\"{LEFT}\" y=\"18\" font-size=\"14\">{title}</text>\n",
        title = escape(&chart.title)
    );
    grid(&mut out, chart, x_max, y_max);
    for (index, line) in chart.lines.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let path = path(line, x_max, y_max);
        let x = WIDTH - RIGHT - 110.0 * (chart.lines.len() - index) as f64;
        let name = escape(&line.name);
        write!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n\
             <rect x=\"{x}\" y=\"10\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\n\
             <text x=\"{}\" y=\"19\">{name}</text>\n",
            x + 14.0
        )
        .expect("a string takes all");
    }
    out.push_str("</svg>\n");
    out
}

/// Five lines across with their values, five times below.
fn grid(out: &mut String, chart: &Chart, x_max: f64, y_max: f64) {
    // A label says where its line is, also in a short chart.
    let digits = if x_max < 1.0 { 4 } else { 2 };
    for step in 0..=4 {
        let part = f64::from(step) / 4.0;
        let (x, y) = (x_at(part), y_at(part));
        write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\n\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{:.digits$}</text>\n",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            short(y_max * part),
            HEIGHT - BOTTOM + 16.0,
            x_max * part,
        )
        .expect("a string takes all");
    }
    writeln!(
        out,
        "<text x=\"{LEFT}\" y=\"33\">{}</text>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        escape(&chart.y_unit),
        WIDTH - RIGHT,
        HEIGHT - 8.0,
        escape(&chart.x_unit)
    )
    .expect("a string takes all");
}

/// Down to each slice's least value and up to its greatest.
fn path(line: &Line, x_max: f64, y_max: f64) -> String {
    let mut path = String::new();
    for (index, slice) in line.slices(SLICES, x_max).into_iter().enumerate() {
        let Some((low, high)) = slice else { continue };
        let x = x_at((index as f64 + 0.5) / SLICES as f64);
        let command = if path.is_empty() { 'M' } else { 'L' };
        let (low, high) = (y_at(low / y_max), y_at(high / y_max));
        write!(path, "{command}{x:.1} {low:.1}").expect("a string takes all");
        if high != low {
            write!(path, "V{high:.1}").expect("a string takes all");
        }
    }
    path
}

fn x_at(part: f64) -> f64 {
    LEFT + part * (WIDTH - LEFT - RIGHT)
}

fn y_at(part: f64) -> f64 {
    HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
