//! Likelihoods in nats and bits per dimension, with their spread.
//!
//! Pure functions of f64. Lower is better throughout: nats are of the *negative* log-likelihood.

mod likelihood;
mod spread;

pub use likelihood::{bernoulli_nats, bits_per_dim, log_mean_exp};
pub use spread::Mean;
