//! What can be wrong with a request.

use halfdrawn_format::NetworkError;
use thiserror::Error;

/// The most completions one request may ask for.
pub const MAX_COUNT: usize = 64;
/// The lowest temperature.
pub const MIN_TEMPERATURE: f32 = 0.05;
/// The highest temperature.
pub const MAX_TEMPERATURE: f32 = 5.0;

/// Why a request was refused. Each message names the argument and says what it must be.
#[derive(Debug, Error, PartialEq)]
pub enum SamplerError {
    /// An argument is too short or too long.
    #[error("{argument} has {found} values where {expected} are expected")]
    Length {
        /// The argument's name.
        argument: &'static str,
        /// Values found.
        found: usize,
        /// Values expected.
        expected: String,
    },
    /// A pixel is neither 0 nor 1.
    #[error("{argument}[{index}] is {value}, but must be 0 or 1")]
    Value {
        /// The argument's name.
        argument: &'static str,
        /// Index of the first value at fault.
        index: usize,
        /// That value.
        value: u8,
    },
    /// The number of completions is out of bounds.
    #[error("count is {0}, but must lie in 1 to {MAX_COUNT}")]
    Count(usize),
    /// The temperature is out of bounds.
    #[error("temperature is {0}, but must lie in {MIN_TEMPERATURE} to {MAX_TEMPERATURE}")]
    Temperature(f32),
    /// The model does not go pixel by pixel.
    #[error(
        "a model of kind {0} has no pixel order to sample in; name a pixelcnn or a completion model"
    )]
    Kind(&'static str),
    /// The network cannot be built.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The parameter vector does not fit the network.
    #[error("parameters: {found} numbers where the network has {expected}; fetch the model again")]
    Parameters {
        /// Numbers found.
        found: usize,
        /// Numbers expected.
        expected: usize,
    },
    /// The device has no memory left.
    #[error("no memory for {0} numbers; ask for fewer completions or close other pages")]
    Memory(usize),
}

/// Checks that `values` are `expected` zeros and ones.
pub(crate) fn check_binary(
    argument: &'static str,
    values: &[u8],
    expected: usize,
) -> Result<(), SamplerError> {
    if values.len() != expected {
        let expected = expected.to_string();
        return Err(SamplerError::Length { argument, found: values.len(), expected });
    }
    check_values(argument, values)
}

/// Checks that `values` are zeros and ones.
pub(crate) fn check_values(argument: &'static str, values: &[u8]) -> Result<(), SamplerError> {
    match values.iter().position(|&value| value > 1) {
        Some(index) => Err(SamplerError::Value { argument, index, value: values[index] }),
        None => Ok(()),
    }
}

/// `len` zeros, or an error where they cannot be had.
pub(crate) fn zeros(len: usize) -> Result<Vec<f32>, SamplerError> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| SamplerError::Memory(len))?;
    values.resize(len, 0.0);
    Ok(values)
}
