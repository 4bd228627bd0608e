//! What training, models and sampler share about an autoregressive network: its configuration,
//! the table of its parameters, and the files it is stored in.
//!
//! No burn, no file system and no clock: bytes in, numbers out, so that the browser's sampler and
//! the native trainer read the same definition.

mod initialise;
mod network;
mod taps;
mod weights;

pub use initialise::initialise;
pub use network::{Context, LOGIT_LIMIT, Network, NetworkError, ParameterTable, Tensor};
pub use taps::{Tap, causal_taps, local_taps, square_taps, stem_taps};
pub use weights::{WeightError, Weights, sha256_hex};
