//! What JavaScript asks to be trained.

use halfdrawn_format::{Architecture, Reconstruction};
use halfdrawn_models::{AutoencoderConfig, PixelCnnConfig, VaeConfig};
use halfdrawn_training::{OptimiserOptions, Schedule, TrainerOptions};
use serde::Deserialize;

use crate::error::Failure;

/// A model and how it is trained.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    model: String,
    preset: String,
    seed: u32,
    #[serde(default)]
    options: Options,
}

/// What is absent is as the preset has it, or as [`Options::default`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Options {
    batch: usize,
    learning_rate: f64,
    beta: f64,
    warm_up: u32,
    epochs: u32,
    patience: u32,
    latent: Option<usize>,
    conditional: bool,
    loss: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            batch: 128,
            learning_rate: 1e-3,
            beta: 1.0,
            warm_up: 0,
            epochs: 20,
            patience: 0,
            latent: None,
            conditional: false,
            loss: None,
        }
    }
}

impl Spec {
    /// The model's layers and sizes.
    pub fn architecture(&self) -> Result<Architecture, Failure> {
        let Options { conditional, latent, .. } = self.options;
        let reconstruction = match self.options.loss.as_deref() {
            None | Some("bernoulli") => Reconstruction::Bernoulli,
            Some("squared") => Reconstruction::Squared,
            Some(other) => {
                let message = format!("loss is '{other}', but must be bernoulli or squared");
                return Err(Failure::new("option", message));
            }
        };
        let mut architecture = match self.model.as_str() {
            "vae" => {
                VaeConfig::preset(&self.preset, conditional).map(|config| config.architecture())
            }
            "autoencoder" => AutoencoderConfig::preset(&self.preset, conditional)
                .map(|config| config.architecture()),
            "pixelcnn" => PixelCnnConfig::preset(&self.preset)
                .map(|config| Architecture::PixelCnn(config.network)),
            _ => None,
        }
        .ok_or_else(|| {
            let message = format!("there is no preset '{}' of '{}'", self.preset, self.model);
            Failure::new("option", message)
        })?;
        match &mut architecture {
            Architecture::Vae(vae) => vae.coder.latent = latent.unwrap_or(vae.coder.latent),
            Architecture::Autoencoder(model) => {
                model.coder.latent = latent.unwrap_or(model.coder.latent);
                model.reconstruction = reconstruction;
            }
            _ => {}
        }
        architecture
            .validate()
            .map_err(|error| Failure::new("option", format!("this model cannot be: {error}")))?;
        Ok(architecture)
    }

    /// How it is trained.
    pub fn trainer(&self) -> TrainerOptions {
        let Options { batch, learning_rate, beta, warm_up, epochs, patience, .. } = self.options;
        TrainerOptions {
            seed: u64::from(self.seed),
            epochs: u64::from(epochs),
            batch,
            schedule: Schedule::Constant,
            beta,
            kl_warm_up: u64::from(warm_up),
            patience: u64::from(patience),
            optimiser: OptimiserOptions { learning_rate, ..OptimiserOptions::default() },
            ..TrainerOptions::default()
        }
    }
}
