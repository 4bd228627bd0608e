//! The generative models as burn modules, one model a file.
//!
//! These are the definitions: the sampler and the fused trainer are held to them by tests.

mod adversarial;
mod autoencoder;
mod classifier;
mod coder;
mod completion;
mod context;
mod decoder;
mod gan;
mod layers;
mod model;
mod parameters;
mod pixelcnn;
mod vae;

pub use adversarial::{
    AdversarialLoss, LeastSquares, Minimax, NonSaturating, Paid, Regulariser, Wasserstein,
};
pub use autoencoder::{Autoencoder, AutoencoderConfig};
pub use classifier::{Classifier, ClassifierConfig};
pub use coder::bernoulli;
pub use completion::{Completion, CompletionConfig};
pub use gan::{Critic, Gan, GanConfig, Generator, Moments, power_iteration};
pub use model::{Inputs, Losses, Model};
pub use parameters::{device_gradient, flat_gradient, flat_parameters};
pub use pixelcnn::{PixelCnn, PixelCnnConfig};
pub use vae::{Parts, Vae, VaeConfig};
