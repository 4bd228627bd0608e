//! The gradient of a PixelCNN by hand-written CPU kernels: one picture at a time, so that its
//! activations stay in the cache, with the products blocked for AVX-512 or AVX2.
//!
//! The network is defined by the burn modules of `halfdrawn-models`; this is an accelerator for
//! processors, held to burn's autodiff by a test on every preset. Measured against it in
//! docs/architecture.md.

mod block;
mod context;
mod decoder;
mod grid;
mod kernels;
mod simd;

pub use decoder::Fused;
