//! Nearest neighbours: whether samples look like data, whether they have its variety, and whether they
//! are copies of it.

use crate::probe::distance;

/// The squared Euclidean distance of each row to its `k`-th nearest of `others`, k from one; rows are of
/// `width` numbers, one after the other. A row that is itself among `others` is its own first.
///
/// # Panics
/// Where `k` is zero or there are fewer than `k` others.
#[must_use]
pub fn kth_distances(rows: &[f32], others: &[f32], width: usize, k: usize) -> Vec<f32> {
    assert!(k > 0 && others.len() >= k * width, "at least {k} rows to be near to");
    let kth = |row: &[f32]| {
        // The k smallest so far, in order.
        let mut smallest = vec![f32::INFINITY; k];
        for other in others.chunks_exact(width) {
            let found = distance(row, other);
            if found < smallest[k - 1] {
                let place = smallest.partition_point(|&smaller| smaller <= found);
                smallest[place..].rotate_right(1);
                smallest[place] = found;
            }
        }
        smallest[k - 1]
    };
    rows.chunks_exact(width).map(kth).collect()
}

/// The Euclidean distance of each row to the nearest of `others`: small ones everywhere, against
/// those of held-out data, mean that a model repeats what it was shown.
///
/// # Panics
/// Where there are no others.
#[must_use]
pub fn nearest(rows: &[f32], others: &[f32], width: usize) -> Vec<f32> {
    assert!(others.len() >= width, "at least one row to be near to");
    // Most are too far long before their last number; pictures differ most in the middle.
    let count = width.div_ceil(PART);
    let mut parts: Vec<usize> = (0..count).collect();
    parts.sort_by_key(|part| part.abs_diff(count / 2));
    let mut smallest = vec![f32::INFINITY; rows.len() / width];
    // Some rows at a time: the others come from memory once for all of them.
    let blocks = rows.chunks(BLOCK * width).zip(smallest.chunks_mut(BLOCK));
    for (rows, smallest) in blocks {
        for other in others.chunks_exact(width) {
            for (row, smallest) in rows.chunks_exact(width).zip(smallest.iter_mut()) {
                let mut sum = 0.0;
                for part in &parts {
                    let part = part * PART..((part + 1) * PART).min(width);
                    sum += distance(&row[part.clone()], &other[part]);
                    if sum >= *smallest {
                        break;
                    }
                }
                *smallest = smallest.min(sum);
            }
        }
    }
    smallest.into_iter().map(f32::sqrt).collect()
}

/// Rows that are compared with each other row in turn.
const BLOCK: usize = 32;
/// Numbers between two looks at whether a row is too far.
const PART: usize = 112;

/// An estimate of where a set of points lies: about each a ball that reaches to its k-th nearest
/// neighbour (Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing
/// generative models", section 2).
///
/// Precision is the share of samples inside the manifold of data, recall the share of data inside the
/// manifold of samples.
#[derive(Clone, Debug)]
pub struct Manifold {
    width: usize,
    points: Vec<f32>,
    /// Squared, one a point.
    radii: Vec<f32>,
}

impl Manifold {
    /// About rows of `width` numbers, whose squared `radii` are [`kth_distances`] among themselves.
    ///
    /// # Panics
    /// Where there is not a radius a row.
    #[must_use]
    pub fn new(points: Vec<f32>, width: usize, radii: Vec<f32>) -> Self {
        assert_eq!(points.len(), radii.len() * width, "a radius a row");
        Self { width, points, radii }
    }

    /// About rows of `width` numbers: balls reach to the `k`-th neighbour, a point itself not counted.
    ///
    /// # Panics
    /// Where there are no more than `k` rows.
    #[must_use]
    pub fn of(points: Vec<f32>, width: usize, k: usize) -> Self {
        let radii = kth_distances(&points, &points, width, k + 1);
        Self::new(points, width, radii)
    }

    /// How many rows lie in a ball.
    #[must_use]
    pub fn count_inside(&self, rows: &[f32]) -> usize {
        let inside = |row: &&[f32]| {
            let mut balls = self.points.chunks_exact(self.width).zip(&self.radii);
            balls.any(|(point, &radius)| distance(row, point) <= radius)
        };
        rows.chunks_exact(self.width).filter(inside).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_a_line_are_as_far_as_a_hand_works_out() {
        let points = [0.0, 1.0, 3.0, 7.0];
        assert_eq!(kth_distances(&points, &points, 1, 1), [0.0; 4]);
        assert_eq!(kth_distances(&points, &points, 1, 2), [1.0, 1.0, 4.0, 16.0]);
        assert_eq!(kth_distances(&points, &points, 1, 3), [9.0, 4.0, 9.0, 36.0]);
        assert_eq!(nearest(&[2.5, 9.0], &points, 1), [0.5, 2.0]);
    }

    #[test]
    fn balls_reach_to_the_neighbour_and_no_further() {
        // Radii 1, 1 and 2 about 0, 1 and 3: from −1 to 2 and from 1 to 5.
        let manifold = Manifold::of(vec![0.0, 1.0, 3.0], 1, 1);
        assert_eq!(manifold.count_inside(&[-1.0, -1.01, 1.5, 5.0, 5.01]), 3);
    }

    #[test]
    fn a_set_lies_inside_its_own_manifold_and_one_mode_of_two_is_precise_but_recalls_half() {
        let spread = |centre: f32| (0..20).map(move |index| centre + 0.1 * index as f32);
        let data: Vec<f32> = spread(0.0).chain(spread(100.0)).collect();
        let one: Vec<f32> = spread(0.05).collect();
        let (real, fake) = (Manifold::of(data.clone(), 1, 3), Manifold::of(one.clone(), 1, 3));
        assert_eq!(real.count_inside(&data), 40);
        assert_eq!((real.count_inside(&one), fake.count_inside(&data)), (20, 20));
    }

    #[test]
    fn stopping_early_finds_the_same_neighbour() {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0
        };
        let width = 300;
        let rows: Vec<f32> = (0..5 * width).map(|_| next()).collect();
        let others: Vec<f32> = (0..40 * width).map(|_| next()).collect();
        let exact = kth_distances(&rows, &others, width, 1);
        for (found, exact) in nearest(&rows, &others, width).iter().zip(exact) {
            assert!((found - exact.sqrt()).abs() < 1e-4, "{found}, not {}", exact.sqrt());
        }
    }
}
