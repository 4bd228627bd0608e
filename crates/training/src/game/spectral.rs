//! Spectral normalisation in memory: Miyato et al. 2018, "Spectral normalization for generative
//! adversarial networks".
//!
//! Ŵ = W/σ, σ = vᵀ·W·u, with unit vectors v and u that a power iteration keeps near the directions of
//! the largest singular value. They count as constants, so that dL/dW = (dL/dŴ − ⟨dL/dŴ, Ŵ⟩·v·uᵀ)/σ.

use halfdrawn_data::noise_into;
use halfdrawn_format::{Gan, Tensor};

/// The tensors of the critic that are divided, as matrices.
const DIVIDED: [&str; 4] =
    ["critic.input.weight", "critic.down.weight", "critic.dense.weight", "critic.label"];
/// Power iterations before the first turn.
const FIRST: usize = 20;

/// The matrices of a critic that are divided by their largest singular values.
pub struct Spectral {
    matrices: Vec<Matrix>,
}

struct Matrix {
    tensor: Tensor,
    inputs: usize,
    outputs: usize,
    /// Where v begins among all directions; u follows.
    place: usize,
}

impl Spectral {
    /// Those of a critic of `gan`.
    pub fn new(gan: &Gan) -> Self {
        let table = gan.critic_parameters();
        Self::of(DIVIDED.iter().filter_map(|name| table.get(name)))
    }

    /// These tensors.
    pub(crate) fn of<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Self {
        let mut place = 0;
        let matrices = tensors.map(|tensor| {
            let outputs = match tensor.shape.as_slice() {
                [_] => 1,
                shape => shape[shape.len() - 1],
            };
            let inputs = tensor.len() / outputs;
            let matrix = Matrix { tensor: tensor.clone(), inputs, outputs, place };
            place += inputs + outputs;
            matrix
        });
        Self { matrices: matrices.collect() }
    }

    /// Numbers in the directions.
    pub(crate) fn len(&self) -> usize {
        self.matrices.last().map_or(0, |last| last.place + last.inputs + last.outputs)
    }

    /// Where v and u of each matrix lie among the directions.
    pub(crate) fn places(&self) -> impl Iterator<Item = [std::ops::Range<usize>; 2]> + '_ {
        self.matrices.iter().map(|matrix| {
            let middle = matrix.place + matrix.inputs;
            [matrix.place..middle, middle..middle + matrix.outputs]
        })
    }

    /// Directions from which training may start.
    pub fn start(&self, critic: &[f32], seed: u64) -> Vec<f32> {
        let mut directions = vec![0.0; self.len()];
        noise_into(seed, u64::MAX, &mut directions);
        for _ in 0..FIRST {
            self.iterate(critic, &mut directions);
        }
        directions
    }

    /// One power iteration of each matrix.
    pub fn iterate(&self, critic: &[f32], directions: &mut [f32]) {
        for matrix in &self.matrices {
            let Matrix { inputs, outputs, place, .. } = *matrix;
            let (v, u) = directions[place..place + inputs + outputs].split_at_mut(inputs);
            let rows = || critic[matrix.tensor.range()].chunks_exact(outputs);
            for (v, row) in v.iter_mut().zip(rows()) {
                *v = row.iter().zip(&*u).map(|(w, u)| w * u).sum();
            }
            shorten(v);
            u.fill(0.0);
            for (&v, row) in v.iter().zip(rows()) {
                u.iter_mut().zip(row).for_each(|(u, w)| *u += v * w);
            }
            shorten(u);
        }
    }

    /// σ of each matrix.
    fn norms<'a>(
        &'a self,
        critic: &'a [f32],
        directions: &'a [f32],
    ) -> impl Iterator<Item = (&'a Matrix, f32, &'a [f32], &'a [f32])> {
        self.matrices.iter().map(move |matrix| {
            let Matrix { inputs, outputs, place, .. } = *matrix;
            let (v, u) = directions[place..place + inputs + outputs].split_at(inputs);
            let rows = critic[matrix.tensor.range()].chunks_exact(outputs);
            let terms = v
                .iter()
                .zip(rows)
                .map(|(&v, row)| f64::from(v * row.iter().zip(u).map(|(w, u)| w * u).sum::<f32>()));
            (matrix, (terms.sum::<f64>() as f32).max(1e-12), v, u)
        })
    }

    /// The critic's weights divided by their norms.
    pub fn divide(&self, critic: &[f32], directions: &[f32], out: &mut Vec<f32>) {
        out.clear();
        out.extend_from_slice(critic);
        for (matrix, norm, _, _) in self.norms(critic, directions) {
            out[matrix.tensor.range()].iter_mut().for_each(|weight| *weight /= norm);
        }
    }

    /// From the gradient with respect to the divided weights to that of the weights.
    pub fn through(&self, critic: &[f32], directions: &[f32], gradient: &mut [f32]) {
        for (matrix, norm, v, u) in self.norms(critic, directions) {
            let range = matrix.tensor.range();
            let slope = &mut gradient[range.clone()];
            let terms = slope.iter().zip(&critic[range]);
            let along = terms.map(|(&slope, &w)| f64::from(slope * w)).sum::<f64>() as f32 / norm;
            for (slope, &v) in slope.chunks_exact_mut(matrix.outputs).zip(v) {
                for (slope, &u) in slope.iter_mut().zip(u) {
                    *slope = (*slope - along * v * u) / norm;
                }
            }
        }
    }
}

/// Makes a vector as long as one.
fn shorten(vector: &mut [f32]) {
    let square: f64 = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    let scale = (1.0 / (square.sqrt() + 1e-12)) as f32;
    vector.iter_mut().for_each(|x| *x *= scale);
}

#[cfg(test)]
mod tests {
    use halfdrawn_format::{Architecture, initialise};

    use super::*;

    #[test]
    fn divided_weights_stretch_no_vector() {
        let (generator, critic) = ([4, 3], [3, 5]);
        let (rows, columns, planes, latent, classes) = (8, 8, 1, 2, 3);
        let gan = Gan { rows, columns, planes, latent, classes, generator, critic };
        let all = initialise(&Architecture::Gan(gan.clone()), 1);
        let critic = &all[gan.generator_len()..];
        let spectral = Spectral::new(&gan);
        let mut directions = spectral.start(critic, 1);
        (0..100).for_each(|_| spectral.iterate(critic, &mut directions));
        let mut divided = Vec::new();
        spectral.divide(critic, &directions, &mut divided);
        for matrix in &spectral.matrices {
            let rows = || divided[matrix.tensor.range()].chunks_exact(matrix.outputs);
            let mut longest = 0.0f32;
            for trial in 0..50 {
                let mut u = vec![0.0; matrix.outputs];
                noise_into(3, trial, &mut u);
                shorten(&mut u);
                let product = |row: &[f32]| row.iter().zip(&u).map(|(w, u)| w * u).sum::<f32>();
                let length = rows().map(|row| product(row).powi(2)).sum::<f32>().sqrt();
                longest = longest.max(length);
            }
            assert!(longest <= 1.0 + 1e-4, "{}: {longest}", matrix.tensor.name);
            assert!(longest > 0.3, "{}: {longest}", matrix.tensor.name);
        }
    }
}
