//! The layers that the models are made of.
//!
//! Tensors are `[batch, rows, columns, channels]`. A convolution is one matrix product over the
//! taps it reads (see [`halfdrawn_format::causal_taps`]): no mask, no multiplication by zero, and
//! on burn-flex several times faster than its general convolution (docs/architecture.md).

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Tensor, ops::PadMode};
use halfdrawn_format::Tap;

use crate::parameters::Source;

/// A matrix product at every pixel.
#[derive(Module, Debug)]
pub(crate) struct Pointwise {
    /// `[inputs, outputs]`
    pub weight: Param<Tensor<2>>,
    /// `[outputs]`
    pub bias: Param<Tensor<1>>,
}

impl Pointwise {
    pub fn load(source: &Source, prefix: &str) -> Self {
        let weight = source.take(&format!("{prefix}.weight"));
        Self { weight, bias: source.take(&format!("{prefix}.bias")) }
    }

    /// # Shapes
    /// `[b, r, c, inputs]` to `[b, r, c, outputs]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        project(x, self.weight.val()) + self.bias.val().reshape([1, 1, 1, -1])
    }

    /// # Shapes
    /// `[b, inputs]` to `[b, outputs]`
    pub fn dense(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.val()) + self.bias.val().unsqueeze_dim(0) // [b, outputs]
    }
}

/// A convolution over some neighbours, zero outside the picture.
#[derive(Module, Debug)]
pub(crate) struct TapConvolution {
    /// `[taps, inputs, outputs]`
    pub weight: Param<Tensor<3>>,
    /// `[outputs]`
    pub bias: Param<Tensor<1>>,
}

impl TapConvolution {
    pub fn load(source: &Source, prefix: &str) -> Self {
        let weight = source.take(&format!("{prefix}.weight"));
        Self { weight, bias: source.take(&format!("{prefix}.bias")) }
    }

    /// # Shapes
    /// `[b, r, c, inputs]` to `[b, r, c, outputs]`
    pub fn forward(&self, x: Tensor<4>, taps: &[Tap]) -> Tensor<4> {
        let [count, inputs, outputs] = self.weight.dims();
        let weight = self.weight.val().reshape([count * inputs, outputs]); // [t·i, o]
        project(gather(x, taps), weight) + self.bias.val().reshape([1, 1, 1, -1])
    }
}

/// A residual block: narrow, look around, widen.
#[derive(Module, Debug)]
pub(crate) struct Block {
    pub reduce: Pointwise,
    pub conv: TapConvolution,
    pub expand: Pointwise,
    /// `[context channels, hidden]`, in the decoder of a completion model.
    pub context: Option<Param<Tensor<2>>>,
}

impl Block {
    pub fn load(source: &Source, prefix: &str) -> Self {
        Self {
            reduce: Pointwise::load(source, &format!("{prefix}.reduce")),
            conv: TapConvolution::load(source, &format!("{prefix}.conv")),
            expand: Pointwise::load(source, &format!("{prefix}.expand")),
            context: source.find(&format!("{prefix}.context")),
        }
    }

    /// # Shapes
    /// `x`: `[b, r, c, width]`, `context`: `[b, r, c, channels]`, to `[b, r, c, width]`
    pub fn forward(&self, x: Tensor<4>, taps: &[Tap], context: Option<&Tensor<4>>) -> Tensor<4> {
        let h = relu(self.reduce.forward(x.clone())); // [b, r, c, hidden]
        let mut g = self.conv.forward(h, taps);
        if let (Some(weight), Some(context)) = (&self.context, context) {
            g = g + project(context.clone(), weight.val());
        }
        x + self.expand.forward(relu(g)) // [b, r, c, width]
    }
}

/// ln(1 + eˣ), without overflow. Written so that its derivative by burn is ½ where x is 0, as at all
/// pixels of an untrained PixelCNN: that of relu(x) + ln(1 + e^−|x|) is 0 there.
pub(crate) fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let size = x.clone().abs();
    (x + size.clone()) * 0.5 + size.neg().exp().log1p()
}

/// Adds the learned vectors of each pixel's row and column.
///
/// # Shapes
/// `row`: `[r, channels]`, `column`: `[c, channels]`, `x`: `[b, r, c, channels]`
pub(crate) fn add_positions(row: Tensor<2>, column: Tensor<2>, x: Tensor<4>) -> Tensor<4> {
    x + row.unsqueeze_dims::<4>(&[0, 2]) + column.unsqueeze_dims::<4>(&[0, 1])
}

/// # Shapes
/// `[b, r, c, i]` times `[i, o]` to `[b, r, c, o]`
pub(crate) fn project(x: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    let [b, r, c, i] = x.dims();
    let [_, o] = weight.dims();
    x.reshape([b * r * c, i]).matmul(weight).reshape([b, r, c, o]) // [b, r, c, o]
}

/// Folds each 2×2 pixels into the channels of one.
///
/// # Shapes
/// `[b, r, c, i]` to `[b, r / 2, c / 2, 4·i]`
pub(crate) fn fold(x: Tensor<4>) -> Tensor<4> {
    let [b, r, c, i] = x.dims();
    x.reshape([b, r / 2, 2, c / 2, 2, i])
        .permute([0, 1, 3, 2, 4, 5]) // [b, r / 2, c / 2, 2, 2, i]
        .reshape([b, r / 2, c / 2, 4 * i])
}

/// Undoes [`fold`].
///
/// # Shapes
/// `[b, r, c, 4·i]` to `[b, 2·r, 2·c, i]`
pub(crate) fn unfold(x: Tensor<4>) -> Tensor<4> {
    let [b, r, c, channels] = x.dims();
    let i = channels / 4;
    x.reshape([b, r, c, 2, 2, i])
        .permute([0, 1, 3, 2, 4, 5]) // [b, r, 2, c, 2, i]
        .reshape([b, 2 * r, 2 * c, i])
}

/// Sets each pixel's neighbours side by side.
///
/// # Shapes
/// `[b, r, c, i]` to `[b, r, c, taps·i]`
pub(crate) fn gather(x: Tensor<4>, taps: &[Tap]) -> Tensor<4> {
    let [b, rows, columns, i] = x.dims();
    let reach = taps.iter().map(|tap| tap.row.unsigned_abs().max(tap.column.unsigned_abs()));
    let reach = reach.max().unwrap_or(0);
    let padding = [(0, 0), (reach, reach), (reach, reach), (0, 0)];
    let padded = x.pad(padding, PadMode::Constant(0.0)); // [b, r + 2·reach, c + 2·reach, i]
    let shifted = taps.iter().map(|tap| {
        let row = reach.strict_add_signed(tap.row);
        let column = reach.strict_add_signed(tap.column);
        padded.clone().slice([0..b, row..row + rows, column..column + columns, 0..i])
    });
    Tensor::cat(shifted.collect(), 3) // [b, r, c, taps·i]
}
