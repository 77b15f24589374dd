//! Colours in a line of text, pauses in an SVG.

use std::fmt::Write as _;

use super::pause::Pause;
use super::space::Colour;

/// A line of at most `width` characters, each for as many slots as need be: `.` free, `o` white, `+`
/// grey, `#` black. A character shows the greyest of its slots, then the rarest.
#[must_use]
pub fn colours_line(colours: &[Colour], width: usize) -> String {
    let each = colours.len().div_ceil(width.max(1)).max(1);
    colours.chunks(each).map(character).collect()
}

fn character(slots: &[Colour]) -> char {
    let has = |colour| slots.contains(&colour);
    match () {
        () if has(Colour::Grey) => '+',
        () if has(Colour::White) => 'o',
        () if has(Colour::Black) => '#',
        () => '.',
    }
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const MARGIN: f64 = 56.0;

/// Pauses over the size of the heap when they happened, as an SVG document. The pause's axis is
/// logarithmic, from a microsecond up; `object` is an object's size in bytes.
#[must_use]
pub fn pauses_svg(pauses: &[Pause], object: usize) -> String {
    let mebibytes = |pause: &Pause| (pause.objects * object) as f64 / f64::from(1 << 20);
    let most = pauses.iter().map(mebibytes).fold(1.0, f64::max);
    let x = |size: f64| MARGIN + size / most * (WIDTH - 2.0 * MARGIN);
    let y = |micros: f64| HEIGHT - MARGIN - micros.max(1.0).log10() / 6.0 * (HEIGHT - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n"
    );
    for (power, name) in (0i32..).zip(["1 us", "10 us", "100 us", "1 ms", "10 ms", "100 ms", "1 s"])
    {
        let at = y(10f64.powi(power));
        let (end, text) = (WIDTH - MARGIN, MARGIN - 6.0);
        let _ = writeln!(
            svg,
            "<path d=\"M{MARGIN} {at:.1}H{end}\" stroke=\"#ccc\"/><text x=\"{text}\" y=\"{at:.1}\" text-anchor=\"end\">{name}</text>"
        );
    }
    for pause in pauses {
        let (x, y) = (x(mebibytes(pause)), y(pause.took.as_secs_f64() * 1e6));
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#36c\"><title>{:?} {:?}</title></circle>",
            pause.kind, pause.took
        );
    }
    let (middle, below) = (WIDTH / 2.0, HEIGHT - MARGIN / 3.0);
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\">pause over heap, 0 to {most:.0} MiB</text>\n</svg>"
    );
    svg
}
