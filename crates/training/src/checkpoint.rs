//! All of a training run in one file, so that going on equals never having stopped.

use std::collections::HashMap;

use halfdrawn_format::{Architecture, NetworkError, sha256_hex};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::optimiser::Optimiser;
use crate::options::TrainerOptions;
use crate::run::Best;

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
    #[error("the checkpoint is damaged ({0}); use an older one, or start again without --resume")]
    Safetensors(#[from] safetensors::SafeTensorError),
    /// The header is missing or is no JSON that this version reads.
    #[error("the checkpoint's header cannot be read ({0}); start again without --resume")]
    Header(String),
    /// The network in the header is out of bounds.
    #[error("the checkpoint is damaged: {0}; start again without --resume")]
    Network(#[from] NetworkError),
    /// The numbers are not those that were written.
    #[error("the checkpoint is damaged (SHA-256 differs); use an older one, or start again")]
    Digest,
    /// A vector is missing or of the wrong length.
    #[error("the checkpoint's {0} is missing or of the wrong length; start again without --resume")]
    Vector(&'static str),
}

const VECTORS: [&str; 4] = ["parameters", "average", "first_moment", "second_moment"];
const BEST: &str = "best_average";

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
            .collect();
        vectors.extend(self.best.as_ref().map(|best| (BEST, &best.average)));
        let buffers: Vec<(&str, Vec<u8>)> = vectors
            .into_iter()
            .map(|(name, vector)| {
                (name, vector.iter().flat_map(|value| value.to_le_bytes()).collect())
            })
            .collect();
        let header = Header {
            network: self.architecture.clone(),
            options: self.options.clone(),
            epoch: self.epoch,
            position: self.position,
            step: state.step,
            best: self.best.as_ref().map(|best| (best.nats, best.epoch)),
            sha256: digest(buffers.iter().map(|(_, bytes)| bytes.as_slice())),
        };
        let header = serde_json::to_string(&header)
            .map_err(|error| CheckpointError::Header(error.to_string()))?;
        let views = buffers
            .iter()
            .map(|(name, bytes)| {
                Ok((*name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes)?))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
        let metadata = HashMap::from([("halfdrawn".to_string(), header)]);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }

    /// Reads what [`Checkpoint::to_bytes`] wrote.
    ///
    /// # Errors
    /// Any damage: see [`CheckpointError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let header = metadata
            .metadata()
            .as_ref()
            .and_then(|map| map.get("halfdrawn"))
            .ok_or_else(|| CheckpointError::Header("no halfdrawn entry".into()))?;
        let header: Header = serde_json::from_str(header)
            .map_err(|error| CheckpointError::Header(error.to_string()))?;
        header.network.validate()?;
        let length = header.network.parameters().len();
        let file = SafeTensors::deserialize(bytes)?;
        let mut data = Vec::new();
        let mut read = |name: &'static str| -> Result<Vec<f32>, CheckpointError> {
            let view = file.tensor(name).map_err(|_| CheckpointError::Vector(name))?;
            if view.dtype() != Dtype::F32 || view.shape() != [length] {
                return Err(CheckpointError::Vector(name));
            }
            data.push(view.data().to_vec());
            let chunks = view.data().as_chunks::<4>().0;
            Ok(chunks.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        };
        let optimiser = Optimiser {
            parameters: read(VECTORS[0])?,
            average: read(VECTORS[1])?,
            first_moment: read(VECTORS[2])?,
            second_moment: read(VECTORS[3])?,
            step: header.step,
        };
        let best = match header.best {
            Some((nats, epoch)) => Some(Best { nats, epoch, average: read(BEST)? }),
            None => None,
        };
        if digest(data.iter().map(Vec::as_slice)) != header.sha256 {
            return Err(CheckpointError::Digest);
        }
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

fn digest<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let digests: Vec<String> = parts.map(sha256_hex).collect();
    sha256_hex(digests.concat().as_bytes())
}
