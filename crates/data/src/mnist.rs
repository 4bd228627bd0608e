//! The MNIST digits, split into training, validation and test.

use std::{fs, io, path::Path};

use thiserror::Error;

use crate::{IdxError, PIXELS, SIDE, parse_images_gz, parse_labels_gz};

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte.gz";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte.gz";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte.gz";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte.gz";

const TRAINING_FILE: usize = 60_000;
const TEST_FILE: usize = 10_000;
/// Digits of the training file that are trained on; the rest validate.
const TRAINED: usize = 50_000;
const CLASSES: u8 = 10;

/// Why the digits could not be had.
#[derive(Debug, Error)]
pub enum DataError {
    /// A file could not be read.
    #[error("cannot read {path}: {source}; name the folder that holds the data set's files")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file is no IDX file of the kind expected.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// A file is sound, but not this data set's.
    #[error("{file}: `{field}` is {found}, this data set has {expected}: restore the file")]
    Size {
        /// The file.
        file: &'static str,
        /// The field of its header.
        field: &'static str,
        /// What MNIST has there.
        expected: usize,
        /// What the file has.
        found: usize,
    },
    /// A label is no digit.
    #[error("{file}: label {index} is {label}, there are 0 to 9: restore the file")]
    Label {
        /// The file.
        file: &'static str,
        /// Which label.
        index: usize,
        /// Its value.
        label: u8,
    },
}

/// Pictures of grey levels, 0 paper to 255 ink, with the digit that each shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    grey: Vec<u8>,
    labels: Vec<u8>,
}

impl Digits {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The 784 grey levels of a picture, row by row.
    ///
    /// # Panics
    ///
    /// If there is no such picture.
    #[must_use]
    pub fn grey(&self, index: usize) -> &[u8] {
        &self.grey[index * PIXELS..][..PIXELS]
    }

    /// The digit that each picture shows, 0 to 9.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    pub(crate) fn split_off(&mut self, at: usize) -> Self {
        Self { grey: self.grey.split_off(at * PIXELS), labels: self.labels.split_off(at) }
    }
}

/// The bytes of the four gzipped files.
#[derive(Clone, Copy, Debug)]
pub struct MnistFiles<'a> {
    /// `train-images-idx3-ubyte.gz`
    pub train_images: &'a [u8],
    /// `train-labels-idx1-ubyte.gz`
    pub train_labels: &'a [u8],
    /// `t10k-images-idx3-ubyte.gz`
    pub test_images: &'a [u8],
    /// `t10k-labels-idx1-ubyte.gz`
    pub test_labels: &'a [u8],
}

/// All 70,000 digits, always split in the same way.
#[derive(Clone, Debug)]
pub struct Mnist {
    /// The first 50,000 of the training file.
    pub train: Digits,
    /// The last 10,000 of the training file: what choices are made on.
    pub validation: Digits,
    /// The 10,000 of the test file: looked at once, for the figure that is published.
    pub test: Digits,
}

impl Mnist {
    /// Reads the four gzipped files in `dir`.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is damaged or is not MNIST's.
    pub fn load(dir: &Path) -> Result<Self, DataError> {
        let read = |name: &str| read(dir, name);
        Self::from_files(MnistFiles {
            train_images: &read(TRAIN_IMAGES)?,
            train_labels: &read(TRAIN_LABELS)?,
            test_images: &read(TEST_IMAGES)?,
            test_labels: &read(TEST_LABELS)?,
        })
    }

    /// Unpacks the four gzipped files.
    ///
    /// # Errors
    ///
    /// If a file is damaged or is not MNIST's.
    pub fn from_files(files: MnistFiles<'_>) -> Result<Self, DataError> {
        let (train, validation) = Self::training(files.train_images, files.train_labels)?;
        let test =
            digits((TEST_IMAGES, files.test_images), (TEST_LABELS, files.test_labels), TEST_FILE)?;
        Ok(Self { train, validation, test })
    }

    /// Unpacks the two files of the training digits and splits them, as [`Mnist`] does: what
    /// training in a page downloads.
    ///
    /// # Errors
    ///
    /// If a file is damaged or is not MNIST's.
    pub fn training(images: &[u8], labels: &[u8]) -> Result<(Digits, Digits), DataError> {
        let files = ((TRAIN_IMAGES, images), (TRAIN_LABELS, labels));
        let mut train = digits(files.0, files.1, TRAINING_FILE)?;
        let validation = train.split_off(TRAINED);
        Ok((train, validation))
    }
}

pub(crate) fn read(dir: &Path, name: &str) -> Result<Vec<u8>, DataError> {
    let path = dir.join(name);
    fs::read(&path).map_err(|source| DataError::Read { path: path.display().to_string(), source })
}

pub(crate) fn digits(
    (images_name, images): (&'static str, &[u8]),
    (labels_name, labels): (&'static str, &[u8]),
    count: usize,
) -> Result<Digits, DataError> {
    let images = parse_images_gz(images_name, images)?;
    for (field, found, expected) in [
        ("count", images.count, count),
        ("rows", images.rows, SIDE),
        ("columns", images.columns, SIDE),
    ] {
        if found != expected {
            return Err(DataError::Size { file: images_name, field, expected, found });
        }
    }
    let labels = parse_labels_gz(labels_name, labels)?;
    if labels.len() != count {
        let found = labels.len();
        return Err(DataError::Size { file: labels_name, field: "count", expected: count, found });
    }
    if let Some(index) = labels.iter().position(|&label| label >= CLASSES) {
        return Err(DataError::Label { file: labels_name, index, label: labels[index] });
    }
    Ok(Digits { grey: images.pixels, labels })
}
