//! Any of the models, for whoever trains or explores all of them alike.

use burn::tensor::{Device, Gradients, Tensor};
use halfdrawn_format::{Architecture, Network};

use crate::parameters::{Source, device_gradient, flat_gradient};
use crate::{
    Autoencoder, AutoencoderConfig, Classifier, ClassifierConfig, Completion, CompletionConfig,
    Parts, PixelCnn, PixelCnnConfig, Vae, VaeConfig,
};

/// A model of any kind.
#[derive(Clone, Debug)]
pub enum Model {
    /// p(x) pixel by pixel.
    PixelCnn(Box<PixelCnn>),
    /// p(hidden | known).
    Completion(Box<Completion>),
    /// A code of a few numbers.
    Autoencoder(Box<Autoencoder>),
    /// A latent variable model.
    Vae(Box<Vae>),
    /// p(class | picture).
    Classifier(Box<Classifier>),
}

/// What a loss is taken of. Tensors that a model does not use may be empty.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// `[b, pixels]` of 0 and 1; for a classifier, of 0 to 1.
    pub pictures: Tensor<2>,
    /// `[b, pixels]` of 0 and 1, for models that go pixel by pixel.
    pub known: Option<Tensor<2>>,
    /// One-hot `[b, classes]`, for conditional models and classifiers.
    pub labels: Option<Tensor<2>>,
    /// `[b, d]`, for variational autoencoders.
    pub noise: Option<Tensor<2>>,
}

/// The loss of each picture.
#[derive(Clone, Debug)]
pub struct Losses {
    /// `[b]`: all of the loss, or of −ELBO what the decoder pays.
    pub reconstruction: Tensor<1>,
    /// `[b, d]`: of −ELBO what the encoder pays.
    pub kl: Option<Tensor<2>>,
}

impl Model {
    /// A model with given weights, in the order of [`Architecture::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's, or for a GAN, which is played.
    pub fn load(architecture: &Architecture, parameters: &[f32], device: &Device) -> Self {
        let source = Source::new(architecture.parameters(), parameters, device);
        Self::build(architecture, &source)
    }

    /// A model whose weights, `[parameters]`, are on its device already; ready to be differentiated.
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's, or for a GAN, which is played.
    pub fn on_device(architecture: &Architecture, parameters: Tensor<1>) -> Self {
        Self::build(architecture, &Source::on_device(architecture.parameters(), parameters))
    }

    fn build(architecture: &Architecture, source: &Source) -> Self {
        match architecture.clone() {
            Architecture::PixelCnn(network @ Network { context: None, .. }) => {
                Self::PixelCnn(Box::new(PixelCnnConfig { network }.build(source)))
            }
            Architecture::PixelCnn(network) => {
                Self::Completion(Box::new(CompletionConfig { network }.build(source)))
            }
            Architecture::Autoencoder(config) => {
                Self::Autoencoder(Box::new(AutoencoderConfig { config }.build(source)))
            }
            Architecture::Vae(config) => Self::Vae(Box::new(VaeConfig { config }.build(source))),
            Architecture::Classifier(config) => {
                Self::Classifier(Box::new(ClassifierConfig { config }.build(source)))
            }
            Architecture::Gan(_) => panic!("the players of a GAN have no loss in common"),
        }
    }

    /// The losses of a batch.
    ///
    /// # Panics
    /// Where an input that this model uses is missing.
    pub fn losses(&self, inputs: Inputs, sides: [usize; 2]) -> Losses {
        let Inputs { pictures, known, labels, noise } = inputs;
        let [b, _] = pictures.dims();
        let grid = |x: Tensor<2>| x.reshape([b, sides[0], sides[1]]); // [b, r, c]
        let known = known.map(grid);
        let whole = |reconstruction| Losses { reconstruction, kl: None };
        match self {
            Self::PixelCnn(model) => {
                whole(model.loss(grid(pictures), known.expect("which pixels are known")))
            }
            Self::Completion(model) => {
                whole(model.loss(grid(pictures), known.expect("which pixels are known")))
            }
            Self::Autoencoder(model) => whole(model.loss(pictures, labels)),
            Self::Vae(model) => {
                let noise = noise.expect("noise for the latent variables");
                let Parts { reconstruction, kl } = model.loss_parts(pictures, labels, noise);
                Losses { reconstruction, kl: Some(kl) }
            }
            Self::Classifier(model) => whole(model.loss(pictures, labels.expect("labels"))),
        }
    }

    /// Mean and log-variance of the latent variables; the log-variance of a code is absent. None
    /// where the model has no latent variables.
    ///
    /// # Shapes
    /// `[b, pixels]` of 0 to 1, one-hot `[b, classes]`, to `[b, d]`
    pub fn encode(
        &self,
        pictures: Tensor<2>,
        labels: Option<Tensor<2>>,
    ) -> Option<(Tensor<2>, Option<Tensor<2>>)> {
        match self {
            Self::Autoencoder(model) => Some((model.encode(pictures, labels), None)),
            Self::Vae(model) => {
                let (mean, log_variance) = model.encode(pictures, labels);
                Some((mean, Some(log_variance)))
            }
            _ => None,
        }
    }

    /// The logits of pictures; none where the model has no latent variables.
    ///
    /// # Shapes
    /// `[b, d]`, one-hot `[b, classes]`, to `[b, pixels]`
    pub fn decode(&self, latents: Tensor<2>, labels: Option<Tensor<2>>) -> Option<Tensor<2>> {
        match self {
            Self::Autoencoder(model) => Some(model.decode(latents, labels)),
            Self::Vae(model) => Some(model.decode(latents, labels)),
            _ => None,
        }
    }

    /// The gradient of every parameter, in order.
    pub fn flat_gradient(&self, architecture: &Architecture, gradients: &Gradients) -> Vec<f32> {
        let table = architecture.parameters();
        match self {
            Self::PixelCnn(model) => flat_gradient(model.as_ref(), &table, gradients),
            Self::Completion(model) => flat_gradient(model.as_ref(), &table, gradients),
            Self::Autoencoder(model) => flat_gradient(model.as_ref(), &table, gradients),
            Self::Vae(model) => flat_gradient(model.as_ref(), &table, gradients),
            Self::Classifier(model) => flat_gradient(model.as_ref(), &table, gradients),
        }
    }

    /// The gradient of every parameter, in order, as one tensor on `device`.
    pub fn device_gradient(
        &self,
        architecture: &Architecture,
        gradients: &Gradients,
        device: &Device,
    ) -> Tensor<1> {
        let table = architecture.parameters();
        match self {
            Self::PixelCnn(model) => device_gradient(model.as_ref(), &table, gradients, device),
            Self::Completion(model) => device_gradient(model.as_ref(), &table, gradients, device),
            Self::Autoencoder(model) => device_gradient(model.as_ref(), &table, gradients, device),
            Self::Vae(model) => device_gradient(model.as_ref(), &table, gradients, device),
            Self::Classifier(model) => device_gradient(model.as_ref(), &table, gradients, device),
        }
    }
}
