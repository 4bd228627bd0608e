//! Classifier: loss and gradient on the processor, and what it says of pictures.

use halfdrawn_format::{Architecture, Classifier};

use super::block::Parameters;
use super::conv::{ConvEncoder, EncoderSpace};
use super::crew::Crew;
use crate::gradient::{Batch, GradientSource, Loss};

/// Loss and gradient of a classifier, several threads each with pictures of its own.
pub struct FusedClassifier {
    encoder: ConvEncoder,
    mirror: Vec<f32>,
    crew: Crew<Worker>,
}

struct Worker {
    space: EncoderSpace,
    slope: Vec<f32>,
    losses: Vec<f64>,
}

impl FusedClassifier {
    /// Plans the passes of `config` for `threads` threads.
    pub fn new(config: &Classifier, threads: usize) -> Self {
        let table = Architecture::Classifier(config.clone()).parameters();
        let encoder = ConvEncoder::new(&table, [config.rows, config.columns], &config.conv);
        let crew = Crew::new(threads, table.len(), || Worker {
            space: encoder.space(),
            slope: vec![0.0; config.classes],
            losses: Vec::new(),
        });
        Self { mirror: vec![0.0; table.len()], crew, encoder }
    }

    /// The logit of each class, and what the last layer sees of a picture of 0 to 1.
    pub fn classify(&mut self, parameters: &[f32], picture: &[f32]) -> (&[f32], &[f32]) {
        let space = &mut self.crew.first().space;
        self.encoder.forward(parameters, |pixel| picture[pixel], &[], space);
        (&space.output, &space.dense)
    }

    /// Has every worker look at pictures of its own: picture `index` belongs to worker `index` modulo
    /// their number.
    fn share(&mut self, parameters: &[f32], batch: &Batch, gradient: Option<&mut [f32]>) {
        let (encoder, threads) = (&self.encoder, self.crew.workers().len());
        let learns = gradient.is_some();
        let parameters = Parameters { forward: parameters, transposed: &self.mirror };
        self.crew.share(gradient.unwrap_or_default(), |first, worker, gradient| {
            worker.losses.clear();
            for index in (first..batch.len()).step_by(threads) {
                worker.learn(encoder, parameters, batch, index, learns.then_some(&mut *gradient));
            }
        });
    }
}

impl Worker {
    /// The loss of a picture of the batch, and where `gradient` is given its part of the gradient.
    fn learn(
        &mut self,
        encoder: &ConvEncoder,
        parameters: Parameters,
        batch: &Batch,
        index: usize,
        gradient: Option<&mut [f32]>,
    ) {
        let (picture, _) = batch.get(index);
        let pixel = |pixel: usize| f32::from(picture[pixel]) / 255.0;
        encoder.forward(parameters.forward, pixel, &[], &mut self.space);
        let label = usize::from(batch.labels[index]);
        let scale = 1.0 / batch.len() as f32;
        self.losses.push(cross_entropy(&self.space.output, label, scale, &mut self.slope));
        if let Some(gradient) = gradient {
            encoder.backward(parameters, &[], &self.slope, &mut self.space, gradient);
        }
    }
}

/// −ln softmax(logits)ₗ in nats, l the label. `slope` takes `scale` times its gradient, softmax − 1ₗ.
fn cross_entropy(logits: &[f32], label: usize, scale: f32, slope: &mut [f32]) -> f64 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (slope, logit) in slope.iter_mut().zip(logits) {
        *slope = (logit - largest).exp();
    }
    let sum: f32 = slope.iter().sum();
    slope.iter_mut().for_each(|slope| *slope *= scale / sum);
    slope[label] -= scale;
    f64::from(largest - logits[label]) + f64::from(sum).ln()
}

impl GradientSource for FusedClassifier {
    fn gradient(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        _beta: f32,
        gradient: &mut [f32],
    ) -> Loss {
        self.encoder.transpose(parameters, &mut self.mirror);
        gradient.fill(0.0);
        self.share(parameters, batch, Some(gradient));
        let sum: f64 = self.crew.workers().iter().flat_map(|worker| &worker.losses).sum();
        Loss { reconstruction: sum / batch.len() as f64, kl: 0.0 }
    }

    fn losses(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Loss> {
        self.share(parameters, batch, None);
        let workers = self.crew.workers();
        let loss = |index: usize| workers[index % workers.len()].losses[index / workers.len()];
        let losses = (0..batch.len()).map(loss);
        losses.map(|reconstruction| Loss { reconstruction, kl: 0.0 }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logit_of_ln_three_against_nothing_costs_what_a_hand_works_out() {
        // softmax = (¾, ¼): −ln ¾ and −ln ¼; slopes (−¼, ¼) and (¾, −¾).
        let (logits, mut slope) = ([3f32.ln() + 90.0, 90.0], [0.0; 2]);
        let cost = cross_entropy(&logits, 0, 1.0, &mut slope);
        assert!((cost - (4f64 / 3.0).ln()).abs() < 1e-5, "{cost}");
        assert!((slope[0] + 0.25).abs() < 1e-5 && (slope[1] - 0.25).abs() < 1e-5, "{slope:?}");
        let cost = cross_entropy(&logits, 1, 2.0, &mut slope);
        assert!((cost - 4f64.ln()).abs() < 1e-5, "{cost}");
        assert!((slope[0] - 1.5).abs() < 1e-5 && (slope[1] + 1.5).abs() < 1e-5, "{slope:?}");
    }
}
