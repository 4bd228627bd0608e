//! A training run.

use std::sync::Arc;

use halfdrawn_data::{Digits, PIXELS};
use halfdrawn_format::{Architecture, Weights};
use halfdrawn_sampler::{MAX_COUNT, Request, Sampler};
use halfdrawn_training::{Change, Run as Trainer};
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::arguments::{floats, object, options};
use super::compute::OpenDevice;
use super::data::Data;
use super::explorer::{code, draw, labels_of};
use super::spec::Spec;
use crate::error::Failure;
use crate::number::integer;

/// The name that weights of a run carry.
const NAME: &str = "run";

/// A training run. Its asynchronous methods are called one after the other, never two at once.
#[wasm_bindgen]
pub struct Run {
    run: Trainer,
    held_out: Arc<Digits>,
}

/// What `Run.facts()` tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    kind: &'static str,
    latent: usize,
    conditional: bool,
    parameters: usize,
    batch: usize,
    steps_per_epoch: u64,
    total_steps: u64,
    step: u64,
    epoch: u64,
    finished: bool,
}

#[wasm_bindgen]
impl Run {
    /// Starts a run of `spec`, from the bytes of `weights` where there are any.
    ///
    /// # Errors
    /// `option`, or `weights` that are damaged or of another model.
    pub fn begin(
        spec: JsValue,
        weights: Option<Box<[u8]>>,
        data: &Data,
        device: &OpenDevice,
    ) -> Result<Self, JsValue> {
        let spec: Spec = options(spec)?;
        let architecture = spec.architecture()?;
        let (digits, compute) = (data.train.clone(), device.compute.clone());
        let run = match weights {
            None => Trainer::new(architecture, spec.trainer(), digits, compute),
            Some(bytes) => {
                let weights = Weights::import(NAME, &bytes).map_err(Failure::from)?;
                same_model("weights", &weights.architecture, &architecture)?;
                Trainer::from_weights(weights, spec.trainer(), digits, compute)
            }
        };
        let run = run.map_err(Failure::from)?;
        Ok(Self { run, held_out: data.held_out.clone() })
    }

    /// Goes on from the bytes of a snapshot, as if the run had never stopped.
    ///
    /// # Errors
    /// `option`, or a `snapshot` that is damaged or of another model.
    pub fn restore(
        spec: JsValue,
        snapshot: &[u8],
        data: &Data,
        device: &OpenDevice,
    ) -> Result<Self, JsValue> {
        let architecture = options::<Spec>(spec)?.architecture()?;
        let run = Trainer::restore(snapshot, data.train.clone(), device.compute.clone())
            .map_err(|error| Failure::new("snapshot", error.to_string()))?;
        same_model("snapshot", run.architecture(), &architecture)?;
        Ok(Self { run, held_out: data.held_out.clone() })
    }

    /// Kind, sizes and place of the run.
    ///
    /// # Errors
    /// None in practice: the conversion of the answer.
    pub fn facts(&self) -> Result<JsValue, JsValue> {
        let architecture = self.run.architecture();
        object(&Facts {
            kind: architecture.kind(),
            latent: architecture.latent(),
            conditional: architecture.conditional(),
            parameters: architecture.parameters().len(),
            batch: self.run.options().batch,
            steps_per_epoch: self.run.steps_per_epoch(),
            total_steps: self.run.total_steps(),
            step: self.run.steps(),
            epoch: self.run.epoch(),
            finished: self.run.finished(),
        })
    }

    /// Whether the epochs are over, or patience is.
    pub fn finished(&self) -> bool {
        self.run.finished()
    }

    /// Changes `learningRate`, `beta`, `epochs`, `patience`.
    ///
    /// # Errors
    /// `option`.
    pub fn set(&mut self, change: JsValue) -> Result<(), JsValue> {
        let change: Change = options(change)?;
        Ok(self.run.set_options(change).map_err(Failure::from)?)
    }

    /// One optimiser step: `{ step, epoch, loss, reconstruction, kl, gradientNorm, learningRate,
    /// pictures }`.
    ///
    /// # Errors
    /// `diverged`, the run has then gone back to a good step; or `device`.
    pub async fn step(&mut self) -> Result<JsValue, JsValue> {
        object(&self.run.step().await.map_err(Failure::from)?)
    }

    /// `{ loss, reconstruction, kl }` of the first `count` held-out pictures.
    ///
    /// # Errors
    /// None in practice: the conversion of the answer.
    pub async fn validate(&mut self, count: u32) -> Result<JsValue, JsValue> {
        object(&self.run.validate(&self.held_out, count as usize).await)
    }

    /// All of the run's state.
    ///
    /// # Errors
    /// `snapshot`.
    pub async fn snapshot(&self) -> Result<Uint8Array, JsValue> {
        let bytes = self.run.snapshot().await.map_err(Failure::from)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// The weights of now, as safetensors of 32-bit floats.
    ///
    /// # Errors
    /// `weights` that are not finite.
    pub async fn weights(&self) -> Result<Uint8Array, JsValue> {
        let bytes = self.run.weights(NAME).await.export().map_err(Failure::from)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// `{ mean, logVariance }` of pictures, by the weights of now.
    ///
    /// # Errors
    /// `length`, `value`, `model` or `device`.
    pub async fn encode(
        &self,
        images: Box<[f32]>,
        labels: Option<Box<[u8]>>,
    ) -> Result<JsValue, JsValue> {
        let codes = self.run.explorer().encode(&images, labels_of(&labels)).await;
        Ok(code(codes.map_err(Failure::from)?))
    }

    /// p(ink) of each pixel, by the weights of now.
    ///
    /// # Errors
    /// `length`, `value`, `model` or `device`.
    pub async fn decode(
        &self,
        latents: Box<[f32]>,
        labels: Option<Box<[u8]>>,
    ) -> Result<JsValue, JsValue> {
        let pictures = self.run.explorer().decode(&latents, labels_of(&labels)).await;
        Ok(floats(&pictures.map_err(Failure::from)?))
    }

    /// `count` new pictures, by the weights of now.
    ///
    /// # Errors
    /// `length`, `value`, `count`, `memory` or `device`.
    pub async fn sample(
        &self,
        count: u32,
        seed: u32,
        labels: Option<Box<[u8]>>,
        binary: bool,
    ) -> Result<JsValue, JsValue> {
        if let Architecture::PixelCnn(_) = self.run.architecture() {
            return Ok(floats(&self.pixel_by_pixel(count, seed).await?));
        }
        let explorer = self.run.explorer();
        Ok(floats(&draw(&explorer, count, seed, labels_of(&labels), binary).await?))
    }

    async fn pixel_by_pixel(&self, count: u32, seed: u32) -> Result<Vec<f32>, JsValue> {
        let count = integer("count", "count", f64::from(count), 1, MAX_COUNT as u32)? as usize;
        let sampler = Sampler::new(&self.run.weights(NAME).await).map_err(Failure::from)?;
        let paper = [0; PIXELS];
        let request = Request { pixels: &paper, known: &paper, count, seed, temperature: 1.0 };
        let mut job = sampler.complete(&request).map_err(Failure::from)?;
        while job.advance(PIXELS) > 0 {}
        Ok(job.images().iter().map(|&ink| f32::from(ink)).collect())
    }
}

/// Refuses weights or a snapshot of another model.
pub(super) fn same_model(
    code: &'static str,
    found: &Architecture,
    expected: &Architecture,
) -> Result<(), Failure> {
    if found == expected {
        return Ok(());
    }
    let message = format!(
        "these are the {code} of another model ({} with {} parameters, not {} with {}): choose the same model, preset and sizes as they were made with",
        found.kind(),
        found.parameters().len(),
        expected.kind(),
        expected.parameters().len(),
    );
    Err(Failure::new(code, message))
}
