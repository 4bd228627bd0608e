//! Trainers that expose steps, used by the command line and by the browser alike, and what looks
//! around in a trained model.

mod burn_gradients;
mod checkpoint;
mod compute;
mod explorer;
mod fused;
mod gradient;
mod learner;
mod optimiser;
mod options;
mod run;

pub use burn_gradients::BurnGradients;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use compute::Compute;
pub use explorer::{Elbo, ExploreError, Explorer};
pub use fused::{Fused, FusedClassifier, FusedCoder};
pub use gradient::{Batch, GradientSource, Loss};
pub use optimiser::{Optimiser, OptimiserOptions, learning_rate};
pub use options::{Change, Metrics, Schedule, TrainerOptions, Validation};
pub use run::{Best, Run, TrainingError};
