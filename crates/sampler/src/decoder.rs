//! The causal network: packed weights, and what a request needs besides them.

use halfdrawn_format::{LOGIT_LIMIT, Network, stem_taps};

use crate::context::ContextNetwork;
use crate::error::{SamplerError, zeros};
use crate::layers::{Block, Parameters};
use crate::matrix::{Finish, LANES, Matrix, Rows, pad, padded};

/// Taps of a block.
pub(crate) const TAPS: usize = 5;
/// How many of them, the first, lie in a row above: they can be summed for a whole row at once.
pub(crate) const ABOVE: usize = 3;

/// A packed model. Channel counts are padded to whole vectors.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    pub rows: usize,
    pub columns: usize,
    pub width: usize,
    pub hidden: usize,
    pub head: usize,
    pub stem: Matrix,
    /// Bias, row and column of each pixel, `[pixels, width]`.
    positions: Vec<f32>,
    pub blocks: Vec<Block>,
    pub head_hidden: Matrix,
    pub head_bias: Vec<f32>,
    output: Vec<f32>,
    output_bias: f32,
    conditioning: Option<Conditioning>,
}

/// The context network and how its vectors enter the decoder.
#[derive(Clone, Debug)]
struct Conditioning {
    network: ContextNetwork,
    stem: Matrix,
    blocks: Vec<Matrix>,
}

/// What the sums of a pixel start from, for one picture to be completed.
#[derive(Clone, Debug)]
pub(crate) struct Maps {
    /// Pixels that the maps are for, from the first.
    pub limit: usize,
    /// `[pixels, width]`
    pub stem: Vec<f32>,
    /// One for each block, `[pixels, hidden]`; or `[hidden]` and a stride of 0, the same for all
    /// pixels, where nothing is known about a picture.
    pub blocks: Vec<Vec<f32>>,
    /// Distance from one pixel to the next in `blocks`.
    pub stride: usize,
}

impl Decoder {
    pub fn new(network: &Network, parameters: Parameters<'_>) -> Self {
        let Network { rows, columns, width, hidden, head, ref dilations, ref context } = *network;
        let block = |(index, &dilation): (usize, &usize)| {
            let name = format!("blocks.{index}");
            Block::new(parameters, &name, dilation, &[ABOVE, TAPS - ABOVE], width, hidden)
        };
        let conditioning = context.as_ref().map(|context| Conditioning {
            network: ContextNetwork::new(network, context, parameters),
            stem: parameters.matrix("stem.context", context.channels, width),
            blocks: (0..dilations.len())
                .map(|index| {
                    let name = format!("blocks.{index}.context");
                    parameters.matrix(&name, context.channels, hidden)
                })
                .collect(),
        });
        Self {
            rows,
            columns,
            width: padded(width),
            hidden: padded(hidden),
            head: padded(head),
            stem: Matrix::pack(parameters.get("stem.weight"), 1, stem_taps().len(), width),
            positions: parameters.positions("stem", rows, columns, width),
            blocks: dilations.iter().enumerate().map(block).collect(),
            head_hidden: parameters.matrix("head.hidden.weight", width, head),
            head_bias: pad(parameters.get("head.hidden.bias")),
            output: pad(parameters.get("head.output.weight")),
            output_bias: parameters.get("head.output.bias")[0],
            conditioning,
        }
    }

    pub fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// Multiply-adds of one pixel of one picture.
    pub fn multiply_adds_per_pixel(&self) -> usize {
        self.stem.multiply_adds()
            + self.blocks.iter().map(Block::multiply_adds).sum::<usize>()
            + self.head_hidden.multiply_adds()
            + self.head
    }

    /// Multiply-adds of the context network and its maps for a whole picture.
    pub fn multiply_adds_of_context(&self) -> usize {
        self.conditioning.as_ref().map_or(0, |conditioning| {
            let maps = conditioning.stem.multiply_adds()
                + conditioning.blocks.iter().map(Matrix::multiply_adds).sum::<usize>();
            conditioning.network.multiply_adds() + maps * self.pixels()
        })
    }

    /// The maps of the first `limit` pixels: the context network, then each block's share of it.
    ///
    /// Complexity: [`Self::multiply_adds_of_context`] at most; nothing for a plain PixelCNN.
    pub fn maps(&self, pixels: &[u8], known: &[u8], limit: usize) -> Result<Maps, SamplerError> {
        let Some(conditioning) = &self.conditioning else {
            let blocks = self.blocks.iter().map(|block| block.conv_bias.clone()).collect();
            return Ok(Maps { limit, stem: self.positions.clone(), blocks, stride: 0 });
        };
        let ctx = conditioning.network.run(pixels, known, limit)?; // [limit, channels]
        let channels = conditioning.network.channels();
        let input = Rows::Every(&ctx, channels);
        let mut stem = zeros(limit * self.width)?;
        let start = Rows::Every(&self.positions, self.width);
        conditioning.stem.multiply(limit, input, start, Finish::Store, &mut stem);
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for (block, matrix) in self.blocks.iter().zip(&conditioning.blocks) {
            let mut map = zeros(limit * self.hidden)?;
            let start = Rows::Every(&block.conv_bias, 0);
            matrix.multiply(limit, input, start, Finish::Store, &mut map);
            blocks.push(map);
        }
        Ok(Maps { limit, stem, blocks, stride: self.hidden })
    }

    /// The last layer of the head: the logit of one row of its hidden layer.
    ///
    /// Eight partial sums, lane j over the inputs j, j + 8, …, then
    /// ((s₀ + s₄) + (s₂ + s₆)) + ((s₁ + s₅) + (s₃ + s₇)) + bias,
    /// kept within ±[`LOGIT_LIMIT`].
    pub fn logit(&self, hidden: &[f32]) -> f32 {
        let mut sums = [0.0; LANES];
        for (x, w) in hidden.chunks_exact(LANES).zip(self.output.chunks_exact(LANES)) {
            for j in 0..LANES {
                sums[j] += x[j] * w[j];
            }
        }
        let pairs: [f32; 4] = std::array::from_fn(|j| sums[j] + sums[j + 4]);
        let logit = ((pairs[0] + pairs[2]) + (pairs[1] + pairs[3])) + self.output_bias;
        logit.clamp(-LOGIT_LIMIT, LOGIT_LIMIT)
    }
}
