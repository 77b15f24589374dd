//! Address spaces, heaps and pauses drawn in text and SVG.

mod human;
mod space;

pub use human::human;
pub use space::{Row, rows, space, table, totals};
