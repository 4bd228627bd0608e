//! The generative models as burn modules, one model a file.
//!
//! These are the definitions: the sampler and the fused trainer are held to them by tests.

mod completion;
mod context;
mod decoder;
mod layers;
mod parameters;
mod pixelcnn;

pub use completion::{Completion, CompletionConfig};
pub use parameters::{flat_gradient, flat_parameters};
pub use pixelcnn::{PixelCnn, PixelCnnConfig};
