//! The pictures that a run learns from.

use std::sync::Arc;

use halfdrawn_data::{Digits, FashionMnist, Mnist};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::error::Failure;

/// Pictures to train on, and pictures that are held out: those that the command line validates on.
#[wasm_bindgen]
pub struct Data {
    pub(crate) train: Arc<Digits>,
    pub(crate) held_out: Arc<Digits>,
}

#[wasm_bindgen]
impl Data {
    /// Unpacks the gzipped IDX files of the training pictures of `mnist` or `fashion-mnist`.
    ///
    /// # Errors
    /// `option` for another data set, `data` where a file is damaged.
    #[wasm_bindgen(constructor)]
    pub fn new(dataset: &str, images: &[u8], labels: &[u8]) -> Result<Self, JsValue> {
        let split = match dataset {
            "mnist" => Mnist::training(images, labels),
            "fashion-mnist" => FashionMnist::from_files(images, labels)
                .map(|FashionMnist { train, held_out }| (train, held_out)),
            other => {
                let message = format!("there is no data set '{other}': mnist or fashion-mnist");
                return Err(Failure::new("option", message).into());
            }
        };
        let (train, held_out) = split.map_err(Failure::from)?;
        Ok(Self { train: Arc::new(train), held_out: Arc::new(held_out) })
    }
}
