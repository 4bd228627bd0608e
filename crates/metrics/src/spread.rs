//! How sure a mean over pictures is.

/// The mean of a sample, and its standard error: s/√n, with s² = Σ(x − mean)²/(n − 1).
///
/// Both in one pass and without cancellation by Welford's recurrence ("Note on a method for
/// calculating corrected sums of squares and products", 1962).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Mean {
    /// Takes one more value in.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; NaN where there are none.
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// The standard deviation of the values, s; NaN where there are fewer than two.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        (self.squares / (self.count as f64 - 1.0)).sqrt()
    }

    /// The standard error of the mean; NaN where there are fewer than two values.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_deviation() / (self.count as f64).sqrt()
    }
}

impl FromIterator<f64> for Mean {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut mean = Self::default();
        values.into_iter().for_each(|value| mean.add(value));
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_values_have_the_mean_and_error_that_a_hand_works_out() {
        // Mean 5; squares 9 + 1 + 1 + 9 = 20; s² = 20/3; error √(20/3/4) = √(5/3).
        let mean: Mean = [2.0, 4.0, 6.0, 8.0].into_iter().collect();
        assert_eq!((mean.count(), mean.value()), (4, 5.0));
        assert!((mean.standard_error() - (5f64 / 3.0).sqrt()).abs() < 1e-15);
        assert!((mean.standard_deviation() - (20f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_shift_moves_the_mean_and_leaves_the_error() {
        let values = [80.5, 79.0, 85.25, 60.75, 99.5];
        let plain: Mean = values.into_iter().collect();
        let shifted: Mean = values.iter().map(|value| value + 1e9).collect();
        assert!((shifted.value() - 1e9 - plain.value()).abs() < 1e-6);
        assert!((shifted.standard_error() / plain.standard_error() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn equal_values_have_no_error() {
        assert_eq!([3.5; 10].into_iter().collect::<Mean>().standard_error(), 0.0);
    }

    #[test]
    fn too_few_values_have_no_figure() {
        assert!(Mean::default().value().is_nan());
        assert!([1.0].into_iter().collect::<Mean>().standard_error().is_nan());
    }
}
