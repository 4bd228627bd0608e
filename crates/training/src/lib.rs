//! Trainers that expose steps, used by the command line and by the browser alike, and what looks
//! around in a trained model.

mod burn_gradients;
mod checkpoint;
mod compute;
mod device_adam;
mod explorer;
#[cfg(feature = "flex")]
mod fused;
mod game;
mod gradient;
mod learner;
mod optimiser;
mod options;
#[cfg(feature = "flex")]
mod plane;
#[cfg(feature = "flex")]
mod recogniser;
mod run;
mod vectors;

pub use burn_gradients::BurnGradients;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use compute::Compute;
pub use explorer::{Elbo, ExploreError, Explorer};
#[cfg(feature = "flex")]
pub use fused::{Fused, FusedClassifier, FusedCoder, FusedGan};
pub use game::{
    BurnPlayers, Draw, Game, GameChange, GameCheckpoint, GameError, GameMetrics, GameOptions,
    GameState, GanExplorer, Hands, Last, Mark, Pictures, Player, PlayerOptions, Players, Spectral,
    Terms,
};
pub use gradient::{Batch, GradientSource, Loss};
pub use optimiser::{Optimiser, OptimiserOptions, learning_rate};
pub use options::{Change, Metrics, Schedule, TrainerOptions, Validation};
#[cfg(feature = "flex")]
pub use plane::{Cloud, Figures, PlaneGame, PlaneMetrics, PlaneOptions, View};
#[cfg(feature = "flex")]
pub use recogniser::{Recogniser, Recognition};
pub use run::{Best, Run, TrainingError};
