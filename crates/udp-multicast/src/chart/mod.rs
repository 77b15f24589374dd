//! What happened on a link, drawn: as text for a terminal, and as SVG for a page.
//!
//! Three pictures tell most of congestion control. The **sawtooth** is a window over time: it grows until
//! something is lost, is cut, and grows again ([`windows`]). **Shares** are what each flow gets
//! through, in slices of time ([`shares`]): two flows that yield to each other meet in the middle, and
//! one that does not yield takes what it wants.
//!
//! Both are functions over the link's log; nothing has to be measured in the protocol itself.

mod svg;
mod text;

use std::time::Duration;

use crate::link::{Direction, Event, Fate, What};

/// Lines over one time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    title: String,
    x_unit: String,
    y_unit: String,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    name: String,
    /// In the order of x. Between two points the value stays what it was.
    points: Vec<(f64, f64)>,
}

impl Chart {
    /// An empty chart.
    pub fn new(title: &str, x_unit: &str, y_unit: &str) -> Self {
        Chart {
            title: title.into(),
            x_unit: x_unit.into(),
            y_unit: y_unit.into(),
            lines: Vec::new(),
        }
    }

    /// With one more line. `points` are in the order of x; from one to the next the value stays.
    pub fn with(mut self, name: &str, points: Vec<(f64, f64)>) -> Self {
        let name = name.into();
        self.lines.push(Line { name, points });
        self
    }

    /// For a terminal: blocks, `width` columns and `height` rows for each line.
    pub fn text(&self, width: usize, height: usize) -> String {
        text::draw(self, width, height)
    }

    /// A picture that is readable on light and dark pages.
    pub fn svg(&self) -> String {
        svg::draw(self)
    }

    fn x_max(&self) -> f64 {
        let all = self.lines.iter().flat_map(|line| &line.points);
        all.map(|(x, _)| *x).fold(f64::MIN_POSITIVE, f64::max)
    }

    fn y_max(&self) -> f64 {
        let all = self.lines.iter().flat_map(|line| &line.points);
        all.map(|(_, y)| *y).fold(f64::MIN_POSITIVE, f64::max)
    }
}

impl Line {
    /// The least and the greatest value in each of `count` slices of `0..x_max`; `None` before the first
    /// point. However many points there are, no peak is lost.
    fn slices(&self, count: usize, x_max: f64) -> Vec<Option<(f64, f64)>> {
        let mut slices = vec![None; count];
        for (index, (x, y)) in self.points.iter().enumerate() {
            let until = self.points.get(index + 1).map_or(x_max, |(next, _)| *next);
            let slice = |x: f64| ((x / x_max * count as f64) as usize).min(count - 1);
            for place in &mut slices[slice(*x)..=slice(until)] {
                let (low, high) = place.unwrap_or((*y, *y));
                *place = Some((y.min(low), y.max(high)));
            }
        }
        slices
    }
}

/// The congestion windows in `log`, a line for each of the named flows.
pub fn windows(log: &[Event], title: &str, names: &[&str]) -> Chart {
    let chart = Chart::new(title, "seconds", "bytes");
    names.iter().enumerate().fold(chart, |chart, (flow, name)| {
        let own = log.iter().filter(|event| event.flow == flow);
        let points = own.filter_map(|event| match event.what {
            What::Window(bytes) => Some((event.at.as_secs_f64(), bytes as f64)),
            What::Datagram { .. } => None,
        });
        chart.with(name, points.collect())
    })
}

/// How many bytes a second of each named flow came through, in slices of `slice`.
pub fn shares(log: &[Event], title: &str, names: &[&str], slice: Duration) -> Chart {
    let chart = Chart::new(title, "seconds", "bytes a second");
    let end = log.last().map_or(Duration::ZERO, |event| event.at);
    // A slice that has not ended says too little.
    let slices = (end.as_nanos() / slice.as_nanos().max(1)) as usize;
    names.iter().enumerate().fold(chart, |chart, (flow, name)| {
        let mut bytes = vec![0_usize; slices];
        for (at, size) in arrivals(log, flow) {
            let index = (at.as_nanos() / slice.as_nanos().max(1)) as usize;
            if let Some(sum) = bytes.get_mut(index) {
                *sum += size;
            }
        }
        let seconds = slice.as_secs_f64();
        let points = bytes.iter().enumerate();
        let points = points.map(|(n, sum)| (n as f64 * seconds, *sum as f64 / seconds));
        chart.with(name, points.collect())
    })
}

/// When how many bytes of a flow came through.
pub fn arrivals(log: &[Event], flow: usize) -> impl Iterator<Item = (Duration, usize)> {
    log.iter()
        .filter(move |event| event.flow == flow)
        .filter_map(|event| match event.what {
            What::Datagram {
                direction: Direction::There,
                fate: Fate::Arrived,
                size,
                ..
            } => Some((event.at, size)),
            _ => None,
        })
}
