//! The critic, forward and backward, for a batch at once.

use halfdrawn_format::{Gan, ParameterTable};

use super::block::Place;
use super::grid::Grid;
use super::normal::rows;
use super::strided::Strided;
use super::sums::End;

/// The slope of its relus below zero.
const LEAK: f32 = 0.2;
/// Lanes summed apart, so that a compiler may use vectors.
const LANES: usize = 16;

/// Plan of a critic.
pub(super) struct Critic {
    input: Strided,
    input_bias: Place,
    down: Strided,
    down_bias: Place,
    weight: Place,
    bias: Place,
    label: Option<Place>,
}

/// The activations of a batch and their gradients.
#[derive(Default)]
pub(super) struct CriticSpace {
    half: Vec<f32>,
    quarter: Vec<f32>,
    half_slope: Vec<f32>,
    quarter_slope: Vec<f32>,
    /// The gradient with respect to the pictures, with a border of zeros.
    pub pictures_slope: Vec<f32>,
}

impl Critic {
    pub fn new(gan: &Gan, table: &ParameterTable) -> Self {
        let place = |name: &str| Place::find(table, &format!("critic.{name}"));
        Self {
            input: Strided::new(table, "critic.input", [gan.rows, gan.columns]),
            input_bias: place("input.bias"),
            down: Strided::new(table, "critic.down", [gan.rows / 2, gan.columns / 2]),
            down_bias: place("down.bias"),
            weight: place("dense.weight"),
            bias: place("dense.bias"),
            label: table.get("critic.label").map(|_| place("label")),
        }
    }

    /// The features that the last forward pass saw, with a border of zeros.
    fn features(&self) -> (Grid, usize) {
        (self.down.low, self.down.channels[1])
    }

    /// What row of the table of digits belongs to a picture.
    fn row<'a>(&self, table: Option<&'a [f32]>, labels: &[u8], index: usize) -> Option<&'a [f32]> {
        let table = table?;
        let width = self.weight.range.len();
        Some(&table[usize::from(labels[index]) * width..][..width])
    }

    /// The output for each picture of −1 to 1, with a border of zeros.
    pub fn forward(
        &mut self,
        threads: usize,
        p: &[f32],
        pictures: &[f32],
        labels: &[u8],
        w: &mut CriticSpace,
    ) -> Vec<f32> {
        let count = pictures.len() / self.input.lengths()[0];
        self.input.prepare(count);
        self.down.prepare(count);
        let [half, quarter] = self.down.lengths().map(|length| count * length);
        w.half.resize(half, 0.0);
        w.quarter.resize(quarter, 0.0);
        let end = |bias| End { bias: Some(bias), leak: Some(LEAK), ..End::default() };
        self.input.down(threads, pictures, p, end(self.input_bias.of(p)), &mut w.half);
        self.down.down(threads, &w.half, p, end(self.down_bias.of(p)), &mut w.quarter);
        let (weight, bias) = (self.weight.of(p), self.bias.of(p)[0]);
        let table = self.label.as_ref().map(|label| label.of(p));
        let (grid, channels) = self.features();
        let features = w.quarter.chunks_exact(grid.len() * channels).enumerate();
        let outputs = features.map(|(index, features)| {
            let row = self.row(table, labels, index);
            let width = grid.columns * channels;
            let mut sum = bias;
            for (line, range) in rows(grid, channels).enumerate() {
                let flat = line * width..(line + 1) * width;
                sum += product(&features[range.clone()], &weight[flat.clone()]);
                sum += row.map_or(0.0, |row| product(&features[range], &row[flat]));
            }
            sum
        });
        outputs.collect()
    }

    /// From the gradient of the outputs to that of the features, before their relus.
    fn open(&self, p: &[f32], labels: &[u8], slopes: &[f32], w: &mut CriticSpace) {
        let (grid, channels) = self.features();
        let (width, length) = (grid.columns * channels, grid.len() * channels);
        w.quarter_slope.resize(w.quarter.len(), 0.0);
        let (weight, table) = (self.weight.of(p), self.label.as_ref().map(|label| label.of(p)));
        let pictures = w.quarter.chunks_exact(length).zip(w.quarter_slope.chunks_exact_mut(length));
        for (index, ((features, out), &slope)) in pictures.zip(slopes).enumerate() {
            let row = self.row(table, labels, index);
            for (line, range) in rows(grid, channels).enumerate() {
                let flat = line * width..(line + 1) * width;
                let out = &mut out[range.clone()];
                match row {
                    Some(row) => {
                        let both = weight[flat.clone()].iter().zip(&row[flat]);
                        for (out, (weight, row)) in out.iter_mut().zip(both) {
                            *out = slope * (weight + row);
                        }
                    }
                    None => {
                        for (out, weight) in out.iter_mut().zip(&weight[flat]) {
                            *out = slope * weight;
                        }
                    }
                }
                for (out, &feature) in out.iter_mut().zip(&features[range]) {
                    *out *= if feature > 0.0 { 1.0 } else { LEAK };
                }
            }
        }
    }

    /// The gradient of the half-resolution activations, before their relus.
    fn descend(&self, threads: usize, p: &[f32], w: &mut CriticSpace) {
        w.half_slope.resize(w.half.len(), 0.0);
        let end = End { gate: Some((&w.half, LEAK)), ..End::default() };
        self.down.up(threads, &w.quarter_slope, p, end, &mut w.half_slope);
    }

    /// Adds to `gradient` what `slopes`, with respect to the outputs of the last forward pass, make.
    #[expect(clippy::too_many_arguments, reason = "a backward pass needs all that its forward had")]
    pub fn learn(
        &self,
        threads: usize,
        p: &[f32],
        pictures: &[f32],
        labels: &[u8],
        slopes: &[f32],
        w: &mut CriticSpace,
        gradient: &mut [f32],
    ) {
        let (grid, channels) = self.features();
        let (width, length) = (grid.columns * channels, grid.len() * channels);
        let features = self.weight.range.len();
        for (index, (quarter, &slope)) in w.quarter.chunks_exact(length).zip(slopes).enumerate() {
            self.bias.of_mut(gradient)[0] += slope;
            let add = |to: &mut [f32]| {
                for (line, range) in rows(grid, channels).enumerate() {
                    let line = &mut to[line * width..(line + 1) * width];
                    for (sum, feature) in line.iter_mut().zip(&quarter[range]) {
                        *sum += slope * feature;
                    }
                }
            };
            add(self.weight.of_mut(gradient));
            if let Some(label) = &self.label {
                let first = usize::from(labels[index]) * features;
                add(&mut label.of_mut(gradient)[first..first + features]);
            }
        }
        self.open(p, labels, slopes, w);
        self.descend(threads, p, w);
        self.down.learn(threads, &w.half, &w.quarter_slope, gradient);
        self.input.learn(threads, pictures, &w.half_slope, gradient);
        for (layer, slope, bias) in [
            (self.down.low, &w.quarter_slope, &self.down_bias),
            (self.input.low, &w.half_slope, &self.input_bias),
        ] {
            let bias = bias.of_mut(gradient);
            for picture in slope.chunks_exact(layer.len() * bias.len()) {
                super::kernels::sum_pixels(layer, picture, bias);
            }
        }
    }

    /// The gradient with respect to the pictures of the last forward pass, in `w.pictures_slope`.
    pub fn through(
        &self,
        threads: usize,
        p: &[f32],
        labels: &[u8],
        slopes: &[f32],
        w: &mut CriticSpace,
    ) {
        self.open(p, labels, slopes, w);
        self.descend(threads, p, w);
        w.pictures_slope.resize(slopes.len() * self.input.lengths()[0], 0.0);
        self.input.up(threads, &w.half_slope, p, End::default(), &mut w.pictures_slope);
    }
}

/// Σ a·b.
fn product(a: &[f32], b: &[f32]) -> f32 {
    let (blocks, rest) = a.as_chunks::<LANES>();
    let (others, other) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in blocks.iter().zip(others) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = rest.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
    sums.iter().sum::<f32>() + rest
}
