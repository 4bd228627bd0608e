//! The generative models as burn modules, one model a file.
