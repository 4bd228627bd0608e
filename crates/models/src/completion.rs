//! The completion model: p(hidden | known) for any set of known pixels, exactly normalised.
//!
//! A PixelCNN decoder (van den Oord et al. 2016) whose every block is conditioned, as in the
//! conditional PixelCNN (van den Oord et al. 2016b, "Conditional Image Generation with PixelCNN
//! Decoders", equation 4), on what a non-causal network makes of (value·known, known):
//! p(hidden | known) = Π p(xᵢ | x₁ … xᵢ₋₁, known) over hidden i in raster order.
//!
//! Departures: relu in place of gates; the condition is a map of the picture, not one vector.
//! Trained on random masks, the empty one included, it is an ordinary PixelCNN where nothing is
//! known.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use halfdrawn_format::{Context, Network, initialise};

use crate::context::ContextNetwork;
use crate::decoder::{Decoder, nats, sample};
use crate::parameters::Source;

/// The configuration of a [`Completion`] model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionConfig {
    /// The network; with context.
    pub network: Network,
}

impl CompletionConfig {
    /// 233 k parameters: 12 causal blocks of width 64, 6 context blocks at half resolution.
    pub fn base() -> Self {
        Self {
            network: Network {
                rows: 28,
                columns: 28,
                width: 64,
                hidden: 32,
                dilations: [1, 2, 4, 8].repeat(3),
                head: 64,
                context: Some(Context {
                    width: 64,
                    hidden: 32,
                    dilations: [1, 2, 4].repeat(2),
                    channels: 32,
                }),
            },
        }
    }

    /// The preset called `name`.
    pub fn preset(name: &str) -> Option<Self> {
        (name == "base").then(Self::base)
    }

    /// A model with the initial weights of `seed`.
    pub fn init(&self, seed: u64, device: &Device) -> Completion {
        self.load(&initialise(&self.network.clone().into(), seed), device)
    }

    /// A model with given weights, in the order of [`Network::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the network's, or it has no context.
    pub fn load(&self, parameters: &[f32], device: &Device) -> Completion {
        self.build(&Source::new(self.network.parameters(), parameters, device))
    }

    pub(crate) fn build(&self, source: &Source) -> Completion {
        let context = self.network.context.as_ref().expect("a completion model has a context");
        Completion {
            decoder: Decoder::load(source, &self.network),
            context: ContextNetwork::load(source, context),
        }
    }
}

/// An autoregressive model of the hidden pixels of a picture.
#[derive(Module, Debug)]
pub struct Completion {
    pub(crate) decoder: Decoder,
    pub(crate) context: ContextNetwork,
}

impl Completion {
    /// The logit of ink at each pixel, given the known pixels and the ones before it. At known
    /// pixels it means nothing.
    ///
    /// # Shapes
    /// Twice `[b, r, c]` of 0 and 1, to `[b, r, c]`
    pub fn forward(&self, pictures: Tensor<3>, known: Tensor<3>) -> Tensor<3> {
        let context = self.context.forward(pictures.clone(), known);
        self.decoder.forward(pictures, Some(context))
    }

    /// −ln p(hidden | known) of each picture in nats.
    ///
    /// # Shapes
    /// Twice `[b, r, c]` of 0 and 1, to `[b]`
    pub fn loss(&self, pictures: Tensor<3>, known: Tensor<3>) -> Tensor<1> {
        nats(self.forward(pictures.clone(), known.clone()), pictures, known)
    }

    /// Draws the hidden pixels, one whole forward pass a pixel; known ones stay.
    ///
    /// `uniform` gives the random numbers in 0..1: pixel by pixel, picture by picture.
    ///
    /// # Shapes
    /// Twice `[b, r, c]` of 0 and 1, to `[b, r, c]`
    pub fn sample(
        &self,
        pictures: Tensor<3>,
        known: Tensor<3>,
        uniform: impl FnMut() -> f32,
    ) -> Tensor<3> {
        let logits = |pictures| self.forward(pictures, known.clone());
        sample(logits, pictures, &known, uniform)
    }
}
