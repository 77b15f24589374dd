//! `:`, `true` and `false`.

use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

pub(super) fn succeed(_: &mut Shell, _: &[Bytes]) -> Result<i32, Flow> {
    Ok(0)
}

pub(super) fn fail(_: &mut Shell, _: &[Bytes]) -> Result<i32, Flow> {
    Ok(1)
}
