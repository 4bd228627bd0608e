//! Encoders and decoders of autoencoder and variational autoencoder; the configuration, with the
//! layers in order, is [`halfdrawn_format::Coder`].

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use halfdrawn_format::{Body, Coder as Config, Conv, square_taps};

use crate::layers::{Block, Pointwise, TapConvolution, fold, softplus, unfold};
use crate::parameters::Source;

/// From pictures to what is known of their latent variables, and from latent variables to logits.
#[derive(Module, Debug)]
pub(crate) struct Coder {
    encoder: Encoder,
    decoder: Decoder,
}

// burn has no modules in boxes; one exists per model.
#[expect(clippy::large_enum_variant)]
#[derive(Module, Debug)]
enum Encoder {
    Mlp(Mlp),
    Conv(ConvEncoder),
}

// burn has no modules in boxes; one exists per model.
#[expect(clippy::large_enum_variant)]
#[derive(Module, Debug)]
enum Decoder {
    Mlp(Mlp),
    Conv(ConvDecoder),
}

impl Coder {
    pub fn load(source: &Source, config: &Config) -> Self {
        match &config.body {
            Body::Mlp { hidden } => Self {
                encoder: Encoder::Mlp(Mlp::load(source, "encoder", hidden.len())),
                decoder: Decoder::Mlp(Mlp::load(source, "decoder", hidden.len())),
            },
            Body::Conv(conv) => Self {
                encoder: Encoder::Conv(ConvEncoder::load(
                    source,
                    [config.rows, config.columns],
                    conv,
                )),
                decoder: Decoder::Conv(ConvDecoder::load(source, config, conv)),
            },
        }
    }

    /// # Shapes
    /// `pictures`: `[b, pixels]`, `labels`: one-hot `[b, classes]`, to `[b, outputs]`
    pub fn encode(&self, pictures: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        match &self.encoder {
            Encoder::Mlp(mlp) => mlp.forward(pictures, labels),
            Encoder::Conv(conv) => conv.forward(pictures, labels),
        }
    }

    /// # Shapes
    /// `latents`: `[b, d]`, `labels`: one-hot `[b, classes]`, to logits `[b, pixels]`
    pub fn decode(&self, latents: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        match &self.decoder {
            Decoder::Mlp(mlp) => mlp.forward(latents, labels),
            Decoder::Conv(conv) => conv.forward(latents, labels),
        }
    }
}

/// The term of the digit before the first relu.
///
/// # Shapes
/// `table`: `[classes, width]`, `labels`: one-hot `[b, classes]`, `x`: `[b, width]`
///
/// # Panics
/// Where a conditional model is not told the digits.
fn add_label(
    table: Option<&Param<Tensor<2>>>,
    labels: Option<Tensor<2>>,
    x: Tensor<2>,
) -> Tensor<2> {
    match table {
        Some(table) => x + labels.expect("a conditional model takes labels").matmul(table.val()),
        None => x,
    }
}

/// Dense layers with relu between them.
#[derive(Module, Debug)]
struct Mlp {
    layers: Vec<Pointwise>,
    /// `[classes, width]`, in a conditional model.
    label: Option<Param<Tensor<2>>>,
    output: Pointwise,
}

impl Mlp {
    fn load(source: &Source, prefix: &str, layers: usize) -> Self {
        Self {
            layers: (0..layers)
                .map(|index| Pointwise::load(source, &format!("{prefix}.layers.{index}")))
                .collect(),
            label: source.find(&format!("{prefix}.label")),
            output: Pointwise::load(source, &format!("{prefix}.output")),
        }
    }

    /// # Shapes
    /// `[b, inputs]`, one-hot `[b, classes]`, to `[b, outputs]`
    fn forward(&self, mut x: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        for (index, layer) in self.layers.iter().enumerate() {
            x = layer.dense(x); // [b, width]
            if index == 0 {
                x = add_label(self.label.as_ref(), labels.clone(), x);
            }
            x = relu(x);
        }
        self.output.dense(x) // [b, outputs]
    }
}

fn blocks(source: &Source, prefix: &str, count: usize) -> Vec<Block> {
    (0..count).map(|index| Block::load(source, &format!("{prefix}.{index}"))).collect()
}

fn through(blocks: &[Block], mut x: Tensor<4>) -> Tensor<4> {
    for block in blocks {
        x = block.forward(x, &square_taps(1), None);
    }
    x
}

/// From pictures to numbers about them.
#[derive(Module, Debug)]
pub(crate) struct ConvEncoder {
    stem: TapConvolution,
    half: Vec<Block>,
    fold: Pointwise,
    quarter: Vec<Block>,
    squeeze: Pointwise,
    dense: Pointwise,
    label: Option<Param<Tensor<2>>>,
    output: Pointwise,
    #[module(skip)]
    sides: [usize; 2],
}

impl ConvEncoder {
    pub fn load(source: &Source, sides: [usize; 2], conv: &Conv) -> Self {
        let dense = |name: &str| Pointwise::load(source, &format!("encoder.{name}"));
        Self {
            stem: TapConvolution::load(source, "encoder.stem"),
            half: blocks(source, "encoder.half", conv.blocks[0]),
            fold: dense("fold"),
            quarter: blocks(source, "encoder.quarter", conv.blocks[1]),
            squeeze: dense("squeeze"),
            dense: dense("dense"),
            label: source.find("encoder.label"),
            output: dense("output"),
            sides,
        }
    }

    /// All but the last layer.
    ///
    /// # Shapes
    /// `[b, pixels]`, one-hot `[b, classes]`, to `[b, dense]`
    pub fn features(&self, pictures: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        let [b, _] = pictures.dims();
        let [rows, columns] = self.sides;
        let x = fold(pictures.reshape([b, rows, columns, 1])); // [b, r / 2, c / 2, 4]
        let x = through(&self.half, self.stem.forward(x, &square_taps(1)));
        let x = through(&self.quarter, self.fold.forward(fold(x))); // [b, r / 4, c / 4, width]
        let x = relu(self.squeeze.forward(relu(x))); // [b, r / 4, c / 4, squeeze]
        let x = self.dense.dense(x.flatten(1, 3)); // [b, dense]
        relu(add_label(self.label.as_ref(), labels, x))
    }

    /// # Shapes
    /// `[b, pixels]`, one-hot `[b, classes]`, to `[b, outputs]`
    pub fn forward(&self, pictures: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        self.output.dense(self.features(pictures, labels)) // [b, outputs]
    }
}

#[derive(Module, Debug)]
struct ConvDecoder {
    dense: Pointwise,
    label: Option<Param<Tensor<2>>>,
    spread: Pointwise,
    widen: Pointwise,
    quarter: Vec<Block>,
    unfold: Pointwise,
    half: Vec<Block>,
    output: TapConvolution,
    #[module(skip)]
    sides: [usize; 2],
}

impl ConvDecoder {
    fn load(source: &Source, config: &Config, conv: &Conv) -> Self {
        let dense = |name: &str| Pointwise::load(source, &format!("decoder.{name}"));
        Self {
            dense: dense("dense"),
            label: source.find("decoder.label"),
            spread: dense("spread"),
            widen: dense("widen"),
            quarter: blocks(source, "decoder.quarter", conv.blocks[1]),
            unfold: dense("unfold"),
            half: blocks(source, "decoder.half", conv.blocks[0]),
            output: TapConvolution::load(source, "decoder.output"),
            sides: [config.rows, config.columns],
        }
    }

    /// # Shapes
    /// `[b, d]`, one-hot `[b, classes]`, to `[b, pixels]`
    fn forward(&self, latents: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        let [b, _] = latents.dims();
        let [rows, columns] = self.sides;
        let x = add_label(self.label.as_ref(), labels, self.dense.dense(latents)); // [b, dense]
        let x = relu(self.spread.dense(relu(x))); // [b, pixels / 16 · squeeze]
        let [_, flat] = x.dims();
        let squeeze = 16 * flat / (rows * columns);
        let x = self.widen.forward(x.reshape([b, rows / 4, columns / 4, squeeze]));
        let x = unfold(self.unfold.forward(through(&self.quarter, x))); // [b, r / 2, c / 2, width]
        let x = relu(through(&self.half, x));
        unfold(self.output.forward(x, &square_taps(1))).flatten(1, 3) // [b, pixels]
    }
}

/// −ln p(x | logits) of each picture in nats: Σ softplus(logit) − logit·x.
///
/// # Shapes
/// Twice `[b, pixels]`, to `[b]`
pub fn bernoulli(logits: Tensor<2>, pictures: Tensor<2>) -> Tensor<1> {
    (softplus(logits.clone()) - logits * pictures).sum_dim(1).squeeze_dim(1) // [b]
}
