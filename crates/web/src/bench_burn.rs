//! The same networks as burn modules on burn-flex, the textbook's way to sample: `cargo xtask bench`
//! sets the sampler against 784 of these passes. In no bundle that visitors get.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_format::{Architecture, Weights};
use halfdrawn_models::{Completion, CompletionConfig, PixelCnn, PixelCnnConfig};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::error::Failure;

enum Module {
    PixelCnn(Box<PixelCnn>),
    Completion(Box<Completion>),
}

/// A network of burn.
#[wasm_bindgen]
pub struct BurnNetwork {
    module: Module,
    rows: usize,
    columns: usize,
    device: Device,
}

#[wasm_bindgen]
impl BurnNetwork {
    /// Reads a model from the bytes of its `config.json` and `model.safetensors`.
    ///
    /// # Errors
    /// `weights` where either file is damaged or they do not belong together.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &[u8], weights: &[u8]) -> Result<Self, JsValue> {
        let Weights { architecture, parameters, .. } =
            Weights::read(config, weights).map_err(Failure::from)?;
        let Architecture::PixelCnn(network) = architecture else {
            return Err(Failure::new("weights", "this model is no PixelCNN".into()).into());
        };
        let device = Device::flex();
        let (rows, columns) = (network.rows, network.columns);
        let module = if network.context.is_some() {
            Module::Completion(Box::new(CompletionConfig { network }.load(&parameters, &device)))
        } else {
            Module::PixelCnn(Box::new(PixelCnnConfig { network }.load(&parameters, &device)))
        };
        Ok(Self { module, rows, columns, device })
    }

    /// The logits of `count` pictures by one full forward pass.
    ///
    /// # Errors
    /// `length` where `pixels` or `known` do not hold `count` pictures.
    pub fn forward(&self, pixels: &[u8], known: &[u8], count: usize) -> Result<Vec<f32>, JsValue> {
        let shape = [count, self.rows, self.columns];
        let expected = shape.iter().product::<usize>();
        for (argument, values) in [("pixels", pixels), ("known", known)] {
            if values.len() != expected {
                let found = values.len();
                let message =
                    format!("{argument} has {found} values where {expected} are expected");
                return Err(Failure::new("length", message).into());
            }
        }
        let tensor = |values: &[u8]| {
            let values: Vec<f32> = values.iter().map(|&value| f32::from(value)).collect();
            Tensor::<3>::from_data(TensorData::new(values, shape), &self.device)
        };
        let logits = match &self.module {
            Module::PixelCnn(module) => module.forward(tensor(pixels)),
            Module::Completion(module) => module.forward(tensor(pixels), tensor(known)),
        };
        let logits = logits.into_data().try_to_vec::<f32>();
        Ok(logits.map_err(|error| Failure::new("value", format!("logits: {error:?}")))?)
    }
}
