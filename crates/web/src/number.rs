//! Numbers as JavaScript gives them.

use crate::error::Failure;

/// A JavaScript number that must be a whole one within bounds.
pub(crate) fn integer(
    code: &'static str,
    argument: &str,
    value: f64,
    low: u32,
    high: u32,
) -> Result<u32, Failure> {
    if value.fract() == 0.0 && (f64::from(low)..=f64::from(high)).contains(&value) {
        Ok(value as u32)
    } else {
        let message =
            format!("{argument} is {value}, but must be a whole number from {low} to {high}");
        Err(Failure::new(code, message))
    }
}
