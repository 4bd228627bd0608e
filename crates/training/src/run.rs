//! A training run: a state that is stepped, saved and restored by whoever owns it.

use std::sync::Arc;

use halfdrawn_data::{
    BatchError, Batches, Digits, MaskKind, MaskMix, PIXELS, binarise_into, distort_into,
    noise_into, picture_rng,
};
use halfdrawn_format::{Architecture, NetworkError, Weights, initialise};
use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::compute::Compute;
use crate::explorer::Explorer;
use crate::gradient::{Batch, Loss};
use crate::learner::{Kept, Learner, Settings};
use crate::optimiser::Optimiser;
use crate::options::{Change, Metrics, TrainerOptions, Validation};

/// Pictures evaluated at once while validating.
const VALIDATION_BATCH: usize = 64;
/// Steps between two states that a run which diverges may return to.
const KEEP_EVERY: u64 = 32;
/// A loss of this many times that of a model which says p(ink) = ½ everywhere is no fluctuation.
const EXPLODED: f64 = 10.0 * std::f64::consts::LN_2;
/// Epochs and steps count up from zero: the last number is never one of training's.
const HELD_OUT: u64 = u64::MAX;

/// The best average of the weights that validation has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// Its validation loss in nats.
    pub nats: f64,
    /// The epoch it was reached in.
    pub epoch: u64,
    /// The weights.
    pub average: Vec<f32>,
}

/// Why a run cannot start or go on.
#[derive(Debug, Error)]
pub enum TrainingError {
    /// The loss or the gradient stopped being a number, or grew without bounds; the weights are
    /// those of a step that was good.
    #[error(
        "training diverged at step {step} (loss {loss:.4e}); the weights of step {kept} are kept: lower the learning rate, now {learning_rate}"
    )]
    Diverged {
        /// The step that failed.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Steps behind the weights that were kept.
        kept: u64,
        /// The setting of the learning rate.
        learning_rate: f64,
    },
    /// The batch size or the place in the data does not fit the data.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The architecture is out of bounds.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A snapshot cannot be read or written.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A setting is out of bounds.
    #[error("{setting} is {value}, but must be {bounds}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        bounds: &'static str,
    },
    /// The architecture is made for pictures of another size.
    #[error("the model takes pictures of {0} pixels, the data has 784: choose another model")]
    Pixels(usize),
    /// A GAN has no loss of its own.
    #[error("a gan is no model of one loss: play it as a game")]
    Game,
}

/// A run on some digits. It knows no clock and no file.
pub struct Run {
    architecture: Architecture,
    options: TrainerOptions,
    digits: Arc<Digits>,
    batches: Batches,
    mix: MaskMix,
    learner: Learner,
    /// A state with a good loss, and its place in the data.
    good: Option<(Kept, u64, usize)>,
}

impl Run {
    /// Starts with fresh weights.
    ///
    /// # Errors
    /// An architecture or options that are out of bounds or do not fit the data.
    pub fn new(
        architecture: Architecture,
        options: TrainerOptions,
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, TrainingError> {
        architecture.validate()?;
        let optimiser = Optimiser::new(initialise(&architecture, options.seed));
        let start =
            Checkpoint { architecture, options, epoch: 0, position: 0, optimiser, best: None };
        Self::resume(start, digits, compute)
    }

    /// Starts with given weights, as a visitor's own.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub fn from_weights(
        weights: Weights,
        options: TrainerOptions,
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, TrainingError> {
        let Weights { architecture, parameters, .. } = weights;
        let optimiser = Optimiser::new(parameters);
        let start =
            Checkpoint { architecture, options, epoch: 0, position: 0, optimiser, best: None };
        Self::resume(start, digits, compute)
    }

    /// Goes on from the bytes of a snapshot as if the run had never stopped.
    ///
    /// # Errors
    /// A damaged snapshot, or one of other data.
    pub fn restore(
        snapshot: &[u8],
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, TrainingError> {
        Self::resume(Checkpoint::from_bytes(snapshot)?, digits, compute)
    }

    /// Goes on from a checkpoint as if the run had never stopped.
    ///
    /// # Errors
    /// A place in the data that `digits` does not have.
    pub fn resume(
        checkpoint: Checkpoint,
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, TrainingError> {
        let Checkpoint { architecture, options, epoch, position, optimiser, best } = checkpoint;
        if architecture.gan().is_some() {
            return Err(TrainingError::Game);
        }
        if architecture.pixels() != PIXELS {
            return Err(TrainingError::Pixels(architecture.pixels()));
        }
        check(&options)?;
        let len = digits.len() as u32;
        let batches = Batches::resume(options.seed, len, options.batch, epoch, position)?;
        let mix = mask_mix(&architecture);
        let learner = Learner::new(&architecture, optimiser, best, &compute);
        Ok(Self { architecture, options, digits, batches, mix, learner, good: None })
    }

    /// The model being trained.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// How it is trained.
    pub fn options(&self) -> &TrainerOptions {
        &self.options
    }

    /// Changes what may be changed in flight.
    ///
    /// # Errors
    /// A setting that is out of bounds; then nothing is changed.
    pub fn set_options(&mut self, change: Change) -> Result<(), TrainingError> {
        let mut options = self.options.clone();
        options.optimiser.learning_rate =
            change.learning_rate.unwrap_or(options.optimiser.learning_rate);
        options.beta = change.beta.unwrap_or(options.beta);
        options.epochs = change.epochs.unwrap_or(options.epochs);
        options.patience = change.patience.unwrap_or(options.patience);
        check(&options)?;
        self.options = options;
        Ok(())
    }

    /// Steps in an epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        self.batches.per_epoch() as u64
    }

    /// Steps that the schedule spans.
    pub fn total_steps(&self) -> u64 {
        self.options.epochs * self.steps_per_epoch()
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        self.learner.steps()
    }

    /// Epoch of the last step, from zero.
    pub fn epoch(&self) -> u64 {
        self.batches.epoch()
    }

    /// Validation loss and epoch of the best average of the weights so far.
    pub fn best(&self) -> Option<(f64, u64)> {
        self.learner.best()
    }

    /// Whether the epochs are over, or patience is.
    pub fn finished(&self) -> bool {
        let patience = self.options.patience;
        let stale =
            |(_, epoch): (f64, u64)| patience > 0 && self.batches.epoch() >= epoch + patience;
        self.steps() >= self.total_steps() || self.best().is_some_and(stale)
    }

    /// One optimiser step.
    ///
    /// # Errors
    /// [`TrainingError::Diverged`]; the run has then gone back to a step that was good.
    pub async fn step(&mut self) -> Result<Metrics, TrainingError> {
        let (before, position) = (self.batches.epoch(), self.batches.position());
        let step = self.learner.steps();
        let indices = self.batches.next_batch().to_vec();
        let epoch = self.batches.epoch();
        let batch = self.draw(&self.digits, &indices, epoch, step);
        let rate = self.options.rate(step, self.total_steps());
        let options = &self.options.optimiser;
        let settings = Settings {
            beta: self.options.beta(step),
            rate,
            limit: EXPLODED * self.architecture.pixels() as f64,
            options,
        };
        let learning_rate = rate * options.learning_rate;
        let kept = (self.good.is_none() || step.is_multiple_of(KEEP_EVERY))
            .then(|| (self.learner.keep(), before, position));
        match self.learner.step(&batch, &settings).await {
            Ok((loss, gradient_norm)) => {
                let Loss { reconstruction, kl } = loss;
                let loss = loss.total(settings.beta);
                self.good = kept.or(self.good.take());
                let (step, pictures) = (step + 1, batch.len());
                Ok(Metrics {
                    step,
                    epoch,
                    loss,
                    reconstruction,
                    kl,
                    gradient_norm,
                    learning_rate,
                    pictures,
                })
            }
            Err(loss) => {
                let loss = loss.total(settings.beta);
                let (epoch, position) = match self.good.take() {
                    Some((kept, epoch, position)) => {
                        self.learner.revert(kept);
                        (epoch, position)
                    }
                    None => (before, position),
                };
                let (seed, len) = (self.options.seed, self.digits.len() as u32);
                self.batches = Batches::resume(seed, len, self.options.batch, epoch, position)?;
                let kept = self.learner.steps();
                let learning_rate = self.options.optimiser.learning_rate;
                Err(TrainingError::Diverged { step: step + 1, loss, kept, learning_rate })
            }
        }
    }

    /// The mean loss of the averaged weights on the first `count` of `digits`, always the same
    /// binarisation, masks and noise; remembers the weights where it is the best so far.
    pub async fn validate(&mut self, digits: &Digits, count: usize) -> Validation {
        let indices: Vec<u32> = (0..count.min(digits.len()) as u32).collect();
        let (mut reconstruction, mut kl) = (0.0, 0.0);
        for (index, chunk) in indices.chunks(VALIDATION_BATCH).enumerate() {
            let batch = self.draw(digits, chunk, HELD_OUT, HELD_OUT - index as u64);
            let loss = self.learner.loss(&batch).await;
            reconstruction += loss.reconstruction * chunk.len() as f64;
            kl += loss.kl * chunk.len() as f64;
        }
        let count = indices.len().max(1) as f64;
        let (reconstruction, kl) = (reconstruction / count, kl / count);
        let loss = reconstruction + kl;
        if loss.is_finite() && self.learner.best().is_none_or(|(best, _)| loss < best) {
            self.learner.set_best(loss, self.batches.epoch());
        }
        Validation { loss, reconstruction, kl }
    }

    /// All of the run's state in the bytes of a file.
    ///
    /// # Errors
    /// A serialiser's refusal.
    pub async fn snapshot(&self) -> Result<Vec<u8>, TrainingError> {
        Ok(self.checkpoint().await.to_bytes()?)
    }

    /// All of the run's state.
    pub async fn checkpoint(&self) -> Checkpoint {
        let (optimiser, best) = self.learner.state().await;
        Checkpoint {
            architecture: self.architecture.clone(),
            options: self.options.clone(),
            epoch: self.batches.epoch(),
            position: self.batches.position(),
            optimiser,
            best,
        }
    }

    /// The weights of now.
    pub async fn weights(&self, name: &str) -> Weights {
        let parameters = self.learner.parameters().await;
        Weights { name: name.into(), architecture: self.architecture.clone(), parameters }
    }

    /// The model with the weights of now, to look around in.
    pub fn explorer(&self) -> Explorer {
        let (model, device) = self.learner.model(&self.architecture);
        Explorer::new(self.architecture.clone(), model, device)
    }

    /// Binarises pictures and draws masks and noise, each from a generator of its own; a classifier's
    /// pictures stay grey, and those that it learns from are distorted.
    fn draw(&self, digits: &Digits, indices: &[u32], epoch: u64, step: u64) -> Batch {
        let seed = self.options.seed;
        let mut batch = Batch::new(PIXELS);
        let mut picture = [0; PIXELS];
        for &index in indices {
            let mut random = picture_rng(seed, epoch, u64::from(index));
            let grey = digits.grey(index as usize);
            match &self.architecture {
                Architecture::Classifier(_) if epoch == HELD_OUT => picture.copy_from_slice(grey),
                Architecture::Classifier(_) => distort_into(grey, &mut random, &mut picture),
                _ => binarise_into(grey, &mut random, &mut picture),
            }
            match &self.architecture {
                Architecture::PixelCnn(_) => {
                    batch.push(&picture, &self.mix.sample(&picture, &mut random));
                }
                _ => batch.push(&picture, &[0; PIXELS]),
            }
        }
        let told = self.architecture.conditional();
        if told || matches!(self.architecture, Architecture::Classifier(_)) {
            batch.labels = indices.iter().map(|&index| digits.labels()[index as usize]).collect();
        }
        if matches!(self.architecture, Architecture::Vae(_)) {
            batch.noise = vec![0.0; indices.len() * self.architecture.latent()];
            noise_into(seed, step, &mut batch.noise);
        }
        batch
    }
}

fn check(options: &TrainerOptions) -> Result<(), TrainingError> {
    let rate = options.optimiser.learning_rate;
    if !(rate > 0.0 && rate <= 1.0) {
        let bounds = "above 0 and at most 1";
        return Err(TrainingError::Setting { setting: "learning rate", value: rate, bounds });
    }
    if !(0.0..=100.0).contains(&options.beta) {
        let (value, bounds) = (options.beta, "from 0 to 100");
        return Err(TrainingError::Setting { setting: "beta", value, bounds });
    }
    Ok(())
}

/// The masks that a network learns from: only a completion model ever knows anything.
fn mask_mix(architecture: &Architecture) -> MaskMix {
    match architecture.network() {
        Some(network) if network.context.is_some() => MaskMix::default(),
        _ => MaskMix::new(&[(MaskKind::Nothing, 1)]).expect("one kind of weight one is a mix"),
    }
}
