//! Why a game cannot start or go on.

use halfdrawn_data::BatchError;
use halfdrawn_format::NetworkError;
use thiserror::Error;

use crate::checkpoint::CheckpointError;
use crate::explorer::ExploreError;

/// Why a game cannot start or go on. Each message says what to do.
#[derive(Debug, Error)]
pub enum GameError {
    /// A loss or a gradient stopped being a number, or grew without bounds; the weights are those of a
    /// turn that was good.
    #[error(
        "the game diverged at turn {step} of {player} (loss {loss:.4e}); the weights of turn {kept} are kept: {advice}, now {value}"
    )]
    Diverged {
        /// The turn that failed, from one.
        step: u64,
        /// Whose it was.
        player: &'static str,
        /// Its loss.
        loss: f64,
        /// Turns behind the weights that were kept.
        kept: u64,
        /// The setting to change, in the words of [`super::GameChange`].
        setting: &'static str,
        /// What to do about it.
        advice: &'static str,
        /// The value that it has.
        value: f64,
    },
    /// The model has one player or none.
    #[error("a model of kind {0} is not played: name a gan")]
    Kind(&'static str),
    /// The batch size or the place in the data does not fit the data.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The architecture is out of bounds.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A snapshot cannot be read or written.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Latent variables, pictures or labels are out of bounds.
    #[error(transparent)]
    Explore(#[from] ExploreError),
    /// A setting is out of bounds.
    #[error("{setting} is {value}, but must be {bounds}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        bounds: &'static str,
    },
    /// The architecture is made for pictures of another size.
    #[error("the model makes pictures of {0} numbers, the data has 784 a plane: choose another")]
    Pixels(usize),
}
