//! Which kinds of picture samples are of.

/// The share of each of `classes` among labels; zeros where there are none.
///
/// # Panics
/// Where a label is not below `classes`.
#[must_use]
pub fn shares(labels: &[u16], classes: usize) -> Vec<f64> {
    let mut shares = vec![0.0; classes];
    for &label in labels {
        shares[usize::from(label)] += 1.0 / labels.len() as f64;
    }
    shares
}

/// How many classes have a share at all: the modes covered, of 1,000 on Stacked MNIST (Metz et al.
/// 2017, "Unrolled generative adversarial networks", section 3.3.1).
#[must_use]
pub fn modes_covered(shares: &[f64]) -> usize {
    shares.iter().filter(|&&share| share > 0.0).count()
}

/// KL(shares ‖ expected) = Σ p ln(p/q) in nats: zero where the samples are of each kind as often as
/// the data, infinite where they are of a kind that the data has not.
#[must_use]
pub fn relative_entropy(shares: &[f64], expected: &[f64]) -> f64 {
    let pairs = shares.iter().zip(expected).filter(|(share, _)| **share > 0.0);
    pairs.map(|(share, expected)| share * (share / expected).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_labels_of_three_classes_have_the_shares_that_a_hand_works_out() {
        let found = shares(&[0, 2, 2, 2], 3);
        assert_eq!(found, [0.25, 0.0, 0.75]);
        assert_eq!(modes_covered(&found), 2);
        // ¼ ln(¼·3) + ¾ ln(¾·3)
        let expected = 0.25 * 0.75f64.ln() + 0.75 * 2.25f64.ln();
        assert!((relative_entropy(&found, &[1.0 / 3.0; 3]) - expected).abs() < 1e-15);
    }

    #[test]
    fn equal_shares_cost_nothing_and_one_class_costs_ln_of_their_number() {
        let uniform = [0.1; 10];
        assert!(relative_entropy(&uniform, &uniform).abs() < 1e-15);
        assert!((relative_entropy(&shares(&[4; 9], 10), &uniform) - 10f64.ln()).abs() < 1e-12);
        assert_eq!(relative_entropy(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
    }

    #[test]
    fn no_labels_cover_nothing() {
        assert_eq!(modes_covered(&shares(&[], 10)), 0);
    }
}
