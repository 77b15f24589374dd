//! Amdahl's law: what more processors can bring.
//!
//! A share *P* of a job can be divided among workers, the rest is done by one. *N* workers then
//! need `(1 − P) + P/N` of the time, and however many they are, `1 − P` remains. ("Validity of the
//! single processor approach to achieving large scale computing capabilities", 1967.)
//!
//! The law is a bound, not a forecast: dividing and collecting cost time too, and workers share
//! memory, caches, locks and processors. [`measure`] does such a job, [`draw`] shows it under the
//! curve.

pub mod draw;
pub mod measure;

/// How many times as fast `workers` do a job of which the share `parallel`, from 0 to 1, can be
/// divided.
///
/// ```
/// use concurrency::amdahl::speed_up;
///
/// assert_eq!(speed_up(0.5, 1), 1.0);
/// assert_eq!(speed_up(1.0, 8), 8.0);
/// assert!((speed_up(0.9, 10) - 5.263).abs() < 0.001);
/// ```
///
/// # Panics
///
/// Without workers nothing is ever done.
pub fn speed_up(parallel: f64, workers: usize) -> f64 {
    assert!(workers > 0, "somebody has to do it");
    1.0 / ((1.0 - parallel) + parallel / workers as f64)
}

/// What the speed-up comes near to with ever more workers.
///
/// ```
/// use concurrency::amdahl::limit;
///
/// assert_eq!(limit(0.5), 2.0);
/// assert_eq!(limit(0.75), 4.0);
/// assert_eq!(limit(1.0), f64::INFINITY);
/// ```
pub fn limit(parallel: f64) -> f64 {
    1.0 / (1.0 - parallel)
}
