//! Dense layers, forward and backward, for a batch at once.

use halfdrawn_format::ParameterTable;

use super::block::{Parameters, Place};
use super::grid::Grid;
use super::kernels::{Product, multiply, outer, sum_pixels};
use super::pixels::{add_rows, positive};

/// A dense layer, and what it takes backward.
pub(super) struct Dense {
    weight: Place,
    bias: Place,
}

impl Dense {
    pub fn find(table: &ParameterTable, name: &str) -> Self {
        let place = |part: &str| Place::find(table, &format!("{name}.{part}"));
        Self { weight: place("weight"), bias: place("bias") }
    }

    pub fn outputs(&self) -> usize {
        self.bias.range.len()
    }

    pub fn inputs(&self) -> usize {
        self.weight.range.len() / self.outputs()
    }

    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        self.weight.transpose(parameters, mirror);
    }

    /// `out = x·weight + bias (+ out) (relu)`.
    pub fn forward(&self, grid: Grid, p: &[f32], x: &[f32], product: Product, out: &mut [f32]) {
        let product = Product { bias: Some(self.bias.of(p)), ..product };
        multiply(grid, x, &[0], self.weight.of(p), product, out);
    }

    /// Adds to the gradient of weight and bias.
    pub fn learn(&self, grid: Grid, x: &[f32], slope: &[f32], gradient: &mut [f32]) {
        outer(grid, x, &[0], slope, self.weight.of_mut(gradient));
        sum_pixels(grid, slope, self.bias.of_mut(gradient));
    }

    /// The gradient with respect to `x`, zero where `gate` is not positive.
    pub fn backward(
        &self,
        grid: Grid,
        mirror: &[f32],
        slope: &[f32],
        gate: Option<&[f32]>,
        out: &mut [f32],
    ) {
        let product = Product { gate, ..Product::default() };
        multiply(grid, slope, &[0], self.weight.of(mirror), product, out);
    }
}

/// The rows of a table of digits: `out[b] = table[labels[b]]`.
pub(super) fn look_up(table: &[f32], labels: &[u8], out: &mut [f32]) {
    let width = out.len() / labels.len().max(1);
    for (out, &label) in out.chunks_exact_mut(width).zip(labels) {
        out.copy_from_slice(&table[usize::from(label) * width..][..width]);
    }
}

/// The gradient of [`look_up`].
pub(super) fn look_up_gradient(slope: &[f32], labels: &[u8], gradient: &mut [f32]) {
    let width = slope.len() / labels.len().max(1);
    for (slope, &label) in slope.chunks_exact(width).zip(labels) {
        let row = &mut gradient[usize::from(label) * width..][..width];
        row.iter_mut().zip(slope).for_each(|(sum, value)| *sum += value);
    }
}

/// Encoder or decoder of dense layers.
pub(super) struct Mlp {
    layers: Vec<Dense>,
    label: Option<Place>,
}

/// The activations of a batch, and their gradients.
#[derive(Default)]
pub(super) struct MlpSpace {
    kept: Vec<Vec<f32>>,
    slopes: Vec<Vec<f32>>,
    /// Of binary pictures, the ink of each; and of each pixel, the pictures with ink.
    ink: Vec<Vec<u16>>,
    inked: Vec<Vec<u16>>,
}

/// What goes into the first layer.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    /// Binary pictures: the layer is a sum of rows of its weights, a seventh of the work.
    Pictures(&'a [u8]),
    /// Numbers.
    Numbers(&'a [f32]),
}

impl MlpSpace {
    /// What the last forward pass came to.
    pub fn output(&self) -> &[f32] {
        self.kept.last().map_or(&[], Vec::as_slice)
    }
}

impl Mlp {
    pub fn new(table: &ParameterTable, prefix: &str, layers: usize) -> Self {
        let names = (0..layers).map(|index| format!("{prefix}.layers.{index}"));
        let names = names.chain([format!("{prefix}.output")]);
        let label = format!("{prefix}.label");
        Self {
            layers: names.map(|name| Dense::find(table, &name)).collect(),
            label: table.get(&label).map(|_| Place::find(table, &label)),
        }
    }

    /// Prepares the backward pass; without `first` the input takes no gradient.
    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32], first: bool) {
        let layers = self.layers.iter().skip(usize::from(!first));
        layers.for_each(|layer| layer.transpose(parameters, mirror));
    }

    /// The output for a batch of `count`, in `space`.
    pub fn forward<'a>(
        &self,
        p: &[f32],
        input: Input,
        labels: &[u8],
        count: usize,
        space: &'a mut MlpSpace,
    ) -> &'a [f32] {
        let grid = Grid::new(1, count, 0);
        let last = self.layers.len() - 1;
        space.kept.resize_with(self.layers.len(), Vec::new);
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, after) = space.kept.split_at_mut(index);
            let out = &mut after[0];
            out.resize(count * layer.outputs(), 0.0);
            let label = self.label.as_ref().filter(|_| index == 0);
            if let Some(table) = label {
                look_up(table.of(p), labels, out);
            }
            let relu = index < last;
            let product = Product { relu, accumulate: label.is_some(), ..Product::default() };
            match (before.last(), input) {
                (Some(x), _) => layer.forward(grid, p, x, product, out),
                (None, Input::Numbers(x)) => layer.forward(grid, p, x, product, out),
                (None, Input::Pictures(pictures)) => {
                    find_ink(pictures, count, &mut space.ink, &mut space.inked);
                    sum_rows(layer, p, &space.ink, product, out);
                }
            }
        }
        &space.kept[last]
    }

    /// Adds to `gradient` what `slope`, with respect to the output of `forward`, makes; `input_slope`
    /// takes the gradient with respect to the input.
    #[expect(clippy::too_many_arguments, reason = "a backward pass needs all that its forward had")]
    pub fn backward(
        &self,
        parameters: Parameters,
        input: Input,
        labels: &[u8],
        slope: &[f32],
        space: &mut MlpSpace,
        gradient: &mut [f32],
        input_slope: Option<&mut [f32]>,
    ) {
        let last = self.layers.len() - 1;
        let grid = Grid::new(1, slope.len() / self.layers[last].outputs(), 0);
        space.slopes.resize_with(last, Vec::new);
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let (below, above) = space.slopes.split_at_mut(index);
            let slope = above.first().map_or(slope, Vec::as_slice);
            if let Some(x) = index.checked_sub(1).map(|before| space.kept[before].as_slice()) {
                layer.learn(grid, x, slope, gradient);
                let out = &mut below[index - 1];
                out.resize(x.len(), 0.0);
                layer.backward(grid, parameters.transposed, slope, Some(x), out);
                continue;
            }
            match input {
                Input::Numbers(x) => layer.learn(grid, x, slope, gradient),
                Input::Pictures(_) => {
                    sum_pixels(grid, slope, layer.bias.of_mut(gradient));
                    let rows = layer.weight.of_mut(gradient).chunks_exact_mut(layer.outputs());
                    rows.zip(&space.inked).for_each(|(row, inked)| add_rows(slope, inked, row));
                }
            }
            if let Some(table) = &self.label {
                look_up_gradient(slope, labels, table.of_mut(gradient));
            }
        }
        if let Some(out) = input_slope {
            let slope = space.slopes.first().map_or(slope, Vec::as_slice);
            self.layers[0].backward(grid, parameters.transposed, slope, None, out);
        }
    }
}

/// Lists the ink of each picture, and the pictures of each pixel.
fn find_ink(pictures: &[u8], count: usize, ink: &mut Vec<Vec<u16>>, inked: &mut Vec<Vec<u16>>) {
    let pixels = pictures.len() / count;
    ink.resize_with(count, Vec::new);
    inked.resize_with(pixels, Vec::new);
    ink.iter_mut().chain(inked.iter_mut()).for_each(Vec::clear);
    for (index, picture) in pictures.chunks_exact(pixels).enumerate() {
        for pixel in (0..pixels).filter(|&pixel| picture[pixel] == 1) {
            ink[index].push(pixel as u16);
            inked[pixel].push(index as u16);
        }
    }
}

/// [`Dense::forward`] of binary pictures.
fn sum_rows(layer: &Dense, p: &[f32], ink: &[Vec<u16>], product: Product, out: &mut [f32]) {
    let (weight, bias) = (layer.weight.of(p), layer.bias.of(p));
    for (out, ink) in out.chunks_exact_mut(layer.outputs()).zip(ink) {
        for (out, bias) in out.iter_mut().zip(bias) {
            *out = if product.accumulate { *out + bias } else { *bias };
        }
        add_rows(weight, ink, out);
        if product.relu {
            out.iter_mut().for_each(|value| *value = positive(*value));
        }
    }
}
