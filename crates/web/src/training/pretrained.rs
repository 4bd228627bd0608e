//! Pretrained models of every kind that is looked around in, or asked.

use halfdrawn_data::PIXELS;
use halfdrawn_format::{Architecture, Weights};
use halfdrawn_training::{Compute, FusedClassifier, GanExplorer as Explored};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::arguments::{floats, with};
use super::explorer::{Explorer, binarise, labels_of};
use crate::error::Failure;

/// Reads a model from the bytes of its `config.json` and `model.safetensors`: an [`Explorer`], a
/// [`GanExplorer`] or a [`Classifier`].
///
/// # Errors
/// `weights` that are damaged, `model` of another kind.
#[wasm_bindgen(js_name = openModel)]
pub fn open_model(config: &[u8], weights: &[u8]) -> Result<JsValue, JsValue> {
    let weights = Weights::read(config, weights).map_err(Failure::from)?;
    Ok(match &weights.architecture {
        Architecture::Gan(_) => GanExplorer::load(&weights)?.into(),
        Architecture::Classifier(config) => {
            let fused = FusedClassifier::new(config, 1);
            Classifier { fused, parameters: weights.parameters }.into()
        }
        _ => Explorer::load(&weights)?.into(),
    })
}

/// A generator and its critic.
#[wasm_bindgen]
pub struct GanExplorer {
    explorer: Explored,
}

impl GanExplorer {
    fn load(weights: &Weights) -> Result<Self, Failure> {
        Ok(Self { explorer: Explored::load(weights, &Compute::Cpu)? })
    }
}

#[wasm_bindgen]
impl GanExplorer {
    /// Pictures of latent variables.
    ///
    /// # Errors
    /// `length` or `value`.
    pub fn decode(
        &mut self,
        latents: &[f32],
        labels: Option<Box<[u8]>>,
    ) -> Result<JsValue, JsValue> {
        let pictures = self.explorer.generate(latents, labels_of(&labels));
        Ok(floats(&pictures.map_err(Failure::from)?))
    }

    /// `count` pictures from the prior.
    ///
    /// # Errors
    /// `length` or `value`.
    pub fn sample(
        &mut self,
        count: u32,
        seed: u32,
        labels: Option<Box<[u8]>>,
        binary: bool,
    ) -> Result<JsValue, JsValue> {
        let pictures = self.explorer.sample(count as usize, seed.into(), labels_of(&labels));
        let mut pictures = pictures.map_err(Failure::from)?;
        if binary {
            binarise(&mut pictures, seed);
        }
        Ok(floats(&pictures))
    }

    /// The critic's outputs for pictures.
    ///
    /// # Errors
    /// `length` or `value`.
    pub fn judge(&mut self, images: &[f32], labels: Option<Box<[u8]>>) -> Result<JsValue, JsValue> {
        let outputs = self.explorer.verdict(images, labels_of(&labels));
        Ok(floats(&outputs.map_err(Failure::from)?))
    }
}

/// Tells what a picture shows.
#[wasm_bindgen]
pub struct Classifier {
    fused: FusedClassifier,
    parameters: Vec<f32>,
}

#[wasm_bindgen]
impl Classifier {
    /// `{ probabilities, features }` of pictures of 0 to 1.
    ///
    /// # Errors
    /// `length` or `value`.
    pub fn classify(&mut self, images: &[f32]) -> Result<JsValue, JsValue> {
        if images.is_empty() || !images.len().is_multiple_of(PIXELS) {
            let found = images.len();
            let message = format!("images has {found} values, not a multiple of {PIXELS}");
            return Err(Failure::new("length", message).into());
        }
        if let Some(wrong) = images.iter().find(|value| !(0.0..=1.0).contains(*value)) {
            let message = format!("images has the value {wrong}, but all must be from 0 to 1");
            return Err(Failure::new("value", message).into());
        }
        let (mut probabilities, mut features) = (Vec::new(), Vec::new());
        for picture in images.chunks_exact(PIXELS) {
            let (logits, seen) = self.fused.classify(&self.parameters, picture);
            features.extend_from_slice(seen);
            probabilities.extend(softmax(logits));
        }
        let (probabilities, features) = (floats(&probabilities), floats(&features));
        Ok(with([("probabilities", probabilities), ("features", features)]))
    }
}

fn softmax(logits: &[f32]) -> impl Iterator<Item = f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shares: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.into_iter().map(move |share| share / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_one_however_large_the_logits_are() {
        let shares: Vec<f32> = softmax(&[3f32.ln() + 90.0, 90.0]).collect();
        assert!((shares[0] - 0.75).abs() < 1e-5 && (shares[1] - 0.25).abs() < 1e-5, "{shares:?}");
    }
}
