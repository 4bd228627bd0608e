//! Looking around in a model with latent variables: encode, decode, and what a picture costs.

use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_data::noise_into;
use halfdrawn_format::{Architecture, Weights};
use halfdrawn_metrics::{gaussian_log_ratio, log_mean_exp};
use halfdrawn_models::{Inputs, Losses, Model};
use thiserror::Error;

use crate::burn_gradients::{one_hot, sides};

/// Pictures decoded at once.
const BATCH: usize = 100;

/// Why a request was refused. Each message names the argument and says what it must be.
#[derive(Debug, Error, PartialEq)]
pub enum ExploreError {
    /// The model has no latent variables.
    #[error("a model of kind {0} has no latent variables: name a vae or an autoencoder")]
    Kind(&'static str),
    /// The model tells no classes apart.
    #[error("a model of kind {0} tells nothing apart: name a classifier")]
    NoClassifier(&'static str),
    /// An argument is too short or too long.
    #[error("{argument} has {found} values where {expected} are expected")]
    Length {
        /// The argument's name.
        argument: &'static str,
        /// Values found.
        found: usize,
        /// Values expected.
        expected: String,
    },
    /// A value is out of bounds.
    #[error("{argument}[{index}] is {value}, but must be {bounds}")]
    Value {
        /// The argument's name.
        argument: &'static str,
        /// Index of the first value at fault.
        index: usize,
        /// That value.
        value: f64,
        /// What it must be.
        bounds: &'static str,
    },
    /// The device failed.
    #[error("the device failed ({0}); try again on the CPU")]
    Device(String),
}

/// What pictures cost under a variational autoencoder, in nats.
#[derive(Clone, Debug, PartialEq)]
pub struct Elbo {
    /// −(reconstruction + Σ KL) of each picture.
    pub elbo: Vec<f64>,
    /// −E ln p(x|z) of each picture, by so many samples of z.
    pub reconstruction: Vec<f64>,
    /// KL(q(z|x) ‖ p(z)) of each picture and latent variable.
    pub kl: Vec<f64>,
}

/// A model with latent variables, ready to look around in.
pub struct Explorer {
    architecture: Architecture,
    model: Model,
    device: Device,
}

impl Explorer {
    /// Loads weights onto a device.
    ///
    /// # Errors
    /// A model without latent variables.
    pub fn load(weights: &Weights, device: &Device) -> Result<Self, ExploreError> {
        let architecture = weights.architecture.clone();
        if architecture.coder().is_none() {
            return Err(ExploreError::Kind(architecture.kind()));
        }
        let model = Model::load(&architecture, &weights.parameters, device);
        Ok(Self::new(architecture, model, device.clone()))
    }

    pub(crate) fn new(architecture: Architecture, model: Model, device: Device) -> Self {
        Self { architecture, model, device }
    }

    /// The model's architecture.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Mean and log-variance of the latent variables of pictures of 0 to 1, one after the other;
    /// an autoencoder's log-variance is empty. `labels` holds a digit a picture for a conditional
    /// model, and is empty for the others.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub async fn encode(
        &self,
        images: &[f32],
        labels: &[u8],
    ) -> Result<(Vec<f32>, Vec<f32>), ExploreError> {
        let count = self.check_images(images, labels)?;
        let pictures = self.tensor(images, count);
        let kind = || ExploreError::Kind(self.architecture.kind());
        let (mean, log_variance) =
            self.model.encode(pictures, self.one_hot(labels)).ok_or_else(kind)?;
        let log_variance = match log_variance {
            Some(log_variance) => read(log_variance).await?,
            None => Vec::new(),
        };
        Ok((read(mean).await?, log_variance))
    }

    /// p(ink) of each pixel of the pictures of `latents`, d numbers a picture.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub async fn decode(&self, latents: &[f32], labels: &[u8]) -> Result<Vec<f32>, ExploreError> {
        let latent = self.architecture.latent();
        let count = self.check("latents", latents, latent, labels)?;
        let bounds = "finite";
        check_values("latents", latents, |value| value.is_finite(), bounds)?;
        let kind = || ExploreError::Kind(self.architecture.kind());
        let logits = self.model.decode(self.tensor(latents, count), self.one_hot(labels));
        read(sigmoid(logits.ok_or_else(kind)?)).await
    }

    /// p(ink) of each pixel of `count` pictures from the prior N(0, I). `labels` holds one digit a
    /// picture for a conditional model, and is empty for the others.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub async fn sample(
        &self,
        count: usize,
        seed: u64,
        labels: &[u8],
    ) -> Result<Vec<f32>, ExploreError> {
        let mut latents = vec![0.0; count * self.architecture.latent()];
        noise_into(seed, 0, &mut latents);
        self.decode(&latents, labels).await
    }

    /// What each picture costs, the reconstruction by the mean over `samples` of z.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub async fn elbo(
        &self,
        images: &[f32],
        labels: &[u8],
        seed: u64,
        samples: usize,
    ) -> Result<Elbo, ExploreError> {
        let count = self.check_images(images, labels)?;
        let latent = self.architecture.latent();
        let (mut reconstruction, mut kl) = (vec![0.0; count], Vec::new());
        for sample in 0..samples.max(1) {
            let mut noise = vec![0.0; count * latent];
            noise_into(seed, sample as u64, &mut noise);
            let inputs = Inputs {
                pictures: self.tensor(images, count),
                known: None,
                labels: self.one_hot(labels),
                noise: Some(self.tensor(&noise, count)),
            };
            let losses = self.model.losses(inputs, sides(&self.architecture));
            let Losses { reconstruction: nats, kl: each } = losses;
            let nats = read(nats).await?;
            for (sum, nats) in reconstruction.iter_mut().zip(nats) {
                *sum += f64::from(nats) / samples.max(1) as f64;
            }
            if sample == 0 {
                kl = match each {
                    Some(each) => read(each).await?.into_iter().map(f64::from).collect(),
                    None => vec![0.0; count * latent],
                };
            }
        }
        let sums = kl.chunks_exact(latent).map(|kl| kl.iter().sum::<f64>());
        let elbo = reconstruction.iter().zip(sums).map(|(nats, kl)| -nats - kl).collect();
        Ok(Elbo { elbo, reconstruction, kl })
    }

    /// The importance-weighted bound on ln p(x) of each picture, ln 1/k Σ p(x, zᵢ)/q(zᵢ|x) with
    /// `k` samples of z (Burda et al. 2015, equation 8); k = 1 is the ELBO by one sample.
    ///
    /// # Errors
    /// An argument out of bounds, or a model that is no variational autoencoder.
    pub async fn bound(
        &self,
        images: &[f32],
        labels: &[u8],
        seed: u64,
        k: usize,
    ) -> Result<Vec<f64>, ExploreError> {
        let count = self.check_images(images, labels)?;
        let (mean, log_variance) = self.encode(images, labels).await?;
        if log_variance.is_empty() {
            return Err(ExploreError::Kind(self.architecture.kind()));
        }
        let (latent, pixels) = (self.architecture.latent(), self.architecture.pixels());
        let mut bounds = Vec::with_capacity(count);
        for index in 0..count {
            let place = index * latent..(index + 1) * latent;
            let (mean, log_variance) = (&mean[place.clone()], &log_variance[place]);
            let image = &images[index * pixels..(index + 1) * pixels];
            let mut noise = vec![0.0; k * latent];
            noise_into(seed, index as u64, &mut noise);
            let mut weights = Vec::with_capacity(k);
            for noise in noise.chunks(BATCH * latent) {
                let latents: Vec<f32> = noise
                    .chunks_exact(latent)
                    .flat_map(|noise| latents(mean, log_variance, noise))
                    .collect();
                let labels = match self.architecture.conditional() {
                    true => vec![labels[index]; noise.len() / latent],
                    false => Vec::new(),
                };
                let nats = self.nats(&latents, &labels, image).await?;
                for ((nats, z), noise) in
                    nats.iter().zip(latents.chunks(latent)).zip(noise.chunks(latent))
                {
                    weights.push(log_ratio(z, noise, log_variance) - f64::from(*nats));
                }
            }
            bounds.push(log_mean_exp(&weights));
        }
        Ok(bounds)
    }

    /// −ln p(image | z) of each z.
    async fn nats(
        &self,
        latents: &[f32],
        labels: &[u8],
        image: &[f32],
    ) -> Result<Vec<f32>, ExploreError> {
        let count = latents.len() / self.architecture.latent();
        let kind = || ExploreError::Kind(self.architecture.kind());
        let logits = self.model.decode(self.tensor(latents, count), self.one_hot(labels));
        let logits = logits.ok_or_else(kind)?;
        read(halfdrawn_models::bernoulli(logits, self.tensor(image, 1))).await
    }

    fn one_hot(&self, labels: &[u8]) -> Option<Tensor<2>> {
        let classes = self.architecture.coder().map_or(0, |coder| coder.classes);
        one_hot(labels, classes, &self.device)
    }

    /// # Shapes
    /// To `[count, len / count]`
    fn tensor(&self, values: &[f32], count: usize) -> Tensor<2> {
        let shape = [count, values.len() / count.max(1)];
        Tensor::from_data(TensorData::new(values.to_vec(), shape), &self.device)
    }

    fn check_images(&self, images: &[f32], labels: &[u8]) -> Result<usize, ExploreError> {
        let count = self.check("images", images, self.architecture.pixels(), labels)?;
        check_values("images", images, |value| (0.0..=1.0).contains(&value), "from 0 to 1")?;
        Ok(count)
    }

    /// Checks lengths and labels; tells how many rows there are.
    fn check(
        &self,
        argument: &'static str,
        values: &[f32],
        width: usize,
        labels: &[u8],
    ) -> Result<usize, ExploreError> {
        let count = values.len() / width.max(1);
        if width == 0 {
            return Err(ExploreError::Kind(self.architecture.kind()));
        }
        if values.is_empty() || values.len() != count * width {
            let expected = format!("a multiple of {width}");
            return Err(ExploreError::Length { argument, found: values.len(), expected });
        }
        let expected = if self.architecture.conditional() { count } else { 0 };
        if labels.len() != expected {
            let (found, expected) = (labels.len(), expected.to_string());
            return Err(ExploreError::Length { argument: "labels", found, expected });
        }
        let digits: Vec<f32> = labels.iter().map(|&label| f32::from(label)).collect();
        check_values("labels", &digits, |label| label < 10.0, "a digit from 0 to 9")?;
        Ok(count)
    }
}

/// z = μ + σ·ε.
fn latents(mean: &[f32], log_variance: &[f32], noise: &[f32]) -> Vec<f32> {
    let terms = mean.iter().zip(log_variance).zip(noise);
    terms.map(|((mean, log), noise)| mean + (0.5 * log).exp() * noise).collect()
}

/// ln p(z) − ln q(z|x), summed over latent variables.
fn log_ratio(z: &[f32], noise: &[f32], log_variance: &[f32]) -> f64 {
    let terms = z.iter().zip(noise).zip(log_variance);
    terms.map(|((&z, &noise), &log)| gaussian_log_ratio(z.into(), noise.into(), log.into())).sum()
}

pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, ExploreError> {
    let data = tensor.into_data_async().await;
    let data = data.map_err(|error| ExploreError::Device(format!("{error:?}")))?;
    data.try_to_vec().map_err(|error| ExploreError::Device(format!("{error:?}")))
}

pub(crate) fn check_values(
    argument: &'static str,
    values: &[f32],
    sound: impl Fn(f32) -> bool,
    bounds: &'static str,
) -> Result<(), ExploreError> {
    match values.iter().position(|&value| !sound(value)) {
        Some(index) => {
            let value = f64::from(values[index]);
            Err(ExploreError::Value { argument, index, value, bounds })
        }
        None => Ok(()),
    }
}
