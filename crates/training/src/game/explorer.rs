//! Looking around in a trained generator and critic.

use halfdrawn_data::noise_into;
use halfdrawn_format::{Gan, Weights};

use super::error::GameError;
use super::players::{Draw, Pictures, Players};
use crate::compute::Compute;
use crate::explorer::{ExploreError, check_values};

/// A generator and a critic, ready to be asked.
pub struct GanExplorer {
    gan: Gan,
    generator: Vec<f32>,
    critic: Vec<f32>,
    players: Box<dyn Players>,
}

impl GanExplorer {
    /// Takes the weights of a file, to compute on the processor.
    ///
    /// # Errors
    /// A model that is no GAN.
    pub fn load(weights: &Weights, compute: &Compute) -> Result<Self, GameError> {
        let kind = weights.architecture.kind();
        let gan = weights.architecture.gan().ok_or(GameError::Kind(kind))?.clone();
        let (generator, critic) = weights.parameters.split_at(gan.generator_len());
        let players = compute.players(&gan);
        Ok(Self { gan, generator: generator.to_vec(), critic: critic.to_vec(), players })
    }

    /// The sizes of both players.
    pub fn gan(&self) -> &Gan {
        &self.gan
    }

    /// Pictures of 0 to 1 of `latents`, d numbers a picture. `labels` holds a digit a picture for a
    /// conditional model, and is empty for the others.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub fn generate(&mut self, latents: &[f32], labels: &[u8]) -> Result<Vec<f32>, ExploreError> {
        check_latents(&self.gan, latents, labels)?;
        let mut pictures = self.players.generate(&self.generator, Draw { latents, labels });
        to_ink(&mut pictures);
        Ok(pictures)
    }

    /// Pictures of 0 to 1 from the prior N(0, I).
    ///
    /// # Errors
    /// An argument out of bounds.
    pub fn sample(
        &mut self,
        count: usize,
        seed: u64,
        labels: &[u8],
    ) -> Result<Vec<f32>, ExploreError> {
        let mut latents = vec![0.0; count * self.gan.latent];
        noise_into(seed, 0, &mut latents);
        self.generate(&latents, labels)
    }

    /// The critic's outputs for pictures of 0 to 1.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub fn verdict(&mut self, pictures: &[f32], labels: &[u8]) -> Result<Vec<f32>, ExploreError> {
        check_pictures(&self.gan, pictures, labels)?;
        let values = from_ink(pictures);
        Ok(self.players.judge(&self.critic, Pictures { values: &values, labels }))
    }
}

/// From −1…1 to 0…1.
pub(crate) fn to_ink(pictures: &mut [f32]) {
    pictures.iter_mut().for_each(|value| *value = 0.5 * *value + 0.5);
}

/// From 0…1 to −1…1.
pub(crate) fn from_ink(pictures: &[f32]) -> Vec<f32> {
    pictures.iter().map(|value| 2.0 * value - 1.0).collect()
}

pub(crate) fn check_latents(gan: &Gan, latents: &[f32], labels: &[u8]) -> Result<(), ExploreError> {
    check_values("latents", latents, |value| value.is_finite(), "finite")?;
    check_rows(gan, ("latents", latents.len(), gan.latent), labels)
}

pub(crate) fn check_pictures(
    gan: &Gan,
    pictures: &[f32],
    labels: &[u8],
) -> Result<(), ExploreError> {
    check_values("images", pictures, |value| (0.0..=1.0).contains(&value), "from 0 to 1")?;
    check_rows(gan, ("images", pictures.len(), gan.pixels()), labels)
}

fn check_rows(
    gan: &Gan,
    (argument, found, width): (&'static str, usize, usize),
    labels: &[u8],
) -> Result<(), ExploreError> {
    if found == 0 || !found.is_multiple_of(width) {
        let expected = format!("a multiple of {width}");
        return Err(ExploreError::Length { argument, found, expected });
    }
    let expected = if gan.classes > 0 { found / width } else { 0 };
    if labels.len() != expected {
        let (found, expected) = (labels.len(), expected.to_string());
        return Err(ExploreError::Length { argument: "labels", found, expected });
    }
    let digits: Vec<f32> = labels.iter().map(|&label| f32::from(label)).collect();
    check_values("labels", &digits, |label| label < gan.classes as f32, "a digit from 0 to 9")
}
