//! Network configurations, parameter tables and weight files: what training, models and sampler share.
