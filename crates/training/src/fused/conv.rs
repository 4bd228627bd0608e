//! The convolutional sides of a coder, one picture at a time.

use halfdrawn_format::{Conv, ParameterTable, square_taps};

use super::block::{Offsets, Parameters, Place};
use super::context::relu_into;
use super::grid::Grid;
use super::kernels::{Product, multiply, outer, sum_pixels};
use super::mlp::{Dense, look_up, look_up_gradient};
use super::stage::{ONE, Stage, StageSpace, each_pixel, each_quarter, grids, label};

/// From a picture to numbers about it.
pub(super) struct ConvEncoder {
    picture: Grid,
    offsets: Offsets,
    stem: Place,
    stem_bias: Place,
    half: Stage,
    fold: Dense,
    quarter: Stage,
    squeeze: Dense,
    dense: Dense,
    label: Option<Place>,
    output: Dense,
}

pub(super) struct EncoderSpace {
    folded: Vec<f32>,
    half: StageSpace,
    folded_half: Vec<f32>,
    folded_slope: Vec<f32>,
    quarter: StageSpace,
    rectified: Vec<f32>,
    squeezed: Vec<f32>,
    squeezed_slope: Vec<f32>,
    flat: Vec<f32>,
    flat_slope: Vec<f32>,
    /// What the last layer sees.
    pub dense: Vec<f32>,
    dense_slope: Vec<f32>,
    pub output: Vec<f32>,
}

impl ConvEncoder {
    pub fn new(table: &ParameterTable, sides: [usize; 2], conv: &Conv) -> Self {
        let [picture, half, quarter] = grids(sides);
        let dense = |name: &str| Dense::find(table, &format!("encoder.{name}"));
        Self {
            picture,
            offsets: Offsets::new(half, &square_taps(1)),
            stem: Place::find(table, "encoder.stem.weight"),
            stem_bias: Place::find(table, "encoder.stem.bias"),
            half: Stage::new(table, "encoder.half", half, conv, 0),
            fold: dense("fold"),
            quarter: Stage::new(table, "encoder.quarter", quarter, conv, 1),
            squeeze: dense("squeeze"),
            dense: dense("dense"),
            label: label(table, "encoder.label"),
            output: dense("output"),
        }
    }

    pub fn space(&self) -> EncoderSpace {
        let (half, quarter) = (self.half.grid, self.quarter.grid);
        let (width, squeeze) = (4 * self.half.width, self.squeeze.outputs());
        EncoderSpace {
            folded: half.buffer(4),
            half: self.half.space(),
            folded_half: quarter.buffer(width),
            folded_slope: quarter.buffer(width),
            quarter: self.quarter.space(),
            rectified: quarter.buffer(self.quarter.width),
            squeezed: quarter.buffer(squeeze),
            squeezed_slope: quarter.buffer(squeeze),
            flat: vec![0.0; self.dense.inputs()],
            flat_slope: vec![0.0; self.dense.inputs()],
            dense: vec![0.0; self.dense.outputs()],
            dense_slope: vec![0.0; self.dense.outputs()],
            output: vec![0.0; self.output.outputs()],
        }
    }

    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        for dense in [&self.fold, &self.squeeze, &self.dense, &self.output] {
            dense.transpose(parameters, mirror);
        }
        self.half.transpose(parameters, mirror);
        self.quarter.transpose(parameters, mirror);
    }

    /// `picture` gives the value of a pixel.
    pub fn forward(
        &self,
        p: &[f32],
        picture: impl Fn(usize) -> f32,
        labels: &[u8],
        w: &mut EncoderSpace,
    ) {
        let (half, quarter) = (self.half.grid, self.quarter.grid);
        each_quarter(self.picture, half, 1, |from, to| w.folded[to] = picture(from));
        let product = Product { bias: Some(self.stem_bias.of(p)), ..Product::default() };
        let stem = self.stem.of(p);
        multiply(half, &w.folded, &self.offsets.forward, stem, product, &mut w.half.streams[0]);
        self.half.forward(p, &mut w.half);
        let (width, stream) = (self.half.width, w.half.last());
        each_quarter(half, quarter, width, |from, to| {
            w.folded_half[to..to + width].copy_from_slice(&stream[from..from + width]);
        });
        let plain = Product::default();
        self.fold.forward(quarter, p, &w.folded_half, plain, &mut w.quarter.streams[0]);
        self.quarter.forward(p, &mut w.quarter);
        relu_into(w.quarter.last(), &mut w.rectified);
        let relu = Product { relu: true, ..Product::default() };
        self.squeeze.forward(quarter, p, &w.rectified, relu, &mut w.squeezed);
        let channels = self.squeeze.outputs();
        each_pixel(quarter, |from, to| {
            let squeezed = &w.squeezed[from * channels..(from + 1) * channels];
            w.flat[to * channels..(to + 1) * channels].copy_from_slice(squeezed);
        });
        if let Some(table) = &self.label {
            look_up(table.of(p), labels, &mut w.dense);
        }
        let product = Product { accumulate: self.label.is_some(), ..relu };
        self.dense.forward(ONE, p, &w.flat, product, &mut w.dense);
        self.output.forward(ONE, p, &w.dense, plain, &mut w.output);
    }

    pub fn backward(
        &self,
        parameters: Parameters,
        labels: &[u8],
        slope: &[f32],
        w: &mut EncoderSpace,
        gradient: &mut [f32],
    ) {
        let (half, quarter, mirror) = (self.half.grid, self.quarter.grid, parameters.transposed);
        self.output.learn(ONE, &w.dense, slope, gradient);
        self.output.backward(ONE, mirror, slope, Some(&w.dense), &mut w.dense_slope);
        if let Some(table) = &self.label {
            look_up_gradient(&w.dense_slope, labels, table.of_mut(gradient));
        }
        self.dense.learn(ONE, &w.flat, &w.dense_slope, gradient);
        self.dense.backward(ONE, mirror, &w.dense_slope, Some(&w.flat), &mut w.flat_slope);
        let channels = self.squeeze.outputs();
        each_pixel(quarter, |to, from| {
            let flat = &w.flat_slope[from * channels..(from + 1) * channels];
            w.squeezed_slope[to * channels..(to + 1) * channels].copy_from_slice(flat);
        });
        self.squeeze.learn(quarter, &w.rectified, &w.squeezed_slope, gradient);
        let out = &mut w.quarter.slope;
        self.squeeze.backward(quarter, mirror, &w.squeezed_slope, Some(&w.rectified), out);
        self.quarter.backward(parameters, &mut w.quarter, gradient);
        self.fold.learn(quarter, &w.folded_half, &w.quarter.slope, gradient);
        self.fold.backward(quarter, mirror, &w.quarter.slope, None, &mut w.folded_slope);
        let width = self.half.width;
        each_quarter(half, quarter, width, |to, from| {
            w.half.slope[to..to + width].copy_from_slice(&w.folded_slope[from..from + width]);
        });
        self.half.backward(parameters, &mut w.half, gradient);
        let stem = self.stem.of_mut(gradient);
        outer(half, &w.folded, &self.offsets.forward, &w.half.slope, stem);
        sum_pixels(half, &w.half.slope, self.stem_bias.of_mut(gradient));
    }
}

/// From latent variables to logits.
pub(super) struct ConvDecoder {
    picture: Grid,
    offsets: Offsets,
    dense: Dense,
    label: Option<Place>,
    spread: Dense,
    widen: Dense,
    quarter: Stage,
    unfold: Dense,
    half: Stage,
    output: Place,
    output_bias: Place,
}

pub(super) struct DecoderSpace {
    dense: Vec<f32>,
    dense_slope: Vec<f32>,
    flat: Vec<f32>,
    flat_slope: Vec<f32>,
    spread: Vec<f32>,
    spread_slope: Vec<f32>,
    quarter: StageSpace,
    unfolded: Vec<f32>,
    unfolded_slope: Vec<f32>,
    half: StageSpace,
    rectified: Vec<f32>,
    output: Vec<f32>,
    output_slope: Vec<f32>,
    pub logits: Vec<f32>,
}

impl ConvDecoder {
    pub fn new(table: &ParameterTable, sides: [usize; 2], conv: &Conv) -> Self {
        let [picture, half, quarter] = grids(sides);
        let dense = |name: &str| Dense::find(table, &format!("decoder.{name}"));
        Self {
            picture,
            offsets: Offsets::new(half, &square_taps(1)),
            dense: dense("dense"),
            label: label(table, "decoder.label"),
            spread: dense("spread"),
            widen: dense("widen"),
            quarter: Stage::new(table, "decoder.quarter", quarter, conv, 1),
            unfold: dense("unfold"),
            half: Stage::new(table, "decoder.half", half, conv, 0),
            output: Place::find(table, "decoder.output.weight"),
            output_bias: Place::find(table, "decoder.output.bias"),
        }
    }

    pub fn space(&self) -> DecoderSpace {
        let (half, quarter) = (self.half.grid, self.quarter.grid);
        let (width, squeeze) = (4 * self.half.width, self.widen.inputs());
        DecoderSpace {
            dense: vec![0.0; self.dense.outputs()],
            dense_slope: vec![0.0; self.dense.outputs()],
            flat: vec![0.0; self.spread.outputs()],
            flat_slope: vec![0.0; self.spread.outputs()],
            spread: quarter.buffer(squeeze),
            spread_slope: quarter.buffer(squeeze),
            quarter: self.quarter.space(),
            unfolded: quarter.buffer(width),
            unfolded_slope: quarter.buffer(width),
            half: self.half.space(),
            rectified: half.buffer(self.half.width),
            output: half.buffer(4),
            output_slope: half.buffer(4),
            logits: vec![0.0; self.picture.rows * self.picture.columns],
        }
    }

    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        for dense in [&self.dense, &self.spread, &self.widen, &self.unfold] {
            dense.transpose(parameters, mirror);
        }
        self.output.transpose(parameters, mirror);
        self.half.transpose(parameters, mirror);
        self.quarter.transpose(parameters, mirror);
    }

    pub fn forward(&self, p: &[f32], latents: &[f32], labels: &[u8], w: &mut DecoderSpace) {
        let (half, quarter) = (self.half.grid, self.quarter.grid);
        let (plain, relu) = (Product::default(), Product { relu: true, ..Product::default() });
        if let Some(table) = &self.label {
            look_up(table.of(p), labels, &mut w.dense);
        }
        let product = Product { accumulate: self.label.is_some(), ..relu };
        self.dense.forward(ONE, p, latents, product, &mut w.dense);
        self.spread.forward(ONE, p, &w.dense, relu, &mut w.flat);
        let channels = self.widen.inputs();
        each_pixel(quarter, |to, from| {
            let flat = &w.flat[from * channels..(from + 1) * channels];
            w.spread[to * channels..(to + 1) * channels].copy_from_slice(flat);
        });
        self.widen.forward(quarter, p, &w.spread, plain, &mut w.quarter.streams[0]);
        self.quarter.forward(p, &mut w.quarter);
        self.unfold.forward(quarter, p, w.quarter.last(), plain, &mut w.unfolded);
        let width = self.half.width;
        each_quarter(half, quarter, width, |to, from| {
            let unfolded = &w.unfolded[from..from + width];
            w.half.streams[0][to..to + width].copy_from_slice(unfolded);
        });
        self.half.forward(p, &mut w.half);
        relu_into(w.half.last(), &mut w.rectified);
        let product = Product { bias: Some(self.output_bias.of(p)), ..Product::default() };
        let output = self.output.of(p);
        multiply(half, &w.rectified, &self.offsets.forward, output, product, &mut w.output);
        each_quarter(self.picture, half, 1, |to, from| w.logits[to] = w.output[from]);
    }

    /// `latent_slope` takes the gradient with respect to the latent variables.
    #[expect(clippy::too_many_arguments, reason = "a backward pass needs all that its forward had")]
    pub fn backward(
        &self,
        parameters: Parameters,
        latents: &[f32],
        labels: &[u8],
        slope: &[f32],
        w: &mut DecoderSpace,
        gradient: &mut [f32],
        latent_slope: &mut [f32],
    ) {
        let (half, quarter, mirror) = (self.half.grid, self.quarter.grid, parameters.transposed);
        each_quarter(self.picture, half, 1, |from, to| w.output_slope[to] = slope[from]);
        let output = self.output.of_mut(gradient);
        outer(half, &w.rectified, &self.offsets.forward, &w.output_slope, output);
        sum_pixels(half, &w.output_slope, self.output_bias.of_mut(gradient));
        let product = Product { gate: Some(&w.rectified), ..Product::default() };
        let (offsets, output) = (&self.offsets.backward, self.output.of(mirror));
        multiply(half, &w.output_slope, offsets, output, product, &mut w.half.slope);
        self.half.backward(parameters, &mut w.half, gradient);
        let width = self.half.width;
        each_quarter(half, quarter, width, |from, to| {
            let slope = &w.half.slope[from..from + width];
            w.unfolded_slope[to..to + width].copy_from_slice(slope);
        });
        self.unfold.learn(quarter, w.quarter.last(), &w.unfolded_slope, gradient);
        self.unfold.backward(quarter, mirror, &w.unfolded_slope, None, &mut w.quarter.slope);
        self.quarter.backward(parameters, &mut w.quarter, gradient);
        self.widen.learn(quarter, &w.spread, &w.quarter.slope, gradient);
        let gate = Some(w.spread.as_slice());
        self.widen.backward(quarter, mirror, &w.quarter.slope, gate, &mut w.spread_slope);
        let channels = self.widen.inputs();
        each_pixel(quarter, |from, to| {
            let slope = &w.spread_slope[from * channels..(from + 1) * channels];
            w.flat_slope[to * channels..(to + 1) * channels].copy_from_slice(slope);
        });
        self.spread.learn(ONE, &w.dense, &w.flat_slope, gradient);
        self.spread.backward(ONE, mirror, &w.flat_slope, Some(&w.dense), &mut w.dense_slope);
        if let Some(table) = &self.label {
            look_up_gradient(&w.dense_slope, labels, table.of_mut(gradient));
        }
        self.dense.learn(ONE, latents, &w.dense_slope, gradient);
        self.dense.backward(ONE, mirror, &w.dense_slope, None, latent_slope);
    }
}
