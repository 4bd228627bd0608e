//! The context network of the completion model: it sees the known pixels, wherever they lie.
//!
//! Half resolution inside: four pixels fold into the channels of one, so that its convolutions
//! reach across the picture at a quarter of the cost.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::ops::PadMode;
use halfdrawn_format::{Context, local_taps, square_taps};

use crate::layers::{
    Block, Pointwise, TapConvolution, add_positions, fold, gather, project, unfold,
};
use crate::parameters::Source;

/// The formulas stand at [`Context`].
#[derive(Module, Debug)]
pub(crate) struct ContextNetwork {
    pub local: TapConvolution,
    pub stem: ContextStem,
    pub blocks: Vec<Block>,
    pub up: Pointwise,
    #[module(skip)]
    config: Context,
}

/// The first layer at half resolution.
#[derive(Module, Debug)]
pub(crate) struct ContextStem {
    /// `[9, 8, width]`
    pub weight: Param<Tensor<3>>,
    /// `[width]`
    pub bias: Param<Tensor<1>>,
    /// `[rows / 2, width]`
    pub row: Param<Tensor<2>>,
    /// `[columns / 2, width]`
    pub column: Param<Tensor<2>>,
}

impl ContextNetwork {
    pub fn load(source: &Source, config: &Context) -> Self {
        Self {
            local: TapConvolution::load(source, "context.local"),
            stem: ContextStem {
                weight: source.take("context.stem.weight"),
                bias: source.take("context.stem.bias"),
                row: source.take("context.stem.row"),
                column: source.take("context.stem.column"),
            },
            blocks: (0..config.dilations.len())
                .map(|index| Block::load(source, &format!("context.blocks.{index}")))
                .collect(),
            up: Pointwise::load(source, "context.up"),
            config: config.clone(),
        }
    }

    /// # Shapes
    /// Twice `[b, r, c]` of 0 and 1, to `[b, r, c, channels]`
    pub fn forward(&self, pictures: Tensor<3>, known: Tensor<3>) -> Tensor<4> {
        let [b, r, c] = pictures.dims();
        let values = (pictures * 2.0 - 1.0) * known.clone();
        let input = Tensor::stack::<4>(vec![values, known], 3); // [b, r, c, 2]
        let (low_r, low_c) = (r.div_ceil(2), c.div_ceil(2));
        let even = [(0, 0), (0, 2 * low_r - r), (0, 2 * low_c - c), (0, 0)];
        let folded = fold(input.clone().pad(even, PadMode::Constant(0.0))); // [b, low_r, low_c, 8]
        let [taps, inputs, width] = self.stem.weight.dims();
        let weight = self.stem.weight.val().reshape([taps * inputs, width]);
        let mut x = project(gather(folded, &square_taps(1)), weight)
            + self.stem.bias.val().reshape([1, 1, 1, -1]); // [b, low_r, low_c, width]
        x = add_positions(self.stem.row.val(), self.stem.column.val(), x);
        for (block, &dilation) in self.blocks.iter().zip(&self.config.dilations) {
            x = block.forward(x, &square_taps(dilation), None);
        }
        let channels = self.config.channels;
        let unfolded = unfold(self.up.forward(relu(x))) // [b, 2·low_r, 2·low_c, channels]
            .slice([0..b, 0..r, 0..c, 0..channels]); // [b, r, c, channels]
        relu(unfolded + self.local.forward(input, &local_taps())) // [b, r, c, channels]
    }
}
