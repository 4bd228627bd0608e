//! The generative models as burn modules, one model a file.
//!
//! These are the definitions: the sampler and the fused trainer are held to them by tests.

mod autoencoder;
mod classifier;
mod coder;
mod completion;
mod context;
mod decoder;
mod layers;
mod model;
mod parameters;
mod pixelcnn;
mod vae;

pub use autoencoder::{Autoencoder, AutoencoderConfig};
pub use classifier::{Classifier, ClassifierConfig};
pub use coder::bernoulli;
pub use completion::{Completion, CompletionConfig};
pub use model::{Inputs, Losses, Model};
pub use parameters::{device_gradient, flat_gradient, flat_parameters};
pub use pixelcnn::{PixelCnn, PixelCnnConfig};
pub use vae::{Parts, Vae, VaeConfig};
