//! How far two clouds of points are apart.

/// The energy distance between the clouds that `ours` and `theirs` are drawn from (Székely and Rizzo
/// 2013, "Energy statistics: a class of statistics based on distances"):
///
/// ```text
/// D² = 2·E|X − Y| − E|X − X′| − E|Y − Y′|
/// ```
///
/// with means over all pairs, a point and itself among them. Zero where both are the same points, and
/// the larger, the farther mass would have to be carried; two samples of one cloud are apart by a little
/// that falls with their number.
///
/// # Shapes
/// `ours`, `theirs`: n × `width` coordinates.
///
/// # Panics
/// Where a cloud has no point.
#[must_use]
pub fn energy_distance(ours: &[f32], theirs: &[f32], width: usize) -> f64 {
    assert!(!ours.is_empty() && !theirs.is_empty(), "a cloud without points is nowhere");
    let square = 2.0 * mean_distance(ours, theirs, width)
        - mean_distance(ours, ours, width)
        - mean_distance(theirs, theirs, width);
    square.max(0.0).sqrt()
}

/// The mean of |x − y| over all pairs.
fn mean_distance(ours: &[f32], theirs: &[f32], width: usize) -> f64 {
    let mut sum = 0.0;
    for x in ours.chunks_exact(width) {
        let distances = theirs.chunks_exact(width).map(|y| {
            let square: f32 = x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum();
            f64::from(square.sqrt())
        });
        sum += distances.sum::<f64>();
    }
    sum / ((ours.len() / width) * (theirs.len() / width)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pairs_of_points_are_as_far_apart_as_a_hand_works_out() {
        // X: 0, 2. Y: 3, 5. E|X − Y| = (3 + 5 + 1 + 3)/4 = 3; E|X − X′| = E|Y − Y′| = 1. D² = 4.
        assert!((energy_distance(&[0.0, 2.0], &[3.0, 5.0], 1) - 2.0).abs() < 1e-12);
        // One point each: D² = 2·5.
        let apart = energy_distance(&[0.0, 0.0], &[3.0, 4.0], 2);
        assert!((apart - 10f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_cloud_is_no_distance_from_itself_and_as_far_from_another_as_that_from_it() {
        let wave = |phase: f32| (0..40).map(|at| (at as f32 * phase).sin()).collect::<Vec<_>>();
        let (ours, theirs) = (wave(0.7), wave(1.9));
        assert!(energy_distance(&ours, &ours, 2) < 1e-6);
        let apart = energy_distance(&ours, &theirs, 2);
        assert!(apart > 0.0);
        assert!((apart - energy_distance(&theirs, &ours, 2)).abs() < 1e-12);
    }
}
