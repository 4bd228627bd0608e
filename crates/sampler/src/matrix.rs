//! Packed weights and the one kernel that all layers use: out = finish(start + Σ input·weights).
//!
//! # Order of summation
//! Each output is the sum ((start + x₀w₀) + x₁w₁) + … over taps and inputs in the order of the
//! parameter table, with every product and every sum rounded to single precision. Lanes of a vector
//! run over outputs and never share a sum, and no product is fused into a sum, so an output has the
//! same bits whatever the number of rows, the tile it falls into, or the instruction set.
//!
//! # Speed
//! A tile of M rows and P panels keeps M·P·8 sums in registers and loads each weight once for its M
//! rows. With 16 vector registers of 4 lanes: 4 rows × 1 panel where there are rows, and 1 row × 4
//! panels where there is only one, whose 8 independent sums hide the latency of the additions
//! (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication").

use crate::vector::Four;

/// Outputs in a panel: two vectors of 128 bits.
pub(crate) const LANES: usize = 8;

type Lane = [f32; LANES];

/// Channels rounded up to whole panels. The additional ones have weight 0 and stay 0.
pub(crate) fn padded(channels: usize) -> usize {
    channels.next_multiple_of(LANES)
}

/// Pads a vector of channels.
pub(crate) fn pad(values: &[f32]) -> Vec<f32> {
    let mut padded_values = values.to_vec();
    padded_values.resize(padded(values.len()), 0.0);
    padded_values
}

/// What happens to the sum before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// out = sum
    Store,
    /// out = max(sum, 0)
    Relu,
    /// out += sum
    Add,
}

/// max(x, 0), with +0 for −0 and for what is not a number.
pub(crate) fn relu(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.0 }
}

/// Numbers, and where each row of a product begins reading them.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// Each row this far behind the one before it; 0 for the same numbers in every row.
    Every(&'a [f32], usize),
    /// A place for each row and tap, `[rows, taps]`.
    At(&'a [f32], &'a [usize]),
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn get(self, row: usize, tap: usize, taps: usize) -> &'a [f32] {
        match self {
            Self::Every(values, stride) => &values[row * stride..],
            Self::At(values, places) => &values[places[row * taps + tap]..],
        }
    }
}

/// The weights of one layer, `[panel][tap][input][lane]`.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    taps: usize,
    inputs: usize,
    outputs: usize,
    panels: Vec<Lane>,
}

impl Matrix {
    /// Packs `weights`, row-major `[taps, inputs, outputs]`. Inputs and outputs are padded.
    pub fn pack(weights: &[f32], taps: usize, inputs: usize, outputs: usize) -> Self {
        let (padded_inputs, padded_outputs) = (padded(inputs), padded(outputs));
        let mut panels = vec![[0.0; LANES]; padded_outputs / LANES * taps * padded_inputs];
        for tap in 0..taps {
            for input in 0..inputs {
                for output in 0..outputs {
                    let (panel, lane) = (output / LANES, output % LANES);
                    panels[(panel * taps + tap) * padded_inputs + input][lane] =
                        weights[(tap * inputs + input) * outputs + output];
                }
            }
        }
        Self { taps, inputs: padded_inputs, outputs: padded_outputs, panels }
    }

    /// Multiply-adds for each row.
    pub fn multiply_adds(&self) -> usize {
        self.taps * self.inputs * self.outputs
    }

    /// Computes `rows` rows of outputs, which lie one after the other in `out`.
    ///
    /// Complexity: `rows · taps · inputs · outputs` multiply-adds; each weight is loaded once for
    /// every four rows.
    pub fn multiply(
        &self,
        rows: usize,
        input: Rows<'_>,
        start: Rows<'_>,
        finish: Finish,
        out: &mut [f32],
    ) {
        let job = Job { matrix: self, input, start, finish };
        let panels = self.outputs / LANES;
        let whole = rows - rows % 4;
        for panel in 0..panels {
            for row in (0..whole).step_by(4) {
                job.tile::<4, 1>(row, panel, out);
            }
        }
        match rows - whole {
            3 => (0..panels).for_each(|panel| job.tile::<3, 1>(whole, panel, out)),
            2 => (0..panels).for_each(|panel| job.tile::<2, 1>(whole, panel, out)),
            1 => {
                let fours = panels - panels % 4;
                (0..fours).step_by(4).for_each(|panel| job.tile::<1, 4>(whole, panel, out));
                let pairs = panels - panels % 2;
                (fours..pairs).step_by(2).for_each(|panel| job.tile::<1, 2>(whole, panel, out));
                (pairs..panels).for_each(|panel| job.tile::<1, 1>(whole, panel, out));
            }
            _ => {}
        }
    }
}

/// The arguments of one multiplication.
struct Job<'a> {
    matrix: &'a Matrix,
    input: Rows<'a>,
    start: Rows<'a>,
    finish: Finish,
}

impl Job<'_> {
    /// `M` rows and `P` panels of the product.
    #[inline(never)]
    fn tile<const M: usize, const P: usize>(&self, row: usize, panel: usize, out: &mut [f32]) {
        let Matrix { taps, inputs, outputs, .. } = *self.matrix;
        let mut sums = [[[Four::splat(0.0); 2]; P]; M];
        for m in 0..M {
            let start = &self.start.get(row + m, 0, 1)[panel * LANES..][..P * LANES];
            for p in 0..P {
                sums[m][p] = load(&start[p * LANES..][..LANES]);
            }
        }
        for tap in 0..taps {
            let x: [&[f32]; M] =
                std::array::from_fn(|m| &self.input.get(row + m, tap, taps)[..inputs]);
            let w: [&[Lane]; P] = std::array::from_fn(|p| {
                &self.matrix.panels[((panel + p) * taps + tap) * inputs..][..inputs]
            });
            for k in 0..inputs {
                for p in 0..P {
                    let [low, high] = load(&w[p][k]);
                    for m in 0..M {
                        let value = Four::splat(x[m][k]);
                        let [low_sum, high_sum] = sums[m][p];
                        sums[m][p] =
                            [low_sum.plus(value.times(low)), high_sum.plus(value.times(high))];
                    }
                }
            }
        }
        for m in 0..M {
            let out = &mut out[(row + m) * outputs + panel * LANES..][..P * LANES];
            for p in 0..P {
                let out = &mut out[p * LANES..][..LANES];
                let sum = match self.finish {
                    Finish::Store => sums[m][p],
                    Finish::Relu => sums[m][p].map(Four::relu),
                    Finish::Add => {
                        let [low, high] = load(out);
                        [low.plus(sums[m][p][0]), high.plus(sums[m][p][1])]
                    }
                };
                out[..4].copy_from_slice(&sum[0].store());
                out[4..].copy_from_slice(&sum[1].store());
            }
        }
    }
}

/// Eight numbers in two vectors.
#[inline(always)]
fn load(x: &[f32]) -> [Four; 2] {
    [Four::load([x[0], x[1], x[2], x[3]]), Four::load([x[4], x[5], x[6], x[7]])]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(len: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * 7919) % 257) as f32 / 128.0 - 1.0).collect()
    }

    #[test]
    fn every_tile_gives_the_bits_of_the_stated_order() {
        let (taps, inputs) = (3, 16);
        for outputs in [8, 16, 24, 32, 56] {
            let weights = numbers(taps * inputs * outputs);
            let matrix = Matrix::pack(&weights, taps, inputs, outputs);
            let start = numbers(outputs);
            for rows in 1..10 {
                let input = numbers(rows * taps * inputs);
                let mut out = vec![0.0; rows * outputs];
                let places: Vec<usize> = (0..rows * taps).map(|place| place * inputs).collect();
                let (x, from) = (Rows::At(&input, &places), Rows::Every(&start, 0));
                matrix.multiply(rows, x, from, Finish::Relu, &mut out);
                for row in 0..rows {
                    for output in 0..outputs {
                        let mut sum = start[output];
                        for k in 0..taps * inputs {
                            let product =
                                input[row * taps * inputs + k] * weights[k * outputs + output];
                            sum += product;
                        }
                        assert_eq!(out[row * outputs + output].to_bits(), relu(sum).to_bits());
                    }
                }
            }
        }
    }

    #[test]
    fn channels_that_fill_no_panel_are_padded_with_zeros() {
        let matrix = Matrix::pack(&numbers(6), 1, 2, 3);
        let mut out = vec![7.0; 8];
        let input = [1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let start = [0.0; 8];
        let (x, start) = (Rows::Every(&input, 0), Rows::Every(&start, 0));
        matrix.multiply(1, x, start, Finish::Store, &mut out);
        let weights = numbers(6);
        for output in 0..3 {
            assert_eq!(out[output], weights[output] + 2.0 * weights[3 + output]);
        }
        assert_eq!(out[3..], [0.0; 5]);
    }

    #[test]
    fn relu_has_no_negative_zero() {
        assert_eq!(relu(-0.0).to_bits(), 0.0_f32.to_bits());
        assert_eq!(relu(f32::NAN), 0.0);
        assert_eq!(relu(2.0), 2.0);
    }
}
