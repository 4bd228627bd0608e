//! Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): clothes in the format of MNIST, cut to what the
//! page trains on.

use std::path::Path;

use crate::mnist::{DataError, Digits, digits, read};

const IMAGES: &str = "train-images-idx3-ubyte.gz";
const LABELS: &str = "train-labels-idx1-ubyte.gz";

/// The first pictures of the training file.
const COUNT: usize = 10_000;
/// Pictures that are trained on; the rest is held out.
const TRAINED: usize = 9_000;

/// 10,000 pictures of clothes, always split in the same way; labels 0 to 9 are kinds of clothes.
#[derive(Clone, Debug)]
pub struct FashionMnist {
    /// The first 9,000.
    pub train: Digits,
    /// The last 1,000.
    pub held_out: Digits,
}

impl FashionMnist {
    /// Reads the two gzipped files in `dir`.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is damaged or is not this cut of Fashion-MNIST.
    pub fn load(dir: &Path) -> Result<Self, DataError> {
        Self::from_files(&read(dir, IMAGES)?, &read(dir, LABELS)?)
    }

    /// Unpacks the two gzipped files.
    ///
    /// # Errors
    ///
    /// If a file is damaged or is not this cut of Fashion-MNIST.
    pub fn from_files(images: &[u8], labels: &[u8]) -> Result<Self, DataError> {
        let mut train = digits((IMAGES, images), (LABELS, labels), COUNT)?;
        let held_out = train.split_off(TRAINED);
        Ok(Self { train, held_out })
    }
}
