//! Trainers that expose steps, used by the command line and by the browser alike.

mod burn_gradients;
mod checkpoint;
mod fused;
mod gradient;
mod optimiser;
mod trainer;

pub use burn_gradients::BurnGradients;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use fused::Fused;
pub use gradient::{Batch, GradientSource, Loss};
pub use optimiser::{Optimiser, OptimiserOptions, learning_rate};
pub use trainer::{Best, Metrics, Trainer, TrainerOptions, TrainingError};
