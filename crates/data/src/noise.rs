//! The noise of latent variables, drawn on the host so that every device sees the same numbers.

use std::f64::consts::TAU;

use rand_core::Rng;
use rand_pcg::Pcg32;

use crate::random::hash;

/// Fills `out` with independent uniform numbers of [0, 1), a pure function of `seed` and `step`.
pub fn uniform_into(seed: u64, step: u64, out: &mut [f32]) {
    // Once more than noise, of which it is to tell nothing.
    let state = hash(hash(hash(!seed) ^ step));
    let mut rng = Pcg32::new(state, hash(state));
    for value in out {
        *value = (rng.next_u32() >> 8) as f32 / 16_777_216.0;
    }
}

/// Fills `out` with independent N(0, 1) numbers, a pure function of `seed` and `step`.
///
/// Box and Muller 1958, in double precision: z = √(−2 ln u)·(cos 2πv, sin 2πv).
pub fn noise_into(seed: u64, step: u64, out: &mut [f32]) {
    // A state of its own beside those of pictures and orders: hashed from the far end.
    let state = hash(hash(!seed) ^ step);
    let mut rng = Pcg32::new(state, hash(state));
    for pair in out.chunks_mut(2) {
        // 1 − u lies in (0, 1]: the logarithm is finite.
        let [u, v] = [(); 2].map(|()| f64::from(rng.next_u32()) / 4_294_967_296.0);
        let radius = (-2.0 * (1.0 - u).ln()).sqrt();
        let both = [radius * (TAU * v).cos(), radius * (TAU * v).sin()];
        for (out, value) in pair.iter_mut().zip(both) {
            *out = value as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_mean_zero_variance_one_and_kurtosis_three() {
        let mut noise = vec![0.0; 200_000];
        noise_into(1, 2, &mut noise);
        let moment = |power: i32| {
            noise.iter().map(|&z| f64::from(z).powi(power)).sum::<f64>() / noise.len() as f64
        };
        // Standard errors: 1/√n, √2/√n, √96/√n with √n = 447; five of each.
        assert!(moment(1).abs() < 0.012, "{}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.016, "{}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.11, "{}", moment(4));
    }

    #[test]
    fn uniform_numbers_have_the_mean_and_variance_of_the_unit_interval_and_differ_by_step() {
        let mut numbers = vec![0.0; 200_000];
        uniform_into(1, 2, &mut numbers);
        let mean = |of: &dyn Fn(f64) -> f64| {
            numbers.iter().map(|&u| of(f64::from(u))).sum::<f64>() / numbers.len() as f64
        };
        // Standard errors: 1/√12/√n and 1/√180/√n with √n = 447; five of each.
        assert!((mean(&|u| u) - 0.5).abs() < 0.0033);
        assert!((mean(&|u| (u - 0.5).powi(2)) - 1.0 / 12.0).abs() < 0.0009);
        assert!(numbers.iter().all(|u| (0.0..1.0).contains(u)));
        let mut others = vec![0.0; 3];
        uniform_into(1, 3, &mut others);
        assert_ne!(numbers[..3], others);
    }

    #[test]
    fn each_seed_and_step_has_noise_of_its_own() {
        let first = |seed, step| {
            let mut noise = [0.0; 3];
            noise_into(seed, step, &mut noise);
            noise
        };
        assert_eq!(first(1, 1), first(1, 1));
        assert_ne!(first(1, 1), first(1, 2));
        assert_ne!(first(1, 1), first(2, 1));
    }
}
