//! What frozen features are worth: classification with few labels, by a linear probe and by nearest
//! neighbours.

/// Points, one row after the other, each with a class.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    /// `labels.len()` rows of equal width.
    pub features: &'a [f32],
    /// The class of each row.
    pub labels: &'a [u8],
}

impl<'a> Labelled<'a> {
    /// Numbers in a row; 0 where there are no rows.
    #[must_use]
    pub fn width(&self) -> usize {
        self.features.len().checked_div(self.labels.len()).unwrap_or(0)
    }

    fn rows(&self) -> impl Iterator<Item = &'a [f32]> {
        self.features.chunks_exact(self.width().max(1))
    }
}

/// Multinomial logistic regression with an L2 penalty, on features scaled to mean 0 and variance 1
/// (Bishop 2006, section 4.3.4).
///
/// Minimises the mean of −ln softmax(W·x + b)ₗ + ½·penalty·|W|² by gradient descent with Nesterov's
/// momentum, whose step is one over the loss's largest curvature: convex, so that the start does not
/// matter.
#[derive(Clone, Debug)]
pub struct LinearProbe {
    classes: usize,
    mean: Vec<f32>,
    scale: Vec<f32>,
    /// `[width + 1, classes]`, the biases last.
    weights: Vec<f32>,
}

impl LinearProbe {
    /// Fits to `data` of `classes` classes in `steps` steps.
    #[must_use]
    pub fn fit(data: Labelled, classes: usize, penalty: f32, steps: usize) -> Self {
        let (width, count) = (data.width(), data.labels.len().max(1) as f32);
        let mut mean = vec![0.0; width];
        for row in data.rows() {
            mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / count);
        }
        let mut variance = vec![0.0; width];
        for row in data.rows() {
            for (variance, (value, mean)) in variance.iter_mut().zip(row.iter().zip(&mean)) {
                *variance += (value - mean).powi(2) / count;
            }
        }
        // A feature that never changes says nothing: its scaled value is zero.
        let scale = variance.iter().map(|&v| if v > 1e-8 { 1.0 / v.sqrt() } else { 0.0 }).collect();
        let mut probe = Self { classes, mean, scale, weights: vec![0.0; (width + 1) * classes] };
        let rows: Vec<Vec<f32>> = data.rows().map(|row| probe.scaled(row)).collect();
        probe.descend(&rows, data.labels, penalty, steps);
        probe
    }

    /// The row with mean 0 and variance 1, and a one for the biases.
    fn scaled(&self, row: &[f32]) -> Vec<f32> {
        let scaled = row.iter().zip(&self.mean).zip(&self.scale);
        scaled.map(|((value, mean), scale)| (value - mean) * scale).chain([1.0]).collect()
    }

    fn descend(&mut self, rows: &[Vec<f32>], labels: &[u8], penalty: f32, steps: usize) {
        let step = 1.0 / (0.5 * curvature(rows) + penalty);
        let mut before = self.weights.clone();
        for iteration in 0..steps {
            let momentum = iteration as f32 / (iteration as f32 + 3.0);
            let ahead: Vec<f32> = self
                .weights
                .iter()
                .zip(&before)
                .map(|(now, before)| now + momentum * (now - before))
                .collect();
            let gradient = self.gradient(&ahead, rows, labels, penalty);
            before.clone_from(&self.weights);
            for ((weight, ahead), slope) in self.weights.iter_mut().zip(ahead).zip(gradient) {
                *weight = ahead - step * slope;
            }
        }
    }

    fn gradient(
        &self,
        weights: &[f32],
        rows: &[Vec<f32>],
        labels: &[u8],
        penalty: f32,
    ) -> Vec<f32> {
        let biases = weights.len() - self.classes;
        let mut gradient: Vec<f32> = weights.iter().map(|weight| penalty * weight).collect();
        gradient[biases..].fill(0.0);
        let share = 1.0 / rows.len().max(1) as f32;
        for (row, &label) in rows.iter().zip(labels) {
            let mut errors = softmax(&scores(weights, row, self.classes));
            errors[usize::from(label)] -= 1.0;
            for (value, slopes) in row.iter().zip(gradient.chunks_exact_mut(self.classes)) {
                for (slope, error) in slopes.iter_mut().zip(&errors) {
                    *slope += share * value * error;
                }
            }
        }
        gradient
    }

    /// The likeliest class of a row.
    #[must_use]
    pub fn classify(&self, row: &[f32]) -> u8 {
        let scores = scores(&self.weights, &self.scaled(row), self.classes);
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(0, |(class, _)| class as u8)
    }

    /// The share of `data` that it classifies wrongly.
    #[must_use]
    pub fn error(&self, data: Labelled) -> f64 {
        let wrong =
            data.rows().zip(data.labels).filter(|(row, label)| self.classify(row) != **label);
        wrong.count() as f64 / data.labels.len().max(1) as f64
    }
}

/// The largest eigenvalue of the mean of x·xᵀ, a little above, by the power method.
fn curvature(rows: &[Vec<f32>]) -> f32 {
    let width = rows.first().map_or(1, Vec::len);
    let mut direction = vec![1.0 / (width as f32).sqrt(); width];
    let mut length = 1.0;
    for _ in 0..30 {
        let mut next = vec![0.0; width];
        for row in rows {
            let along: f32 = row.iter().zip(&direction).map(|(a, b)| a * b).sum();
            next.iter_mut().zip(row).for_each(|(sum, value)| *sum += along * value);
        }
        length = next.iter().map(|value| value * value).sum::<f32>().sqrt() / rows.len() as f32;
        let scale = 1.0 / (length * rows.len() as f32).max(1e-12);
        direction = next.into_iter().map(|value| value * scale).collect();
    }
    1.2 * length.max(1e-6)
}

fn scores(weights: &[f32], row: &[f32], classes: usize) -> Vec<f32> {
    let mut scores = vec![0.0; classes];
    for (value, weights) in row.iter().zip(weights.chunks_exact(classes)) {
        scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
    }
    scores
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let terms: Vec<f32> = scores.iter().map(|score| (score - largest).exp()).collect();
    let sum: f32 = terms.iter().sum();
    terms.into_iter().map(|term| term / sum).collect()
}

/// The share of `test` that the majority of its `k` nearest neighbours in `train`, by Euclidean
/// distance, classifies wrongly; a tie goes to the class of the nearer neighbour.
#[must_use]
pub fn nearest_neighbour_error(train: Labelled, test: Labelled, k: usize) -> f64 {
    let wrong = test.rows().zip(test.labels).filter(|(row, label)| {
        let mut nearest: Vec<(f32, u8)> = train
            .rows()
            .zip(train.labels)
            .map(|(other, &label)| (distance(row, other), label))
            .collect();
        let k = k.min(nearest.len());
        if k < nearest.len() {
            nearest.select_nth_unstable_by(k, |a, b| a.0.total_cmp(&b.0));
        }
        nearest.truncate(k);
        nearest.sort_by(|a, b| a.0.total_cmp(&b.0));
        majority(&nearest) != Some(**label)
    });
    wrong.count() as f64 / test.labels.len().max(1) as f64
}

/// Σ (a − b)².
pub(crate) fn distance(a: &[f32], b: &[f32]) -> f32 {
    // Partial sums, which a compiler turns into vectors.
    const LANES: usize = 8;
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    sums.iter().sum::<f32>() + rest
}

/// The most frequent class; of equals the one that comes first.
fn majority(nearest: &[(f32, u8)]) -> Option<u8> {
    let votes = |class| nearest.iter().filter(|(_, other)| *other == class).count();
    let mut best = None;
    for &(_, class) in nearest {
        if best.is_none_or(|best| votes(class) > votes(best)) {
            best = Some(class);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clusters_on_a_line_are_told_apart() {
        let features = [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0];
        let data = Labelled { features: &features, labels: &[0, 0, 0, 1, 1, 1] };
        let probe = LinearProbe::fit(data, 2, 1e-3, 200);
        assert_eq!(probe.error(data), 0.0);
        assert_eq!((probe.classify(&[-0.5]), probe.classify(&[0.5])), (0, 1));
    }

    #[test]
    fn without_features_a_probe_says_what_is_most_frequent_as_often_as_it_is() {
        // Constant features leave the biases: p = (¾, ¼), so b₀ − b₁ = ln 3.
        let data = Labelled { features: &[5.0; 4], labels: &[0, 0, 0, 1] };
        let probe = LinearProbe::fit(data, 2, 0.1, 2000);
        let biases = &probe.weights[2..];
        assert!((biases[0] - biases[1] - 3f32.ln()).abs() < 1e-3, "{biases:?}");
        assert_eq!(probe.error(data), 0.25);
    }

    #[test]
    fn the_penalty_balances_the_slope_as_a_hand_works_out() {
        // x = ∓1, two classes, W = ±w: the gradient 1/(1 + e^{2w})·1 = penalty·w at the minimum.
        let data = Labelled { features: &[-1.0, 1.0], labels: &[0, 1] };
        let probe = LinearProbe::fit(data, 2, 0.1, 2000);
        let w = probe.weights[1];
        assert!((probe.weights[0] + w).abs() < 1e-4);
        assert!((1.0 / (1.0 + (2.0 * w).exp()) - 0.1 * w).abs() < 1e-4, "{w}");
    }

    #[test]
    fn three_neighbours_vote_and_one_does_not_listen() {
        // From 0: neighbours at 1 (class 0), 2 and 3 (class 1).
        let train = Labelled { features: &[1.0, 2.0, 3.0, 9.0], labels: &[0, 1, 1, 0] };
        let test = Labelled { features: &[0.0], labels: &[1] };
        assert_eq!(nearest_neighbour_error(train, test, 1), 1.0);
        assert_eq!(nearest_neighbour_error(train, test, 3), 0.0);
        // Two against two: the nearest decides.
        assert_eq!(nearest_neighbour_error(train, test, 4), 1.0);
    }
}
