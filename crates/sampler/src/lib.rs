//! Incremental PixelCNN inference: every activation computed once.
//!
//! The textbook samples a PixelCNN by one full forward pass for each pixel. But a pixel's activations
//! depend on earlier pixels alone, so they never change once computed (Ramachandran et al. 2017,
//! "Fast generation for convolutional autoregressive models"): kept, a whole picture costs the
//! multiply-adds of one forward pass.
//!
//! The arithmetic is plain IEEE 754 in a stated order ([`sigmoid`]) and the random
//! numbers are specified ([`random`]), so a request has the same answer to the bit natively and in
//! every browser, whether a picture is completed alone or with others.
#![forbid(unsafe_code)]

use std::sync::Arc;

use halfdrawn_format::{Network, Weights};

mod cache;
mod completion;
mod context;
mod decoder;
mod error;
mod layers;
mod likelihood;
mod matrix;
pub mod random;
pub mod sigmoid;
mod vector;

pub use completion::{Completion, Request};
pub use error::{MAX_COUNT, MAX_TEMPERATURE, MIN_TEMPERATURE, SamplerError};
pub use likelihood::Likelihood;

use decoder::Decoder;
use layers::Parameters;

/// A model ready to sample from: its weights packed for the kernel. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sampler {
    name: String,
    network: Network,
    decoder: Arc<Decoder>,
}

impl Sampler {
    /// Packs a model.
    ///
    /// # Errors
    /// A model that is not autoregressive, a network out of bounds, or parameters that do not fit it.
    pub fn new(weights: &Weights) -> Result<Self, SamplerError> {
        let Some(network) = weights.architecture.network().cloned() else {
            return Err(SamplerError::Kind(weights.architecture.kind()));
        };
        network.validate()?;
        let table = network.parameters();
        if weights.parameters.len() != table.len() {
            let (found, expected) = (weights.parameters.len(), table.len());
            return Err(SamplerError::Parameters { found, expected });
        }
        let parameters = Parameters { table: &table, values: &weights.parameters };
        let decoder = Arc::new(Decoder::new(&network, parameters));
        Ok(Self { name: weights.name.clone(), network, decoder })
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The model's network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Multiply-adds of one pixel of one picture, and those of the context network for a picture.
    pub fn multiply_adds(&self) -> (usize, usize) {
        (self.decoder.multiply_adds_per_pixel(), self.decoder.multiply_adds_of_context())
    }

    /// Starts to complete a picture: runs the context network, decides no pixel yet.
    ///
    /// # Errors
    /// An argument out of bounds, or no memory.
    pub fn complete(&self, request: &Request<'_>) -> Result<Completion, SamplerError> {
        Completion::start(self.decoder.clone(), request)
    }

    /// Starts on the log-likelihoods of pictures that lie one after the other in `images`. With
    /// `known`, of the same length, those of the hidden pixels given the known ones.
    ///
    /// # Errors
    /// An argument out of bounds, or no memory.
    pub fn log_likelihood(
        &self,
        images: &[u8],
        known: Option<&[u8]>,
    ) -> Result<Likelihood, SamplerError> {
        Likelihood::start(self.decoder.clone(), images, known)
    }

    /// The logit of every pixel given the known ones and the earlier ones, for the values that
    /// `pixels` has.
    ///
    /// # Errors
    /// An argument out of bounds, or no memory.
    pub fn logits(&self, pixels: &[u8], known: &[u8]) -> Result<Vec<f32>, SamplerError> {
        likelihood::logits(&self.decoder, pixels, known)
    }

    /// p(ink) of every pixel given the known ones and the earlier ones.
    ///
    /// # Errors
    /// An argument out of bounds, or no memory.
    pub fn probabilities(&self, pixels: &[u8], known: &[u8]) -> Result<Vec<f32>, SamplerError> {
        let mut logits = self.logits(pixels, known)?;
        logits.iter_mut().for_each(|logit| *logit = sigmoid::sigmoid(*logit));
        Ok(logits)
    }
}

/// The logits of [`Sampler::logits`] straight from weights.
///
/// # Errors
/// Weights that do not fit their network, an argument out of bounds, or no memory.
pub fn logits(weights: &Weights, pixels: &[u8], known: &[u8]) -> Result<Vec<f32>, SamplerError> {
    Sampler::new(weights)?.logits(pixels, known)
}
