//! There is no `splice`.

pub(super) use super::copy::pump;
