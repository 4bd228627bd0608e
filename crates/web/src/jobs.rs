//! Work in progress. JavaScript sets the pace: it calls `advance` in slices and frees a job to
//! cancel it.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::error::Failure;

/// Completions in progress.
#[wasm_bindgen]
pub struct Completion {
    job: halfdrawn_sampler::Completion,
}

impl Completion {
    pub(crate) fn new(job: halfdrawn_sampler::Completion) -> Self {
        Self { job }
    }
}

#[wasm_bindgen]
impl Completion {
    /// Decides up to `pixels` further hidden pixels in every completion and tells how many are left.
    pub fn advance(&mut self, pixels: u32) -> u32 {
        self.job.advance(pixels as usize) as u32
    }

    /// Raster index of the next hidden pixel; the number of pixels when all are decided.
    pub fn position(&self) -> u32 {
        self.job.position() as u32
    }

    /// The pictures one after the other; hidden pixels not yet decided are 0.
    pub fn images(&self) -> Vec<u8> {
        self.job.images().to_vec()
    }

    /// p(ink) at temperature 1 of the hidden pixels decided so far; `NaN` elsewhere.
    pub fn probabilities(&self) -> Vec<f32> {
        self.job.probabilities().to_vec()
    }

    /// Nats of each completion's hidden pixels decided so far.
    #[wasm_bindgen(js_name = logLikelihood)]
    pub fn log_likelihood(&self) -> Vec<f64> {
        self.job.log_likelihood().to_vec()
    }
}

/// Log-likelihoods in progress.
#[wasm_bindgen]
pub struct LikelihoodJob {
    job: halfdrawn_sampler::Likelihood,
}

impl LikelihoodJob {
    pub(crate) fn new(job: halfdrawn_sampler::Likelihood) -> Self {
        Self { job }
    }
}

#[wasm_bindgen]
impl LikelihoodJob {
    /// Does up to `pictures` more and tells how many are left.
    ///
    /// # Errors
    /// `memory`.
    pub fn advance(&mut self, pictures: u32) -> Result<u32, JsValue> {
        Ok(self.job.advance(pictures as usize).map_err(Failure::from)? as u32)
    }

    /// Nats of the pictures done so far.
    pub fn values(&self) -> Vec<f64> {
        self.job.values().to_vec()
    }
}
