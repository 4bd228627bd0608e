//! Sigmoid and softplus with the same bits on every machine.
//!
//! `exp` and `ln` of a standard library differ between platforms in the last bit, and one bit is
//! enough to turn a pixel. These use nothing but IEEE 754 addition, multiplication and division in
//! double precision, and integer operations on the exponent: each of them is exactly specified.

/// exp(x) for x ≤ 0, 0 below −708.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, exp(x) = 2ⁿ·exp(r), and exp(r) by its Taylor series to r¹³,
/// whose remainder is below 5e-18. Error measured against the standard library: at most 2 units in
/// the last place.
fn exp_of_negative(x: f64) -> f64 {
    // Cody and Waite's split: the high part has 21 trailing zero bits, so n·LN_2_HIGH is exact.
    const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    const INVERSE_FACTORIALS: [f64; 12] = [
        1.0 / 6_227_020_800.0,
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        1.0 / 2.0,
    ];
    if x < -708.0 {
        return 0.0;
    }
    // x ≤ 0, and the cast cuts towards zero: this rounds x / ln 2 to the nearest.
    let n = (x * std::f64::consts::LOG2_E - 0.5) as i64;
    let r = (x - n as f64 * LN_2_HIGH) - n as f64 * LN_2_LOW;
    let mut series = 0.0;
    for factor in INVERSE_FACTORIALS {
        series = series * r + factor;
    }
    let power = f64::from_bits(((1023 + n) as u64) << 52);
    (1.0 + (r + r * r * series)) * power
}

/// σ(z) = 1 / (1 + exp(−z)), rounded to single precision at the end: within 1e-7 of the exact value
/// relatively.
pub fn sigmoid(z: f32) -> f32 {
    let e = exp_of_negative(-f64::from(z.abs()));
    let p = if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
    p as f32
}

/// ln(1 + exp(z)), to about 1e-15 relatively.
///
/// max(z, 0) + ln(1 + e) with e = exp(−|z|), and ln(1 + e) = 2·artanh(s), s = e / (2 + e) ≤ 1/3, by
/// artanh's series to s³³.
pub fn softplus(z: f32) -> f64 {
    let z = f64::from(z);
    let e = exp_of_negative(-z.abs());
    let s = e / (2.0 + e);
    let square = s * s;
    let mut series = 0.0;
    for k in (0..17).rev() {
        series = series * square + 1.0 / f64::from(2 * k + 1);
    }
    let log = 2.0 * s * series;
    if z > 0.0 { z + log } else { log }
}

/// ln p(value) of a pixel with this logit, in nats.
pub fn log_probability(logit: f32, value: u8) -> f64 {
    -softplus(if value == 1 { -logit } else { logit })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits() -> impl Iterator<Item = f32> {
        (-120_000..=120_000).map(|step| step as f32 * 1e-3)
    }

    #[test]
    fn exp_is_within_two_units_in_the_last_place() {
        for step in 0..=700_000 {
            let x = -f64::from(step) * 1e-3;
            let (ours, library) = (exp_of_negative(x), x.exp());
            assert!((ours - library).abs() <= 2.0 * f64::EPSILON * library, "{x}");
        }
        assert_eq!(exp_of_negative(0.0), 1.0);
        assert_eq!(exp_of_negative(f64::NEG_INFINITY), 0.0);
    }

    #[test]
    fn sigmoid_is_within_a_unit_of_single_precision() {
        for z in logits() {
            let exact = 1.0 / (1.0 + (-f64::from(z)).exp());
            let error = (f64::from(sigmoid(z)) - exact).abs();
            assert!(error <= 1.2e-7 * exact.max(1e-37), "{z}: {error}");
        }
        assert_eq!((sigmoid(-1e9), sigmoid(0.0), sigmoid(1e9)), (0.0, 0.5, 1.0));
    }

    #[test]
    fn softplus_agrees_with_the_standard_library() {
        for z in logits() {
            let exact = f64::from(z).max(0.0) + (-f64::from(z).abs()).exp().ln_1p();
            assert!((softplus(z) - exact).abs() <= 4e-15 * exact, "{z}");
        }
    }

    #[test]
    fn the_two_values_of_a_pixel_sum_to_one() {
        for logit in [-30.0, -2.5, 0.0, 0.1, 17.0] {
            let sum = log_probability(logit, 0).exp() + log_probability(logit, 1).exp();
            assert!((sum - 1.0).abs() < 1e-12, "{logit}: {sum}");
        }
    }
}
