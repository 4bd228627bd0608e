//! Generative adversarial network: Goodfellow et al. 2014, with the layers of DCGAN, Radford et al.
//! 2016, "Unsupervised representation learning with deep convolutional generative adversarial
//! networks".
//!
//! min_G max_D E ln D(x) + E ln(1 − D(G(z))), or another game of [`crate::AdversarialLoss`]; the layers
//! are written out at [`halfdrawn_format::Gan`].
//!
//! Departures: two convolutions to a player, as 28×28 asks for; no normalisation in the critic, which
//! so judges a picture without its neighbours in the batch; with classes, the generator adds a learned
//! row of the digit, and the critic projects its features on one (Miyato and Koyama 2018).

use burn::module::{Module, Param};
use burn::tensor::activation::{leaky_relu, relu};
use burn::tensor::{Device, Tensor, ops::PadMode};
use halfdrawn_format::{Architecture, Gan as Config, initialise};

use crate::layers::{Pointwise, fold, project, unfold};
use crate::parameters::Source;

/// Added to a variance before its root is taken.
const EPSILON: f64 = 1e-5;
/// The slope of the critic's relus below zero.
const LEAK: f64 = 0.2;

/// The configuration of a [`Gan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GanConfig {
    /// Both players.
    pub config: Config,
}

impl GanConfig {
    /// The presets: `tiny`, which learns visibly in a page; `full`, which is shipped. `conditional` ones
    /// are told the digit.
    pub fn preset(name: &str, conditional: bool) -> Option<Self> {
        let (generator, critic) = match name {
            "tiny" => ([32, 16], [16, 32]),
            "full" => ([64, 32], [32, 64]),
            _ => return None,
        };
        let classes = if conditional { 10 } else { 0 };
        let (rows, columns, planes, latent) = (28, 28, 1, 64);
        Some(Self { config: Config { rows, columns, planes, latent, classes, generator, critic } })
    }

    /// What files and training runs call it.
    pub fn architecture(&self) -> Architecture {
        Architecture::Gan(self.config.clone())
    }

    /// A model with the initial weights of `seed`.
    pub fn init(&self, seed: u64, device: &Device) -> Gan {
        self.load(&initialise(&self.architecture(), seed), device)
    }

    /// A model with given weights, in the order of [`Architecture::parameters`].
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's.
    pub fn load(&self, parameters: &[f32], device: &Device) -> Gan {
        self.build(&Source::new(self.config.parameters(), parameters, device))
    }

    /// A model whose weights, `[parameters]`, are on their device already; ready to be differentiated.
    ///
    /// # Panics
    /// Where the number of parameters is not the architecture's.
    pub fn on_device(&self, parameters: Tensor<1>) -> Gan {
        self.build(&Source::on_device(self.config.parameters(), parameters))
    }

    fn build(&self, source: &Source) -> Gan {
        let Config { rows, columns, planes, .. } = self.config;
        let [quarter, _] = self.config.generator;
        Gan {
            generator: Generator {
                dense: Pointwise::load(source, "generator.dense"),
                label: source.find("generator.label"),
                quarter: Norm::load(source, "generator.quarter"),
                up: Strided::load(source, "generator.up"),
                half: Norm::load(source, "generator.half"),
                output: Strided::load(source, "generator.output"),
                shape: [rows / 4, columns / 4, quarter],
            },
            critic: Critic {
                input: Strided::load(source, "critic.input"),
                down: Strided::load(source, "critic.down"),
                dense: Head {
                    weight: source.take("critic.dense.weight"),
                    bias: source.take("critic.dense.bias"),
                },
                label: source.find("critic.label"),
                shape: [rows, columns, planes],
            },
        }
    }
}

/// A generator and its critic.
#[derive(Module, Debug)]
pub struct Gan {
    /// Makes pictures.
    pub generator: Generator,
    /// Judges pictures.
    pub critic: Critic,
}

/// A 4×4 convolution of stride 2, or its adjoint.
#[derive(Module, Debug)]
pub(crate) struct Strided {
    /// `[taps, i, o]`, i channels at the higher resolution, o at the lower.
    weight: Param<Tensor<3>>,
    bias: Option<Param<Tensor<1>>>,
}

/// The four neighbouring 2×2 squares that a 4×4 kernel consists of.
const SQUARES: [(usize, usize); 4] = [(0, 0), (0, 1), (1, 0), (1, 1)];

impl Strided {
    fn load(source: &Source, prefix: &str) -> Self {
        let bias = source.find(&format!("{prefix}.bias"));
        Self { weight: source.take(&format!("{prefix}.weight")), bias }
    }

    /// The weights by squares, then by places in a square, as [`fold`] lays out pixels.
    ///
    /// # Shapes
    /// To `[16·i, o]`
    fn matrix(&self) -> Tensor<2> {
        let [_, i, o] = self.weight.dims();
        let taps = self.weight.val().reshape([2, 2, 2, 2, i * o]);
        taps.permute([0, 2, 1, 3, 4]).reshape([16 * i, o])
    }

    fn add_bias(&self, x: Tensor<4>) -> Tensor<4> {
        match &self.bias {
            Some(bias) => x + bias.val().reshape([1, 1, 1, -1]),
            None => x,
        }
    }

    /// # Shapes
    /// `[b, 2·r, 2·c, i]` to `[b, r, c, o]`
    fn down(&self, x: Tensor<4>, norm: Option<&Tensor<1>>) -> Tensor<4> {
        let [b, rows, columns, i] = x.dims();
        let (r, c) = (rows / 2, columns / 2);
        let folded = fold(x.pad([(0, 0), (1, 1), (1, 1), (0, 0)], PadMode::Constant(0.0)));
        let squares = SQUARES.map(|(row, column)| {
            folded.clone().slice([0..b, row..row + r, column..column + c, 0..4 * i])
        });
        let patches = Tensor::cat(squares.to_vec(), 3); // [b, r, c, 16·i]
        let sums = project(patches, self.matrix()); // [b, r, c, o]
        self.add_bias(match norm {
            Some(norm) => sums / norm.clone().reshape([1, 1, 1, 1]),
            None => sums,
        })
    }

    /// # Shapes
    /// `[b, r, c, o]` to `[b, 2·r, 2·c, i]`
    fn up(&self, x: Tensor<4>) -> Tensor<4> {
        let [b, r, c, _] = x.dims();
        let spread = project(x, self.matrix().transpose()); // [b, r, c, 16·i]
        let width = spread.dims()[3] / 4;
        let squares = SQUARES.into_iter().enumerate().map(|(index, (row, column))| {
            let range = index * width..(index + 1) * width;
            let square = spread.clone().slice([0..b, 0..r, 0..c, range]); // [b, r, c, 4·i]
            let around = [(0, 0), (row, 1 - row), (column, 1 - column), (0, 0)];
            square.pad(around, PadMode::Constant(0.0)) // [b, r + 1, c + 1, 4·i]
        });
        let sum = squares.reduce(|sum, square| sum + square).expect("four squares");
        let whole = unfold(sum); // [b, 2·r + 2, 2·c + 2, i]
        self.add_bias(whole.slice([0..b, 1..2 * r + 1, 1..2 * c + 1, 0..width / 4]))
    }
}

/// Batch normalisation: Ioffe and Szegedy 2015, algorithms 1 and 2.
#[derive(Module, Debug)]
pub(crate) struct Norm {
    scale: Param<Tensor<1>>,
    shift: Param<Tensor<1>>,
    mean: Param<Tensor<1>>,
    variance: Param<Tensor<1>>,
}

/// Mean and variance of each channel over a batch, `[channels]` each.
#[derive(Clone, Debug)]
pub struct Moments {
    /// The mean.
    pub mean: Tensor<1>,
    /// The mean square of what differs from it.
    pub variance: Tensor<1>,
}

impl Norm {
    fn load(source: &Source, prefix: &str) -> Self {
        let [scale, shift, mean, variance] =
            ["scale", "shift", "mean", "variance"].map(|part| format!("{prefix}.{part}"));
        Self {
            scale: source.take(&scale),
            shift: source.take(&shift),
            mean: source.take(&mean),
            variance: source.take(&variance),
        }
    }

    /// # Shapes
    /// `[b, r, c, channels]` to the same
    fn forward(&self, x: Tensor<4>, moments: &Moments) -> Tensor<4> {
        let channels = |values: Tensor<1>| values.reshape([1, 1, 1, -1]);
        let deviation = (moments.variance.clone() + EPSILON).sqrt();
        let centred = x - channels(moments.mean.clone());
        let scale = self.scale.val() / deviation;
        centred * channels(scale) + channels(self.shift.val())
    }

    fn running(&self) -> Moments {
        Moments { mean: self.mean.val(), variance: self.variance.val() }
    }
}

fn moments(x: &Tensor<4>) -> Moments {
    let [b, r, c, channels] = x.dims();
    let rows = x.clone().reshape([b * r * c, channels]);
    let mean = rows.clone().mean_dim(0); // [1, channels]
    let variance = (rows - mean.clone()).square().mean_dim(0);
    Moments { mean: mean.squeeze_dim(0), variance: variance.squeeze_dim(0) }
}

/// From latent variables to a picture.
#[derive(Module, Debug)]
pub struct Generator {
    dense: Pointwise,
    /// `[classes, pixels / 16 · g₀]`
    label: Option<Param<Tensor<2>>>,
    quarter: Norm,
    up: Strided,
    half: Norm,
    output: Strided,
    #[module(skip)]
    shape: [usize; 3],
}

impl Generator {
    /// Pictures of −1 to 1, normalised by the running means.
    ///
    /// # Shapes
    /// `latents`: `[b, d]`, `labels`: one-hot `[b, classes]`, to `[b, pixels]`
    pub fn forward(&self, latents: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<2> {
        let h = self.quarter(latents, labels);
        let h = relu(self.quarter.forward(h, &self.quarter.running()));
        let h = self.up.up(h); // [b, r / 2, c / 2, g₁]
        let h = relu(self.half.forward(h, &self.half.running()));
        self.output.up(h).tanh().flatten(1, 3) // [b, pixels]
    }

    /// [`Generator::forward`] normalised by the batch's own moments, which come with it.
    ///
    /// # Shapes
    /// As [`Generator::forward`]
    pub fn learn(
        &self,
        latents: Tensor<2>,
        labels: Option<Tensor<2>>,
    ) -> (Tensor<2>, [Moments; 2]) {
        let h = self.quarter(latents, labels);
        let quarter = moments(&h);
        let h = self.up.up(relu(self.quarter.forward(h, &quarter))); // [b, r / 2, c / 2, g₁]
        let half = moments(&h);
        let h = relu(self.half.forward(h, &half));
        (self.output.up(h).tanh().flatten(1, 3), [quarter, half])
    }

    /// # Shapes
    /// To `[b, r / 4, c / 4, g₀]`
    fn quarter(&self, latents: Tensor<2>, labels: Option<Tensor<2>>) -> Tensor<4> {
        let [b, _] = latents.dims();
        let mut flat = self.dense.dense(latents);
        if let (Some(table), Some(labels)) = (&self.label, labels) {
            flat = flat + labels.matmul(table.val());
        }
        let [rows, columns, channels] = self.shape;
        flat.reshape([b, rows, columns, channels])
    }
}

/// A weighted sum.
#[derive(Module, Debug)]
pub(crate) struct Head {
    weight: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
}

/// From a picture to a number: how real it looks.
#[derive(Module, Debug)]
pub struct Critic {
    input: Strided,
    down: Strided,
    dense: Head,
    /// `[classes, features]`
    label: Option<Param<Tensor<2>>>,
    #[module(skip)]
    shape: [usize; 3],
}

impl Critic {
    /// The output a of each picture of −1 to 1; D(x) = sigmoid(a) where a loss speaks of one.
    ///
    /// # Shapes
    /// `pictures`: `[b, pixels]`, `labels`: one-hot `[b, classes]`, `norms`: what weights are divided by,
    /// as [`Critic::norms`] gives them, to `[b]`
    pub fn forward(
        &self,
        pictures: Tensor<2>,
        labels: Option<Tensor<2>>,
        norms: Option<&[Tensor<1>]>,
    ) -> Tensor<1> {
        let [b, _] = pictures.dims();
        let [rows, columns, planes] = self.shape;
        let norm = |index: usize| norms.map(|norms| &norms[index]);
        let x = pictures.reshape([b, rows, columns, planes]);
        let h = leaky_relu(self.input.down(x, norm(0)), LEAK); // [b, r / 2, c / 2, c₀]
        let h = leaky_relu(self.down.down(h, norm(1)), LEAK); // [b, r / 4, c / 4, c₁]
        let features: Tensor<2> = h.flatten(1, 3); // [b, features]
        let divide = |sums: Tensor<1>, index| match norm(index) {
            Some(norm) => sums / norm.clone(),
            None => sums,
        };
        let weight = self.dense.weight.val().unsqueeze_dim::<2>(1); // [features, 1]
        let mut a = divide(features.clone().matmul(weight).squeeze_dim(1), 2); // [b]
        if let (Some(table), Some(labels)) = (&self.label, labels) {
            let rows = labels.matmul(table.val()); // [b, features]
            a = a + divide((rows * features).sum_dim(1).squeeze_dim(1), 3);
        }
        a + self.dense.bias.val()
    }

    /// The weights that spectral normalisation divides, as matrices of `[inputs, outputs]`.
    pub fn matrices(&self) -> Vec<Tensor<2>> {
        let taps = |strided: &Strided| {
            let [taps, i, o] = strided.weight.dims();
            strided.weight.val().reshape([taps * i, o])
        };
        let dense = self.dense.weight.val().unsqueeze_dim(1); // [features, 1]
        let mut all = vec![taps(&self.input), taps(&self.down), dense];
        all.extend(self.label.as_ref().map(Param::val));
        all
    }

    /// The largest singular value of each of [`Critic::matrices`], vᵀ·W·u, by the directions `(v, u)`
    /// that [`power_iteration`] found. They count as constants: the derivative is that of Miyato et al.
    /// 2018, equation 12.
    ///
    /// # Shapes
    /// `v`: `[inputs]`, `u`: `[outputs]`, to `[1]` each
    pub fn norms(&self, directions: &[(Tensor<1>, Tensor<1>)]) -> Vec<Tensor<1>> {
        let pairs = self.matrices().into_iter().zip(directions);
        let norm = |(matrix, (v, u)): (Tensor<2>, &(Tensor<1>, Tensor<1>))| {
            let product = matrix.matmul(u.clone().unsqueeze_dim(1)).squeeze_dim(1); // [inputs]
            (product * v.clone()).sum()
        };
        pairs.map(norm).collect()
    }
}

/// One step towards the directions of a matrix's largest singular value: v = W·u and u = Wᵀ·v, each made
/// as long as one.
///
/// # Shapes
/// `matrix`: `[inputs, outputs]`, `u`: `[outputs]`, to `v`: `[inputs]` and `u`
pub fn power_iteration(matrix: Tensor<2>, u: Tensor<1>) -> (Tensor<1>, Tensor<1>) {
    let unit = |x: Tensor<1>| x.clone() / (x.square().sum().sqrt() + 1e-12);
    let v = unit(matrix.clone().matmul(u.unsqueeze_dim(1)).squeeze_dim(1));
    let u = unit(matrix.transpose().matmul(v.clone().unsqueeze_dim(1)).squeeze_dim(1));
    (v, u)
}
