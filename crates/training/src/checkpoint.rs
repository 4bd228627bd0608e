//! All of a training run in one file, so that going on equals never having stopped.

use halfdrawn_format::{Architecture, NetworkError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::optimiser::Optimiser;
use crate::options::TrainerOptions;
use crate::run::Best;
use crate::vectors::{self, Reader};

/// Everything a run consists of, apart from the data and the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The model being trained.
    pub architecture: Architecture,
    /// How it is trained.
    pub options: TrainerOptions,
    /// Epochs finished before the present one.
    pub epoch: u64,
    /// Batches of the present epoch already taken.
    pub position: usize,
    /// Weights, moments and average.
    pub optimiser: Optimiser,
    /// The best average so far by validation.
    pub best: Option<Best>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    network: Architecture,
    options: TrainerOptions,
    epoch: u64,
    position: usize,
    step: u64,
    best: Option<(f64, u64)>,
    sha256: String,
}

/// Why a checkpoint was refused.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The file is no safetensors file.
    #[error("the checkpoint is damaged ({0}); use an older one, or begin again")]
    Safetensors(#[from] safetensors::SafeTensorError),
    /// The header is missing or is no JSON that this version reads.
    #[error("the checkpoint's header cannot be read ({0}); begin again")]
    Header(String),
    /// The network in the header is out of bounds.
    #[error("the checkpoint is damaged: {0}; begin again")]
    Network(#[from] NetworkError),
    /// The numbers are not those that were written.
    #[error("the checkpoint is damaged (SHA-256 differs); use an older one, or start again")]
    Digest,
    /// A vector is missing or of the wrong length.
    #[error("the checkpoint's {0} is missing or of the wrong length; begin again")]
    Vector(&'static str),
}

const VECTORS: [&str; 4] = ["parameters", "average", "first_moment", "second_moment"];
const BEST: &str = "best_average";
const ENTRY: &str = "halfdrawn";

impl Checkpoint {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Never for a checkpoint that a trainer made; a serialiser's refusal is passed on.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let state = &self.optimiser;
        let mut vectors: Vec<_> = VECTORS
            .into_iter()
            .zip([&state.parameters, &state.average, &state.first_moment, &state.second_moment])
            .map(|(name, vector)| (name, vector.as_slice()))
            .collect();
        vectors.extend(self.best.as_ref().map(|best| (BEST, best.average.as_slice())));
        vectors::write(ENTRY, &vectors, |sha256| {
            serde_json::to_string(&Header {
                network: self.architecture.clone(),
                options: self.options.clone(),
                epoch: self.epoch,
                position: self.position,
                step: state.step,
                best: self.best.as_ref().map(|best| (best.nats, best.epoch)),
                sha256,
            })
        })
    }

    /// Reads what [`Checkpoint::to_bytes`] wrote.
    ///
    /// # Errors
    /// Any damage: see [`CheckpointError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let header: Header = serde_json::from_str(&vectors::header(ENTRY, bytes)?)
            .map_err(|error| CheckpointError::Header(error.to_string()))?;
        header.network.validate()?;
        let length = Some(header.network.parameters().len());
        let mut reader = Reader::new(bytes)?;
        let optimiser = Optimiser {
            parameters: reader.take(VECTORS[0], length)?,
            average: reader.take(VECTORS[1], length)?,
            first_moment: reader.take(VECTORS[2], length)?,
            second_moment: reader.take(VECTORS[3], length)?,
            step: header.step,
        };
        let best = match header.best {
            Some((nats, epoch)) => Some(Best { nats, epoch, average: reader.take(BEST, length)? }),
            None => None,
        };
        reader.finish(&header.sha256)?;
        Ok(Self {
            architecture: header.network,
            options: header.options,
            epoch: header.epoch,
            position: header.position,
            optimiser,
            best,
        })
    }
}
