//! Looking around in a pretrained model with latent variables.

use halfdrawn_data::{PIXELS, binarise_into, picture_rng};
#[cfg(feature = "train")]
use halfdrawn_format::Weights;
use halfdrawn_training::Explorer as Explored;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::arguments::{doubles, floats, with};
use crate::error::Failure;

/// A model with latent variables.
#[wasm_bindgen]
pub struct Explorer {
    explorer: Explored,
}

#[wasm_bindgen]
impl Explorer {
    /// `{ mean, logVariance }` of pictures.
    ///
    /// # Errors
    /// `length`, `value` or `device`.
    pub async fn encode(
        &self,
        images: Box<[f32]>,
        labels: Option<Box<[u8]>>,
    ) -> Result<JsValue, JsValue> {
        let codes = self.explorer.encode(&images, labels_of(&labels)).await;
        Ok(code(codes.map_err(Failure::from)?))
    }

    /// p(ink) of each pixel.
    ///
    /// # Errors
    /// `length`, `value` or `device`.
    pub async fn decode(
        &self,
        latents: Box<[f32]>,
        labels: Option<Box<[u8]>>,
    ) -> Result<JsValue, JsValue> {
        let pictures = self.explorer.decode(&latents, labels_of(&labels)).await;
        Ok(floats(&pictures.map_err(Failure::from)?))
    }

    /// `count` pictures from the prior.
    ///
    /// # Errors
    /// `length`, `value` or `device`.
    pub async fn sample(
        &self,
        count: u32,
        seed: u32,
        labels: Option<Box<[u8]>>,
        binary: bool,
    ) -> Result<JsValue, JsValue> {
        Ok(floats(&draw(&self.explorer, count, seed, labels_of(&labels), binary).await?))
    }

    /// `{ elbo, reconstruction, kl }` of pictures, the reconstruction by so many draws of z.
    ///
    /// # Errors
    /// `length`, `value` or `device`.
    pub async fn elbo(
        &self,
        images: Box<[f32]>,
        labels: Option<Box<[u8]>>,
        seed: u32,
        samples: u32,
    ) -> Result<JsValue, JsValue> {
        let bound = self.explorer.elbo(&images, labels_of(&labels), seed.into(), samples as usize);
        let bound = bound.await.map_err(Failure::from)?;
        Ok(with([
            ("elbo", doubles(&bound.elbo)),
            ("reconstruction", doubles(&bound.reconstruction)),
            ("kl", doubles(&bound.kl)),
        ]))
    }
}

#[cfg(feature = "train")]
impl Explorer {
    /// A model of these weights.
    pub(super) fn load(weights: &Weights) -> Result<Self, Failure> {
        let explorer = Explored::load(weights, &burn::tensor::Device::flex())?;
        Ok(Self { explorer })
    }
}

/// No labels are none of them.
pub(super) fn labels_of(labels: &Option<Box<[u8]>>) -> &[u8] {
    labels.as_deref().unwrap_or_default()
}

/// Codes as an object; an autoencoder has no log-variance.
pub(super) fn code((mean, log_variance): (Vec<f32>, Vec<f32>)) -> JsValue {
    let log_variance = if log_variance.is_empty() { JsValue::NULL } else { floats(&log_variance) };
    with([("mean", floats(&mean)), ("logVariance", log_variance)])
}

/// Pictures from the prior: probabilities, or a Bernoulli draw of each pixel to 1/255.
pub(super) async fn draw(
    explorer: &Explored,
    count: u32,
    seed: u32,
    labels: &[u8],
    binary: bool,
) -> Result<Vec<f32>, JsValue> {
    let mut pictures =
        explorer.sample(count as usize, seed.into(), labels).await.map_err(Failure::from)?;
    if binary {
        binarise(&mut pictures, seed);
    }
    Ok(pictures)
}

/// A draw of each pixel in place of its probability.
pub(super) fn binarise(pictures: &mut [f32], seed: u32) {
    let (mut grey, mut ink) = ([0; PIXELS], [0; PIXELS]);
    for (index, picture) in pictures.chunks_exact_mut(PIXELS).enumerate() {
        for (level, &probability) in grey.iter_mut().zip(picture.iter()) {
            *level = (255.0 * probability).round() as u8;
        }
        binarise_into(&grey, &mut picture_rng(seed.into(), 0, index as u64), &mut ink);
        for (value, &bit) in picture.iter_mut().zip(&ink) {
            *value = f32::from(bit);
        }
    }
}
