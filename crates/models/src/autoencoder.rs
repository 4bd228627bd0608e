//! Autoencoder: Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural
//! networks".
//!
//! Minimises the distance of x from decode(encode(x)): −ln p(x) of one Bernoulli a pixel, or
//! Σ (x − sigmoid(logits))².
//!
//! Departures: relu in place of the logistic function, no layer by layer pre-training. It has no
//! density: nothing asks codes to lie where samples are taken from.

use burn::module::Module;
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use halfdrawn_format::{Architecture, Autoencoder as Config, Reconstruction, initialise};

use crate::coder::{Coder, bernoulli};
use crate::parameters::Source;
use crate::vae;

/// The configuration of an [`Autoencoder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoencoderConfig {
    /// Encoder, decoder and what is minimised.
    pub config: Config,
}

impl AutoencoderConfig {
    /// The presets `mlp-2d`, `mlp-20` and `conv-32`: the layers of the VAE's presets of that name, so
    /// that the two can be compared.
    pub fn preset(name: &str, conditional: bool) -> Option<Self> {
        let coder = vae::preset(name, conditional)?;
        Some(Self { config: Config { coder, reconstruction: Reconstruction::Bernoulli } })
    }

    /// What files and training runs call it.
    pub fn architecture(&self) -> Architecture {
        Architecture::Autoencoder(self.config.clone())
    }

    /// A model with the initial weights of `seed`.
    pub fn init(&self, seed: u64, device: &Device) -> Autoencoder {
        self.load(&initialise(&self.architecture(), seed), device)
    }

    /// A model with given weights, in the order of [`Architecture::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's.
    pub fn load(&self, parameters: &[f32], device: &Device) -> Autoencoder {
        self.build(&Source::new(self.architecture().parameters(), parameters, device))
    }

    pub(crate) fn build(&self, source: &Source) -> Autoencoder {
        let reconstruction = self.config.reconstruction;
        Autoencoder { coder: Coder::load(source, &self.config.coder), reconstruction }
    }
}

/// A code of a few numbers that a picture can be rebuilt from.
#[derive(Module, Debug)]
pub struct Autoencoder {
    pub(crate) coder: Coder,
    #[module(skip)]
    reconstruction: Reconstruction,
}

impl Autoencoder {
    /// The code of each picture.
    ///
    /// # Shapes
    /// `pictures`: `[b, pixels]` of 0 to 1, `labels`: one-hot `[b, classes]`, to `[b, d]`
    pub fn encode(&self, pictures: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        self.coder.encode(pictures, labels)
    }

    /// The logit of ink at each pixel.
    ///
    /// # Shapes
    /// `codes`: `[b, d]`, `labels`: one-hot `[b, classes]`, to `[b, pixels]`
    pub fn decode(&self, codes: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        self.coder.decode(codes, labels)
    }

    /// What is minimised, of each picture.
    ///
    /// # Shapes
    /// `pictures`: `[b, pixels]` of 0 and 1, `labels`: one-hot `[b, classes]`, to `[b]`
    pub fn loss(&self, pictures: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<1> {
        let codes = self.encode(pictures.clone(), labels.clone());
        let logits = self.decode(codes, labels);
        match self.reconstruction {
            Reconstruction::Bernoulli => bernoulli(logits, pictures),
            Reconstruction::Squared => {
                (sigmoid(logits) - pictures).square().sum_dim(1).squeeze_dim(1) // [b]
            }
        }
    }
}
