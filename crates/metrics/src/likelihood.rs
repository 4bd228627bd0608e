//! Negative log-likelihoods.

use std::f64::consts::LN_2;

/// −ln p(pixel) in nats, where p(ink) = sigmoid(`logit`).
///
/// −ln sigmoid(x) = ln(1 + e^−x) = max(−x, 0) + ln(1 + e^−|x|): nothing overflows, and a pixel
/// that is nearly certain keeps its digits (Mächler 2012, "Accurately computing log(1 − exp(−|a|))",
/// has the same argument for `ln_1p`).
#[must_use]
pub fn bernoulli_nats(logit: f64, ink: bool) -> f64 {
    let surprise = if ink { -logit } else { logit };
    surprise.max(0.0) + (-surprise.abs()).exp().ln_1p()
}

/// Nats of a whole picture as bits per dimension: nats / (dimensions · ln 2).
///
/// The unit of van den Oord et al. 2016, "Pixel recurrent neural networks".
#[must_use]
pub fn bits_per_dim(nats: f64, dimensions: usize) -> f64 {
    nats / (dimensions as f64 * LN_2)
}

/// ln of the mean of e^x over `values`; −∞ where there are none, NaN where one is NaN.
///
/// The likelihood of a mixture of equal parts, as of several orders or several draws, from their
/// log-likelihoods (Burda et al. 2015, "Importance weighted autoencoders"). The largest value is
/// taken out first, so that at least one term is 1 and none overflows.
#[must_use]
pub fn log_mean_exp(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    if largest.is_infinite() {
        return largest;
    }
    let sum: f64 = values.iter().map(|value| (value - largest).exp()).sum();
    largest + (sum / values.len() as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-14 * right.abs().max(1.0)
    }

    #[test]
    fn a_pixel_of_three_to_one_costs_what_a_hand_works_out() {
        // logit = ln 3: p(ink) = 3/4.
        let logit = 3f64.ln();
        assert!(near(bernoulli_nats(logit, true), (4f64 / 3.0).ln()));
        assert!(near(bernoulli_nats(logit, false), 4f64.ln()));
        assert!(near(bernoulli_nats(0.0, true), LN_2));
    }

    #[test]
    fn the_probabilities_of_ink_and_paper_sum_to_one() {
        for step in -400..=400 {
            let logit = f64::from(step) / 10.0;
            let sum = (-bernoulli_nats(logit, true)).exp() + (-bernoulli_nats(logit, false)).exp();
            assert!(near(sum, 1.0), "logit {logit}: {sum}");
        }
    }

    #[test]
    fn a_sure_pixel_keeps_its_digits_and_a_wrong_one_stays_finite() {
        // ln(1 + e^−x) = e^−x − e^−2x/2 + …
        assert!((bernoulli_nats(50.0, true) / (-50f64).exp() - 1.0).abs() < 1e-12);
        assert_eq!(bernoulli_nats(1e6, false), 1e6);
        assert_eq!(bernoulli_nats(-1e6, false), 0.0);
    }

    #[test]
    fn a_coin_for_each_pixel_is_one_bit_per_dimension() {
        assert!(near(bits_per_dim(784.0 * LN_2, 784), 1.0));
        // 78.6 nats: 78.6 / (784 · 0.693147) = 0.144637 by hand.
        assert!((bits_per_dim(78.6, 784) - 0.144_637).abs() < 1e-6);
    }

    #[test]
    fn the_log_of_the_mean_of_one_and_three_is_ln_two() {
        assert!(near(log_mean_exp(&[0.0, 3f64.ln()]), LN_2));
    }

    #[test]
    fn a_shift_of_all_terms_shifts_their_log_mean_exp() {
        let values = [-81.5, -79.25, -90.0, -80.125];
        for shift in [-1e6, -700.0, 700.0, 1e6] {
            let shifted = values.map(|value| value + shift);
            let difference = log_mean_exp(&shifted) - shift - log_mean_exp(&values);
            assert!(difference.abs() < 1e-9, "shift {shift}: {difference}");
        }
    }

    #[test]
    fn a_log_mean_exp_lies_between_the_mean_and_the_largest_term() {
        let values = [-81.5, -79.25, -90.0, -80.125];
        let mean = values.iter().sum::<f64>() / 4.0;
        let result = log_mean_exp(&values);
        assert!(mean < result && result < -79.25, "{result}");
    }

    #[test]
    fn impossible_terms_and_no_terms_are_minus_infinity() {
        assert_eq!(log_mean_exp(&[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
        assert_eq!(log_mean_exp(&[]), f64::NEG_INFINITY);
        assert!(near(log_mean_exp(&[f64::NEG_INFINITY, 0.0]), -LN_2));
    }

    #[test]
    fn a_nan_is_never_hidden() {
        assert!(bernoulli_nats(f64::NAN, true).is_nan());
        assert!(log_mean_exp(&[f64::NAN, f64::INFINITY]).is_nan());
        assert!(log_mean_exp(&[f64::NAN]).is_nan());
    }
}
