//! How far samples are from data in a space of features.

use nalgebra::{DMatrix, DVector};

/// The mean and the covariance of rows of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    mean: DVector<f64>,
    covariance: DMatrix<f64>,
}

impl Moments {
    /// Of rows of `width` numbers, one after the other: the covariance divides by n − 1.
    ///
    /// # Panics
    /// Where there are fewer than two rows, or one is cut short.
    #[must_use]
    pub fn of(rows: &[f32], width: usize) -> Self {
        let count = rows.len() / width;
        assert!(count > 1 && rows.len() == count * width, "at least two rows of {width}");
        let mut mean = DVector::zeros(width);
        for row in rows.chunks_exact(width) {
            for (mean, &value) in mean.iter_mut().zip(row) {
                *mean += f64::from(value) / count as f64;
            }
        }
        // Deviations first: products of raw features would cancel.
        let deviations =
            DMatrix::from_fn(width, count, |i, row| f64::from(rows[row * width + i]) - mean[i]);
        let covariance = &deviations * deviations.transpose() / (count as f64 - 1.0);
        Self { mean, covariance }
    }
}

/// The Fréchet distance between the Gaussians of these moments (Dowson and Landau 1982; Heusel et al.
/// 2017, equation 6, in the features of a network):
/// |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½).
///
/// Σ₁Σ₂ is similar to the symmetric Σ₁^½ Σ₂ Σ₁^½, whose eigenvalues are real and not negative: the
/// trace of the root is the sum of their roots, and no complex number appears.
///
/// # Panics
/// Where the two are of different width.
#[must_use]
pub fn frechet_distance(first: &Moments, second: &Moments) -> f64 {
    assert_eq!(first.mean.len(), second.mean.len(), "features of one network");
    let root = square_root(&first.covariance);
    let product = &root * &second.covariance * &root;
    let eigenvalues = ((&product + product.transpose()) * 0.5).symmetric_eigenvalues();
    let trace: f64 = eigenvalues.iter().map(|&value| value.max(0.0).sqrt()).sum();
    let apart = (&first.mean - &second.mean).norm_squared();
    // Rounding alone can make it negative.
    (apart + first.covariance.trace() + second.covariance.trace() - 2.0 * trace).max(0.0)
}

/// The symmetric root of a covariance.
fn square_root(covariance: &DMatrix<f64>) -> DMatrix<f64> {
    let eigen = covariance.clone().symmetric_eigen();
    let roots = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
    &eigen.eigenvectors * DMatrix::from_diagonal(&roots) * eigen.eigenvectors.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(mean: &[f64], covariance: &[f64]) -> Moments {
        let width = mean.len();
        Moments {
            mean: DVector::from_column_slice(mean),
            covariance: DMatrix::from_row_slice(width, width, covariance),
        }
    }

    #[test]
    fn moments_of_three_rows_are_what_a_hand_works_out() {
        // Means 2 and 4; deviations (−1, −2), (0, 2), (1, 0): sums of products 2, 2, 8 over two.
        let found = Moments::of(&[1.0, 2.0, 2.0, 6.0, 3.0, 4.0], 2);
        let expected = moments(&[2.0, 4.0], &[1.0, 1.0, 1.0, 4.0]);
        assert!((found.mean - expected.mean).norm() < 1e-12);
        assert!((found.covariance - expected.covariance).norm() < 1e-12);
    }

    #[test]
    fn gaussians_on_axes_are_as_far_as_a_hand_works_out() {
        // |(3, 4)|² = 25; (√4 − √1)² + (√9 − √1)² = 1 + 4.
        let first = moments(&[0.0, 0.0], &[4.0, 0.0, 0.0, 9.0]);
        let second = moments(&[3.0, 4.0], &[1.0, 0.0, 0.0, 1.0]);
        assert!((frechet_distance(&first, &second) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn covariances_that_do_not_commute_are_as_far_as_a_hand_works_out() {
        // Σ₁Σ₂ = [[2, 1], [4, 8]] of trace 10 and determinant 12: for two by two,
        // tr √A = √(tr A + 2 √det A) = √(10 + 2 √12).
        let first = moments(&[0.0, 0.0], &[1.0, 0.0, 0.0, 4.0]);
        let second = moments(&[0.0, 0.0], &[2.0, 1.0, 1.0, 2.0]);
        let expected = 5.0 + 4.0 - 2.0 * (10.0 + 2.0 * 12f64.sqrt()).sqrt();
        assert!((frechet_distance(&first, &second) - expected).abs() < 1e-9);
    }

    #[test]
    fn a_set_is_at_no_distance_from_itself_and_as_far_as_the_other_is_from_it() {
        let rows = |seed: u32| -> Vec<f32> {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 16_777_216.0
            };
            // Three features that hang together, and one that never changes.
            (0..50).flat_map(|_| [next(), next(), 0.0, 7.0]).collect()
        };
        let mut first = rows(1);
        first.chunks_mut(4).for_each(|row| row[2] = row[0] - 2.0 * row[1]);
        let (first, second) = (Moments::of(&first, 4), Moments::of(&rows(2), 4));
        // The root of a rounding error is larger than the error.
        assert!(frechet_distance(&first, &first) < 1e-6);
        let both = [frechet_distance(&first, &second), frechet_distance(&second, &first)];
        assert!(both[0] > 0.1 && (both[0] - both[1]).abs() < 1e-6, "{both:?}");
    }
}
