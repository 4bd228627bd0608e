//! Which pictures a command reads.

use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;
use halfdrawn_data::{Digits, FashionMnist, Mnist};

use crate::files;

/// What models learn from, of the data sets that the repository holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dataset {
    /// Handwritten digits.
    Mnist,
    /// Clothes: the first 10,000 training pictures of Fashion-MNIST.
    FashionMnist,
    /// Three handwritten digits a picture, one in each of its planes: only a gan learns from them.
    StackedMnist,
}

impl Dataset {
    /// What cards and the page call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::FashionMnist => "fashion-mnist",
            Self::StackedMnist => "stacked-mnist",
        }
    }

    /// What stands for it in the name of a model.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Mnist => "",
            Self::FashionMnist => "fashion-",
            Self::StackedMnist => "stacked-",
        }
    }

    /// Which of its pictures models learn from, for a card.
    pub fn learned(self) -> &'static str {
        match self {
            Self::Mnist => "MNIST, the first 50,000 digits of the training file",
            Self::FashionMnist => "Fashion-MNIST, the first 9,000 pictures of the training file",
            Self::StackedMnist => "Stacked MNIST, of the first 50,000 digits of the training file",
        }
    }

    /// The data set, where its pictures have one plane.
    ///
    /// # Errors
    /// Stacked digits.
    pub fn single(self) -> Result<Self> {
        match self {
            Self::StackedMnist => bail!("only a gan learns from stacked-mnist: name mnist"),
            _ => Ok(self),
        }
    }

    /// The pictures to train on, and those to choose by, from `folder` or the repository.
    ///
    /// # Errors
    /// A file that is missing or damaged.
    pub fn load(self, folder: Option<&Path>) -> Result<(Digits, Digits)> {
        let own = match self {
            Self::Mnist | Self::StackedMnist => "web/data/mnist",
            Self::FashionMnist => "web/data/fashion-mnist",
        };
        let own = files::root().join(own);
        let folder = folder.unwrap_or(&own);
        Ok(match self {
            // Who plays with stacks makes them of the digits.
            Self::Mnist | Self::StackedMnist => {
                let Mnist { train, validation, .. } = Mnist::load(folder)?;
                (train, validation)
            }
            Self::FashionMnist => {
                let FashionMnist { train, held_out } = FashionMnist::load(folder)?;
                (train, held_out)
            }
        })
    }

    /// The pictures that models learned from, and those that they are measured on.
    ///
    /// # Errors
    /// A file that is missing or damaged.
    pub fn measured(self) -> Result<(Digits, Digits)> {
        match self {
            Self::FashionMnist => self.load(None),
            _ => {
                let Mnist { train, test, .. } = Mnist::load(&files::root().join("web/data/mnist"))?;
                Ok((train, test))
            }
        }
    }

    /// What a table calls those that models are measured on.
    pub fn measured_on(self) -> &'static str {
        match self {
            Self::FashionMnist => "held-out pictures of Fashion-MNIST",
            _ => "MNIST test digits",
        }
    }
}
