//! What independent Bernoulli pixels cost, and sparse products with them.

/// eˣ for x ≤ 0, to about one part in 10⁷: plain operations, which a compiler turns into vectors.
///
/// x = n·ln 2 + r with |r| ≤ ½ ln 2; eʳ by its series (Cody and Waite 1980), 2ⁿ by the exponent.
#[inline(always)]
pub(super) fn exp_negative(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // ln 2 in two parts, the first with few enough bits that n times it is exact.
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let series = p * r * r + r + 1.0;
    // The low bits of `shifted` hold n.
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    series * power
}

/// max(x, 0), without the care for NaN that makes `f32::max` a call in WebAssembly.
#[inline(always)]
pub(super) fn positive(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.0 }
}

/// Lanes summed apart, so that a compiler may use vectors.
const LANES: usize = 16;

/// −ln p(picture | logits) in nats, one Bernoulli a pixel. `slope` takes sigmoid(logit) − pixel.
///
/// softplus(l) = max(l, 0) + ln(1 + e^−|l|): the logarithms are taken of products, one in `LANES`
/// times sixteen pixels, each factor being in 1 to 2.
pub(super) fn bernoulli(logits: &[f32], picture: &[u8], slope: &mut [f32]) -> f64 {
    let mut nats = 0.0;
    let blocks = logits.chunks(16 * LANES).zip(picture.chunks(16 * LANES));
    for ((logits, picture), slope) in blocks.zip(slope.chunks_mut(16 * LANES)) {
        let (mut sums, mut factors) = ([0.0f32; LANES], [1.0f32; LANES]);
        let rows = logits.chunks(LANES).zip(picture.chunks(LANES));
        for ((logits, picture), slope) in rows.zip(slope.chunks_mut(LANES)) {
            if let (Ok(logits), Ok(picture)) =
                (<&[f32; LANES]>::try_from(logits), <&[u8; LANES]>::try_from(picture))
            {
                let slope: &mut [f32; LANES] = slope.try_into().expect("as long as the logits");
                for lane in 0..LANES {
                    let pixel = f32::from(picture[lane]);
                    pay(logits[lane], pixel, &mut slope[lane], &mut sums[lane], &mut factors[lane]);
                }
            } else {
                for (lane, (&logit, &pixel)) in logits.iter().zip(picture).enumerate() {
                    let pixel = f32::from(pixel);
                    pay(logit, pixel, &mut slope[lane], &mut sums[lane], &mut factors[lane]);
                }
            }
        }
        nats += sums.iter().map(|&sum| f64::from(sum)).sum::<f64>();
        nats += factors.iter().map(|&factor| f64::from(factor).ln()).sum::<f64>();
    }
    nats
}

#[inline(always)]
fn pay(logit: f32, pixel: f32, slope: &mut f32, sum: &mut f32, factor: &mut f32) {
    let e = exp_negative(-logit.abs());
    *sum += positive(logit) - logit * pixel;
    *factor *= 1.0 + e;
    let sigmoid = if logit >= 0.0 { 1.0 } else { e } / (1.0 + e);
    *slope = sigmoid - pixel;
}

/// Σ (sigmoid(logit) − pixel)². `slope` takes its gradient.
pub(super) fn squared(logits: &[f32], picture: &[u8], slope: &mut [f32]) -> f64 {
    let mut total = 0.0;
    for ((&logit, &pixel), slope) in logits.iter().zip(picture).zip(slope) {
        let e = exp_negative(-logit.abs());
        let sigmoid = if logit >= 0.0 { 1.0 } else { e } / (1.0 + e);
        let error = sigmoid - f32::from(pixel);
        total += f64::from(error * error);
        *slope = 2.0 * error * sigmoid * (1.0 - sigmoid);
    }
    total
}

/// Columns kept in registers while rows are added up.
const COLUMNS: usize = 32;

/// `out[j] += Σᵢ rows[i·width + j]` over the rows `indices`.
pub(super) fn add_rows(rows: &[f32], indices: &[u16], out: &mut [f32]) {
    let width = out.len();
    for (block, out) in out.chunks_mut(COLUMNS).enumerate() {
        let first = block * COLUMNS;
        if let Ok(out) = <&mut [f32; COLUMNS]>::try_from(&mut *out) {
            let mut sums = *out;
            for &index in indices {
                let start = usize::from(index) * width + first;
                let row: &[f32; COLUMNS] =
                    rows[start..start + COLUMNS].try_into().expect("a block of columns");
                for column in 0..COLUMNS {
                    sums[column] += row[column];
                }
            }
            *out = sums;
        } else {
            for &index in indices {
                let start = usize::from(index) * width + first;
                let row = &rows[start..start + out.len()];
                out.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bernoulli_pixels_cost_what_the_metrics_say() {
        let logits: Vec<f32> = (0..784).map(|i| (i as f32 - 392.0) / 9.0).collect();
        let picture: Vec<u8> = (0..784).map(|i| (i % 3 == 0) as u8).collect();
        let mut slope = vec![0.0; 784];
        let nats = bernoulli(&logits, &picture, &mut slope);
        let pairs = logits.iter().zip(&picture);
        let expected: f64 = pairs
            .clone()
            .map(|(&l, &x)| halfdrawn_metrics::bernoulli_nats(f64::from(l), x == 1))
            .sum();
        assert!((nats / expected - 1.0).abs() < 1e-6, "{nats}, not {expected}");
        for ((&logit, &pixel), slope) in pairs.zip(&slope) {
            let expected = 1.0 / (1.0 + (-f64::from(logit)).exp()) - f64::from(pixel);
            assert!((f64::from(*slope) - expected).abs() < 2e-7, "{slope}, not {expected}");
        }
    }

    #[test]
    fn rows_are_added_where_they_are_named() {
        let rows: Vec<f32> = (0..3 * 40).map(|i| i as f32).collect();
        let mut out = vec![1.0; 40];
        add_rows(&rows, &[0, 2], &mut out);
        for (column, value) in out.iter().enumerate() {
            assert_eq!(*value, 1.0 + 80.0 + 2.0 * column as f32);
        }
    }
}
