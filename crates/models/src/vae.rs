//! Variational autoencoder: Kingma and Welling 2014, "Auto-encoding variational Bayes".
//!
//! ln p(x) ≥ E_q(z|x) ln p(x|z) − KL(q(z|x) ‖ p(z)), with p(z) = N(0, I), q(z|x) = N(μ, σ²) by the
//! encoder, p(x|z) one Bernoulli a pixel by the decoder, and one sample z = μ + σ·ε a picture.
//!
//! Departures: relu in place of tanh; the KL may be weighted by β (Higgins et al. 2017); with
//! classes, all of it given the digit (Kingma et al. 2014, M2 with every label known).

use burn::module::Module;
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use halfdrawn_format::{Architecture, Body, Coder as CoderConfig, Conv, Vae as Config, initialise};

use crate::coder::{Coder, bernoulli};
use crate::parameters::Source;

/// The configuration of a [`Vae`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaeConfig {
    /// Encoder and decoder.
    pub config: Config,
}

/// Layers of the presets, for autoencoder and variational autoencoder alike.
pub(crate) fn preset(name: &str, conditional: bool) -> Option<CoderConfig> {
    let (latent, body) = match name {
        "mlp-2d" => (2, Body::Mlp { hidden: vec![400, 200] }),
        "mlp-20" => (20, Body::Mlp { hidden: vec![400] }),
        "conv-32" => {
            let conv =
                Conv { width: [32, 64], hidden: [16, 32], blocks: [2, 2], squeeze: 8, dense: 256 };
            (32, Body::Conv(conv))
        }
        _ => return None,
    };
    let classes = if conditional { 10 } else { 0 };
    Some(CoderConfig { rows: 28, columns: 28, latent, classes, body })
}

impl VaeConfig {
    /// The presets: `mlp-2d`, whose two latent variables make a map; `mlp-20`, 784-400-20 as in the
    /// paper; `conv-32`, residual blocks. `conditional` ones are told the digit.
    pub fn preset(name: &str, conditional: bool) -> Option<Self> {
        preset(name, conditional).map(|coder| Self { config: Config { coder } })
    }

    /// What files and training runs call it.
    pub fn architecture(&self) -> Architecture {
        Architecture::Vae(self.config.clone())
    }

    /// A model with the initial weights of `seed`.
    pub fn init(&self, seed: u64, device: &Device) -> Vae {
        self.load(&initialise(&self.architecture(), seed), device)
    }

    /// A model with given weights, in the order of [`Architecture::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's.
    pub fn load(&self, parameters: &[f32], device: &Device) -> Vae {
        self.build(&Source::new(self.architecture().parameters(), parameters, device))
    }

    pub(crate) fn build(&self, source: &Source) -> Vae {
        Vae { coder: Coder::load(source, &self.config.coder), latent: self.config.coder.latent }
    }
}

/// A latent variable model of binary pictures.
#[derive(Module, Debug)]
pub struct Vae {
    pub(crate) coder: Coder,
    #[module(skip)]
    latent: usize,
}

/// The two terms of −ELBO in nats.
#[derive(Clone, Debug)]
pub struct Parts {
    /// −ln p(x|z) of each picture, `[b]`.
    pub reconstruction: Tensor<1>,
    /// KL(q(z|x) ‖ p(z)) of each picture and latent variable, `[b, d]`.
    pub kl: Tensor<2>,
}

impl Vae {
    /// Mean and log-variance of q(z|x).
    ///
    /// # Shapes
    /// `pictures`: `[b, pixels]` of 0 to 1, `labels`: one-hot `[b, classes]`, to twice `[b, d]`
    pub fn encode(&self, pictures: Tensor<2>, labels: Option<Tensor<2>>) -> (Tensor<2>, Tensor<2>) {
        let [b, _] = pictures.dims();
        let both = self.coder.encode(pictures, labels); // [b, 2·d]
        let mean = both.clone().slice([0..b, 0..self.latent]); // [b, d]
        let log_variance = both.slice([0..b, self.latent..2 * self.latent]); // [b, d]
        (mean, log_variance)
    }

    /// The logit of ink at each pixel.
    ///
    /// # Shapes
    /// `latents`: `[b, d]`, `labels`: one-hot `[b, classes]`, to `[b, pixels]`
    pub fn decode(&self, latents: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        self.coder.decode(latents, labels)
    }

    /// The terms of −ELBO at z = μ + σ·ε, `noise` being ε.
    ///
    /// # Shapes
    /// `pictures`: `[b, pixels]` of 0 and 1, `labels`: one-hot `[b, classes]`, `noise`: `[b, d]`
    pub fn loss_parts(
        &self,
        pictures: Tensor<2>,
        labels: Option<Tensor<2>>,
        noise: Tensor<2>,
    ) -> Parts {
        let (mean, log_variance) = self.encode(pictures.clone(), labels.clone());
        let latents = mean.clone() + (log_variance.clone() * 0.5).exp() * noise; // [b, d]
        let reconstruction = bernoulli(self.decode(latents, labels), pictures);
        let kl = (mean.square() + log_variance.clone().exp() - log_variance - 1.0) * 0.5;
        Parts { reconstruction, kl }
    }

    /// −ELBO of each picture in nats.
    ///
    /// # Shapes
    /// As [`Vae::loss_parts`], to `[b]`
    pub fn loss(
        &self,
        pictures: Tensor<2>,
        labels: Option<Tensor<2>>,
        noise: Tensor<2>,
    ) -> Tensor<1> {
        let Parts { reconstruction, kl } = self.loss_parts(pictures, labels, noise);
        reconstruction + kl.sum_dim(1).squeeze_dim(1) // [b]
    }

    /// p(ink) of each pixel at latent variables drawn from the prior, `noise`.
    ///
    /// # Shapes
    /// `noise`: `[b, d]`, `labels`: one-hot `[b, classes]`, to `[b, pixels]`
    pub fn sample(&self, noise: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        sigmoid(self.decode(noise, labels))
    }
}
