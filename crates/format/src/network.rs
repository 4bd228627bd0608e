//! The configuration of a PixelCNN and the table of its parameters.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::table::ParameterTable;
use crate::taps;

/// The largest picture side, width and depth a configuration may ask for: far above every preset,
/// and low enough that a damaged file cannot make the reader allocate gigabytes.
pub(crate) const MAX_SIDE: usize = 64;
const MAX_WIDTH: usize = 512;
pub(crate) const MAX_BLOCKS: usize = 64;
const MAX_DILATION: usize = 16;

/// Logits are kept within ± this: no conditional probability falls below 6·10⁻⁶.
///
/// Pixels of the corners, which no training digit touches, would drive their logits down without
/// end; ink there would then cost hundreds of nats, and 32-bit sums in different orders would differ
/// by more than 1e-4. The bound costs a picture at most 784·6·10⁻⁶ = 0.005 nats.
pub const LOGIT_LIMIT: f32 = 12.0;

/// A PixelCNN: p(x) = Π p(xᵢ | x₁ … xᵢ₋₁) over binary pixels in raster order
/// (van den Oord et al. 2016, equation 1), with an optional context network that sees the known
/// pixels of a picture to be completed, which makes it p(hidden | known).
///
/// With `C = width`, `H = hidden`, pixel `p`, inputs `v = 2x − 1` (0 outside the picture):
///
/// ```text
/// x    = stem.bias + stem.row[r] + stem.column[c] + Σₜ stem.weight[t]·v[p+t]  (+ stem.context·ctx[p])
/// h    = relu(reduce·x + bias)                                                         per block
/// g    = relu(bias + Σₜ conv[t]·h[p+t] (+ context·ctx[p]))           h is 0 outside the picture
/// x   += expand·g + bias
/// logit = clamp(output·relu(hidden·relu(x) + bias) + bias, ±LOGIT_LIMIT)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Rows of the picture.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Channels of the residual stream, C.
    pub width: usize,
    /// Channels inside a block, H.
    pub hidden: usize,
    /// One residual block for each entry: the dilation of its causal 3×3 kernel.
    pub dilations: Vec<usize>,
    /// Channels of the hidden layer of the head.
    pub head: usize,
    /// The context network of a completion model; none for a plain PixelCNN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
}

/// The non-causal network that reads (value·known, known) once for each picture and gives every
/// pixel a vector `ctx`:
///
/// ```text
/// low  = stem·neighbours(2×2 pixels folded into 8 channels) + bias + row + column   half resolution
/// blocks as in the decoder, with all nine taps of a 3×3 kernel
/// ctx  = relu(unfold(up·relu(low) + bias) + local 5×5 of (value·known, known) + bias)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Channels of the residual stream at half resolution.
    pub width: usize,
    /// Channels inside a block.
    pub hidden: usize,
    /// One residual block for each entry: the dilation of its 3×3 kernel.
    pub dilations: Vec<usize>,
    /// Channels of `ctx`.
    pub channels: usize,
}

/// A configuration that cannot be built.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("network configuration: {field} is {value}, but must lie in {low} to {high}")]
pub struct NetworkError {
    /// The field at fault.
    pub field: &'static str,
    /// Its value.
    pub value: usize,
    /// The smallest value allowed.
    pub low: usize,
    /// The largest value allowed.
    pub high: usize,
}

pub(crate) fn within(
    field: &'static str,
    value: usize,
    low: usize,
    high: usize,
) -> Result<(), NetworkError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(NetworkError { field, value, low, high })
    }
}

impl Network {
    /// Pixels in a picture.
    pub fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// Rows of the context network's grid: half the picture's, rounded up.
    pub fn low_rows(&self) -> usize {
        self.rows.div_ceil(2)
    }

    /// Columns of the context network's grid: half the picture's, rounded up.
    pub fn low_columns(&self) -> usize {
        self.columns.div_ceil(2)
    }

    /// Checks every size.
    ///
    /// # Errors
    /// Names the field that is out of bounds.
    pub fn validate(&self) -> Result<(), NetworkError> {
        within("rows", self.rows, 1, MAX_SIDE)?;
        within("columns", self.columns, 1, MAX_SIDE)?;
        within("width", self.width, 1, MAX_WIDTH)?;
        within("hidden", self.hidden, 1, MAX_WIDTH)?;
        within("head", self.head, 1, MAX_WIDTH)?;
        within("dilations (blocks)", self.dilations.len(), 0, MAX_BLOCKS)?;
        for &dilation in &self.dilations {
            within("dilations", dilation, 1, MAX_DILATION)?;
        }
        if let Some(context) = &self.context {
            within("context.width", context.width, 1, MAX_WIDTH)?;
            within("context.hidden", context.hidden, 1, MAX_WIDTH)?;
            within("context.channels", context.channels, 1, MAX_WIDTH)?;
            within("context.dilations (blocks)", context.dilations.len(), 0, MAX_BLOCKS)?;
            for &dilation in &context.dilations {
                within("context.dilations", dilation, 1, MAX_DILATION)?;
            }
        }
        Ok(())
    }

    /// Every parameter tensor, in the one order that files, optimiser and gradients use.
    pub fn parameters(&self) -> ParameterTable {
        let mut table = ParameterTable::default();
        let (width, hidden) = (self.width, self.hidden);
        table.push("stem.weight", &[taps::stem_taps().len(), width]);
        table.push("stem.bias", &[width]);
        table.push("stem.row", &[self.rows, width]);
        table.push("stem.column", &[self.columns, width]);
        let channels = self.context.as_ref().map(|context| context.channels);
        if let Some(channels) = channels {
            table.push("stem.context", &[channels, width]);
        }
        for index in 0..self.dilations.len() {
            table.push_block(&format!("blocks.{index}"), 5, width, hidden);
            if let Some(channels) = channels {
                table.push(&format!("blocks.{index}.context"), &[channels, hidden]);
            }
        }
        table.push("head.hidden.weight", &[width, self.head]);
        table.push("head.hidden.bias", &[self.head]);
        table.push("head.output.weight", &[self.head]);
        table.push("head.output.bias", &[1]);
        if let Some(context) = &self.context {
            let (width, hidden) = (context.width, context.hidden);
            table.push("context.local.weight", &[25, 2, context.channels]);
            table.push("context.local.bias", &[context.channels]);
            table.push("context.stem.weight", &[9, 8, width]);
            table.push("context.stem.bias", &[width]);
            table.push("context.stem.row", &[self.low_rows(), width]);
            table.push("context.stem.column", &[self.low_columns(), width]);
            for index in 0..context.dilations.len() {
                table.push_block(&format!("context.blocks.{index}"), 9, width, hidden);
            }
            table.push("context.up.weight", &[width, 4 * context.channels]);
            table.push("context.up.bias", &[4 * context.channels]);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny() -> Network {
        Network {
            rows: 2,
            columns: 3,
            width: 4,
            hidden: 2,
            dilations: vec![1, 2],
            head: 3,
            context: Some(Context { width: 4, hidden: 2, dilations: vec![1], channels: 2 }),
        }
    }

    #[test]
    fn parameter_table_is_contiguous_and_named_once() {
        let table = tiny().parameters();
        let mut next = 0;
        let mut names = std::collections::BTreeSet::new();
        for tensor in table.tensors() {
            assert_eq!(tensor.offset, next);
            next += tensor.len();
            assert!(names.insert(tensor.name.clone()), "{} twice", tensor.name);
        }
        assert_eq!(next, table.len());
    }

    #[test]
    fn configuration_out_of_bounds_names_its_field() {
        let mut network = tiny();
        network.width = 0;
        assert_eq!(network.validate().unwrap_err().field, "width");
        let mut network = tiny();
        network.dilations[1] = 99;
        assert_eq!(network.validate().unwrap_err().field, "dilations");
    }

    #[test]
    fn configuration_survives_json() {
        let network = tiny();
        let text = serde_json::to_string(&network).unwrap();
        assert_eq!(serde_json::from_str::<Network>(&text).unwrap(), network);
        assert!(serde_json::from_str::<Network>(&text.replace("\"head\"", "\"haed\"")).is_err());
    }
}
