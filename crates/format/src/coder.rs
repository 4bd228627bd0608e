//! Encoder and decoder: what autoencoder and variational autoencoder are made of.

use serde::{Deserialize, Serialize};

use crate::network::{MAX_BLOCKS, MAX_SIDE, NetworkError, within};
use crate::table::ParameterTable;
use crate::taps;

const MAX_LATENT: usize = 64;
const MAX_CLASSES: usize = 10;
const MAX_LAYERS: usize = 8;
const MAX_DENSE: usize = 4096;
const MAX_CHANNELS: usize = 512;

/// An encoder from a picture to numbers about its latent variables, and a decoder from latent
/// variables to the logits of a picture.
///
/// Where `classes` is not zero both also take the digit: a learned vector of the digit is added
/// before the first relu of each, which equals a one-hot input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coder {
    /// Rows of the picture.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Latent variables, d.
    pub latent: usize,
    /// Digits that the model is told apart; zero where it is told none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub classes: usize,
    /// The layers.
    pub body: Body,
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}

/// The layers of a [`Coder`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Body {
    /// Dense layers with relu: pixels → `hidden` in turn → latent, and the mirror image back.
    Mlp {
        /// Widths of the encoder's hidden layers, in order; the decoder has them reversed.
        hidden: Vec<usize>,
    },
    /// Residual blocks at half and at quarter resolution; see [`Conv`].
    Conv(Conv),
}

/// The convolutional layers of a [`Coder`]. Resolution changes by folding 2×2 pixels into channels
/// and back (Shi et al. 2016, "Real-time single image and video super-resolution"), so that every
/// convolution is a matrix product over taps. Blocks are those of [`crate::Network`], not causal.
///
/// ```text
/// encoder  fold → 3×3 → blocks → fold, 1×1 → blocks → relu, 1×1 → relu → dense → relu → dense
/// decoder  dense → relu → dense → relu → 1×1 → blocks → 1×1, unfold → blocks → relu, 3×3, unfold
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv {
    /// Channels of the residual stream at half and at quarter resolution.
    pub width: [usize; 2],
    /// Channels inside a block at each resolution.
    pub hidden: [usize; 2],
    /// Blocks at each resolution, in the encoder and again in the decoder.
    pub blocks: [usize; 2],
    /// Channels at quarter resolution between blocks and dense layers.
    pub squeeze: usize,
    /// Width of the dense layers.
    pub dense: usize,
}

impl Coder {
    /// Pixels in a picture.
    pub fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// Checks every size.
    ///
    /// # Errors
    /// Names the field that is out of bounds.
    pub fn validate(&self) -> Result<(), NetworkError> {
        within("rows", self.rows, 1, MAX_SIDE)?;
        within("columns", self.columns, 1, MAX_SIDE)?;
        within("latent", self.latent, 1, MAX_LATENT)?;
        within("classes", self.classes, 0, MAX_CLASSES)?;
        match &self.body {
            Body::Mlp { hidden } => {
                within("hidden (layers)", hidden.len(), 1, MAX_LAYERS)?;
                for &width in hidden {
                    within("hidden", width, 1, MAX_DENSE)?;
                }
            }
            Body::Conv(conv) => conv.validate([self.rows, self.columns])?,
        }
        Ok(())
    }

    /// Every parameter tensor; the encoder ends in `outputs` numbers.
    pub(crate) fn parameters(&self, outputs: usize) -> ParameterTable {
        let mut table = ParameterTable::default();
        match &self.body {
            Body::Mlp { hidden } => self.push_mlp(&mut table, hidden, outputs),
            Body::Conv(conv) => self.push_conv(&mut table, conv, outputs),
        }
        table
    }

    fn push_mlp(&self, table: &mut ParameterTable, hidden: &[usize], outputs: usize) {
        let mut side = |name: &str, first: usize, widths: &mut dyn Iterator<Item = usize>, last| {
            let mut inputs = first;
            for (index, width) in widths.enumerate() {
                push_dense(table, &format!("{name}.layers.{index}"), inputs, width);
                if index == 0 && self.classes > 0 {
                    table.push(&format!("{name}.label"), &[self.classes, width]);
                }
                inputs = width;
            }
            push_dense(table, &format!("{name}.output"), inputs, last);
        };
        side("encoder", self.pixels(), &mut hidden.iter().copied(), outputs);
        side("decoder", self.latent, &mut hidden.iter().rev().copied(), self.pixels());
    }

    fn push_conv(&self, table: &mut ParameterTable, conv: &Conv, outputs: usize) {
        let [half, quarter] = conv.width;
        conv.push_encoder(table, self.pixels(), self.classes, outputs);
        push_dense(table, "decoder.dense", self.latent, conv.dense);
        push_label(table, "decoder", self.classes, conv.dense);
        push_dense(table, "decoder.spread", conv.dense, conv.flat(self.pixels()));
        push_dense(table, "decoder.widen", conv.squeeze, quarter);
        conv.push_blocks(table, "decoder", 1);
        push_dense(table, "decoder.unfold", quarter, 4 * half);
        conv.push_blocks(table, "decoder", 0);
        table.push("decoder.output.weight", &[taps::square_taps(1).len(), half, 4]);
        table.push("decoder.output.bias", &[4]);
    }
}

impl Conv {
    /// Checks every size, for pictures of so many rows and columns.
    pub(crate) fn validate(&self, [rows, columns]: [usize; 2]) -> Result<(), NetworkError> {
        // Two folds of 2×2 must come out even.
        within("rows modulo 4", rows % 4, 0, 0)?;
        within("columns modulo 4", columns % 4, 0, 0)?;
        for stage in 0..2 {
            within("width", self.width[stage], 1, MAX_CHANNELS)?;
            within("hidden", self.hidden[stage], 1, MAX_CHANNELS)?;
            within("blocks", self.blocks[stage], 0, MAX_BLOCKS)?;
        }
        within("squeeze", self.squeeze, 1, MAX_CHANNELS)?;
        within("dense", self.dense, 1, MAX_DENSE)
    }

    /// Numbers between the convolutions and the dense layers.
    fn flat(&self, pixels: usize) -> usize {
        pixels / 16 * self.squeeze
    }

    fn push_blocks(&self, table: &mut ParameterTable, side: &str, stage: usize) {
        let name = ["half", "quarter"][stage];
        for index in 0..self.blocks[stage] {
            let prefix = format!("{side}.{name}.{index}");
            let taps = taps::square_taps(1).len();
            table.push_block(&prefix, taps, self.width[stage], self.hidden[stage]);
        }
    }

    /// The encoder, told of so many classes where that is not zero.
    pub(crate) fn push_encoder(
        &self,
        table: &mut ParameterTable,
        pixels: usize,
        classes: usize,
        outputs: usize,
    ) {
        let [half, quarter] = self.width;
        table.push("encoder.stem.weight", &[taps::square_taps(1).len(), 4, half]);
        table.push("encoder.stem.bias", &[half]);
        self.push_blocks(table, "encoder", 0);
        push_dense(table, "encoder.fold", 4 * half, quarter);
        self.push_blocks(table, "encoder", 1);
        push_dense(table, "encoder.squeeze", quarter, self.squeeze);
        push_dense(table, "encoder.dense", self.flat(pixels), self.dense);
        push_label(table, "encoder", classes, self.dense);
        push_dense(table, "encoder.output", self.dense, outputs);
    }
}

fn push_label(table: &mut ParameterTable, side: &str, classes: usize, width: usize) {
    if classes > 0 {
        table.push(&format!("{side}.label"), &[classes, width]);
    }
}

fn push_dense(table: &mut ParameterTable, name: &str, inputs: usize, outputs: usize) {
    table.push(&format!("{name}.weight"), &[inputs, outputs]);
    table.push(&format!("{name}.bias"), &[outputs]);
}
