//! Training a PixelCNN or a completion model, one optimiser step at a time.

use halfdrawn_data::{BatchError, Batches, Digits, MaskKind, MaskMix, binarise_into, picture_rng};
use halfdrawn_format::{Network, initialise};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::gradient::{Batch, GradientSource};
use crate::optimiser::{Optimiser, OptimiserOptions, learning_rate};

/// Pictures evaluated at once while validating.
const VALIDATION_BATCH: usize = 64;

/// How a network is trained. The same options, data and device give the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainerOptions {
    /// Seeds initial weights, the order of pictures, binarisation and masks.
    pub seed: u64,
    /// Epochs that the learning rate's schedule spans.
    pub epochs: u64,
    /// Pictures to a step.
    pub batch: usize,
    /// Share of training over which the learning rate rises.
    pub warm_up: f64,
    /// Where the learning rate ends, as a share of its peak.
    pub floor: f64,
    /// The optimiser's own options.
    pub optimiser: OptimiserOptions,
}

impl Default for TrainerOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            epochs: 12,
            batch: 32,
            warm_up: 0.02,
            floor: 0.01,
            optimiser: OptimiserOptions::default(),
        }
    }
}

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

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Steps done since the start of the run.
    pub step: u64,
    /// Epoch of this step's pictures.
    pub epoch: u64,
    /// Nats of the hidden pixels, mean over the batch.
    pub nats: f64,
    /// Length of the gradient before clipping.
    pub gradient_norm: f64,
    /// Learning rate of the step.
    pub learning_rate: f64,
}

/// Why a run cannot go on.
#[derive(Debug, Error)]
pub enum TrainingError {
    /// The loss or the gradient stopped being a number; the weights are those of the last good step.
    #[error(
        "training diverged at step {step} (loss {nats}); the last good weights are kept: lower --learning-rate, or resume from an earlier checkpoint"
    )]
    Diverged {
        /// The step that failed.
        step: u64,
        /// Its loss.
        nats: f64,
    },
    /// The batch size or the place in the data does not fit the data.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

/// A training run: its state is stepped, saved and restored by whoever owns it.
pub struct Trainer<'data> {
    network: Network,
    options: TrainerOptions,
    optimiser: Optimiser,
    batches: Batches,
    best: Option<Best>,
    digits: &'data Digits,
    mix: MaskMix,
    source: Box<dyn GradientSource>,
    gradient: Vec<f32>,
}

impl<'data> Trainer<'data> {
    /// Starts a run on `digits` with fresh weights.
    ///
    /// # Errors
    /// A batch size that does not fit the data.
    pub fn new(
        network: Network,
        options: TrainerOptions,
        digits: &'data Digits,
        source: Box<dyn GradientSource>,
    ) -> Result<Self, TrainingError> {
        let optimiser = Optimiser::new(initialise(&network, options.seed));
        let start = Checkpoint { network, options, epoch: 0, position: 0, optimiser, best: None };
        Self::restore(start, digits, source)
    }

    /// Goes on from a checkpoint as if the run had never stopped.
    ///
    /// # Errors
    /// A place in the data that `digits` does not have.
    pub fn restore(
        checkpoint: Checkpoint,
        digits: &'data Digits,
        source: Box<dyn GradientSource>,
    ) -> Result<Self, TrainingError> {
        let Checkpoint { network, options, epoch, position, optimiser, best } = checkpoint;
        let len = digits.len() as u32;
        let batches = Batches::resume(options.seed, len, options.batch, epoch, position)?;
        let mix = mask_mix(&network);
        let gradient = vec![0.0; optimiser.parameters.len()];
        Ok(Self { network, options, optimiser, batches, best, digits, mix, source, gradient })
    }

    /// All of the run's state.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            network: self.network.clone(),
            options: self.options.clone(),
            epoch: self.batches.epoch(),
            position: self.batches.position(),
            optimiser: self.optimiser.clone(),
            best: self.best.clone(),
        }
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
        self.optimiser.step
    }

    /// The best weights by validation so far.
    pub fn best(&self) -> Option<&Best> {
        self.best.as_ref()
    }

    /// One optimiser step.
    ///
    /// # Errors
    /// [`TrainingError::Diverged`], with the weights left as they were before.
    pub fn step(&mut self) -> Result<Metrics, TrainingError> {
        let indices = self.batches.next_batch().to_vec();
        let epoch = self.batches.epoch();
        let batch = draw(self.digits, &indices, &self.mix, self.options.seed, epoch);
        let loss = self.source.gradient(&self.optimiser.parameters, &batch, &mut self.gradient);
        let progress = self.optimiser.step as f64 / self.total_steps().max(1) as f64;
        let rate = learning_rate(progress, self.options.warm_up, self.options.floor);
        let step = self.optimiser.step + 1;
        if !loss.nats.is_finite() {
            return Err(TrainingError::Diverged { step, nats: loss.nats });
        }
        let options = &self.options.optimiser;
        let gradient_norm = self.optimiser.step(&self.gradient, rate, options);
        if !gradient_norm.is_finite() {
            return Err(TrainingError::Diverged { step, nats: loss.nats });
        }
        let learning_rate = rate * options.learning_rate;
        Ok(Metrics { step, epoch, nats: loss.nats, gradient_norm, learning_rate })
    }

    /// The mean loss of the averaged weights on the first `count` of `digits`, always the same
    /// binarisation and masks, in nats; remembers the weights where it is the best so far.
    pub fn validate(&mut self, digits: &Digits, count: usize) -> f64 {
        let indices: Vec<u32> = (0..count.min(digits.len()) as u32).collect();
        let mut total = 0.0;
        for chunk in indices.chunks(VALIDATION_BATCH) {
            // Epochs count up from zero: the last number is never one of training's.
            let batch = draw(digits, chunk, &self.mix, self.options.seed, u64::MAX);
            total += self.source.nats(&self.optimiser.average, &batch).iter().sum::<f64>();
        }
        let nats = total / indices.len().max(1) as f64;
        if nats.is_finite() && self.best.as_ref().is_none_or(|best| nats < best.nats) {
            let average = self.optimiser.average.clone();
            self.best = Some(Best { nats, epoch: self.batches.epoch(), average });
        }
        nats
    }
}

/// The masks that a network learns from: a plain PixelCNN never knows anything.
fn mask_mix(network: &Network) -> MaskMix {
    match network.context {
        Some(_) => MaskMix::default(),
        None => MaskMix::new(&[(MaskKind::Nothing, 1)]).expect("one kind of weight one is a mix"),
    }
}

/// Binarises pictures and draws their masks, each from a generator of its own.
fn draw(digits: &Digits, indices: &[u32], mix: &MaskMix, seed: u64, epoch: u64) -> Batch {
    let mut batch = Batch::new(halfdrawn_data::PIXELS);
    let mut picture = [0; halfdrawn_data::PIXELS];
    for &index in indices {
        let mut random = picture_rng(seed, epoch, u64::from(index));
        binarise_into(digits.grey(index as usize), &mut random, &mut picture);
        let known = mix.sample(&picture, &mut random);
        batch.push(&picture, &known);
    }
    batch
}
