//! What `cargo xtask bench` measures beside the sampler; in no bundle that visitors get.

use std::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128};
use std::hint::black_box;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::model::Model;

#[wasm_bindgen]
impl Model {
    /// The multiply-adds of one pixel of one picture, and those of the context network for a picture.
    #[wasm_bindgen(js_name = multiplyAdds)]
    pub fn multiply_adds(&self) -> Vec<f64> {
        let (pixel, context) = self.sampler.multiply_adds();
        vec![pixel as f64, context as f64]
    }
}

/// Independent sums: with the two constants they fit into 16 vector registers, and are enough to
/// hide the latency of a multiplication and an addition.
const CHAINS: usize = 12;
const LANES: usize = 4;
/// Steps between two looks at the clock.
const STEPS: usize = 100_000;

/// The multiply-add peak of one thread in GFLOP/s: a loop of plain simd128 multiplications and
/// additions in registers alone, for about `ms` milliseconds, the best of its slices.
#[wasm_bindgen]
pub fn peak_gflops(ms: f64) -> f64 {
    let mut chains: [v128; CHAINS] = std::array::from_fn(|chain| f32x4_splat(1.5 + chain as f32));
    let (end, mut best) = (js_sys::Date::now() + ms, 0.0_f64);
    while js_sys::Date::now() < end {
        // Date.now() counts whole milliseconds, so a slice lasts many of them.
        let (start, mut slices) = (js_sys::Date::now(), 0);
        while js_sys::Date::now() - start < 50.0 {
            chains = black_box(slice(chains));
            slices += 1;
        }
        let seconds = (js_sys::Date::now() - start) / 1e3;
        let operations = (slices * STEPS * CHAINS * LANES * 2) as f64;
        best = best.max(operations / seconds / 1e9);
    }
    black_box(chains.iter().map(|&chain| f32x4_extract_lane::<0>(chain)).sum::<f32>());
    best
}

#[inline(never)]
fn slice(mut chains: [v128; CHAINS]) -> [v128; CHAINS] {
    // x ← 0.999·x + 0.001 tends to 1: no overflow, no denormal numbers.
    let (factor, term) = (f32x4_splat(black_box(0.999)), f32x4_splat(black_box(0.001)));
    for _ in 0..STEPS {
        chains = chains.map(|chain| f32x4_add(f32x4_mul(chain, factor), term));
    }
    chains
}
