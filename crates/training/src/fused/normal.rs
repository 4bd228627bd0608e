//! Batch normalisation, forward and backward.

use halfdrawn_format::ParameterTable;

use super::block::Place;
use super::grid::Grid;

/// Added to a variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// Normalises each channel over a batch, then relu.
pub(super) struct Norm {
    scale: Place,
    shift: Place,
    mean: Place,
    variance: Place,
    /// How pictures lie before and after.
    grids: [Grid; 2],
    channels: usize,
}

/// Mean and variance of each channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
}

impl Norm {
    pub fn new(table: &ParameterTable, name: &str, grids: [Grid; 2]) -> Self {
        let place = |part: &str| Place::find(table, &format!("{name}.{part}"));
        let scale = place("scale");
        let channels = scale.range.len();
        let (shift, mean, variance) = (place("shift"), place("mean"), place("variance"));
        Self { scale, shift, mean, variance, grids, channels }
    }

    /// The running moments.
    pub fn stored(&self, p: &[f32]) -> Moments {
        Moments { mean: self.mean.of(p).to_vec(), variance: self.variance.of(p).to_vec() }
    }

    /// The moments of a batch.
    pub fn measure(&self, x: &[f32]) -> Moments {
        let mean = self.mean_of(x, |x, sums| {
            for (sum, x) in sums.iter_mut().zip(x) {
                *sum += x;
            }
        });
        let variance = self.mean_of(x, |x, sums| {
            for ((sum, x), mean) in sums.iter_mut().zip(x).zip(&mean) {
                *sum += (x - mean) * (x - mean);
            }
        });
        Moments { mean, variance }
    }

    /// The mean of what `add` adds up of each pixel: in single precision within a picture, in double
    /// from one to the next.
    fn mean_of(&self, x: &[f32], add: impl Fn(&[f32], &mut [f32])) -> Vec<f32> {
        let (grid, channels) = (self.grids[0], self.channels);
        let mut total = vec![0.0f64; channels];
        let mut sums = vec![0.0f32; channels];
        let mut count = 0;
        for picture in x.chunks_exact(grid.len() * channels) {
            sums.fill(0.0);
            for row in rows(grid, channels) {
                picture[row].chunks_exact(channels).for_each(|pixel| add(pixel, &mut sums));
            }
            total.iter_mut().zip(&sums).for_each(|(total, &sum)| *total += f64::from(sum));
            count += grid.rows * grid.columns;
        }
        total.into_iter().map(|total| (total / count as f64) as f32).collect()
    }

    /// `out = relu(scale·(x − mean)/√(variance + ε) + shift)`; borders of `out` are not written.
    pub fn forward(&self, p: &[f32], moments: &Moments, x: &[f32], out: &mut [f32]) {
        let channels = self.channels;
        let factor: Vec<f32> = self.factors(p, moments);
        let terms = self.shift.of(p).iter().zip(&moments.mean).zip(&factor);
        let shift: Vec<f32> = terms.map(|((shift, mean), factor)| shift - mean * factor).collect();
        let [from, to] = self.grids;
        let pictures = x.chunks_exact(from.len() * channels);
        for (x, out) in pictures.zip(out.chunks_exact_mut(to.len() * channels)) {
            for (from, to) in rows(from, channels).zip(rows(to, channels)) {
                let pixels = x[from].chunks_exact(channels);
                for (x, out) in pixels.zip(out[to].chunks_exact_mut(channels)) {
                    for (((out, x), factor), shift) in
                        out.iter_mut().zip(x).zip(&factor).zip(&shift)
                    {
                        let y = x * factor + shift;
                        *out = if y > 0.0 { y } else { 0.0 };
                    }
                }
            }
        }
    }

    fn factors(&self, p: &[f32], moments: &Moments) -> Vec<f32> {
        let scales = self.scale.of(p).iter().zip(&moments.variance);
        scales.map(|(scale, variance)| scale / (variance + EPSILON).sqrt()).collect()
    }

    /// The gradient with respect to `x`, from that of the output where relu let it through; adds to
    /// that of scale and shift. `moments` are the batch's own, and depend on `x`:
    ///
    /// dx = factor·(dy − mean(dy) − x̂·mean(dy·x̂)), x̂ = (x − mean)/√(variance + ε)
    pub fn backward(
        &self,
        p: &[f32],
        moments: &Moments,
        x: &[f32],
        slope: &[f32],
        out: &mut [f32],
        gradient: &mut [f32],
    ) {
        let channels = self.channels;
        let [from, to] = self.grids;
        let inverse: Vec<f32> =
            moments.variance.iter().map(|variance| 1.0 / (variance + EPSILON).sqrt()).collect();
        let (mut shifts, mut scales) = (vec![0.0f64; channels], vec![0.0f64; channels]);
        let (mut shift, mut scale) = (vec![0.0f32; channels], vec![0.0f32; channels]);
        let mut count = 0;
        let pictures =
            || x.chunks_exact(from.len() * channels).zip(slope.chunks_exact(to.len() * channels));
        for (x, slope) in pictures() {
            shift.fill(0.0);
            scale.fill(0.0);
            for (from, to) in rows(from, channels).zip(rows(to, channels)) {
                let pixels = x[from].chunks_exact(channels).zip(slope[to].chunks_exact(channels));
                for (x, slope) in pixels {
                    let sums = shift.iter_mut().zip(scale.iter_mut());
                    let values = x.iter().zip(slope).zip(moments.mean.iter().zip(&inverse));
                    for ((shift, scale), ((x, slope), (mean, inverse))) in sums.zip(values) {
                        *shift += slope;
                        *scale += slope * ((x - mean) * inverse);
                    }
                }
            }
            shifts.iter_mut().zip(&shift).for_each(|(sum, &value)| *sum += f64::from(value));
            scales.iter_mut().zip(&scale).for_each(|(sum, &value)| *sum += f64::from(value));
            count += from.rows * from.columns;
        }
        let add = |gradient: &mut [f32], sums: &[f64]| {
            gradient.iter_mut().zip(sums).for_each(|(sum, &value)| *sum += value as f32);
        };
        add(self.shift.of_mut(gradient), &shifts);
        add(self.scale.of_mut(gradient), &scales);
        // dx = factor·dy + a·x + b, channel by channel.
        let factor = self.factors(p, moments);
        let mean = |sums: Vec<f64>| sums.into_iter().map(move |sum| (sum / count as f64) as f32);
        let (shift, scale): (Vec<f32>, Vec<f32>) = (mean(shifts).collect(), mean(scales).collect());
        let a: Vec<f32> = (0..channels).map(|c| -factor[c] * inverse[c] * scale[c]).collect();
        let b: Vec<f32> =
            (0..channels).map(|c| -factor[c] * shift[c] - a[c] * moments.mean[c]).collect();
        for ((x, slope), out) in pictures().zip(out.chunks_exact_mut(from.len() * channels)) {
            for (from, to) in rows(from, channels).zip(rows(to, channels)) {
                let pixels =
                    x[from.clone()].chunks_exact(channels).zip(slope[to].chunks_exact(channels));
                for ((x, slope), out) in pixels.zip(out[from].chunks_exact_mut(channels)) {
                    let terms = x.iter().zip(slope).zip(factor.iter().zip(a.iter().zip(&b)));
                    for (out, ((x, slope), (factor, (a, b)))) in out.iter_mut().zip(terms) {
                        *out = slope * factor + (x * a + b);
                    }
                }
            }
        }
    }
}

/// Where the numbers of each row of a picture lie.
pub(super) fn rows(
    grid: Grid,
    channels: usize,
) -> impl Iterator<Item = std::ops::Range<usize>> + Clone {
    (0..grid.rows).map(move |row| {
        let first = grid.position(row, 0) * channels;
        first..first + grid.columns * channels
    })
}
