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
#[cfg(feature = "sample")]
mod jobs;
#[cfg(feature = "sample")]
mod model;
mod number;
#[cfg(feature = "training")]
mod training;

#[cfg(feature = "sample")]
pub use jobs::{Completion, LikelihoodJob};
#[cfg(feature = "sample")]
pub use model::{Model, load_model};
#[cfg(feature = "train")]
pub use training::{Classifier, GanExplorer, PlaneGame, open_model};
#[cfg(feature = "training")]
pub use training::{Data, Explorer, Game, OpenDevice, Run, open_device};

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs what libraries of the bundle want run once, and sends panics to the page's console.
#[wasm_bindgen(start)]
pub fn start() {
    #[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
    constructors();
    console_error_panic_hook::set_once();
}

/// Static constructors, by which burn's compiler registers its dialect. In a module that never calls them the
/// linker puts them before every export, the allocation of a JavaScript value included: 3.1 s of the worker's
/// time in a training step, where 27 ms are left without.
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
fn constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes the function, and `start` is the one that calls it, once.
    unsafe { __wasm_call_ctors() };
}

/// The version of this bundle.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
