//! PixelCNN: van den Oord, Kalchbrenner and Kavukcuoglu 2016, "Pixel Recurrent Neural Networks".
//!
//! p(x) = Π p(xᵢ | x₁ … xᵢ₋₁) over binary pixels in raster order, all conditionals from one pass
//! of masked convolutions.
//!
//! Departures from the paper: the mask's zero taps do not exist at all; blocks are dilated in turn
//! by 1, 2, 4 and 8 rather than many, which lets few layers see the whole picture (1.5 nats better
//! after the same 450 steps, docs/architecture.md); each pixel knows its row and column; no
//! normalisation, relu throughout.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use halfdrawn_format::{Network, initialise};

use crate::decoder::{Decoder, nats, sample};
use crate::parameters::Source;

/// The configuration of a [`PixelCnn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelCnnConfig {
    /// The network; without context.
    pub network: Network,
}

impl PixelCnnConfig {
    /// At most 60 k parameters: 20 blocks of width 32.
    pub fn small() -> Self {
        Self {
            network: Network {
                rows: 28,
                columns: 28,
                width: 32,
                hidden: 16,
                dilations: [1, 2, 4, 8].repeat(5),
                head: 32,
                context: None,
            },
        }
    }

    /// 6 k parameters, 8 blocks of width 16: learns in the page while one watches.
    pub fn tiny() -> Self {
        Self {
            network: Network {
                width: 16,
                hidden: 8,
                dilations: [1, 2, 4, 8].repeat(2),
                head: 16,
                ..Self::small().network
            },
        }
    }

    /// The preset called `name`.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "small" => Some(Self::small()),
            "tiny" => Some(Self::tiny()),
            _ => None,
        }
    }

    /// A model with the initial weights of `seed`.
    pub fn init(&self, seed: u64, device: &Device) -> PixelCnn {
        self.load(&initialise(&self.network.clone().into(), seed), device)
    }

    /// A model with given weights, in the order of [`Network::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the network's.
    pub fn load(&self, parameters: &[f32], device: &Device) -> PixelCnn {
        self.build(&Source::new(self.network.parameters(), parameters, device))
    }

    pub(crate) fn build(&self, source: &Source) -> PixelCnn {
        PixelCnn { decoder: Decoder::load(source, &self.network) }
    }
}

/// An autoregressive model of binary pictures.
#[derive(Module, Debug)]
pub struct PixelCnn {
    pub(crate) decoder: Decoder,
}

impl PixelCnn {
    /// The logit of ink at each pixel, given the pixels before it.
    ///
    /// # Shapes
    /// `pictures`: `[b, r, c]` of 0 and 1, to `[b, r, c]`
    pub fn forward(&self, pictures: Tensor<3>) -> Tensor<3> {
        self.decoder.forward(pictures, None)
    }

    /// −ln p of each picture's hidden pixels given the earlier ones, in nats; all of the picture's
    /// where `known` is zero.
    ///
    /// # Shapes
    /// Twice `[b, r, c]` of 0 and 1, to `[b]`
    pub fn loss(&self, pictures: Tensor<3>, known: Tensor<3>) -> Tensor<1> {
        nats(self.forward(pictures.clone()), pictures, known)
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
        sample(|pictures| self.forward(pictures), pictures, &known, uniform)
    }
}
