//! Weight files: safetensors in 16-bit floats beside a `config.json` that holds the network, the
//! size and the SHA-256 of the weights. Either file damaged anywhere is an error, never a panic.

use std::collections::HashMap;

use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::architecture::Architecture;
use crate::network::NetworkError;

/// The version of the pair of files that this code reads and writes.
const FORMAT: u32 = 1;

/// An architecture and its parameters, as they lie in `pretrained/<name>/`.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The name that visitors and the engine use, for example `completion`.
    pub name: String,
    /// What the parameters mean.
    pub architecture: Architecture,
    /// All parameters, in the order of [`Architecture::parameters`].
    pub parameters: Vec<f32>,
}

/// What `config.json` holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    format: u32,
    name: String,
    network: Architecture,
    parameters: usize,
    bytes: usize,
    sha256: String,
}

/// Why a pair of files was refused. Each message says what to do.
#[derive(Debug, Error)]
pub enum WeightError {
    /// `config.json` is not the JSON that this version reads.
    #[error("config.json cannot be read ({0}); fetch the model again")]
    Config(#[from] serde_json::Error),
    /// `config.json` is of another version.
    #[error(
        "config.json has format {found}, this version reads {FORMAT}; reload the page or update halfdrawn"
    )]
    Format {
        /// The version found.
        found: u32,
    },
    /// The configuration is out of bounds.
    #[error("config.json is damaged: {0}; fetch the model again")]
    Network(#[from] NetworkError),
    /// The weight file is shorter or longer than `config.json` says.
    #[error(
        "the weights have {found} bytes where config.json says {expected}: the download was cut short or mixed with another version; fetch the model again"
    )]
    Length {
        /// Bytes found.
        found: usize,
        /// Bytes that `config.json` promises.
        expected: usize,
    },
    /// The weight file is not the one that `config.json` describes.
    #[error("the weights are damaged (SHA-256 differs from config.json); fetch the model again")]
    Digest,
    /// The weight file does not say which network it belongs to.
    #[error(
        "the weights do not say which network they belong to: import a file that halfdrawn exported"
    )]
    Foreign,
    /// `config.json` describes another network than the weight file.
    #[error("config.json describes another network than the weights; fetch the model again")]
    Mismatch,
    /// The weight file is no safetensors file.
    #[error("the weights are no safetensors file ({0}); fetch the model again")]
    Safetensors(#[from] safetensors::SafeTensorError),
    /// A tensor is missing, of another type or shape, or holds a number that is not finite.
    #[error("tensor {name}: {problem}; the weights do not fit this network, fetch the model again")]
    Tensor {
        /// The tensor's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Weights {
    /// Reads a model from its two files.
    ///
    /// # Errors
    /// Any byte that is not as it was written: see [`WeightError`].
    pub fn read(config_json: &[u8], safetensors: &[u8]) -> Result<Self, WeightError> {
        let config: Config = serde_json::from_slice(config_json)?;
        if config.format != FORMAT {
            return Err(WeightError::Format { found: config.format });
        }
        config.network.validate()?;
        if safetensors.len() != config.bytes {
            let (found, expected) = (safetensors.len(), config.bytes);
            return Err(WeightError::Length { found, expected });
        }
        if sha256_hex(safetensors) != config.sha256 {
            return Err(WeightError::Digest);
        }
        let file = SafeTensors::deserialize(safetensors)?;
        // Sizes of dilations show in no shape: the network stands in the hashed file as well.
        let (_, metadata) = SafeTensors::read_metadata(safetensors)?;
        let stored = metadata.metadata().as_ref().and_then(|map| map.get("network"));
        if stored != Some(&serde_json::to_string(&config.network)?) {
            return Err(WeightError::Mismatch);
        }
        let parameters = read_parameters(&file, &config.network)?;
        Ok(Self { name: config.name, architecture: config.network, parameters })
    }

    /// Reads a weight file that comes without its `config.json`, as a visitor's own: 16 or 32 bits
    /// a number, and the architecture from the file itself. Nothing vouches for the numbers but
    /// that they are finite.
    ///
    /// # Errors
    /// A file of another program, or tensors that do not fit the architecture.
    pub fn import(name: &str, safetensors: &[u8]) -> Result<Self, WeightError> {
        let file = SafeTensors::deserialize(safetensors)?;
        let (_, metadata) = SafeTensors::read_metadata(safetensors)?;
        let network = metadata.metadata().as_ref().and_then(|map| map.get("network"));
        let network = network.ok_or(WeightError::Foreign)?;
        let architecture: Architecture =
            serde_json::from_str(network).map_err(|_| WeightError::Foreign)?;
        architecture.validate()?;
        let parameters = read_parameters(&file, &architecture)?;
        Ok(Self { name: name.into(), architecture, parameters })
    }

    /// Rounds every parameter to the 16 bits it is stored in.
    ///
    /// # Errors
    /// A parameter that 16 bits cannot hold.
    pub fn rounded(&self) -> Result<Self, WeightError> {
        let (config, file) = self.write()?;
        Self::read(config.as_bytes(), &file)
    }

    /// Writes a weight file of 32-bit floats that [`Weights::import`] reads back to the bit.
    ///
    /// # Errors
    /// A parameter that is not finite, or a parameter vector of the wrong length.
    pub fn export(&self) -> Result<Vec<u8>, WeightError> {
        self.serialise(Dtype::F32, |value| value.is_finite().then_some(value.to_le_bytes()))
    }

    /// Writes the text of `config.json` and the bytes of `model.safetensors`.
    ///
    /// # Errors
    /// A parameter that is not finite in 16 bits, or a parameter vector of the wrong length.
    pub fn write(&self) -> Result<(String, Vec<u8>), WeightError> {
        let file = self.serialise(Dtype::F16, |value| {
            let rounded = f16::from_f32(value);
            rounded.is_finite().then_some(rounded.to_le_bytes())
        })?;
        let config = Config {
            format: FORMAT,
            name: self.name.clone(),
            network: self.architecture.clone(),
            parameters: self.parameters.len(),
            bytes: file.len(),
            sha256: sha256_hex(&file),
        };
        Ok((serde_json::to_string_pretty(&config)? + "\n", file))
    }

    /// The tensors as safetensors, each number as the bytes that `encode` makes of it.
    fn serialise<const N: usize>(
        &self,
        dtype: Dtype,
        encode: impl Fn(f32) -> Option<[u8; N]>,
    ) -> Result<Vec<u8>, WeightError> {
        let table = self.architecture.parameters();
        if self.parameters.len() != table.len() {
            let problem = format!("{} parameters, not {}", self.parameters.len(), table.len());
            return Err(WeightError::Tensor { name: "(all)".into(), problem });
        }
        let mut buffers = Vec::new();
        for tensor in table.tensors() {
            let mut bytes = Vec::with_capacity(N * tensor.len());
            for &value in &self.parameters[tensor.range()] {
                let Some(encoded) = encode(value) else {
                    let problem = format!("{value} does not fit into {} bits", 8 * N);
                    return Err(WeightError::Tensor { name: tensor.name.clone(), problem });
                };
                bytes.extend_from_slice(&encoded);
            }
            buffers.push(bytes);
        }
        let views = table
            .tensors()
            .iter()
            .zip(&buffers)
            .map(|(tensor, bytes)| {
                let view = TensorView::new(dtype, tensor.shape.clone(), bytes)?;
                Ok((tensor.name.clone(), view))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
        let network = serde_json::to_string(&self.architecture)?;
        let metadata = HashMap::from([("network".to_string(), network)]);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }
}

/// The flat vector of a file's tensors, each with the name and shape that `architecture` asks for.
fn read_parameters(
    file: &SafeTensors,
    architecture: &Architecture,
) -> Result<Vec<f32>, WeightError> {
    let table = architecture.parameters();
    let mut parameters = Vec::with_capacity(table.len());
    for tensor in table.tensors() {
        let problem = |problem: String| WeightError::Tensor { name: tensor.name.clone(), problem };
        let view = file.tensor(&tensor.name).map_err(|error| problem(error.to_string()))?;
        if view.shape() != tensor.shape {
            let expected = &tensor.shape;
            return Err(problem(format!("shape {:?}, not {expected:?}", view.shape())));
        }
        let data = view.data();
        match view.dtype() {
            Dtype::F16 => {
                let pairs = data.as_chunks::<2>().0.iter();
                parameters.extend(pairs.map(|pair| f16::from_le_bytes(*pair).to_f32()));
            }
            Dtype::F32 => {
                let fours = data.as_chunks::<4>().0.iter();
                parameters.extend(fours.map(|four| f32::from_le_bytes(*four)));
            }
            other => return Err(problem(format!("{other:?} where F16 or F32 is expected"))),
        }
        if let Some(value) = parameters[tensor.offset..].iter().find(|value| !value.is_finite()) {
            return Err(problem(format!("holds {value}")));
        }
    }
    if file.len() != table.tensors().len() {
        let problem = format!("{} tensors, not {}", file.len(), table.tensors().len());
        return Err(WeightError::Tensor { name: "(all)".into(), problem });
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Vae;
    use crate::coder::{Body, Coder};
    use crate::network::{Context, Network};

    fn example() -> Weights {
        let network = Network {
            rows: 2,
            columns: 3,
            width: 4,
            hidden: 2,
            dilations: vec![1],
            head: 3,
            context: Some(Context { width: 4, hidden: 2, dilations: vec![1], channels: 2 }),
        };
        counting(Architecture::PixelCnn(network))
    }

    fn counting(architecture: Architecture) -> Weights {
        let count = architecture.parameters().len();
        let parameters = (0..count).map(|i| (i % 512) as f32 / 64.0 - 1.0).collect();
        Weights { name: "example".into(), architecture, parameters }
    }

    fn vae() -> Weights {
        let body = Body::Mlp { hidden: vec![3] };
        let coder = Coder { rows: 2, columns: 3, latent: 2, classes: 10, body };
        counting(Architecture::Vae(Vae { coder }))
    }

    #[test]
    fn an_exported_file_imports_with_every_bit_and_another_is_refused() {
        let mut weights = vae();
        weights.parameters[5] = 0.1;
        let file = weights.export().unwrap();
        assert_eq!(Weights::import("example", &file).unwrap(), weights);
        let (_, half) = weights.write().unwrap();
        assert_eq!(Weights::import("example", &half).unwrap(), weights.rounded().unwrap());
        // A name, a shape and a number of the file at fault.
        let text = String::from_utf8_lossy(&file).into_owned();
        let at = text.find("decoder.label").unwrap();
        let mut renamed = file.clone();
        renamed[at] = b'D';
        assert!(matches!(Weights::import("x", &renamed), Err(WeightError::Tensor { .. })));
        let mut infinite = file.clone();
        let last = infinite.len() - 4;
        infinite[last..].copy_from_slice(&f32::INFINITY.to_le_bytes());
        let message = Weights::import("x", &infinite).unwrap_err().to_string();
        assert!(message.contains("holds inf"), "{message}");
        assert!(Weights::import("x", b"PNG").is_err());
        let other = safetensors::serialize(Vec::<(String, TensorView)>::new(), None).unwrap();
        assert!(matches!(Weights::import("x", &other), Err(WeightError::Foreign)));
    }

    #[test]
    fn weights_read_back_as_written() {
        for weights in [example(), vae()] {
            let (config, file) = weights.write().unwrap();
            assert_eq!(Weights::read(config.as_bytes(), &file).unwrap(), weights);
        }
    }

    #[test]
    fn every_flipped_byte_and_every_cut_of_the_weights_is_an_error() {
        let (config, file) = example().write().unwrap();
        for index in 0..file.len() {
            let mut damaged = file.clone();
            damaged[index] ^= 0x55;
            assert!(Weights::read(config.as_bytes(), &damaged).is_err(), "byte {index}");
            assert!(Weights::read(config.as_bytes(), &file[..index]).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn a_damaged_config_never_panics_and_never_changes_the_network() {
        let weights = example();
        let (config, file) = weights.write().unwrap();
        for index in 0..config.len() {
            for flip in [0x01, 0x02, 0x10, 0x55, 0x80] {
                let mut damaged = config.clone().into_bytes();
                damaged[index] ^= flip;
                if let Ok(read) = Weights::read(&damaged, &file) {
                    assert_eq!(read.architecture, weights.architecture, "byte {index}");
                    assert_eq!(read.parameters, weights.parameters, "byte {index}");
                }
            }
            assert!(
                Weights::read(&config.as_bytes()[..index], &file).is_err()
                    || index + 1 == config.len()
            );
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        let mut weights = example();
        weights.parameters[3] = f32::NAN;
        assert!(matches!(weights.write(), Err(WeightError::Tensor { .. })));
        weights.parameters[3] = 1e9;
        assert!(matches!(weights.write(), Err(WeightError::Tensor { .. })));
    }
}
