//! Gradients by hand-written CPU kernels: of convolutional networks one picture at a time, so that
//! its activations stay in the cache, of the players of a GAN a batch at a time, as its norms ask for;
//! the products are blocked for AVX-512, AVX2 or WebAssembly.
//!
//! The networks are defined by the burn modules of `halfdrawn-models`; these are accelerators for
//! processors, held to burn's autodiff by a test on every preset. Measured against it in
//! docs/architecture.md.

mod block;
mod classifier;
mod coder;
mod context;
mod conv;
mod crew;
mod critic;
mod decoder;
mod gan;
mod generator;
mod grid;
mod kernels;
mod mlp;
mod normal;
mod outer;
mod packed;
mod pixels;
mod plane;
mod simd;
mod stage;
mod strided;
mod sums;

pub use classifier::FusedClassifier;
pub use coder::FusedCoder;
pub use decoder::Fused;
pub use gan::FusedGan;
pub(crate) use plane::{FusedPlane, plane_tables};
