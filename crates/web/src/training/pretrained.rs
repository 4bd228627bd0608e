//! Pretrained models of every kind that is looked around in, or asked.

use halfdrawn_format::{Architecture, Weights};
use halfdrawn_training::{Compute, GanExplorer as Explored, Recogniser};
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
        Architecture::Classifier(_) => Classifier::load(&weights)?.into(),
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
    recogniser: Recogniser,
}

impl Classifier {
    fn load(weights: &Weights) -> Result<Self, Failure> {
        Ok(Self { recogniser: Recogniser::load(weights)? })
    }
}

#[wasm_bindgen]
impl Classifier {
    /// `{ probabilities, features }` of pictures of 0 to 1.
    ///
    /// # Errors
    /// `length` or `value`.
    pub fn classify(&mut self, images: &[f32]) -> Result<JsValue, JsValue> {
        let said = self.recogniser.classify(images).map_err(Failure::from)?;
        let (probabilities, features) = (floats(&said.probabilities), floats(&said.features));
        Ok(with([("probabilities", probabilities), ("features", features)]))
    }
}
