//! What a turn is made of: real pictures, latent variables and digits, each a pure function of the seed
//! and of its place in the game.

use std::sync::Arc;

use halfdrawn_data::{BatchError, Batches, Digits, PIXELS, noise_into, order};
use halfdrawn_format::Gan;

use super::options::GameOptions;

/// The pictures of a game, and where it stands in them.
pub(crate) struct Material {
    digits: Arc<Digits>,
    batches: Batches,
    seed: u64,
    batch: usize,
    gan: Gan,
    stacks: Stacks,
}

/// Which digits stand behind those of the first plane: an order of all of them for each other plane.
#[derive(Default)]
struct Stacks {
    epoch: Option<u64>,
    orders: Vec<Vec<u32>>,
}

/// An epoch, and batches of it already taken.
pub(crate) type Place = (u64, usize);

impl Material {
    pub fn new(
        gan: &Gan,
        options: &GameOptions,
        digits: Arc<Digits>,
        (epoch, position): Place,
    ) -> Result<Self, BatchError> {
        let GameOptions { seed, batch, .. } = *options;
        let batches = Batches::resume(seed, digits.len() as u32, batch, epoch, position)?;
        Ok(Self { digits, batches, seed, batch, gan: gan.clone(), stacks: Stacks::default() })
    }

    pub fn place(&self) -> Place {
        (self.batches.epoch(), self.batches.position())
    }

    pub fn go_to(&mut self, (epoch, position): Place) -> Result<(), BatchError> {
        let len = self.digits.len() as u32;
        self.batches = Batches::resume(self.seed, len, self.batch, epoch, position)?;
        Ok(())
    }

    /// Batches in an epoch.
    pub fn per_epoch(&self) -> u64 {
        self.batches.per_epoch() as u64
    }

    /// The next real pictures, of −1 to 1, and their digits where the players are told them. Where
    /// pictures have several planes, innermost, each is a digit drawn for itself.
    pub fn real(&mut self) -> (Vec<f32>, Vec<u8>) {
        let planes = self.gan.planes;
        let indices = self.batches.next_batch().to_vec();
        let mut values = vec![0.0; indices.len() * self.gan.pixels()];
        let labels = match self.gan.classes {
            0 => Vec::new(),
            _ => indices.iter().map(|&index| self.digits.labels()[index as usize]).collect(),
        };
        let epoch = self.batches.epoch();
        if self.stacks.epoch != Some(epoch) {
            let len = self.digits.len() as u32;
            let of = |plane: u64| order(self.seed ^ (plane << 32), epoch, len);
            let orders = (1..planes as u64).map(of).collect();
            self.stacks = Stacks { epoch: Some(epoch), orders };
        }
        for (picture, &index) in values.chunks_exact_mut(PIXELS * planes).zip(&indices) {
            for plane in 0..planes {
                let digit = match plane {
                    0 => index,
                    _ => self.stacks.orders[plane - 1][index as usize],
                };
                let grey = self.digits.grey(digit as usize);
                for (value, &grey) in picture[plane..].iter_mut().step_by(planes).zip(grey) {
                    *value = f32::from(grey) / 127.5 - 1.0;
                }
            }
        }
        (values, labels)
    }

    /// Latent variables of the turn after `steps`.
    pub fn latents(&self, steps: u64) -> Vec<f32> {
        let mut latents = vec![0.0; self.batch * self.gan.latent];
        noise_into(self.seed, steps, &mut latents);
        latents
    }

    /// The digits that the generator is asked for after so many rounds: as many of each.
    pub fn labels(&self, rounds: u64) -> Vec<u8> {
        let classes = self.gan.classes as u64;
        if classes == 0 {
            return Vec::new();
        }
        let (first, count) = (rounds * self.batch as u64, self.batch as u64);
        (first..first + count).map(|index| (index % classes) as u8).collect()
    }
}
