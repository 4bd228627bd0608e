//! The judge of what generators make: a classifier, and what it says of the data.

use std::cell::OnceCell;

use anyhow::{Context, Result};
use halfdrawn_data::{Digits, PIXELS};
use halfdrawn_format::Weights;
use halfdrawn_metrics::{Manifold, Moments, frechet_distance, kth_distances, nearest};
use halfdrawn_training::Recogniser;

use crate::dataset::Dataset;
use crate::files;

/// Neighbours that a ball of the manifold reaches to.
pub const NEIGHBOURS: usize = 3;
/// Real pictures that stand in the place of samples, where there are as many.
const IN_PLACE: usize = 10_000;
/// Pictures whose nearest training picture is looked for.
pub const SOUGHT: usize = 1_000;

/// Above this probability it is sure.
pub const SURE: f32 = 0.9;

/// What the classifier says of some pictures.
#[derive(Default)]
pub struct Said {
    /// The likeliest class of each.
    pub classes: Vec<u16>,
    /// Its probability.
    pub confidence: Vec<f32>,
    /// p(class), the classes of each side by side.
    pub probabilities: Vec<f32>,
    /// The features of each, side by side.
    pub features: Vec<f32>,
}

impl Said {
    /// The share of pictures whose class is their label.
    pub fn agreement(&self, labels: &[u8]) -> f64 {
        let pairs = self.classes.iter().zip(labels);
        let right = pairs.filter(|(class, label)| **class == u16::from(**label)).count();
        right as f64 / self.classes.len() as f64
    }

    /// The share of pictures that it is sure of.
    pub fn sure(&self) -> f64 {
        let sure = self.confidence.iter().filter(|&&confidence| confidence > SURE).count();
        sure as f64 / self.confidence.len() as f64
    }
}

/// How near some pictures are to the test pictures, by their features.
pub struct Nearness {
    pub frechet: f64,
    pub precision: f64,
    pub recall: f64,
}

/// A classifier, and the pictures of a data set.
pub struct Judge {
    pub dataset: Dataset,
    pub name: &'static str,
    weights: Weights,
    threads: usize,
    train: Digits,
    test: Digits,
    /// Looked for when first asked: stacks are only counted.
    real: OnceCell<Real>,
}

/// What it says of the data.
pub struct Real {
    width: usize,
    threads: usize,
    moments: Moments,
    manifold: Manifold,
    /// Of the test pictures.
    pub said: Said,
    /// The share of test pictures whose class it finds.
    pub accuracy: f64,
    /// Parts of the training pictures in the place of samples.
    pub floor: Vec<Nearness>,
}

impl Judge {
    /// Loads the classifier of a data set.
    pub fn load(dataset: Dataset, threads: usize) -> Result<Self> {
        let name = match dataset {
            Dataset::FashionMnist => "classifier-fashion",
            _ => "classifier",
        };
        let weights = files::read_weights(name)?;
        let (train, test) = dataset.measured()?;
        Ok(Self { dataset, name, weights, threads, train, test, real: OnceCell::new() })
    }

    /// What it says of the data.
    pub fn real(&self) -> Result<&Real> {
        if let Some(real) = self.real.get() {
            return Ok(real);
        }
        let real = self.look_at_data()?;
        Ok(self.real.get_or_init(|| real))
    }

    fn look_at_data(&self) -> Result<Real> {
        let (width, threads) = (Recogniser::load(&self.weights)?.width(), self.threads);
        let said = self.look(&grey(&self.test, self.test.len()))?;
        let moments = Moments::of(&said.features, width);
        let manifold = manifold(said.features.clone(), width, threads);
        let (accuracy, floor) = (said.agreement(self.test.labels()), Vec::new());
        let mut real = Real { width, threads, moments, manifold, said, accuracy, floor };
        let seen = self.look(&grey(&self.train, self.train.len()))?;
        let parts = seen.features.chunks(self.in_place() * width);
        real.floor = parts.map(|features| real.nearness(features)).collect();
        Ok(real)
    }

    /// What the classifier says of pictures of 0 to 1.
    pub fn look(&self, images: &[f32]) -> Result<Said> {
        look(&self.weights, images, self.threads)
    }

    /// Pictures that it is measured on.
    pub fn test(&self) -> &Digits {
        &self.test
    }

    /// How many training pictures stand in the place of samples.
    pub fn in_place(&self) -> usize {
        IN_PLACE.min(self.train.len())
    }

    /// The mean distance, pixel by pixel, of the first [`SOUGHT`] pictures to the nearest training
    /// picture.
    pub fn copied(&self, images: &[f32]) -> f64 {
        let train = grey(&self.train, self.train.len());
        let sought = &images[..images.len().min(SOUGHT * PIXELS)];
        let found = share(sought, PIXELS, self.threads, |rows| nearest(rows, &train, PIXELS));
        found.iter().map(|&distance| f64::from(distance)).sum::<f64>() / found.len() as f64
    }

    /// [`Judge::copied`] of the test pictures.
    pub fn fresh(&self) -> f64 {
        self.copied(&grey(&self.test, SOUGHT))
    }
}

impl Real {
    /// How near pictures of these features are to the test pictures.
    pub fn nearness(&self, features: &[f32]) -> Nearness {
        let (width, threads) = (self.width, self.threads);
        let inside = |manifold: &Manifold, rows: &[f32]| {
            let parts = share(rows, width, threads, |rows| vec![manifold.count_inside(rows)]);
            parts.into_iter().sum::<usize>() as f64 / (rows.len() / width) as f64
        };
        let theirs = manifold(features.to_vec(), width, threads);
        Nearness {
            frechet: frechet_distance(&self.moments, &Moments::of(features, width)),
            precision: inside(&self.manifold, features),
            recall: inside(&theirs, &self.said.features),
        }
    }
}

/// The first `count` pictures, 0 to 1.
pub fn grey(digits: &Digits, count: usize) -> Vec<f32> {
    let pictures = (0..count.min(digits.len())).flat_map(|index| digits.grey(index));
    pictures.map(|&level| f32::from(level) / 255.0).collect()
}

fn manifold(features: Vec<f32>, width: usize, threads: usize) -> Manifold {
    // A point is its own first neighbour.
    let radii = share(&features, width, threads, |rows| {
        kth_distances(rows, &features, width, NEIGHBOURS + 1)
    });
    Manifold::new(features, width, radii)
}

/// What a classifier says of pictures of 0 to 1.
pub fn look(weights: &Weights, images: &[f32], threads: usize) -> Result<Said> {
    let parts = share(images, PIXELS, threads, |images| {
        let said = Recogniser::load(weights).and_then(|mut judge| judge.classify(images));
        vec![said]
    });
    let classes = Recogniser::load(weights)?.classes();
    let mut all = Said::default();
    for said in parts {
        let said = said.context("the judge")?;
        for row in said.probabilities.chunks_exact(classes) {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let (class, &confidence) = best.expect("at least two classes");
            all.classes.push(class as u16);
            all.confidence.push(confidence);
        }
        all.probabilities.extend(said.probabilities);
        all.features.extend(said.features);
    }
    Ok(all)
}

/// Shares rows among threads; what each makes of its own stands in the order of the rows.
pub fn share<R: Sync, T: Send>(
    rows: &[R],
    width: usize,
    threads: usize,
    work: impl Fn(&[R]) -> Vec<T> + Sync,
) -> Vec<T> {
    let part = (rows.len() / width).div_ceil(threads.max(1)).max(1) * width;
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> = rows.chunks(part).map(|rows| scope.spawn(move || work(rows))).collect();
        let join = |part: std::thread::ScopedJoinHandle<'_, Vec<T>>| {
            part.join().expect("a worker does not panic")
        };
        parts.into_iter().flat_map(join).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shared_among_threads_in_their_order() {
        let rows: Vec<f32> = (0..14).map(|value| value as f32).collect();
        for threads in [1, 2, 3, 20] {
            let sums = share(&rows, 2, threads, |rows| rows.chunks(2).map(|row| row[0]).collect());
            assert_eq!(sums, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0], "{threads} threads");
        }
    }
}
