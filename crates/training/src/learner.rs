//! Weights that learn: in memory with any source of gradients, or on a device of burn.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_format::Architecture;
use halfdrawn_models::Model;

use crate::burn_gradients::{inputs, sides, sums};
use crate::compute::{Compute, processor};
use crate::gradient::{Batch, GradientSource, Loss};
use crate::optimiser::{Optimiser, OptimiserOptions, StepSize};
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
    state: State,
    best: Option<(f64, u64, Tensor<1>)>,
}

/// `[parameters]` each; cloning copies handles.
#[derive(Clone)]
struct State {
    parameters: Tensor<1>,
    average: Tensor<1>,
    first_moment: Tensor<1>,
    second_moment: Tensor<1>,
    step: u64,
}

/// A state to return to.
pub(crate) enum Kept {
    Host(Box<Optimiser>),
    Device(Box<KeptState>),
}

pub(crate) struct KeptState(State);

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
            Self::Device(on) => read(&on.state.parameters).await,
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
            Self::Device(on) => Kept::Device(Box::new(KeptState(on.state.clone()))),
        }
    }

    /// Returns to a state that [`Learner::keep`] gave.
    pub fn revert(&mut self, kept: Kept) {
        match (self, kept) {
            (Self::Host(host), Kept::Host(optimiser)) => host.optimiser = *optimiser,
            (Self::Device(on), Kept::Device(state)) => on.state = state.0,
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

async fn read(tensor: &Tensor<1>) -> Vec<f32> {
    let data = tensor.clone().into_data_async().await.expect("the device answers");
    data.try_to_vec().expect("32-bit floats")
}

impl OnDevice {
    fn new(
        architecture: &Architecture,
        optimiser: &Optimiser,
        best: Option<Best>,
        device: &Device,
    ) -> Self {
        let tensor = |values: &[f32]| {
            Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
        };
        let state = State {
            parameters: tensor(&optimiser.parameters),
            average: tensor(&optimiser.average),
            first_moment: tensor(&optimiser.first_moment),
            second_moment: tensor(&optimiser.second_moment),
            step: optimiser.step,
        };
        let best = best.map(|best| (best.nats, best.epoch, tensor(&best.average)));
        Self { architecture: architecture.clone(), device: device.clone(), state, best }
    }

    /// The formulas of [`Optimiser::step`], term by term.
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
        let size = StepSize::new(options, self.state.step + 1, settings.rate);
        let slope = gradient * scale; // [parameters]
        let State { parameters, average, first_moment, second_moment, step } = self.state.clone();
        let first_moment = first_moment * size.beta1 + slope.clone() * (1.0 - size.beta1);
        let second_moment = second_moment * size.beta2 + slope.square() * (1.0 - size.beta2);
        let moved = first_moment.clone() * size.rate / (second_moment.clone().sqrt() + 1e-8);
        let parameters = parameters - moved;
        let average = average * size.decay + parameters.clone() * (1.0 - size.decay);
        let next = State { parameters, average, first_moment, second_moment, step: step + 1 };

        // The one thing that is read back.
        let scalars = read(&Tensor::cat(vec![reconstruction.inner(), kl.inner(), norm], 0)).await;
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
        let sums = read(&Tensor::cat(vec![reconstruction, kl], 0)).await;
        let mean = |sum: f32| f64::from(sum) / batch.len() as f64;
        Loss { reconstruction: mean(sums[0]), kl: mean(sums[1]) }
    }

    async fn state(&self) -> (Optimiser, Option<Best>) {
        let optimiser = Optimiser {
            parameters: read(&self.state.parameters).await,
            average: read(&self.state.average).await,
            first_moment: read(&self.state.first_moment).await,
            second_moment: read(&self.state.second_moment).await,
            step: self.state.step,
        };
        let best = match &self.best {
            Some((nats, epoch, average)) => {
                Some(Best { nats: *nats, epoch: *epoch, average: read(average).await })
            }
            None => None,
        };
        (optimiser, best)
    }
}
