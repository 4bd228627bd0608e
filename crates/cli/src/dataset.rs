//! Which pictures a command reads.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;
use halfdrawn_data::{Digits, FashionMnist, Mnist};

use crate::files;

/// The data sets that the repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dataset {
    /// Handwritten digits.
    Mnist,
    /// Clothes: the first 10,000 training pictures of Fashion-MNIST.
    FashionMnist,
}

impl Dataset {
    /// What cards and the page call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::FashionMnist => "fashion-mnist",
        }
    }

    /// The pictures to train on, and those to choose by, from `folder` or the repository.
    ///
    /// # Errors
    /// A file that is missing or damaged.
    pub fn load(self, folder: Option<&Path>) -> Result<(Digits, Digits)> {
        let own = files::root().join("web/data").join(self.name());
        let folder = folder.unwrap_or(&own);
        Ok(match self {
            Self::Mnist => {
                let Mnist { train, validation, .. } = Mnist::load(folder)?;
                (train, validation)
            }
            Self::FashionMnist => {
                let FashionMnist { train, held_out } = FashionMnist::load(folder)?;
                (train, held_out)
            }
        })
    }
}
