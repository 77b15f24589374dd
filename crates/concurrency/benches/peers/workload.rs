//! What a workload is: a name, a unit, and who does it.

use crate::Result;

pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// Less is better in every unit.
    pub(crate) unit: &'static str,
    /// Ours first.
    pub(crate) peers: &'static [Peer],
}

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// The program that it cannot do without.
    pub(crate) needs: Option<&'static str>,
    /// Does the work once, smaller when quick, and gives the time it took in the workload's unit.
    pub(crate) measure: fn(quick: bool) -> Result<f64>,
}
