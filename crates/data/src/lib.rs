//! MNIST files, binarisation, completion masks and batches.
