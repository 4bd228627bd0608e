//! The residual block, forward and backward, for decoder and context network alike.

use std::ops::Range;

use halfdrawn_format::{ParameterTable, Tap};

use super::grid::Grid;
use super::kernels::{Product, multiply, outer, sum_pixels};

/// Side of the squares that a matrix is transposed in.
const TILE: usize = 16;

/// Where a weight lies in the flat parameter vector and, transposed, in its mirror.
///
/// The mirror has the same length; every `[…, in, out]` tensor lies at the same offset as
/// `[…, out, in]`, ready for the backward product.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub range: Range<usize>,
    inputs: usize,
    outputs: usize,
}

impl Place {
    pub fn find(table: &ParameterTable, name: &str) -> Self {
        let tensor = table.get(name).unwrap_or_else(|| panic!("no tensor {name} in the table"));
        let rank = tensor.shape.len();
        let outputs = tensor.shape[rank - 1];
        let inputs = if rank > 1 { tensor.shape[rank - 2] } else { 1 };
        Self { range: tensor.range(), inputs, outputs }
    }

    pub fn of<'a>(&self, vector: &'a [f32]) -> &'a [f32] {
        &vector[self.range.clone()]
    }

    pub fn of_mut<'a>(&self, vector: &'a mut [f32]) -> &'a mut [f32] {
        &mut vector[self.range.clone()]
    }

    /// Writes the tensor's transpose into the mirror.
    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        let size = self.inputs * self.outputs;
        let from = self.of(parameters).chunks_exact(size);
        for (from, to) in from.zip(self.of_mut(mirror).chunks_exact_mut(size)) {
            // In tiles, so that neither side runs through the cache row by row.
            for first in (0..self.inputs).step_by(TILE) {
                for start in (0..self.outputs).step_by(TILE) {
                    for output in start..(start + TILE).min(self.outputs) {
                        for input in first..(first + TILE).min(self.inputs) {
                            to[output * self.inputs + input] = from[input * self.outputs + output];
                        }
                    }
                }
            }
        }
    }
}

/// The parameters in both orders.
#[derive(Clone, Copy)]
pub(super) struct Parameters<'a> {
    pub forward: &'a [f32],
    pub transposed: &'a [f32],
}

/// Offsets of a convolution and their mirror images, which carry gradients back.
#[derive(Clone, Debug)]
pub(super) struct Offsets {
    pub forward: Vec<isize>,
    pub backward: Vec<isize>,
}

impl Offsets {
    pub fn new(grid: Grid, taps: &[Tap]) -> Self {
        let forward: Vec<_> = taps.iter().map(|&tap| grid.offset(tap)).collect();
        let backward = forward.iter().map(|offset| -offset).collect();
        Self { forward, backward }
    }
}

/// `h = relu(reduce·x)`, `g = relu(conv·h (+ context·ctx))`, `x += expand·g`.
#[derive(Clone, Debug)]
pub(super) struct Block {
    grid: Grid,
    offsets: Offsets,
    reduce: Place,
    reduce_bias: Place,
    conv: Place,
    conv_bias: Place,
    expand: Place,
    expand_bias: Place,
    context: Option<Place>,
}

/// The activations of one block that its gradient needs.
pub(super) struct Activations {
    h: Vec<f32>,
    g: Vec<f32>,
}

impl Activations {
    pub fn new(grid: Grid, hidden: usize) -> Self {
        Self { h: grid.buffer(hidden), g: grid.buffer(hidden) }
    }
}

/// Gradients inside a block, shared by all blocks of a network.
pub(super) struct Slopes {
    h: Vec<f32>,
    g: Vec<f32>,
}

impl Slopes {
    pub fn new(grid: Grid, hidden: usize) -> Self {
        Self { h: grid.buffer(hidden), g: grid.buffer(hidden) }
    }
}

impl Block {
    pub fn new(table: &ParameterTable, prefix: &str, grid: Grid, taps: &[Tap]) -> Self {
        let place = |name: &str| Place::find(table, &format!("{prefix}.{name}"));
        let context = format!("{prefix}.context");
        Self {
            grid,
            offsets: Offsets::new(grid, taps),
            reduce: place("reduce.weight"),
            reduce_bias: place("reduce.bias"),
            conv: place("conv.weight"),
            conv_bias: place("conv.bias"),
            expand: place("expand.weight"),
            expand_bias: place("expand.bias"),
            context: table.get(&context).map(|_| Place::find(table, &context)),
        }
    }

    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        for place in [&self.reduce, &self.conv, &self.expand].into_iter().chain(&self.context) {
            place.transpose(parameters, mirror);
        }
    }

    /// Reads the stream `x`, writes the next `out`.
    pub fn forward(
        &self,
        parameters: &[f32],
        x: &[f32],
        context: Option<&[f32]>,
        kept: &mut Activations,
        out: &mut [f32],
    ) {
        let bias = |place: &Place| -> Option<&[f32]> { Some(&parameters[place.range.clone()]) };
        let product = Product { bias: bias(&self.reduce_bias), relu: true, ..Product::default() };
        multiply(self.grid, x, &[0], self.reduce.of(parameters), product, &mut kept.h);
        let mut product = Product { bias: bias(&self.conv_bias), relu: true, ..Product::default() };
        if let (Some(place), Some(context)) = (&self.context, context) {
            let weights = place.of(parameters);
            multiply(self.grid, context, &[0], weights, Product::default(), &mut kept.g);
            product.accumulate = true;
        }
        let conv = self.conv.of(parameters);
        multiply(self.grid, &kept.h, &self.offsets.forward, conv, product, &mut kept.g);
        let product =
            Product { bias: bias(&self.expand_bias), source: Some(x), ..Product::default() };
        multiply(self.grid, &kept.g, &[0], self.expand.of(parameters), product, out);
    }

    /// Turns `slope`, the gradient of the loss with respect to this block's output, into that with
    /// respect to its input, and adds to `gradient` and to the context's slope.
    #[expect(clippy::too_many_arguments, reason = "a backward pass needs all that its forward had")]
    pub fn backward(
        &self,
        parameters: Parameters,
        x: &[f32],
        context: Option<(&[f32], &mut [f32])>,
        kept: &Activations,
        slopes: &mut Slopes,
        slope: &mut [f32],
        gradient: &mut [f32],
    ) {
        let (grid, mirror) = (self.grid, parameters.transposed);
        let gated = |gate| Product { gate: Some(gate), ..Product::default() };
        let added = Product { accumulate: true, ..Product::default() };

        outer(grid, &kept.g, &[0], slope, self.expand.of_mut(gradient));
        sum_pixels(grid, slope, self.expand_bias.of_mut(gradient));
        multiply(grid, slope, &[0], self.expand.of(mirror), gated(&kept.g), &mut slopes.g);

        outer(grid, &kept.h, &self.offsets.forward, &slopes.g, self.conv.of_mut(gradient));
        sum_pixels(grid, &slopes.g, self.conv_bias.of_mut(gradient));
        if let (Some(place), Some((context, context_slope))) = (&self.context, context) {
            outer(grid, context, &[0], &slopes.g, place.of_mut(gradient));
            multiply(grid, &slopes.g, &[0], place.of(mirror), added, context_slope);
        }
        let conv = self.conv.of(mirror);
        multiply(grid, &slopes.g, &self.offsets.backward, conv, gated(&kept.h), &mut slopes.h);

        outer(grid, x, &[0], &slopes.h, self.reduce.of_mut(gradient));
        sum_pixels(grid, &slopes.h, self.reduce_bias.of_mut(gradient));
        multiply(grid, &slopes.h, &[0], self.reduce.of(mirror), added, slope);
    }
}
