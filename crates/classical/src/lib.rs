//! k-means, PCA and density estimation.
