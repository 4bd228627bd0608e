//! The product of two large matrices, as dense layers have them for a batch of pictures.
//!
//! Both are packed into panels that the register block reads from end to end (Goto and van de Geijn
//! 2008, "Anatomy of high-performance matrix multiplication"); what a panel lacks is zero.

use super::kernels::{Product, WIDE};
use super::simd::Vector;

/// Vectors of output channels to a register block.
const VECTORS: usize = 2;

/// `out = input·weights` plus the terms of `product`.
///
/// # Shapes
/// `input`: rows × inputs, `weights`: inputs × outputs, `out`: rows × outputs.
///
/// # Safety
/// Only inside a function that enables the features of `V`; lengths as above, those of `product` as
/// that of `out`.
#[inline(always)]
pub(super) unsafe fn multiply_packed<V: Vector>(
    inputs: usize,
    input: &[f32],
    weights: &[f32],
    product: Product,
    out: &mut [f32],
) {
    let (rows, outputs) = (input.len() / inputs, weights.len() / inputs);
    let channels = VECTORS * V::LANES;
    let mut pixels = vec![0.0; rows.div_ceil(WIDE) * WIDE * inputs];
    for (rows, panel) in input.chunks(WIDE * inputs).zip(pixels.chunks_exact_mut(WIDE * inputs)) {
        for (row, values) in rows.chunks_exact(inputs).enumerate() {
            for (value, to) in values.iter().zip(panel[row..].iter_mut().step_by(WIDE)) {
                *to = *value;
            }
        }
    }
    let mut panel = vec![0.0; inputs * channels];
    let mut block = [0.0; WIDE * VECTORS * MAX_LANES];
    for channel in (0..outputs).step_by(channels) {
        let width = channels.min(outputs - channel);
        for (from, to) in weights.chunks_exact(outputs).zip(panel.chunks_exact_mut(channels)) {
            let from = &from[channel..channel + width];
            if width == channels {
                // SAFETY: both have so many numbers.
                unsafe { copy::<V>(from.as_ptr(), to.as_mut_ptr()) };
            } else {
                to.fill(0.0);
                to[..width].copy_from_slice(from);
            }
        }
        for (index, pixels) in pixels.chunks_exact(WIDE * inputs).enumerate() {
            // SAFETY: the panels have `inputs` rows each, the block room for every sum.
            unsafe { sum_block::<V>(inputs, pixels.as_ptr(), panel.as_ptr(), block.as_mut_ptr()) };
            // Narrow vectors leave the end of the block unused: it holds no rows.
            let filled = WIDE.min(rows - index * WIDE);
            for (row, sums) in block.chunks_exact(channels).take(filled).enumerate() {
                let place = (index * WIDE + row) * outputs + channel;
                // SAFETY: `sums` has `width` numbers, `out` and what is laid out like it as many
                // from `place`, the bias from `channel`.
                unsafe {
                    let mut done = 0;
                    while width - done >= V::LANES {
                        let at = (done, channel + done, place + done);
                        finish::<V>(sums.as_ptr(), at, product, out.as_mut_ptr());
                        done += V::LANES;
                    }
                    for done in done..width {
                        let at = (done, channel + done, place + done);
                        finish::<f32>(sums.as_ptr(), at, product, out.as_mut_ptr());
                    }
                }
            }
        }
    }
}

/// The lanes of the widest vector.
const MAX_LANES: usize = 16;

/// Copies the channels of a block: a call for each, as `copy_from_slice` makes, would cost more.
#[inline(always)]
unsafe fn copy<V: Vector>(from: *const f32, to: *mut f32) {
    for vector in 0..VECTORS {
        // SAFETY: passed on to the caller.
        unsafe { V::load(from.add(vector * V::LANES)).store(to.add(vector * V::LANES)) };
    }
}

/// `block[p][c] = Σₖ pixels[k][p]·panel[k][c]`.
#[inline(always)]
unsafe fn sum_block<V: Vector>(
    inputs: usize,
    mut pixels: *const f32,
    mut panel: *const f32,
    block: *mut f32,
) {
    // SAFETY: passed on to the caller.
    unsafe {
        let mut sums = [[V::splat(0.0); VECTORS]; WIDE];
        for _ in 0..inputs {
            let mut row = [V::splat(0.0); VECTORS];
            for vector in 0..VECTORS {
                row[vector] = V::load(panel.add(vector * V::LANES));
            }
            for pixel in 0..WIDE {
                let value = V::splat(*pixels.add(pixel));
                for vector in 0..VECTORS {
                    sums[pixel][vector] = value.mul_add(row[vector], sums[pixel][vector]);
                }
            }
            pixels = pixels.add(WIDE);
            panel = panel.add(VECTORS * V::LANES);
        }
        for pixel in 0..WIDE {
            for vector in 0..VECTORS {
                let place = (pixel * VECTORS + vector) * V::LANES;
                sums[pixel][vector].store(block.add(place));
            }
        }
    }
}

/// Writes one vector of a block with the terms of `product`: `at` is its place in the block's row,
/// its first channel, and its place in `out`.
#[inline(always)]
unsafe fn finish<V: Vector>(
    sums: *const f32,
    (from, channel, place): (usize, usize, usize),
    product: Product,
    out: *mut f32,
) {
    // SAFETY: passed on to the caller.
    unsafe {
        let mut sum = V::load(sums.add(from));
        if let Some(bias) = product.bias {
            sum = sum.add(V::load(bias.as_ptr().add(channel)));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_product_is_added_to_is_added_once_by_vectors_of_any_width() {
        let (rows, inputs, outputs) = (3 * WIDE + 1, 3, 5);
        let ramp = |length: usize| (0..length).map(|at| (at % 7) as f32 - 3.0).collect::<Vec<_>>();
        let (input, weights, bias) = (ramp(rows * inputs), ramp(inputs * outputs), ramp(outputs));
        let before = ramp(rows * outputs);
        let mut out = before.clone();
        let product = Product { bias: Some(&bias), accumulate: true, ..Product::default() };
        // SAFETY: numbers one by one need no feature; the lengths fit.
        unsafe { multiply_packed::<f32>(inputs, &input, &weights, product, &mut out) };
        for (at, &found) in out.iter().enumerate() {
            let (row, column) = (at / outputs, at % outputs);
            let sum: f32 =
                (0..inputs).map(|k| input[row * inputs + k] * weights[k * outputs + column]).sum();
            assert_eq!(found, sum + bias[column] + before[at], "row {row}, column {column}");
        }
    }
}
