//! Clouds of points that are learned: in the square of −1 to 1, give or take their noise.

use std::f32::consts::TAU;

use halfdrawn_data::{noise_into, uniform_into};
use serde::{Deserialize, Serialize};

use crate::game::GameError;

/// The most points that a visitor's cloud has.
const MOST_POINTS: usize = 4000;

/// A distribution of points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Eight Gaussians on a circle.
    #[default]
    Ring,
    /// Five by five Gaussians.
    Grid,
    /// A line, uniformly.
    Line,
    /// Two half circles that reach into each other.
    Moons,
    /// A visitor's points, each as likely as the others.
    Drawn(Vec<[f32; 2]>),
}

/// Where the ends of the line are: at this point and at its negative.
const END: [f32; 2] = [0.75, 0.5];
/// The middle and the radius of each half circle; the first is the upper half, the second the lower.
const ARCS: [[f32; 2]; 2] = [[-0.3, -0.15], [0.3, 0.15]];
const ARC: f32 = 0.6;

impl Cloud {
    /// The standard deviation of its points from where they are meant to be.
    pub fn noise(&self) -> f32 {
        match self {
            Self::Ring => 0.05,
            Self::Grid => 0.04,
            Self::Line | Self::Moons | Self::Drawn(_) => 0.03,
        }
    }

    /// The middles of its Gaussians; of a cloud that is not made of some, none.
    pub fn modes(&self) -> Vec<[f32; 2]> {
        match self {
            Self::Ring => (0..8)
                .map(|index| {
                    let angle = TAU * index as f32 / 8.0;
                    [0.75 * angle.cos(), 0.75 * angle.sin()]
                })
                .collect(),
            Self::Grid => (0..25)
                .map(|index| [index % 5, index / 5].map(|place| 0.4 * place as f32 - 0.8))
                .collect(),
            Self::Line | Self::Moons | Self::Drawn(_) => Vec::new(),
        }
    }

    /// Fills `out` with points, a pure function of `seed` and `step`.
    ///
    /// # Shapes
    /// `out`: n × 2
    pub fn draw(&self, seed: u64, step: u64, out: &mut [f32]) {
        noise_into(seed, step, out);
        let mut along = vec![0.0; out.len() / 2];
        uniform_into(seed, step, &mut along);
        let (modes, noise) = (self.modes(), self.noise());
        let chosen =
            |of: &[[f32; 2]], u: f32| of[((u * of.len() as f32) as usize).min(of.len() - 1)];
        for (point, &u) in out.chunks_exact_mut(2).zip(&along) {
            let middle = match self {
                Self::Ring | Self::Grid => chosen(&modes, u),
                Self::Line => END.map(|end| end * (2.0 * u - 1.0)),
                Self::Moons => {
                    // 0 to ½ the upper arc, ½ to 1 the lower.
                    let [x, y] = ARCS[usize::from(u >= 0.5)];
                    let angle = TAU * u;
                    [x + ARC * angle.cos(), y + ARC * angle.sin()]
                }
                Self::Drawn(points) => chosen(points, u),
            };
            point.iter_mut().zip(middle).for_each(|(x, middle)| *x = middle + noise * *x);
        }
    }

    /// How far a point is from where points are meant to be.
    pub fn distance(&self, point: [f32; 2]) -> f32 {
        match self {
            Self::Ring | Self::Grid => nearest(&self.modes(), point).1,
            Self::Drawn(points) => nearest(points, point).1,
            Self::Line => {
                let along =
                    (point[0] * END[0] + point[1] * END[1]) / (END[0] * END[0] + END[1] * END[1]);
                apart(END.map(|end| end * along.clamp(-1.0, 1.0)), point)
            }
            Self::Moons => {
                let arcs = ARCS.iter().zip([1.0, -1.0]).map(|(&[x, y], up)| {
                    if (point[1] - y) * up >= 0.0 {
                        return (apart([x, y], point) - ARC).abs();
                    }
                    apart([x - ARC, y], point).min(apart([x + ARC, y], point))
                });
                arcs.fold(f32::INFINITY, f32::min)
            }
        }
    }

    /// Checks a visitor's points.
    ///
    /// # Errors
    /// None at all, too many, or one outside the square.
    pub fn check(&self) -> Result<(), GameError> {
        let Self::Drawn(points) = self else { return Ok(()) };
        if !(1..=MOST_POINTS).contains(&points.len()) {
            let value = points.len() as f64;
            return Err(GameError::Setting { setting: "points", value, bounds: "1 to 4000 pairs" });
        }
        match points.iter().flatten().find(|x| !(-1.0..=1.0).contains(*x)) {
            None => Ok(()),
            Some(&x) => {
                let (setting, bounds) = ("a coordinate of points", "from −1 to 1");
                Err(GameError::Setting { setting, value: f64::from(x), bounds })
            }
        }
    }
}

/// The nearest of some points, and how far it is.
pub(super) fn nearest(points: &[[f32; 2]], to: [f32; 2]) -> (usize, f32) {
    let distances = points.iter().enumerate().map(|(index, &point)| (index, apart(point, to)));
    distances.fold((0, f32::INFINITY), |best, each| if each.1 < best.1 { each } else { best })
}

fn apart([x, y]: [f32; 2], [u, v]: [f32; 2]) -> f32 {
    ((x - u) * (x - u) + (y - v) * (y - v)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clouds() -> [Cloud; 5] {
        let drawn = Cloud::Drawn(vec![[0.5, 0.5], [-0.5, 0.25], [1.0, -1.0]]);
        [Cloud::Ring, Cloud::Grid, Cloud::Line, Cloud::Moons, drawn]
    }

    #[test]
    fn every_cloud_lies_where_it_says_as_far_off_as_its_noise() {
        for cloud in clouds() {
            let mut points = vec![0.0; 2000];
            cloud.draw(3, 4, &mut points);
            let squares = points.chunks_exact(2).map(|point| {
                let distance = cloud.distance([point[0], point[1]]);
                f64::from(distance / cloud.noise()).powi(2)
            });
            let mean = squares.sum::<f64>() / 1000.0;
            // Two dimensions of noise about a point, one across a curve.
            let expected = if matches!(cloud, Cloud::Line | Cloud::Moons) { 1.0 } else { 2.0 };
            assert!((mean - expected).abs() < 0.25, "{cloud:?}: {mean}");
            assert!(points.iter().all(|x| x.abs() < 1.2), "{cloud:?}");
        }
    }

    #[test]
    fn each_part_of_a_cloud_is_as_likely_as_the_others() {
        for cloud in clouds() {
            let parts = match &cloud {
                Cloud::Drawn(points) => points.clone(),
                Cloud::Line => vec![[-0.75, -0.5], [0.75, 0.5]],
                Cloud::Moons => vec![[-0.3, 0.45], [0.3, -0.45]],
                _ => cloud.modes(),
            };
            let mut points = vec![0.0; 2 * 1000 * parts.len()];
            cloud.draw(3, 4, &mut points);
            let mut counts = vec![0; parts.len()];
            for point in points.chunks_exact(2) {
                counts[nearest(&parts, [point[0], point[1]]).0] += 1;
            }
            // Standard deviation 32 and less: five of them.
            assert!(counts.iter().all(|count| (840..1160).contains(count)), "{cloud:?} {counts:?}");
        }
    }

    #[test]
    fn a_visitors_points_are_some_and_within_the_square() {
        assert!(Cloud::Drawn(vec![[0.0, 1.0]]).check().is_ok());
        let message = |points| Cloud::Drawn(points).check().unwrap_err().to_string();
        assert_eq!(message(Vec::new()), "points is 0, but must be 1 to 4000 pairs");
        assert!(message(vec![[0.0, f32::NAN]]).contains("from −1 to 1"));
    }
}
