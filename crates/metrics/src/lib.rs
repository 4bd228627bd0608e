//! Likelihoods in nats and bits per dimension, with their spread, and what features are worth.
//!
//! Pure functions. Lower is better throughout: nats are of the *negative* log-likelihood.

mod gaussian;
mod likelihood;
mod probe;
mod spread;

pub use gaussian::{gaussian_kl, gaussian_log_ratio};
pub use likelihood::{bernoulli_nats, bits_per_dim, log_mean_exp};
pub use probe::{Labelled, LinearProbe, nearest_neighbour_error};
pub use spread::Mean;
