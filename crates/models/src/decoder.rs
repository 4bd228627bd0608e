//! The causal part of both models: p(xᵢ | x₁ … xᵢ₋₁), in one pass for all pixels.

use burn::module::{Module, Param};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Tensor, TensorData};
use halfdrawn_format::{LOGIT_LIMIT, Network, causal_taps, stem_taps};

use crate::layers::{Block, Pointwise, add_positions, gather, project, softplus};
use crate::parameters::Source;

/// Stem, blocks and head; the formulas stand at [`Network`].
#[derive(Module, Debug)]
pub(crate) struct Decoder {
    pub stem: Stem,
    pub blocks: Vec<Block>,
    pub head: Head,
    #[module(skip)]
    network: Network,
}

/// The first layer: the strictly earlier pixels of a 7×7 neighbourhood (mask type A).
#[derive(Module, Debug)]
pub(crate) struct Stem {
    /// `[taps, width]`
    pub weight: Param<Tensor<2>>,
    /// `[width]`
    pub bias: Param<Tensor<1>>,
    /// `[rows, width]`
    pub row: Param<Tensor<2>>,
    /// `[columns, width]`
    pub column: Param<Tensor<2>>,
    /// `[context channels, width]`, in a completion model.
    pub context: Option<Param<Tensor<2>>>,
}

/// The last two layers.
#[derive(Module, Debug)]
pub(crate) struct Head {
    pub hidden: Pointwise,
    pub output: Output,
}

/// The logit of ink.
#[derive(Module, Debug)]
pub(crate) struct Output {
    /// `[head]`
    pub weight: Param<Tensor<1>>,
    /// `[1]`
    pub bias: Param<Tensor<1>>,
}

impl Decoder {
    pub fn load(source: &Source, network: &Network) -> Self {
        Self {
            stem: Stem {
                weight: source.take("stem.weight"),
                bias: source.take("stem.bias"),
                row: source.take("stem.row"),
                column: source.take("stem.column"),
                context: source.find("stem.context"),
            },
            blocks: (0..network.dilations.len())
                .map(|index| Block::load(source, &format!("blocks.{index}")))
                .collect(),
            head: Head {
                hidden: Pointwise::load(source, "head.hidden"),
                output: Output {
                    weight: source.take("head.output.weight"),
                    bias: source.take("head.output.bias"),
                },
            },
            network: network.clone(),
        }
    }

    /// # Shapes
    /// `pictures`: `[b, r, c]` of 0 and 1, `context`: `[b, r, c, channels]`, to logits `[b, r, c]`
    pub fn forward(&self, pictures: Tensor<3>, context: Option<Tensor<4>>) -> Tensor<3> {
        let [b, r, c] = pictures.dims();
        let values = (pictures * 2.0 - 1.0).reshape([b, r, c, 1]); // [b, r, c, 1]
        let gathered = gather(values, &stem_taps()); // [b, r, c, taps]
        let bias = self.stem.bias.val().reshape([1, 1, 1, -1]);
        let mut x = project(gathered, self.stem.weight.val()) + bias; // [b, r, c, width]
        x = add_positions(self.stem.row.val(), self.stem.column.val(), x);
        if let (Some(weight), Some(context)) = (&self.stem.context, &context) {
            x = x + project(context.clone(), weight.val());
        }
        for (block, &dilation) in self.blocks.iter().zip(&self.network.dilations) {
            x = block.forward(x, &causal_taps(dilation), context.as_ref());
        }
        let hidden = relu(self.head.hidden.forward(relu(x))); // [b, r, c, head]
        let weight = self.head.output.weight.val().unsqueeze_dim(1); // [head, 1]
        let bias = self.head.output.bias.val().reshape([1, 1, 1, 1]);
        let logits = (project(hidden, weight) + bias).reshape([b, r, c]); // [b, r, c]
        logits.clamp(-LOGIT_LIMIT, LOGIT_LIMIT)
    }
}

/// The nats of the hidden pixels of each picture: −ln p(hidden | known), the sum over hidden pixels
/// of softplus(logit) − logit·x.
///
/// # Shapes
/// Three times `[b, r, c]`, to `[b]`
pub(crate) fn nats(logits: Tensor<3>, pictures: Tensor<3>, known: Tensor<3>) -> Tensor<1> {
    let nats = (softplus(logits.clone()) - logits * pictures) * (known.neg() + 1.0); // [b, r, c]
    nats.sum_dims_squeeze(&[1, 2]) // [b]
}

/// Fills in the hidden pixels the textbook's way: one whole forward pass for each.
///
/// `logits` maps pictures `[b, r, c]` to logits `[b, r, c]`; `uniform` gives each hidden pixel's
/// random number in 0..1, pixel by pixel in raster order, picture by picture within a pixel.
pub(crate) fn sample(
    logits: impl Fn(Tensor<3>) -> Tensor<3>,
    mut pictures: Tensor<3>,
    known: &Tensor<3>,
    mut uniform: impl FnMut() -> f32,
) -> Tensor<3> {
    let [b, rows, columns] = pictures.dims();
    let device = pictures.device();
    let known = known.to_data().try_to_vec::<f32>().expect("32-bit floats");
    for row in 0..rows {
        for column in 0..columns {
            let pixel = row * columns + column;
            let hidden = |picture: usize| known[picture * rows * columns + pixel] == 0.0;
            if !(0..b).any(hidden) {
                continue;
            }
            let place = [0..b, row..row + 1, column..column + 1];
            let probability = sigmoid(logits(pictures.clone()).slice(place.clone()));
            let probability = probability.into_data().try_to_vec::<f32>().expect("32-bit floats");
            let present = pictures.clone().slice(place.clone()).into_data();
            let present = present.try_to_vec::<f32>().expect("32-bit floats");
            let drawn: Vec<f32> = (0..b)
                .map(|picture| match hidden(picture) {
                    true => f32::from(uniform() < probability[picture]),
                    false => present[picture],
                })
                .collect();
            let drawn = Tensor::from_data(TensorData::new(drawn, [b, 1, 1]), &device);
            pictures = pictures.slice_assign(place, drawn);
        }
    }
    pictures
}
