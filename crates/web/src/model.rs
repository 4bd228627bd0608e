//! A loaded model.

use halfdrawn_format::Weights;
use halfdrawn_sampler::{MAX_COUNT, Request, Sampler};
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::error::Failure;
use crate::jobs::{Completion, LikelihoodJob};
use crate::number::integer;

/// A model ready to sample from.
#[wasm_bindgen]
pub struct Model {
    pub(crate) sampler: Sampler,
}

/// What `Model.info()` tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    name: &'a str,
    kind: &'static str,
    parameters: usize,
    rows: usize,
    columns: usize,
}

/// Reads a model from the bytes of its `config.json` and `model.safetensors`.
///
/// # Errors
/// `weights` where either file is damaged or they do not belong together.
#[wasm_bindgen(js_name = loadModel)]
pub fn load_model(config: &[u8], weights: &[u8]) -> Result<Model, JsValue> {
    let weights = Weights::read(config, weights).map_err(Failure::from)?;
    let sampler = Sampler::new(&weights).map_err(Failure::from)?;
    Ok(Model { sampler })
}

#[wasm_bindgen]
impl Model {
    /// `{ name, kind, parameters, rows, columns }`; kind is `pixelcnn` or `completion`.
    ///
    /// # Errors
    /// None in practice: the conversion of the answer.
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let network = self.sampler.network();
        let info = Info {
            name: self.sampler.name(),
            kind: if network.context.is_some() { "completion" } else { "pixelcnn" },
            parameters: network.parameters().len(),
            rows: network.rows,
            columns: network.columns,
        };
        Ok(serde_wasm_bindgen::to_value(&info)?)
    }

    /// Starts `count` completions of a picture; no pixel is decided yet.
    ///
    /// # Errors
    /// `length`, `value` (pixels, known, seed), `count`, `temperature` or `memory`.
    #[wasm_bindgen(js_name = startCompletion)]
    pub fn start_completion(
        &self,
        pixels: &[u8],
        known: &[u8],
        count: f64,
        seed: f64,
        temperature: f64,
    ) -> Result<Completion, JsValue> {
        let count = integer("count", "count", count, 1, MAX_COUNT as u32)? as usize;
        let seed = integer("value", "seed", seed, 0, u32::MAX)?;
        let request = Request { pixels, known, count, seed, temperature: temperature as f32 };
        Ok(Completion::new(self.sampler.complete(&request).map_err(Failure::from)?))
    }

    /// Starts on the log-likelihoods of pictures that lie one after the other in `images`; with
    /// `known`, of the same length, of the hidden pixels alone.
    ///
    /// # Errors
    /// `length`, `value` or `memory`.
    #[wasm_bindgen(js_name = logLikelihood)]
    pub fn log_likelihood(
        &self,
        images: &[u8],
        known: Option<Box<[u8]>>,
    ) -> Result<LikelihoodJob, JsValue> {
        let job = self.sampler.log_likelihood(images, known.as_deref()).map_err(Failure::from)?;
        Ok(LikelihoodJob::new(job))
    }

    /// p(ink) of each pixel given the known and the earlier ones. `pixels` holds the values of all.
    ///
    /// # Errors
    /// `length`, `value` or `memory`.
    pub fn probabilities(&self, pixels: &[u8], known: &[u8]) -> Result<Vec<f32>, JsValue> {
        Ok(self.sampler.probabilities(pixels, known).map_err(Failure::from)?)
    }
}
