//! The wasm-bindgen boundary, and nothing else.
