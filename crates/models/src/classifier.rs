//! Classifier: a residual network with identity shortcuts (He et al. 2016, "Identity mappings in deep
//! residual networks").
//!
//! Minimises −ln p(class | picture), where p = softmax(logits).
//!
//! Departures: no batch normalisation (see [`halfdrawn_format::initialise`]); resolution changes by
//! folding, as in the other models' encoders; a small dense layer in place of an average over pixels.
//! Its width is that of the features in which samples are compared with data.

use burn::module::Module;
use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{Device, Tensor};
use halfdrawn_format::{Architecture, Classifier as Config, Conv, initialise};

use crate::coder::ConvEncoder;
use crate::parameters::Source;

/// The configuration of a [`Classifier`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassifierConfig {
    /// Its layers.
    pub config: Config,
}

impl ClassifierConfig {
    /// The preset `small`: 64 features, 250 kB at 16 bit.
    pub fn preset(name: &str) -> Option<Self> {
        let conv =
            Conv { width: [32, 64], hidden: [32, 32], blocks: [2, 3], squeeze: 16, dense: 64 };
        let config = Config { rows: 28, columns: 28, classes: 10, conv };
        (name == "small").then_some(Self { config })
    }

    /// What files and training runs call it.
    pub fn architecture(&self) -> Architecture {
        Architecture::Classifier(self.config.clone())
    }

    /// A model with the initial weights of `seed`.
    pub fn init(&self, seed: u64, device: &Device) -> Classifier {
        self.load(&initialise(&self.architecture(), seed), device)
    }

    /// A model with given weights, in the order of [`Architecture::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's.
    pub fn load(&self, parameters: &[f32], device: &Device) -> Classifier {
        self.build(&Source::new(self.architecture().parameters(), parameters, device))
    }

    pub(crate) fn build(&self, source: &Source) -> Classifier {
        let sides = [self.config.rows, self.config.columns];
        Classifier { encoder: ConvEncoder::load(source, sides, &self.config.conv) }
    }
}

/// Tells what a picture shows.
#[derive(Module, Debug)]
pub struct Classifier {
    encoder: ConvEncoder,
}

impl Classifier {
    /// What the last layer sees of each picture.
    ///
    /// # Shapes
    /// `[b, pixels]` of 0 to 1, to `[b, dense]`
    pub fn features(&self, pictures: Tensor<2>) -> Tensor<2> {
        self.encoder.features(pictures, None)
    }

    /// The logit of each class.
    ///
    /// # Shapes
    /// `[b, pixels]` of 0 to 1, to `[b, classes]`
    pub fn forward(&self, pictures: Tensor<2>) -> Tensor<2> {
        self.encoder.forward(pictures, None)
    }

    /// p(class | picture).
    ///
    /// # Shapes
    /// `[b, pixels]` of 0 to 1, to `[b, classes]`
    pub fn classify(&self, pictures: Tensor<2>) -> Tensor<2> {
        softmax(self.forward(pictures), 1)
    }

    /// −ln p(class | picture) in nats.
    ///
    /// # Shapes
    /// `pictures`: `[b, pixels]` of 0 to 1, `labels`: one-hot `[b, classes]`, to `[b]`
    pub fn loss(&self, pictures: Tensor<2>, labels: Tensor<2>) -> Tensor<1> {
        let log = log_softmax(self.forward(pictures), 1); // [b, classes]
        (log * labels).sum_dim(1).neg().squeeze_dim(1) // [b]
    }
}
