//! Vectors of numbers and a header in one safetensors file, which says whether it is whole.

use std::collections::HashMap;

use halfdrawn_format::sha256_hex;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::checkpoint::CheckpointError;

/// The bytes of a file whose `entry` is the JSON that `header` makes of the digest of the vectors.
pub(crate) fn write(
    entry: &str,
    vectors: &[(&str, &[f32])],
    header: impl FnOnce(String) -> serde_json::Result<String>,
) -> Result<Vec<u8>, CheckpointError> {
    let buffers: Vec<(&str, Vec<u8>)> = vectors
        .iter()
        .map(|(name, vector)| {
            (*name, vector.iter().flat_map(|value| value.to_le_bytes()).collect())
        })
        .collect();
    let digests = buffers.iter().map(|(_, bytes)| sha256_hex(bytes));
    let header = header(combined(digests));
    let header = header.map_err(|error| CheckpointError::Header(error.to_string()))?;
    let views = buffers
        .iter()
        .map(|(name, bytes)| {
            Ok((*name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes)?))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    let metadata = HashMap::from([(entry.to_string(), header)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// The header of a file that [`write`] made.
pub(crate) fn header(entry: &str, bytes: &[u8]) -> Result<String, CheckpointError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let header = metadata.metadata().as_ref().and_then(|map| map.get(entry));
    header.cloned().ok_or_else(|| CheckpointError::Header(format!("no {entry} entry")))
}

/// Takes the vectors of a file in the order in which they were written.
pub(crate) struct Reader<'a> {
    file: SafeTensors<'a>,
    digests: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Result<Self, CheckpointError> {
        Ok(Self { file: SafeTensors::deserialize(bytes)?, digests: Vec::new() })
    }

    /// The vector called `name`, of `length` numbers where it is known how many.
    pub fn take(
        &mut self,
        name: &'static str,
        length: Option<usize>,
    ) -> Result<Vec<f32>, CheckpointError> {
        let view = self.file.tensor(name).map_err(|_| CheckpointError::Vector(name))?;
        let fits = match (view.shape(), length) {
            ([found], Some(length)) => *found == length,
            (shape, None) => shape.len() == 1,
            _ => false,
        };
        if view.dtype() != Dtype::F32 || !fits {
            return Err(CheckpointError::Vector(name));
        }
        self.digests.push(sha256_hex(view.data()));
        let chunks = view.data().as_chunks::<4>().0;
        Ok(chunks.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// Checks what was taken against the digest that the header holds.
    pub fn finish(self, digest: &str) -> Result<(), CheckpointError> {
        match combined(self.digests.into_iter()) == digest {
            true => Ok(()),
            false => Err(CheckpointError::Digest),
        }
    }
}

fn combined(digests: impl Iterator<Item = String>) -> String {
    sha256_hex(digests.collect::<Vec<_>>().concat().as_bytes())
}
