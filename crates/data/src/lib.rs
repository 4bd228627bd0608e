//! MNIST and Fashion-MNIST files, binarisation, completion masks and batches.
//!
//! Everything random here is a pure function of a stated seed and of integers, so that the same
//! run can be repeated on any machine.

mod batch;
mod binarise;
mod distort;
mod fashion;
mod idx;
mod ink;
mod mask;
mod mnist;
mod noise;
mod random;
mod scribble;
mod stacked;

pub use batch::{BatchError, Batches, order};
pub use binarise::{binarise, binarise_into};
pub use distort::distort_into;
pub use fashion::FashionMnist;
pub use idx::{IdxError, Images, parse_images, parse_images_gz, parse_labels, parse_labels_gz};
pub use mask::{MaskError, MaskKind, MaskMix};
pub use mnist::{DataError, Digits, Mnist, MnistFiles};
pub use noise::{noise_into, uniform_into};
pub use rand_pcg::Pcg32;
pub use random::picture_rng;
pub use scribble::scribbles;
pub use stacked::{PLANES, stack_into, stacked_mode};

/// Rows, and columns, of a picture.
pub const SIDE: usize = 28;

/// Pixels of a picture.
pub const PIXELS: usize = SIDE * SIDE;
