//! The two products that training a convolutional network consists of, blocked for registers:
//! pixels × weights (forward, and backward to the inputs) and inputs × gradients (to the weights).
//!
//! Convolutions are products summed over taps; no patch matrix is ever built. A block of up to 14
//! pixels by 2 vectors of output channels stays in registers while taps and input channels are
//! summed over. Where the registers are those of WebAssembly, blocks are smaller.

use super::grid::Grid;
use super::packed::multiply_packed;
use super::simd::{Vector, dispatch};

/// Pixels to a register block: 28 and 14 columns divide evenly.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const WIDE: usize = 14;
#[cfg(not(target_arch = "wasm32"))]
const NARROW: usize = 7;
/// Of sixteen registers, as browsers have on most processors, eight hold sums: twelve were slower.
#[cfg(target_arch = "wasm32")]
pub(super) const WIDE: usize = 4;
#[cfg(target_arch = "wasm32")]
const NARROW: usize = 2;
/// Input channels to a register block of the weight gradient.
#[cfg(not(target_arch = "wasm32"))]
const INPUTS: usize = 8;
#[cfg(target_arch = "wasm32")]
const INPUTS: usize = 4;

/// What a product is added to and what becomes of the sum.
#[derive(Clone, Copy, Default)]
pub(super) struct Product<'a> {
    /// Added to every pixel.
    pub bias: Option<&'a [f32]>,
    /// Added pixel by pixel, laid out like the output.
    pub source: Option<&'a [f32]>,
    /// Adds to what the output holds.
    pub accumulate: bool,
    /// Applies max(·, 0) to the sum.
    pub relu: bool,
    /// Zeroes the sum where this, laid out like the output, is not positive: relu's gradient.
    pub gate: Option<&'a [f32]>,
}

struct Shape<'a> {
    grid: Grid,
    offsets: &'a [isize],
    inputs: usize,
    outputs: usize,
}

/// `out[p] = Σₜ input[p + offsets[t]]·weights[t]` plus the terms of `product`, for every pixel of
/// the grid. Borders of `out` are not written.
///
/// # Shapes
/// `input`: grid × inputs, `weights`: taps × inputs × outputs, `out`: grid × outputs.
pub(super) fn multiply(
    grid: Grid,
    input: &[f32],
    offsets: &[isize],
    weights: &[f32],
    product: Product,
    out: &mut [f32],
) {
    let inputs = input.len() / grid.len();
    let outputs = out.len() / grid.len();
    assert_eq!(input.len(), grid.len() * inputs);
    assert_eq!(out.len(), grid.len() * outputs);
    assert_eq!(weights.len(), offsets.len() * inputs * outputs);
    assert!(product.bias.is_none_or(|bias| bias.len() == outputs));
    assert!(product.source.is_none_or(|source| source.len() == out.len()));
    assert!(product.gate.is_none_or(|gate| gate.len() == out.len()));
    let shape = Shape { grid, offsets, inputs, outputs };
    // The lengths were checked above; offsets come from `Grid::offset`, whose reach the borders cover.
    multiply_widest(&shape, input, weights, product, out);
}

/// `gradient[t] += Σₚ input[p + offsets[t]] ⊗ out[p]` over every pixel of the grid.
///
/// # Shapes
/// As in [`multiply`]; `gradient` is laid out like its weights.
pub(super) fn outer(
    grid: Grid,
    input: &[f32],
    offsets: &[isize],
    out: &[f32],
    gradient: &mut [f32],
) {
    let inputs = input.len() / grid.len();
    let outputs = out.len() / grid.len();
    assert_eq!(input.len(), grid.len() * inputs);
    assert_eq!(out.len(), grid.len() * outputs);
    assert_eq!(gradient.len(), offsets.len() * inputs * outputs);
    let shape = Shape { grid, offsets, inputs, outputs };
    outer_widest(&shape, input, out, gradient);
}

/// `gradient += Σₚ out[p]`, the gradient of a bias.
pub(super) fn sum_pixels(grid: Grid, out: &[f32], gradient: &mut [f32]) {
    let outputs = gradient.len();
    for row in 0..grid.rows {
        let start = grid.position(row, 0) * outputs;
        for pixel in out[start..start + grid.columns * outputs].chunks_exact(outputs) {
            for (sum, &value) in gradient.iter_mut().zip(pixel) {
                *sum += value;
            }
        }
    }
}

dispatch!(
    fn multiply_widest = multiply_any,
    (s: &Shape, input: &[f32], weights: &[f32], product: Product, out: &mut [f32])
);
dispatch!(
    fn outer_widest = outer_blocks,
    (s: &Shape, input: &[f32], out: &[f32], gradient: &mut [f32])
);

#[inline(always)]
unsafe fn multiply_any<V: Vector>(
    s: &Shape,
    input: &[f32],
    weights: &[f32],
    product: Product,
    out: &mut [f32],
) {
    // SAFETY: passed on to the caller.
    unsafe {
        if s.grid.rows == 1 && s.grid.columns > WIDE && s.offsets.len() == 1 {
            multiply_packed::<V>(s.inputs, input, weights, product, out);
        } else {
            multiply_rows::<V>(s, input, weights, product, out);
        }
    }
}

#[inline(always)]
unsafe fn multiply_rows<V: Vector>(
    s: &Shape,
    input: &[f32],
    weights: &[f32],
    product: Product,
    out: &mut [f32],
) {
    for row in 0..s.grid.rows {
        let mut column = 0;
        while column < s.grid.columns {
            let position = s.grid.position(row, column);
            let left = s.grid.columns - column;
            // SAFETY: passed on to the caller.
            unsafe {
                if left >= WIDE {
                    multiply_pixels::<V, WIDE>(s, input, weights, product, out, position);
                    column += WIDE;
                } else if left >= NARROW {
                    multiply_pixels::<V, NARROW>(s, input, weights, product, out, position);
                    column += NARROW;
                } else {
                    multiply_pixels::<V, 1>(s, input, weights, product, out, position);
                    column += 1;
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn multiply_pixels<V: Vector, const P: usize>(
    s: &Shape,
    input: &[f32],
    weights: &[f32],
    product: Product,
    out: &mut [f32],
    position: usize,
) {
    let mut channel = 0;
    // SAFETY: passed on to the caller; the inputs that the presets use get constant strides.
    unsafe {
        while channel < s.outputs {
            let left = s.outputs - channel;
            let (i, w, o) = (input.as_ptr(), weights.as_ptr(), out.as_mut_ptr());
            let at = (position, channel);
            if left >= 2 * V::LANES {
                match s.inputs {
                    16 => multiply_block::<V, P, 2, 16>(s, i, w, product, o, at),
                    32 => multiply_block::<V, P, 2, 32>(s, i, w, product, o, at),
                    48 => multiply_block::<V, P, 2, 48>(s, i, w, product, o, at),
                    64 => multiply_block::<V, P, 2, 64>(s, i, w, product, o, at),
                    _ => multiply_block::<V, P, 2, 0>(s, i, w, product, o, at),
                }
                channel += 2 * V::LANES;
            } else if left >= V::LANES {
                match s.inputs {
                    16 => multiply_block::<V, P, 1, 16>(s, i, w, product, o, at),
                    32 => multiply_block::<V, P, 1, 32>(s, i, w, product, o, at),
                    48 => multiply_block::<V, P, 1, 48>(s, i, w, product, o, at),
                    _ => multiply_block::<V, P, 1, 0>(s, i, w, product, o, at),
                }
                channel += V::LANES;
            } else {
                multiply_block::<f32, P, 1, 0>(s, i, w, product, o, at);
                channel += 1;
            }
        }
    }
}

/// One register block: `P` pixels from `at.0` by `N` vectors of channels from `at.1`.
/// `K` is the number of input channels where it is known when compiling, otherwise 0.
#[inline(always)]
unsafe fn multiply_block<V: Vector, const P: usize, const N: usize, const K: usize>(
    s: &Shape,
    input: *const f32,
    weights: *const f32,
    product: Product,
    out: *mut f32,
    at: (usize, usize),
) {
    let inputs = if K == 0 { s.inputs } else { K };
    let (position, channel) = at;
    let place =
        |pixel: usize, vector: usize| (position + pixel) * s.outputs + channel + vector * V::LANES;
    // SAFETY: passed on to the caller.
    unsafe {
        let mut sums = [[V::splat(0.0); N]; P];
        if let Some(bias) = product.bias {
            for vector in 0..N {
                let value = V::load(bias.as_ptr().add(channel + vector * V::LANES));
                for pixel in 0..P {
                    sums[pixel][vector] = value;
                }
            }
        }
        for (offset, tap) in s.offsets.iter().zip(0..) {
            let first = (position as isize + offset) as usize;
            let pixels = input.add(first * inputs);
            let mut w = weights.add(tap * inputs * s.outputs + channel);
            for k in 0..inputs {
                let mut row = [V::splat(0.0); N];
                for vector in 0..N {
                    row[vector] = V::load(w.add(vector * V::LANES));
                }
                for pixel in 0..P {
                    let value = V::splat(*pixels.add(pixel * inputs + k));
                    for vector in 0..N {
                        sums[pixel][vector] = value.mul_add(row[vector], sums[pixel][vector]);
                    }
                }
                w = w.add(s.outputs);
            }
        }
        for pixel in 0..P {
            for vector in 0..N {
                let place = place(pixel, vector);
                let mut sum = sums[pixel][vector];
                if let Some(source) = product.source {
                    sum = sum.add(V::load(source.as_ptr().add(place)));
                }
                if product.accumulate {
                    sum = sum.add(V::load(out.add(place)));
                }
                if product.relu {
                    sum = sum.relu();
                }
                if let Some(gate) = product.gate {
                    sum = sum.keep_where_positive(V::load(gate.as_ptr().add(place)));
                }
                sum.store(out.add(place));
            }
        }
    }
}

#[inline(always)]
unsafe fn outer_blocks<V: Vector>(s: &Shape, input: &[f32], out: &[f32], gradient: &mut [f32]) {
    let mut channel = 0;
    // SAFETY: passed on to the caller.
    unsafe {
        while channel < s.outputs {
            let left = s.outputs - channel;
            if left >= 2 * V::LANES {
                outer_inputs::<V, 2>(s, input, out, gradient, channel);
                channel += 2 * V::LANES;
            } else if left >= V::LANES {
                outer_inputs::<V, 1>(s, input, out, gradient, channel);
                channel += V::LANES;
            } else {
                outer_inputs::<f32, 1>(s, input, out, gradient, channel);
                channel += 1;
            }
        }
    }
}

#[inline(always)]
unsafe fn outer_inputs<V: Vector, const N: usize>(
    s: &Shape,
    input: &[f32],
    out: &[f32],
    gradient: &mut [f32],
    channel: usize,
) {
    for (tap, &offset) in s.offsets.iter().enumerate() {
        let mut k = 0;
        while k < s.inputs {
            let at = (tap, offset, k, channel);
            // SAFETY: passed on to the caller.
            unsafe {
                if s.inputs - k >= INPUTS {
                    outer_block::<V, INPUTS, N>(s, input, out, gradient, at);
                    k += INPUTS;
                } else {
                    outer_block::<V, 1, N>(s, input, out, gradient, at);
                    k += 1;
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn outer_block<V: Vector, const I: usize, const N: usize>(
    s: &Shape,
    input: &[f32],
    out: &[f32],
    gradient: &mut [f32],
    (tap, offset, k, channel): (usize, isize, usize, usize),
) {
    // SAFETY: passed on to the caller.
    unsafe {
        let mut sums = [[V::splat(0.0); N]; I];
        for row in 0..s.grid.rows {
            let position = s.grid.position(row, 0);
            let shifted = (position as isize + offset) as usize;
            let mut pixel = input.as_ptr().add(shifted * s.inputs + k);
            let mut slope = out.as_ptr().add(position * s.outputs + channel);
            for _ in 0..s.grid.columns {
                let mut values = [V::splat(0.0); N];
                for vector in 0..N {
                    values[vector] = V::load(slope.add(vector * V::LANES));
                }
                for i in 0..I {
                    let factor = V::splat(*pixel.add(i));
                    for vector in 0..N {
                        sums[i][vector] = factor.mul_add(values[vector], sums[i][vector]);
                    }
                }
                pixel = pixel.add(s.inputs);
                slope = slope.add(s.outputs);
            }
        }
        for i in 0..I {
            for vector in 0..N {
                let place = (tap * s.inputs + k + i) * s.outputs + channel + vector * V::LANES;
                let to = gradient.as_mut_ptr().add(place);
                V::load(to).add(sums[i][vector]).store(to);
            }
        }
    }
}
