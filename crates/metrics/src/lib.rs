//! Likelihoods in nats and bits per dimension, with their spread; what features are worth; and how far
//! samples are from data.
//!
//! Pure functions. Nats are of the *negative* log-likelihood: lower is better.

mod energy;
mod frechet;
mod gaussian;
mod likelihood;
mod modes;
mod neighbours;
mod probe;
mod spread;

pub use energy::energy_distance;
pub use frechet::{Moments, frechet_distance};
pub use gaussian::{gaussian_kl, gaussian_log_ratio};
pub use likelihood::{bernoulli_nats, bits_per_dim, log_mean_exp};
pub use modes::{modes_covered, relative_entropy, shares};
pub use neighbours::{Manifold, kth_distances, nearest};
pub use probe::{Labelled, LinearProbe, nearest_neighbour_error};
pub use spread::Mean;
