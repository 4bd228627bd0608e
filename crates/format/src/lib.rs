//! What training, models and sampler share about a network: its configuration, the table of its
//! parameters, and the files it is stored in.
//!
//! No burn, no file system and no clock: bytes in, numbers out, so that the browser's sampler and
//! the native trainer read the same definition.

mod architecture;
mod classifier;
mod coder;
mod gan;
mod initialise;
mod network;
mod table;
mod taps;
mod weights;

pub use architecture::{Architecture, Autoencoder, Reconstruction, Vae};
pub use classifier::Classifier;
pub use coder::{Body, Coder, Conv};
pub use gan::Gan;
pub use initialise::{initialise, initialise_table};
pub use network::{Context, LOGIT_LIMIT, Network, NetworkError};
pub use table::{ParameterTable, Tensor};
pub use taps::{Tap, causal_taps, local_taps, square_taps, stem_taps};
pub use weights::{WeightError, Weights, sha256_hex};
