//! Gaussian latent variables: what they cost, and importance weights.

/// KL(N(mean, e^log_variance) ‖ N(0, 1)) in nats (Kingma and Welling 2014, appendix B).
#[must_use]
pub fn gaussian_kl(mean: f64, log_variance: f64) -> f64 {
    0.5 * (mean * mean + log_variance.exp() - log_variance - 1.0)
}

/// ln p(z) − ln q(z|x) of one latent variable z = mean + σ·noise, where p is N(0, 1) and q is
/// N(mean, e^log_variance): the constants of both cancel.
#[must_use]
pub fn gaussian_log_ratio(z: f64, noise: f64, log_variance: f64) -> f64 {
    0.5 * (log_variance + noise * noise - z * z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_two_costs_two_nats_and_a_variance_of_four_what_a_hand_works_out() {
        assert_eq!(gaussian_kl(0.0, 0.0), 0.0);
        assert_eq!(gaussian_kl(2.0, 0.0), 2.0);
        // ½(4 − ln 4 − 1)
        assert!((gaussian_kl(0.0, 4f64.ln()) - (1.5 - 2f64.ln())).abs() < 1e-15);
    }

    #[test]
    fn the_ratio_is_that_of_the_two_densities() {
        let density = |z: f64, mean: f64, variance: f64| {
            (-(z - mean).powi(2) / (2.0 * variance)).exp()
                / (2.0 * std::f64::consts::PI * variance).sqrt()
        };
        for (mean, variance, noise) in [(0.5, 0.25, -1.0), (-1.0, 4.0, 0.3), (0.0, 1.0, 2.0)] {
            let z = mean + f64::sqrt(variance) * noise;
            let expected = (density(z, 0.0, 1.0) / density(z, mean, variance)).ln();
            assert!((gaussian_log_ratio(z, noise, variance.ln()) - expected).abs() < 1e-12);
        }
    }
}
