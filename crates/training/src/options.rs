//! How a model is trained, and what a step of it tells.

use serde::{Deserialize, Serialize};

use crate::optimiser::{OptimiserOptions, learning_rate};

/// How a model is trained. The same options, data and device give the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainerOptions {
    /// Seeds initial weights, the order of pictures, binarisation, masks and noise.
    pub seed: u64,
    /// Epochs that the learning rate's schedule spans, and after which a run is finished.
    pub epochs: u64,
    /// Pictures to a step.
    pub batch: usize,
    /// What becomes of the learning rate.
    pub schedule: Schedule,
    /// Share of training over which the learning rate rises, under [`Schedule::Cosine`].
    pub warm_up: f64,
    /// Where the learning rate ends, as a share of its peak, under [`Schedule::Cosine`].
    pub floor: f64,
    /// Weight of the KL in the loss of a variational autoencoder.
    pub beta: f64,
    /// Steps over which that weight rises from zero.
    pub kl_warm_up: u64,
    /// Epochs without a better validation loss after which a run is finished; 0: never.
    pub patience: u64,
    /// The optimiser's own options.
    pub optimiser: OptimiserOptions,
}

/// What becomes of the learning rate while a model is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// It rises, then falls along half a cosine.
    #[default]
    Cosine,
    /// It stays.
    Constant,
}

impl Default for TrainerOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            epochs: 12,
            batch: 32,
            schedule: Schedule::Cosine,
            warm_up: 0.02,
            floor: 0.01,
            beta: 1.0,
            kl_warm_up: 0,
            patience: 0,
            optimiser: OptimiserOptions::default(),
        }
    }
}

impl TrainerOptions {
    /// The share of the full learning rate after `step` of `total` steps.
    pub(crate) fn rate(&self, step: u64, total: u64) -> f64 {
        match self.schedule {
            Schedule::Constant => 1.0,
            Schedule::Cosine => {
                learning_rate(step as f64 / total.max(1) as f64, self.warm_up, self.floor)
            }
        }
    }

    /// The weight of the KL after `step` steps.
    pub(crate) fn beta(&self, step: u64) -> f64 {
        if step >= self.kl_warm_up {
            return self.beta;
        }
        self.beta * (step + 1) as f64 / self.kl_warm_up as f64
    }
}

/// What may be changed while a run goes on; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Change {
    /// The largest learning rate.
    pub learning_rate: Option<f64>,
    /// Weight of the KL.
    pub beta: Option<f64>,
    /// Epochs in all.
    pub epochs: Option<u64>,
    /// Epochs without a better validation loss.
    pub patience: Option<u64>,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// Steps done since the start of the run.
    pub step: u64,
    /// Epoch of this step's pictures, from zero.
    pub epoch: u64,
    /// What was minimised, mean over the batch: reconstruction + β·KL.
    pub loss: f64,
    /// Nats of the pixels.
    pub reconstruction: f64,
    /// KL(q(z|x) ‖ p(z)) in nats; zero but in a variational autoencoder.
    pub kl: f64,
    /// Length of the gradient before clipping.
    pub gradient_norm: f64,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Pictures of the step.
    pub pictures: usize,
}

/// The mean loss of held-out pictures, in nats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Validation {
    /// Reconstruction + KL, whatever β is: −ELBO of a variational autoencoder.
    pub loss: f64,
    /// Nats of the pixels.
    pub reconstruction: f64,
    /// KL(q(z|x) ‖ p(z)).
    pub kl: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_of_the_kl_rises_in_a_line_and_stays() {
        let options = TrainerOptions { beta: 2.0, kl_warm_up: 4, ..TrainerOptions::default() };
        let betas: Vec<f64> = (0..6).map(|step| options.beta(step)).collect();
        assert_eq!(betas, [0.5, 1.0, 1.5, 2.0, 2.0, 2.0]);
        assert_eq!(TrainerOptions::default().beta(0), 1.0);
    }

    #[test]
    fn options_older_than_variational_autoencoders_still_read() {
        let old = r#"{"seed":3,"epochs":7,"batch":16,"warm_up":0.02,"floor":0.01,"optimiser":
            {"learning_rate":0.005,"beta1":0.9,"beta2":0.99,"clip":20.0,"average_decay":0.9995}}"#;
        let read: TrainerOptions = serde_json::from_str(old).unwrap();
        assert_eq!((read.seed, read.batch, read.beta), (3, 16, 1.0));
        assert_eq!((read.schedule, read.patience), (Schedule::Cosine, 0));
    }
}
