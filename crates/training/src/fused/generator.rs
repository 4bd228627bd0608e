//! The generator, forward and backward, for a batch at once.

use halfdrawn_format::{Gan, ParameterTable};

use super::block::Place;
use super::grid::Grid;
use super::kernels::Product;
use super::mlp::{Dense, look_up, look_up_gradient};
use super::normal::{Moments, Norm, rows};
use super::strided::Strided;
use super::sums::End;

/// Plan of a generator.
pub(super) struct Generator {
    dense: Dense,
    label: Option<Place>,
    quarter: Norm,
    up: Strided,
    half: Norm,
    output: Strided,
    output_bias: Place,
    /// The dense layer's output, without borders.
    flat: Grid,
    latent: usize,
}

/// The activations of a batch and their gradients.
#[derive(Default)]
pub(super) struct GeneratorSpace {
    count: usize,
    flat: Vec<f32>,
    quarter: Vec<f32>,
    raised: Vec<f32>,
    half: Vec<f32>,
    /// Pictures of −1 to 1, with a border of zeros.
    pub pictures: Vec<f32>,
    /// The moments that the last forward pass normalised by.
    pub moments: [Moments; 2],
    flat_slope: Vec<f32>,
    quarter_slope: Vec<f32>,
    raised_slope: Vec<f32>,
    half_slope: Vec<f32>,
}

/// Which moments a forward pass normalises by.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum By {
    Batch,
    Running,
}

impl Generator {
    pub fn new(gan: &Gan, table: &ParameterTable) -> Self {
        let up = Strided::new(table, "generator.up", [gan.rows / 2, gan.columns / 2]);
        let output = Strided::new(table, "generator.output", [gan.rows, gan.columns]);
        let flat = Grid::new(up.low.rows, up.low.columns, 0);
        let label = "generator.label";
        Self {
            dense: Dense::find(table, "generator.dense"),
            label: table.get(label).map(|_| Place::find(table, label)),
            quarter: Norm::new(table, "generator.quarter", [flat, up.low]),
            half: Norm::new(table, "generator.half", [up.high, output.low]),
            output_bias: Place::find(table, "generator.output.bias"),
            up,
            output,
            flat,
            latent: gan.latent,
        }
    }

    /// The grid of its pictures.
    pub fn grid(&self) -> Grid {
        self.output.high
    }

    fn prepare(&mut self, count: usize, w: &mut GeneratorSpace, backward: bool) {
        self.up.prepare(count);
        self.output.prepare(count);
        let flat = count * self.flat.len() * self.up.channels[1];
        let [raised, quarter] = self.up.lengths().map(|length| count * length);
        let pictures = count * self.output.lengths()[0];
        // Borders are zero from the start and stay so.
        w.flat.resize(flat, 0.0);
        w.quarter.resize(quarter, 0.0);
        w.raised.resize(raised, 0.0);
        w.half.resize(raised, 0.0);
        w.pictures.resize(pictures, 0.0);
        if backward {
            w.flat_slope.resize(flat, 0.0);
            w.quarter_slope.resize(quarter, 0.0);
            w.raised_slope.resize(raised, 0.0);
            w.half_slope.resize(raised, 0.0);
        }
        w.count = count;
    }

    /// Pictures of the latent variables, in `w.pictures`.
    pub fn forward(
        &mut self,
        threads: usize,
        p: &[f32],
        latents: &[f32],
        labels: &[u8],
        by: By,
        w: &mut GeneratorSpace,
    ) {
        let count = latents.len() / self.latent;
        self.prepare(count, w, by == By::Batch);
        if let Some(table) = &self.label {
            look_up(table.of(p), labels, &mut w.flat);
        }
        let product = Product { accumulate: self.label.is_some(), ..Product::default() };
        self.dense.forward(Grid::new(1, count, 0), p, latents, product, &mut w.flat);
        let moments = |norm: &Norm, x: &[f32]| match by {
            By::Batch => norm.measure(x),
            By::Running => norm.stored(p),
        };
        w.moments[0] = moments(&self.quarter, &w.flat);
        self.quarter.forward(p, &w.moments[0], &w.flat, &mut w.quarter);
        self.up.up(threads, &w.quarter, p, End::default(), &mut w.raised);
        w.moments[1] = moments(&self.half, &w.raised);
        self.half.forward(p, &w.moments[1], &w.raised, &mut w.half);
        let bias = Some(self.output_bias.of(p));
        self.output.up(threads, &w.half, p, End { bias, ..End::default() }, &mut w.pictures);
        let planes = self.output.channels[0];
        for picture in w.pictures.chunks_exact_mut(self.output.lengths()[0]) {
            for row in rows(self.output.high, planes) {
                picture[row].iter_mut().for_each(|value| *value = tanh(*value));
            }
        }
    }

    /// Adds to `gradient` what `slope`, with respect to the pictures and with a border of zeros, makes;
    /// `slope` is overwritten.
    #[expect(clippy::too_many_arguments, reason = "a backward pass needs all that its forward had")]
    pub fn backward(
        &self,
        threads: usize,
        p: &[f32],
        latents: &[f32],
        labels: &[u8],
        slope: &mut [f32],
        w: &mut GeneratorSpace,
        gradient: &mut [f32],
    ) {
        let planes = self.output.channels[0];
        let bias = self.output_bias.of_mut(gradient);
        let length = self.output.lengths()[0];
        for (slope, picture) in slope.chunks_exact_mut(length).zip(w.pictures.chunks_exact(length))
        {
            for row in rows(self.output.high, planes) {
                let pixels = slope[row.clone()].chunks_exact_mut(planes);
                for (slope, x) in pixels.zip(picture[row].chunks_exact(planes)) {
                    for ((slope, x), bias) in slope.iter_mut().zip(x).zip(bias.iter_mut()) {
                        *slope *= 1.0 - x * x;
                        *bias += *slope;
                    }
                }
            }
        }
        self.output.learn(threads, slope, &w.half, gradient);
        let open = |activation| End { gate: Some((activation, 0.0)), ..End::default() };
        self.output.down(threads, slope, p, open(&w.half), &mut w.half_slope);
        let moments = &w.moments[1];
        let out = &mut w.raised_slope;
        self.half.backward(p, moments, &w.raised, &w.half_slope, out, gradient);
        self.up.learn(threads, &w.raised_slope, &w.quarter, gradient);
        self.up.down(threads, &w.raised_slope, p, open(&w.quarter), &mut w.quarter_slope);
        let moments = &w.moments[0];
        let out = &mut w.flat_slope;
        self.quarter.backward(p, moments, &w.flat, &w.quarter_slope, out, gradient);
        self.dense.learn(Grid::new(1, w.count, 0), latents, &w.flat_slope, gradient);
        if let Some(table) = &self.label {
            look_up_gradient(&w.flat_slope, labels, table.of_mut(gradient));
        }
    }
}

/// tanh x = ±(1 − e)/(1 + e) with e = e^(−2·|x|): plain operations, the same bits everywhere.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let e = super::pixels::exp_negative(-2.0 * x.abs());
    let size = (1.0 - e) / (1.0 + e);
    if x < 0.0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_is_the_librarys_to_a_part_in_a_million() {
        for index in -2000..=2000 {
            let x = index as f32 / 100.0;
            assert!((tanh(x) - x.tanh()).abs() < 1e-6, "at {x}: {}", tanh(x));
        }
    }
}
