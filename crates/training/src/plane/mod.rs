//! The game of generator and critic on clouds of points: small enough to be learned in seconds, and to
//! be seen whole (as in GAN Lab, Kahng et al. 2018).
//!
//! Losses, regularisers, optimisers and the order of turns are those of the game on pictures; the
//! players are multilayer perceptrons, and the latent variables uniform on a square, so that a grid of
//! the square shows what the generator makes of it.

mod checkpoint;
mod cloud;
mod figures;
mod play;

pub use cloud::Cloud;
pub use figures::{Figures, View};
#[cfg(test)]
pub(crate) use play::spectral;
pub use play::{PlaneGame, PlaneMetrics, PlaneOptions};
