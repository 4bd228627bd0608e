//! The wasm-bindgen boundary, and nothing else: an export validates, calls, converts.
//!
//! Used by the workers of web/js alone. Whatever JavaScript is handed here it has to `free()`. Every
//! error is an `Error` with a `code`, as docs/api.md lists them.
#![deny(clippy::unwrap_used, clippy::expect_used)]

#[cfg(all(feature = "bench", target_arch = "wasm32"))]
mod bench;
#[cfg(feature = "bench-burn")]
mod bench_burn;
mod error;
mod jobs;
mod model;
#[cfg(feature = "training")]
mod training;

pub use jobs::{Completion, LikelihoodJob};
pub use model::{Model, load_model};
#[cfg(feature = "training")]
pub use training::{Data, Explorer, OpenDevice, Run, open_device};

use wasm_bindgen::prelude::wasm_bindgen;

/// Sends panics to the page's console.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// The version of this bundle.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
