//! Classifiers on frozen features with few labels.

use halfdrawn_data::order;
use halfdrawn_metrics::{Labelled, LinearProbe, Mean, nearest_neighbour_error};

use crate::judge::share;

/// Labels to learn from.
pub const LABELS: [usize; 4] = [100, 600, 1000, 3000];
const DRAWS: u64 = 10;
const CLASSES: usize = 10;
const NEIGHBOURS: usize = 3;
const PENALTY: f32 = 0.01;
const STEPS: usize = 100;
/// Test pictures that are classified, the first: neighbours among raw pixels take their time.
pub const CLASSIFIED: usize = 2000;

/// Rows of features, each with its digit.
pub struct Features {
    /// One row after the other.
    pub values: Vec<f32>,
    /// The digit of each.
    pub labels: Vec<u8>,
}

impl Features {
    fn labelled(&self) -> Labelled<'_> {
        Labelled { features: &self.values, labels: &self.labels }
    }

    /// As many of each class, `count` in all.
    fn draw(&self, count: usize, seed: u64, draw: u64) -> Self {
        let width = self.labelled().width();
        let mut left = [count / CLASSES; CLASSES];
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for index in order(seed, draw, self.labels.len() as u32) {
            let index = index as usize;
            let label = self.labels[index];
            if left[usize::from(label)] > 0 {
                left[usize::from(label)] -= 1;
                values.extend_from_slice(&self.values[index * width..(index + 1) * width]);
                labels.push(label);
            }
        }
        Self { values, labels }
    }
}

/// Errors for each number of labels: of the linear probe, then of the nearest neighbours.
pub struct Probes {
    pub errors: Vec<[Mean; 2]>,
}

impl Probes {
    /// What stands below a table.
    pub const PROTOCOL: &'static str = "Mean ± standard deviation of 10 draws of labelled training \
        pictures, as many of each class; the first 2,000 test pictures, or as many as there are. Linear probe: multinomial logistic regression, penalty 0.01, \
        on features of mean 0 and variance 1; nearest neighbours: three, Euclidean. Features: the mean \
        of q(z|x), or the code.";

    /// Draws labels from `train`, classifies `test`; draws are shared among threads.
    pub fn measure(train: &Features, test: &Features, seed: u64, threads: usize) -> Self {
        let errors = |labels: usize| {
            let one = |draw: u64| {
                let drawn = train.draw(labels, seed, draw);
                let probe = LinearProbe::fit(drawn.labelled(), CLASSES, PENALTY, STEPS);
                let neighbours =
                    nearest_neighbour_error(drawn.labelled(), test.labelled(), NEIGHBOURS);
                [probe.error(test.labelled()), neighbours]
            };
            let draws: Vec<u64> = (0..DRAWS).collect();
            let found = share(&draws, 1, threads, |draws| {
                draws.iter().map(|&draw| one(draw)).collect::<Vec<[f64; 2]>>()
            });
            [0, 1].map(|which| found.iter().map(|errors| errors[which]).collect::<Mean>())
        };
        Self { errors: LABELS.into_iter().map(errors).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_has_as_many_of_each_class_and_keeps_rows_with_their_labels() {
        let labels: Vec<u8> = (0..200).map(|index| (index % 10) as u8).collect();
        let values = labels.iter().flat_map(|&label| [f32::from(label), 1.0]).collect();
        let features = Features { values, labels };
        let drawn = features.draw(30, 1, 2);
        assert_eq!(drawn.labels.len(), 30);
        for class in 0..10 {
            assert_eq!(drawn.labels.iter().filter(|&&label| label == class).count(), 3);
        }
        for (row, &label) in drawn.values.chunks(2).zip(&drawn.labels) {
            assert_eq!(row, [f32::from(label), 1.0]);
        }
        assert_ne!(drawn.labels, features.draw(30, 1, 3).labels);
    }
}
