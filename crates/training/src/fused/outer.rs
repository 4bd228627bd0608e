//! The gradient of the weights of [`super::sums`], for a batch at once.

use super::simd::{Vector, dispatch};
use super::sums::check;

/// Rows to a register block.
const ROWS: [usize; 2] = [8, 4];

/// `gradient[row] += Σₚ input[p + rows[row]] ⊗ slope[p]` for the pixels of two tables.
#[derive(Clone, Copy)]
pub(super) struct Outer<'a> {
    pub inputs: &'a [u32],
    pub slopes: &'a [u32],
    /// Numbers from a pixel to the input that each row of the gradient belongs to.
    pub rows: &'a [isize],
    /// Channels of the slope.
    pub outputs: usize,
    /// Pixels to a picture: what is summed before the next block.
    pub group: usize,
}

dispatch!(
    // Callers in `strided` make tables and buffers for each other.
    pub(super) fn outer = outer_rows,
    (s: &Outer, input: &[f32], slope: &[f32], gradient: &mut [f32])
);

#[inline(always)]
unsafe fn outer_rows<V: Vector>(s: &Outer, input: &[f32], slope: &[f32], gradient: &mut [f32]) {
    check(s.inputs, s.rows.iter().copied(), 1, input.len());
    check(s.slopes, std::iter::once(0), s.outputs, slope.len());
    assert_eq!(gradient.len(), s.rows.len() * s.outputs);
    for (inputs, slopes) in s.inputs.chunks(s.group).zip(s.slopes.chunks(s.group)) {
        let part = Outer { inputs, slopes, ..*s };
        let mut row = 0;
        while row < s.rows.len() {
            let left = s.rows.len() - row;
            // SAFETY: passed on to the caller.
            unsafe {
                if V::LANES == 16 && left >= ROWS[0] {
                    outer_columns::<V, { ROWS[0] }>(&part, input, slope, gradient, row);
                    row += ROWS[0];
                } else if left >= ROWS[1] {
                    outer_columns::<V, { ROWS[1] }>(&part, input, slope, gradient, row);
                    row += ROWS[1];
                } else {
                    outer_columns::<V, 1>(&part, input, slope, gradient, row);
                    row += 1;
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn outer_columns<V: Vector, const I: usize>(
    s: &Outer,
    input: &[f32],
    slope: &[f32],
    gradient: &mut [f32],
    row: usize,
) {
    let mut channel = 0;
    while channel < s.outputs {
        let left = s.outputs - channel;
        let at = (row, channel);
        // SAFETY: passed on to the caller.
        unsafe {
            if left >= 2 * V::LANES {
                outer_block::<V, I, 2>(s, input, slope, gradient, at);
                channel += 2 * V::LANES;
            } else if left >= V::LANES {
                outer_block::<V, I, 1>(s, input, slope, gradient, at);
                channel += V::LANES;
            } else {
                outer_block::<f32, I, 1>(s, input, slope, gradient, at);
                channel += 1;
            }
        }
    }
}

#[inline(always)]
unsafe fn outer_block<V: Vector, const I: usize, const N: usize>(
    s: &Outer,
    input: &[f32],
    slope: &[f32],
    gradient: &mut [f32],
    (row, channel): (usize, usize),
) {
    // Rows of one tap follow each other: a constant distance, where the compiler sees it.
    let first = s.rows[row];
    if (0..I).all(|i| s.rows[row + i] == first + i as isize) {
        let offset = |i: usize| first + i as isize;
        // SAFETY: passed on to the caller.
        unsafe { outer_sums::<V, I, N>(s, input, slope, gradient, (row, channel), offset) }
    } else {
        let offsets: [isize; I] = std::array::from_fn(|i| s.rows[row + i]);
        let offset = |i: usize| offsets[i];
        // SAFETY: passed on to the caller.
        unsafe { outer_sums::<V, I, N>(s, input, slope, gradient, (row, channel), offset) }
    }
}

#[inline(always)]
unsafe fn outer_sums<V: Vector, const I: usize, const N: usize>(
    s: &Outer,
    input: &[f32],
    slope: &[f32],
    gradient: &mut [f32],
    (row, channel): (usize, usize),
    offset: impl Fn(usize) -> isize,
) {
    // SAFETY: passed on to the caller.
    unsafe {
        let mut sums = [[V::splat(0.0); N]; I];
        for (&from, &to) in s.inputs.iter().zip(s.slopes) {
            let pixel = input.as_ptr().add(from as usize);
            let slope = slope.as_ptr().add(to as usize + channel);
            let mut values = [V::splat(0.0); N];
            for vector in 0..N {
                values[vector] = V::load(slope.add(vector * V::LANES));
            }
            for i in 0..I {
                let factor = V::splat(*pixel.offset(offset(i)));
                for vector in 0..N {
                    sums[i][vector] = factor.mul_add(values[vector], sums[i][vector]);
                }
            }
        }
        for i in 0..I {
            for vector in 0..N {
                let place = (row + i) * s.outputs + channel + vector * V::LANES;
                let to = gradient.as_mut_ptr().add(place);
                V::load(to).add(sums[i][vector]).store(to);
            }
        }
    }
}
