//! Likelihoods in nats and bits per dimension, with their spread.
