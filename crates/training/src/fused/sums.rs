//! The products of convolutions of stride 2, for a batch at once.
//!
//! As in [`super::kernels`] a product is summed over taps and no patch matrix is built; but the pixels
//! of a block lie where two tables say, so that they may be two apart, and that a block goes on from
//! one picture to the next where 7×7 pixels would leave it half empty. Weights are packed into panels
//! that the register block reads from end to end.

use super::simd::{Vector, dispatch};

/// Pixels to a register block, of sixteen lanes and of fewer.
const WIDE: usize = 14;
const NARROW: usize = 4;
/// Pixels that all panels are applied to before the next: their inputs stay in the cache.
const GROUP: usize = 196;

/// What becomes of a sum.
#[derive(Clone, Copy, Default)]
pub(super) struct End<'a> {
    /// Added to every pixel.
    pub bias: Option<&'a [f32]>,
    /// Multiplies what is below zero.
    pub leak: Option<f32>,
    /// Multiplies by the second where the first, laid out like the output, is not positive.
    pub gate: Option<(&'a [f32], f32)>,
}

/// `to[p] = Σₜ from[p + taps[t]]·weights[t]` for the pixels of two tables, which hold the place of each
/// pixel's first channel.
#[derive(Clone, Copy)]
pub(super) struct Sum<'a> {
    pub from: &'a [u32],
    pub to: &'a [u32],
    /// Numbers from the pixel to each of its taps.
    pub taps: &'a [isize],
    /// Channels at each tap.
    pub inputs: usize,
    /// Channels of the sum.
    pub outputs: usize,
    /// Numbers from a place of `to` to where the sum goes.
    pub shift: usize,
    /// Where weight `[t, i, o]` lies: `t` in this list, then the steps of `i` and `o`.
    pub places: &'a [usize],
    pub steps: [usize; 2],
}

dispatch!(
    // Callers in `strided` make tables and buffers for each other.
    pub(super) fn sum = sum_panels,
    (s: &Sum, input: &[f32], weights: &[f32], end: End, out: &mut [f32])
);
dispatch!(
    pub(super) fn dot = dot_pixels,
    (s: &Sum, input: &[f32], weights: &[f32], end: End, out: &mut [f32])
);

/// Makes sure, in every build, that no place of a table lies outside a buffer.
pub(super) fn check(
    places: &[u32],
    reach: impl Iterator<Item = isize> + Clone,
    width: usize,
    len: usize,
) {
    let low = reach.clone().min().unwrap_or(0);
    let high = reach.max().unwrap_or(0);
    // Tables rise from their first entry to their last.
    if let (Some(&first), Some(&last)) = (places.first(), places.last()) {
        assert!(first as isize + low >= 0 && last as isize + high + width as isize <= len as isize);
    }
}

#[inline(always)]
unsafe fn sum_panels<V: Vector>(
    s: &Sum,
    input: &[f32],
    weights: &[f32],
    end: End,
    out: &mut [f32],
) {
    check(s.from, s.taps.iter().copied(), s.inputs, input.len());
    check(s.to, std::iter::once(s.shift as isize), s.outputs, out.len());
    assert!(end.gate.is_none_or(|(gate, _)| gate.len() == out.len()));
    assert!(end.bias.is_none_or(|bias| bias.len() == s.outputs));
    let panels = pack(s, weights, V::LANES);
    let rows = s.taps.len() * s.inputs;
    for (from, to) in s.from.chunks(GROUP).zip(s.to.chunks(GROUP)) {
        let mut channel = 0;
        let mut panel = panels.as_slice();
        while channel < s.outputs {
            let left = s.outputs - channel;
            let width = panel_width(left, V::LANES);
            let own = &panel[..rows * width];
            panel = &panel[rows * width..];
            // SAFETY: passed on to the caller.
            unsafe {
                match (width > V::LANES, V::LANES == 16) {
                    (true, true) => {
                        each_block::<V, WIDE, 2>(s, from, to, input, own, end, out, channel)
                    }
                    (false, true) => {
                        each_block::<V, WIDE, 1>(s, from, to, input, own, end, out, channel)
                    }
                    (true, false) => {
                        each_block::<V, NARROW, 2>(s, from, to, input, own, end, out, channel)
                    }
                    (false, false) => {
                        each_block::<V, NARROW, 1>(s, from, to, input, own, end, out, channel)
                    }
                }
            }
            channel += width;
        }
    }
}

/// Channels of the next panel, of so many that are left.
fn panel_width(left: usize, lanes: usize) -> usize {
    if left > lanes { 2 * lanes } else { lanes }
}

/// The weights, panel after panel; what a panel lacks is zero.
fn pack(s: &Sum, weights: &[f32], lanes: usize) -> Vec<f32> {
    let rows = s.taps.len() * s.inputs;
    let mut panels = Vec::with_capacity(rows * s.outputs.next_multiple_of(lanes));
    let mut channel = 0;
    while channel < s.outputs {
        let width = panel_width(s.outputs - channel, lanes);
        let full = width.min(s.outputs - channel);
        for &place in s.places {
            for input in 0..s.inputs {
                let first = place + input * s.steps[0] + channel * s.steps[1];
                if s.steps[1] == 1 {
                    panels.extend_from_slice(&weights[first..first + full]);
                } else {
                    panels.extend((0..full).map(|o| weights[first + o * s.steps[1]]));
                }
                panels.resize(panels.len() + width - full, 0.0);
            }
        }
        channel += width;
    }
    panels
}

/// One panel for the pixels of a group, in blocks of `P` pixels by `N` vectors of channels.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a kernel's operands")]
unsafe fn each_block<V: Vector, const P: usize, const N: usize>(
    s: &Sum,
    from: &[u32],
    to: &[u32],
    input: &[f32],
    panel: &[f32],
    end: End,
    out: &mut [f32],
    channel: usize,
) {
    for (from, to) in from.chunks(P).zip(to.chunks(P)) {
        // The last block repeats its last pixel.
        let pixel = |index: usize| from[index.min(from.len() - 1)] as usize;
        // SAFETY: passed on to the caller.
        unsafe {
            let mut sums = [[V::splat(0.0); N]; P];
            if let Some(bias) = end.bias {
                for vector in 0..N {
                    let value = load_some::<V>(bias, channel + vector * V::LANES);
                    for pixel in 0..P {
                        sums[pixel][vector] = value;
                    }
                }
            }
            let pixels: [*const f32; P] = std::array::from_fn(|i| input.as_ptr().add(pixel(i)));
            let mut w = panel.as_ptr();
            for &tap in s.taps {
                let pixels = pixels.map(|pixel| pixel.offset(tap));
                for k in 0..s.inputs {
                    add_products::<V, P, N>(&pixels, k, w, &mut sums);
                    w = w.add(N * V::LANES);
                }
            }
            // Of places that the compiler knows: a loop over `sums` itself would keep it in memory, and
            // write every product there, three to ten times as slow.
            let sums: [[V; N]; P] =
                std::array::from_fn(|pixel| std::array::from_fn(|vector| sums[pixel][vector]));
            for (sums, &place) in sums.iter().zip(to) {
                let place = place as usize + s.shift + channel;
                for vector in 0..N {
                    let done = vector * V::LANES;
                    if s.outputs - channel >= done + V::LANES {
                        finish::<V>(sums[vector], end, place + done, out);
                    } else {
                        let mut rest = [0.0; 16];
                        sums[vector].store(rest.as_mut_ptr());
                        let left = (s.outputs - channel).saturating_sub(done);
                        for (lane, &sum) in rest.iter().enumerate().take(left) {
                            finish::<f32>(sum, end, place + done + lane, out);
                        }
                    }
                }
            }
        }
    }
}

/// Adds input `k` of each pixel times its row of weights.
#[inline(always)]
unsafe fn add_products<V: Vector, const P: usize, const N: usize>(
    pixels: &[*const f32; P],
    k: usize,
    w: *const f32,
    sums: &mut [[V; N]; P],
) {
    // SAFETY: passed on to the caller.
    unsafe {
        let mut row = [V::splat(0.0); N];
        for vector in 0..N {
            row[vector] = V::load(w.add(vector * V::LANES));
        }
        for pixel in 0..P {
            let value = V::splat(*pixels[pixel].add(k));
            for vector in 0..N {
                sums[pixel][vector] = value.mul_add(row[vector], sums[pixel][vector]);
            }
        }
    }
}

/// A vector from `at`, zero beyond the end.
#[inline(always)]
unsafe fn load_some<V: Vector>(values: &[f32], at: usize) -> V {
    let mut some = [0.0; 16];
    for (to, &value) in some.iter_mut().zip(values.get(at..).unwrap_or_default()).take(V::LANES) {
        *to = value;
    }
    // SAFETY: passed on to the caller.
    unsafe { V::load(some.as_ptr()) }
}

/// Writes a sum to its place.
#[inline(always)]
unsafe fn finish<V: Vector>(mut sum: V, end: End, place: usize, out: &mut [f32]) {
    // SAFETY: passed on to the caller.
    unsafe {
        if let Some(leak) = end.leak {
            let below = sum.mul_add(V::splat(leak), V::splat(0.0));
            sum = sum.relu().mul_add(V::splat(1.0 - leak), below);
        }
        if let Some((gate, leak)) = end.gate {
            let open = sum.keep_where_positive(V::load(gate.as_ptr().add(place)));
            sum = match leak {
                0.0 => open,
                _ => {
                    let below = sum.mul_add(V::splat(leak), V::splat(0.0));
                    open.mul_add(V::splat(1.0 - leak), below)
                }
            };
        }
        sum.store(out.as_mut_ptr().add(place));
    }
}

/// [`sum`] to a channel or three: the lanes hold inputs, and are added up in the end. Takes only the
/// bias of `end`.
#[inline(always)]
unsafe fn dot_pixels<V: Vector>(
    s: &Sum,
    input: &[f32],
    weights: &[f32],
    end: End,
    out: &mut [f32],
) {
    check(s.from, s.taps.iter().copied(), s.inputs, input.len());
    check(s.to, std::iter::once(s.shift as isize), s.outputs, out.len());
    let last = |place: &usize| place + (s.outputs - 1) * s.steps[1] + s.inputs <= weights.len();
    assert!(s.steps[0] == 1 && s.places.iter().all(last));
    // SAFETY: passed on to the caller.
    unsafe {
        if s.inputs.is_multiple_of(V::LANES) {
            dot_blocks::<V>(s, input, weights, end, out);
        } else {
            dot_blocks::<f32>(s, input, weights, end, out);
        }
    }
}

#[inline(always)]
unsafe fn dot_blocks<V: Vector>(
    s: &Sum,
    input: &[f32],
    weights: &[f32],
    end: End,
    out: &mut [f32],
) {
    for (from, to) in s.from.chunks(NARROW).zip(s.to.chunks(NARROW)) {
        let pixel = |index: usize| from[index.min(from.len() - 1)] as usize;
        for output in 0..s.outputs {
            // SAFETY: passed on to the caller.
            unsafe {
                let mut sums = [V::splat(0.0); NARROW];
                for (&tap, &place) in s.taps.iter().zip(s.places) {
                    let w = weights.as_ptr().add(place + output * s.steps[1]);
                    let pixels: [*const f32; NARROW] =
                        std::array::from_fn(|i| input.as_ptr().add(pixel(i)).offset(tap));
                    for k in (0..s.inputs).step_by(V::LANES) {
                        let w = V::load(w.add(k));
                        for (sum, pixel) in sums.iter_mut().zip(pixels) {
                            *sum = V::load(pixel.add(k)).mul_add(w, *sum);
                        }
                    }
                }
                let bias = end.bias.map_or(0.0, |bias| bias[output]);
                for (sum, &place) in sums.iter().zip(to) {
                    let mut lanes = [0.0; 16];
                    sum.store(lanes.as_mut_ptr());
                    out[place as usize + s.shift + output] =
                        bias + lanes[..V::LANES].iter().sum::<f32>();
                }
            }
        }
    }
}
