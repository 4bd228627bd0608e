//! Autoencoder and variational autoencoder: loss and gradient on the processor.

use halfdrawn_format::{Architecture, Body, Coder, Reconstruction};

use super::block::Parameters;
use super::conv::{ConvDecoder, ConvEncoder, DecoderSpace, EncoderSpace};
use super::crew::Crew;
use super::mlp::{Input, Mlp, MlpSpace};
use super::pixels::{bernoulli, squared};
use crate::gradient::{Batch, GradientSource, Loss};

/// Loss and gradient of a model with latent variables, several threads each with pictures of its own.
pub struct FusedCoder {
    plan: Plan,
    mirror: Vec<f32>,
    crew: Crew<Worker>,
}

struct Plan {
    sides: Sides,
    pixels: usize,
    latent: usize,
    /// Whether the encoder ends in means and log-variances.
    variational: bool,
    reconstruction: Reconstruction,
}

enum Sides {
    Mlp(Box<[Mlp; 2]>),
    Conv(Box<(ConvEncoder, ConvDecoder)>),
}

enum Space {
    Mlp(Box<[MlpSpace; 2]>),
    Conv(Box<(EncoderSpace, DecoderSpace)>),
}

struct Worker {
    space: Space,
    losses: Vec<Loss>,
    encoded: Vec<f32>,
    encoded_slope: Vec<f32>,
    latents: Vec<f32>,
    latent_slope: Vec<f32>,
    slope: Vec<f32>,
}

/// Some pictures of a batch.
struct Part<'a> {
    count: usize,
    pictures: &'a [u8],
    labels: &'a [u8],
    noise: &'a [f32],
}

/// What a gradient is taken of: the mean over so many pictures of reconstruction + β·KL.
#[derive(Clone, Copy)]
struct Objective<'a> {
    parameters: Parameters<'a>,
    beta: f32,
    count: usize,
}

impl FusedCoder {
    /// Plans the passes of `architecture` for `threads` threads; none for a PixelCNN.
    pub fn new(architecture: &Architecture, threads: usize) -> Option<Self> {
        let coder = architecture.coder()?;
        let (variational, reconstruction) = match architecture {
            Architecture::Autoencoder(autoencoder) => (false, autoencoder.reconstruction),
            _ => (true, Reconstruction::Bernoulli),
        };
        let table = architecture.parameters();
        let sides = match &coder.body {
            Body::Mlp { hidden } => Sides::Mlp(Box::new(
                ["encoder", "decoder"].map(|side| Mlp::new(&table, side, hidden.len())),
            )),
            Body::Conv(conv) => {
                let size = [coder.rows, coder.columns];
                Sides::Conv(Box::new((
                    ConvEncoder::new(&table, size, conv),
                    ConvDecoder::new(&table, size, conv),
                )))
            }
        };
        let &Coder { latent, .. } = coder;
        let plan = Plan { sides, pixels: coder.pixels(), latent, variational, reconstruction };
        let crew = Crew::new(threads, table.len(), || Worker {
            space: match &plan.sides {
                Sides::Mlp(_) => Space::Mlp(Box::default()),
                Sides::Conv(sides) => Space::Conv(Box::new((sides.0.space(), sides.1.space()))),
            },
            losses: Vec::new(),
            encoded: Vec::new(),
            encoded_slope: Vec::new(),
            latents: Vec::new(),
            latent_slope: Vec::new(),
            slope: Vec::new(),
        });
        Some(Self { mirror: vec![0.0; table.len()], crew, plan })
    }

    /// −ln p(picture | z) in nats of each z, d numbers a picture.
    pub fn nats(
        &mut self,
        parameters: &[f32],
        latents: &[f32],
        labels: &[u8],
        picture: &[u8],
    ) -> Vec<f64> {
        let (plan, worker) = (&self.plan, self.crew.first());
        let count = latents.len() / plan.latent;
        let pictures = picture.repeat(plan.chunk(count));
        let mut nats = Vec::with_capacity(count);
        for first in (0..count).step_by(plan.chunk(count)) {
            let chunk = plan.chunk(count).min(count - first);
            let range = first * plan.latent..(first + chunk) * plan.latent;
            let labels = labels.get(first..first + chunk).unwrap_or_default();
            let part = Part { count: chunk, pictures: &pictures, labels, noise: &[] };
            worker.latents.clear();
            worker.latents.extend_from_slice(&latents[range]);
            plan.decode(parameters, &part, worker);
            nats.extend(plan.pay(&part, worker));
        }
        nats
    }

    /// What the encoder says of each picture: d numbers of a code, or means and log-variances.
    pub fn encode(&mut self, parameters: &[f32], batch: &Batch) -> Vec<f32> {
        let (plan, worker) = (&self.plan, self.crew.first());
        let mut encoded = Vec::new();
        plan.each_part(batch, 0, 1, |part| {
            plan.encode(parameters, &part, worker);
            encoded.extend_from_slice(&worker.encoded);
        });
        encoded
    }

    /// Runs `work` on every worker at once, each with parts of its own.
    fn share(
        &mut self,
        batch: &Batch,
        gradient: &mut [f32],
        work: impl Fn(&Plan, &[f32], Part, &mut Worker, &mut [f32]) + Sync,
    ) {
        let (plan, mirror, threads) = (&self.plan, &self.mirror, self.crew.workers().len());
        self.crew.share(gradient, |index, worker, gradient| {
            worker.losses.clear();
            plan.each_part(batch, index, threads, |part| {
                work(plan, mirror, part, worker, gradient)
            });
        });
    }
}

impl GradientSource for FusedCoder {
    fn gradient(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        beta: f32,
        gradient: &mut [f32],
    ) -> Loss {
        self.plan.transpose(parameters, &mut self.mirror);
        gradient.fill(0.0);
        let count = batch.len();
        self.share(batch, gradient, |plan, transposed, part, worker, gradient| {
            let parameters = Parameters { forward: parameters, transposed };
            plan.learn(Objective { parameters, beta, count }, &part, worker, gradient);
        });
        let losses = self.crew.workers().iter().flat_map(|worker| &worker.losses);
        let sum = losses.fold(Loss::default(), |sum, loss| Loss {
            reconstruction: sum.reconstruction + loss.reconstruction,
            kl: sum.kl + loss.kl,
        });
        let count = count as f64;
        Loss { reconstruction: sum.reconstruction / count, kl: sum.kl / count }
    }

    fn losses(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Loss> {
        self.share(batch, &mut [], |plan, _, part, worker, _| {
            plan.forward(parameters, &part, worker);
        });
        // Parts were handed out in turn.
        let workers = self.crew.workers();
        let chunk = self.plan.chunk(batch.len().div_ceil(workers.len()));
        let mut parts: Vec<_> = workers.iter().map(|worker| worker.losses.chunks(chunk)).collect();
        let mut losses = Vec::with_capacity(batch.len());
        while losses.len() < batch.len() {
            losses.extend(parts.iter_mut().filter_map(Iterator::next).flatten());
        }
        losses
    }
}

impl Plan {
    /// Pictures at a time, of `count` for one worker: dense layers want many, so that their weights
    /// are read but once; convolutions one, so that its activations stay in the cache.
    fn chunk(&self, count: usize) -> usize {
        match self.sides {
            Sides::Mlp(_) => count.max(1),
            Sides::Conv(_) => 1,
        }
    }

    /// The parts of a batch that one worker of `threads` has.
    fn each_part(&self, batch: &Batch, worker: usize, threads: usize, mut work: impl FnMut(Part)) {
        let chunk = self.chunk(batch.len().div_ceil(threads));
        for start in (worker * chunk..batch.len()).step_by(threads * chunk) {
            let end = (start + chunk).min(batch.len());
            let slice = |width| start * width..end * width;
            work(Part {
                count: end - start,
                pictures: &batch.parts().0[slice(self.pixels)],
                labels: batch.labels.get(start..end).unwrap_or_default(),
                noise: batch.noise.get(slice(self.latent)).unwrap_or_default(),
            });
        }
    }

    fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        match &self.sides {
            Sides::Mlp(sides) => {
                sides[0].transpose(parameters, mirror, false);
                sides[1].transpose(parameters, mirror, true);
            }
            Sides::Conv(sides) => {
                sides.0.transpose(parameters, mirror);
                sides.1.transpose(parameters, mirror);
            }
        }
    }

    /// Pictures to `worker.encoded`.
    fn encode(&self, p: &[f32], part: &Part, worker: &mut Worker) {
        worker.encoded.clear();
        match (&self.sides, &mut worker.space) {
            (Sides::Mlp(sides), Space::Mlp(space)) => {
                let input = Input::Pictures(part.pictures);
                let out = sides[0].forward(p, input, part.labels, part.count, &mut space[0]);
                worker.encoded.extend_from_slice(out);
            }
            (Sides::Conv(sides), Space::Conv(space)) => {
                let pixel = |index: usize| f32::from(part.pictures[index]);
                sides.0.forward(p, pixel, part.labels, &mut space.0);
                worker.encoded.extend_from_slice(&space.0.output);
            }
            _ => unreachable!("a worker has the space of its plan"),
        }
    }

    /// `worker.latents` to logits, which stay in the decoder's space.
    fn decode(&self, p: &[f32], part: &Part, worker: &mut Worker) {
        match (&self.sides, &mut worker.space) {
            (Sides::Mlp(sides), Space::Mlp(space)) => {
                let input = Input::Numbers(&worker.latents);
                sides[1].forward(p, input, part.labels, part.count, &mut space[1]);
            }
            (Sides::Conv(sides), Space::Conv(space)) => {
                sides.1.forward(p, &worker.latents, part.labels, &mut space.1);
            }
            _ => unreachable!("a worker has the space of its plan"),
        }
    }

    /// What each picture costs the decoder; `worker.slope` takes the gradient.
    fn pay(&self, part: &Part, worker: &mut Worker) -> Vec<f64> {
        let logits = match &worker.space {
            Space::Mlp(space) => space[1].output(),
            Space::Conv(space) => &space.1.logits,
        };
        worker.slope.resize(part.count * self.pixels, 0.0);
        let pictures = logits.chunks_exact(self.pixels).zip(part.pictures.chunks(self.pixels));
        let slopes = worker.slope.chunks_exact_mut(self.pixels);
        let nats =
            pictures.zip(slopes).map(|((logits, picture), slope)| match self.reconstruction {
                Reconstruction::Bernoulli => bernoulli(logits, picture, slope),
                Reconstruction::Squared => squared(logits, picture, slope),
            });
        nats.collect()
    }

    /// Adds the losses of a part to the worker's.
    fn forward(&self, p: &[f32], part: &Part, worker: &mut Worker) {
        self.encode(p, part, worker);
        let (latent, encoded) = (self.latent, &worker.encoded);
        worker.latents.clear();
        let mut kl = vec![0.0; part.count];
        if self.variational {
            let rows = encoded.chunks_exact(2 * latent).zip(part.noise.chunks_exact(latent));
            for ((row, noise), kl) in rows.zip(&mut kl) {
                let (mean, log_variance) = row.split_at(latent);
                for ((&mean, &log), &noise) in mean.iter().zip(log_variance).zip(noise) {
                    worker.latents.push(mean + (0.5 * log).exp() * noise);
                    *kl += halfdrawn_metrics::gaussian_kl(mean.into(), log.into());
                }
            }
        } else {
            worker.latents.extend_from_slice(encoded);
        }
        self.decode(p, part, worker);
        let nats = self.pay(part, worker);
        let losses = nats.into_iter().zip(kl);
        worker.losses.extend(losses.map(|(reconstruction, kl)| Loss { reconstruction, kl }));
    }

    /// [`Plan::forward`], and adds the gradient.
    fn learn(&self, objective: Objective, part: &Part, worker: &mut Worker, gradient: &mut [f32]) {
        let Objective { parameters, beta, count } = objective;
        self.forward(parameters.forward, part, worker);
        let scale = 1.0 / count as f32;
        worker.slope.iter_mut().for_each(|slope| *slope *= scale);
        worker.latent_slope.resize(worker.latents.len(), 0.0);
        let Worker { space, slope, latents, latent_slope, .. } = worker;
        let labels = part.labels;
        match (&self.sides, &mut *space) {
            (Sides::Mlp(sides), Space::Mlp(space)) => {
                let (input, wanted) = (Input::Numbers(latents), Some(latent_slope.as_mut_slice()));
                let space = &mut space[1];
                sides[1].backward(parameters, input, labels, slope, space, gradient, wanted);
            }
            (Sides::Conv(sides), Space::Conv(space)) => {
                let space = &mut space.1;
                sides.1.backward(parameters, latents, labels, slope, space, gradient, latent_slope);
            }
            _ => unreachable!("a worker has the space of its plan"),
        }
        self.through_latents(scale * beta, part, worker);
        let Worker { space, encoded_slope, .. } = worker;
        match (&self.sides, space) {
            (Sides::Mlp(sides), Space::Mlp(space)) => {
                let (input, space) = (Input::Pictures(part.pictures), &mut space[0]);
                sides[0].backward(parameters, input, labels, encoded_slope, space, gradient, None);
            }
            (Sides::Conv(sides), Space::Conv(space)) => {
                sides.0.backward(parameters, labels, encoded_slope, &mut space.0, gradient);
            }
            _ => unreachable!("a worker has the space of its plan"),
        }
    }

    /// From the gradient of the latent variables to that of the encoder's output, the KL's with
    /// weight `scale` included.
    fn through_latents(&self, scale: f32, part: &Part, worker: &mut Worker) {
        if !self.variational {
            worker.encoded_slope.clone_from(&worker.latent_slope);
            return;
        }
        let latent = self.latent;
        worker.encoded_slope.resize(worker.encoded.len(), 0.0);
        for picture in 0..part.count {
            let encoded = &worker.encoded[picture * 2 * latent..][..2 * latent];
            let slope = &mut worker.encoded_slope[picture * 2 * latent..][..2 * latent];
            for variable in 0..latent {
                let (mean, log) = (encoded[variable], encoded[latent + variable]);
                let at = picture * latent + variable;
                let (z, noise) = (worker.latent_slope[at], part.noise[at]);
                slope[variable] = z + scale * mean;
                slope[latent + variable] =
                    0.5 * (z * noise * (0.5 * log).exp() + scale * (log.exp() - 1.0));
            }
        }
    }
}
