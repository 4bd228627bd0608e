//! Adam with gradient clipping, and the average of the weights that is evaluated and shipped.

use serde::{Deserialize, Serialize};

/// What the optimiser does with a gradient.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptimiserOptions {
    /// The largest learning rate, reached after the warm-up.
    pub learning_rate: f64,
    /// Decay of the running mean of gradients, β₁.
    pub beta1: f64,
    /// Decay of the running mean of squared gradients, β₂.
    pub beta2: f64,
    /// Gradients longer than this are scaled down to it.
    pub clip: f64,
    /// Decay of the average of the weights.
    pub average_decay: f64,
}

impl Default for OptimiserOptions {
    fn default() -> Self {
        Self { learning_rate: 3e-3, beta1: 0.9, beta2: 0.99, clip: 20.0, average_decay: 0.9995 }
    }
}

/// Weights and everything that Adam remembers of them (Kingma and Ba 2015, algorithm 1).
#[derive(Clone, Debug, PartialEq)]
pub struct Optimiser {
    /// The weights that gradients are taken at.
    pub parameters: Vec<f32>,
    /// The exponential moving average of the weights (Polyak and Juditsky 1992, as used for
    /// PixelCNN++ by Salimans et al. 2017).
    pub average: Vec<f32>,
    /// Running mean of gradients.
    pub first_moment: Vec<f32>,
    /// Running mean of squared gradients.
    pub second_moment: Vec<f32>,
    /// Steps done.
    pub step: u64,
}

impl Optimiser {
    /// Starts at `parameters`.
    pub fn new(parameters: Vec<f32>) -> Self {
        let zeros = vec![0.0; parameters.len()];
        Self {
            average: parameters.clone(),
            first_moment: zeros.clone(),
            second_moment: zeros,
            parameters,
            step: 0,
        }
    }

    /// One step along `gradient` at `rate` times the full learning rate. Returns the length of the
    /// gradient before clipping; where that is not finite nothing is changed.
    pub fn step(&mut self, gradient: &[f32], rate: f64, options: &OptimiserOptions) -> f64 {
        let norm = length(gradient);
        if !norm.is_finite() {
            return norm;
        }
        self.step += 1;
        let scale = (options.clip / norm.max(1e-12)).min(1.0) as f32;
        let StepSize { beta1, beta2, rate, decay } = StepSize::new(options, self.step, rate);
        let slopes = gradient.iter().zip(&mut self.parameters).zip(&mut self.average);
        let moments = self.first_moment.iter_mut().zip(&mut self.second_moment);
        for (((slope, parameter), average), (first, second)) in slopes.zip(moments) {
            let slope = slope * scale;
            *first = beta1 * *first + (1.0 - beta1) * slope;
            *second = beta2 * *second + (1.0 - beta2) * slope * slope;
            *parameter -= rate * *first / (second.sqrt() + 1e-8);
            *average = decay * *average + (1.0 - decay) * *parameter;
        }
        norm
    }
}

/// √Σ g², in sixteen partial sums of double precision, which a compiler turns into vectors.
fn length(gradient: &[f32]) -> f64 {
    let (blocks, rest) = gradient.as_chunks::<16>();
    let mut sums = [0.0f64; 16];
    for block in blocks {
        for (sum, &value) in sums.iter_mut().zip(block) {
            *sum += f64::from(value) * f64::from(value);
        }
    }
    let rest = rest.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>();
    (sums.iter().sum::<f64>() + rest).sqrt()
}

/// The numbers of one step that depend on its place in training.
pub(crate) struct StepSize {
    pub beta1: f32,
    pub beta2: f32,
    /// The learning rate, moments corrected for their start at zero.
    pub rate: f32,
    /// Decay of the average: a young one follows the weights closely, so that it never remembers
    /// the start.
    pub decay: f32,
}

impl StepSize {
    /// Of step number `step`, from one, at `rate` times the full learning rate.
    pub fn new(options: &OptimiserOptions, step: u64, rate: f64) -> Self {
        let count = step.min(i32::MAX as u64) as i32;
        let correction =
            (1.0 - options.beta2.powi(count)).sqrt() / (1.0 - options.beta1.powi(count));
        let decay = options.average_decay.min((1.0 + count as f64) / (10.0 + count as f64));
        Self {
            beta1: options.beta1 as f32,
            beta2: options.beta2 as f32,
            rate: (options.learning_rate * rate * correction) as f32,
            decay: decay as f32,
        }
    }
}

/// The share of the full learning rate at `progress` (0 to 1) through training: a linear warm-up
/// over the first `warm_up`, then half a cosine down to `floor` (Loshchilov and Hutter 2017).
pub fn learning_rate(progress: f64, warm_up: f64, floor: f64) -> f64 {
    if progress < warm_up {
        return (progress / warm_up).max(1e-3);
    }
    let along = ((progress - warm_up) / (1.0 - warm_up)).min(1.0);
    floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * along).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adam_finds_the_bottom_of_a_bowl() {
        let options = OptimiserOptions { learning_rate: 0.05, ..OptimiserOptions::default() };
        let mut optimiser = Optimiser::new(vec![3.0, -2.0]);
        for _ in 0..2000 {
            let slope: Vec<_> = optimiser.parameters.iter().map(|x| 2.0 * (x - 1.0)).collect();
            optimiser.step(&slope, 1.0, &options);
        }
        assert!(optimiser.parameters.iter().all(|x| (x - 1.0).abs() < 1e-2));
    }

    #[test]
    fn the_first_step_is_as_long_as_the_learning_rate() {
        let options = OptimiserOptions::default();
        let mut optimiser = Optimiser::new(vec![0.0]);
        optimiser.step(&[0.3], 1.0, &options);
        assert!((f64::from(optimiser.parameters[0]) + options.learning_rate).abs() < 1e-6);
    }

    #[test]
    fn a_gradient_that_is_not_finite_changes_nothing() {
        let mut optimiser = Optimiser::new(vec![1.0, 2.0]);
        let before = optimiser.clone();
        assert!(!optimiser.step(&[f32::NAN, 0.0], 1.0, &OptimiserOptions::default()).is_finite());
        assert_eq!(optimiser, before);
    }

    #[test]
    fn learning_rate_rises_then_falls_to_its_floor() {
        assert!(learning_rate(0.0, 0.1, 0.0) < 0.01);
        assert_eq!(learning_rate(0.1, 0.1, 0.0), 1.0);
        assert!((learning_rate(1.0, 0.1, 0.02) - 0.02).abs() < 1e-12);
    }
}
