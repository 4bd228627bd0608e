//! Weights that learn: in memory with any source of gradients, or on a device of burn.

use burn::tensor::{Device, Tensor};
use halfdrawn_format::Architecture;
use halfdrawn_models::Model;

use crate::burn_gradients::{inputs, sides, sums};
use crate::compute::{Compute, processor};
use crate::device_adam::{DeviceAdam, download, upload};
use crate::gradient::{Batch, GradientSource, Loss};
use crate::optimiser::{Optimiser, OptimiserOptions};
use crate::run::Best;

/// What a step needs beside its pictures.
pub(crate) struct Settings<'a> {
    pub beta: f64,
    /// Share of the full learning rate.
    pub rate: f64,
    /// Losses above this, in nats, mean that the run has diverged.
    pub limit: f64,
    pub options: &'a OptimiserOptions,
}

impl Settings<'_> {
    fn sound(&self, loss: Loss, norm: f64) -> bool {
        norm.is_finite() && loss.total(self.beta) <= self.limit
    }
}

/// A loss, and the length of its gradient. `Err` where either is out of bounds; the weights are then
/// those from before the step.
pub(crate) type Outcome = Result<(Loss, f64), Loss>;

pub(crate) enum Learner {
    Host(Host),
    Device(Box<OnDevice>),
}

/// Weights in one flat vector.
pub(crate) struct Host {
    optimiser: Optimiser,
    best: Option<Best>,
    source: Box<dyn GradientSource>,
    gradient: Vec<f32>,
}

/// Weights, moments and average as tensors that never leave the device.
pub(crate) struct OnDevice {
    architecture: Architecture,
    device: Device,
    state: DeviceAdam,
    best: Option<(f64, u64, Tensor<1>)>,
}

/// A state to return to.
pub(crate) enum Kept {
    Host(Box<Optimiser>),
    Device(Box<DeviceAdam>),
}

impl Learner {
    pub fn new(
        architecture: &Architecture,
        optimiser: Optimiser,
        best: Option<Best>,
        compute: &Compute,
    ) -> Self {
        if let Compute::Device(device) = compute {
            let on = OnDevice::new(architecture, &optimiser, best, device);
            return Self::Device(Box::new(on));
        }
        let (source, gradient) =
            (compute.source(architecture), vec![0.0; optimiser.parameters.len()]);
        Self::Host(Host { optimiser, best, source, gradient })
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        match self {
            Self::Host(host) => host.optimiser.step,
            Self::Device(on) => on.state.step,
        }
    }

    /// One optimiser step.
    pub async fn step(&mut self, batch: &Batch, settings: &Settings<'_>) -> Outcome {
        match self {
            Self::Host(host) => host.step(batch, settings),
            Self::Device(on) => on.step(batch, settings).await,
        }
    }

    /// The mean loss of the averaged weights.
    pub async fn loss(&mut self, batch: &Batch) -> Loss {
        match self {
            Self::Host(host) => host.loss(batch),
            Self::Device(on) => on.loss(batch).await,
        }
    }

    /// Validation loss and epoch of the best average so far.
    pub fn best(&self) -> Option<(f64, u64)> {
        match self {
            Self::Host(host) => host.best.as_ref().map(|best| (best.nats, best.epoch)),
            Self::Device(on) => on.best.as_ref().map(|(nats, epoch, _)| (*nats, *epoch)),
        }
    }

    /// Remembers the present average as the best.
    pub fn set_best(&mut self, nats: f64, epoch: u64) {
        match self {
            Self::Host(host) => {
                host.best = Some(Best { nats, epoch, average: host.optimiser.average.clone() });
            }
            Self::Device(on) => on.best = Some((nats, epoch, on.state.average.clone())),
        }
    }

    /// The present weights.
    pub async fn parameters(&self) -> Vec<f32> {
        match self {
            Self::Host(host) => host.optimiser.parameters.clone(),
            Self::Device(on) => download(&on.state.parameters).await,
        }
    }

    /// A model with the present weights, and its device.
    pub fn model(&self, architecture: &Architecture) -> (Model, Device) {
        match self {
            Self::Host(host) => {
                let device = processor();
                (Model::load(architecture, &host.optimiser.parameters, &device), device)
            }
            Self::Device(on) => {
                let parameters = on.state.parameters.clone();
                (Model::on_device(architecture, parameters), on.device.clone())
            }
        }
    }

    /// Everything, in memory.
    pub async fn state(&self) -> (Optimiser, Option<Best>) {
        match self {
            Self::Host(host) => (host.optimiser.clone(), host.best.clone()),
            Self::Device(on) => on.state().await,
        }
    }

    /// The present state, to return to.
    pub fn keep(&self) -> Kept {
        match self {
            Self::Host(host) => Kept::Host(Box::new(host.optimiser.clone())),
            Self::Device(on) => Kept::Device(Box::new(on.state.clone())),
        }
    }

    /// Returns to a state that [`Learner::keep`] gave.
    pub fn revert(&mut self, kept: Kept) {
        match (self, kept) {
            (Self::Host(host), Kept::Host(optimiser)) => host.optimiser = *optimiser,
            (Self::Device(on), Kept::Device(state)) => on.state = *state,
            _ => unreachable!("a learner keeps states of its own kind"),
        }
    }
}

impl Host {
    fn step(&mut self, batch: &Batch, settings: &Settings) -> Outcome {
        let (beta, parameters) = (settings.beta as f32, &self.optimiser.parameters);
        let loss = self.source.gradient(parameters, batch, beta, &mut self.gradient);
        if !settings.sound(loss, 0.0) {
            return Err(loss);
        }
        let norm = self.optimiser.step(&self.gradient, settings.rate, settings.options);
        if norm.is_finite() { Ok((loss, norm)) } else { Err(loss) }
    }

    fn loss(&mut self, batch: &Batch) -> Loss {
        let losses = self.source.losses(&self.optimiser.average, batch);
        let mean =
            |part: fn(&Loss) -> f64| losses.iter().map(part).sum::<f64>() / losses.len() as f64;
        Loss { reconstruction: mean(|loss| loss.reconstruction), kl: mean(|loss| loss.kl) }
    }
}

impl OnDevice {
    fn new(
        architecture: &Architecture,
        optimiser: &Optimiser,
        best: Option<Best>,
        device: &Device,
    ) -> Self {
        let state = DeviceAdam::new(optimiser, device);
        let best = best.map(|best| (best.nats, best.epoch, upload(&best.average, device)));
        Self { architecture: architecture.clone(), device: device.clone(), state, best }
    }

    async fn step(&mut self, batch: &Batch, settings: &Settings<'_>) -> Outcome {
        let device = self.device.clone().autodiff();
        let inputs = inputs(&self.architecture, batch, &device);
        let model = Model::on_device(&self.architecture, self.state.parameters.clone().autodiff());
        let losses = model.losses(inputs, sides(&self.architecture));
        let (reconstruction, kl) = sums(losses, &device);
        let count = batch.len() as f64;
        let total = (reconstruction.clone() + kl.clone() * settings.beta) / count;
        let gradients = total.backward();
        let gradient = model.device_gradient(&self.architecture, &gradients, &self.device);

        let options = settings.options;
        let norm = gradient.clone().square().sum().sqrt(); // [1]
        let scale = (norm.clone().clamp_min(1e-12).recip() * options.clip).clamp_max(1.0); // [1]
        let next = self.state.moved(gradient * scale, settings.rate, options); // [parameters]

        // The one thing that is read back.
        let scalars =
            download(&Tensor::cat(vec![reconstruction.inner(), kl.inner(), norm], 0)).await;
        let [reconstruction, kl, norm] = [0, 1, 2].map(|index| f64::from(scalars[index]));
        let loss = Loss { reconstruction: reconstruction / count, kl: kl / count };
        if !settings.sound(loss, norm) {
            return Err(loss);
        }
        self.state = next;
        Ok((loss, norm))
    }

    async fn loss(&self, batch: &Batch) -> Loss {
        let inputs = inputs(&self.architecture, batch, &self.device);
        let model = Model::on_device(&self.architecture, self.state.average.clone());
        let losses = model.losses(inputs, sides(&self.architecture));
        let (reconstruction, kl) = sums(losses, &self.device);
        let sums = download(&Tensor::cat(vec![reconstruction, kl], 0)).await;
        let mean = |sum: f32| f64::from(sum) / batch.len() as f64;
        Loss { reconstruction: mean(sums[0]), kl: mean(sums[1]) }
    }

    async fn state(&self) -> (Optimiser, Option<Best>) {
        let best = match &self.best {
            Some((nats, epoch, average)) => {
                Some(Best { nats: *nats, epoch: *epoch, average: download(average).await })
            }
            None => None,
        };
        (self.state.optimiser().await, best)
    }
}
