//! The packed layers that decoder and context network are made of.

use halfdrawn_format::ParameterTable;

use crate::matrix::{Matrix, pad, padded};

/// Finds parameter tensors by name. Names and lengths were checked when the model was built.
#[derive(Clone, Copy)]
pub(crate) struct Parameters<'a> {
    pub table: &'a ParameterTable,
    pub values: &'a [f32],
}

impl<'a> Parameters<'a> {
    /// The elements of a tensor; none where the network has no such tensor.
    pub fn get(&self, name: &str) -> &'a [f32] {
        self.table.get(name).map_or(&[], |tensor| &self.values[tensor.range()])
    }

    /// Packs a weight tensor of shape `[…, inputs, outputs]`, all leading dimensions being taps.
    pub fn matrix(&self, name: &str, inputs: usize, outputs: usize) -> Matrix {
        let weights = self.get(name);
        Matrix::pack(weights, weights.len() / (inputs * outputs), inputs, outputs)
    }

    /// bias + row + column of every position: the starting values of a stem.
    pub fn positions(&self, stem: &str, rows: usize, columns: usize, width: usize) -> Vec<f32> {
        let bias = self.get(&format!("{stem}.bias"));
        let row_table = self.get(&format!("{stem}.row"));
        let column_table = self.get(&format!("{stem}.column"));
        let stride = padded(width);
        let mut values = vec![0.0; rows * columns * stride];
        for (pixel, value) in values.chunks_exact_mut(stride).enumerate() {
            let (row, column) = (pixel / columns, pixel % columns);
            for c in 0..width {
                value[c] =
                    (bias[c] + row_table[row * width + c]) + column_table[column * width + c];
            }
        }
        values
    }
}

/// A residual block: C → H → (taps of a dilated 3×3 kernel) H → C.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub dilation: usize,
    pub reduce: Matrix,
    pub reduce_bias: Vec<f32>,
    /// One for each part of the kernel's taps.
    pub conv: Vec<Matrix>,
    pub conv_bias: Vec<f32>,
    pub expand: Matrix,
    pub expand_bias: Vec<f32>,
}

impl Block {
    /// `parts` is how many taps each part of the kernel has.
    pub fn new(
        parameters: Parameters<'_>,
        prefix: &str,
        dilation: usize,
        parts: &[usize],
        width: usize,
        hidden: usize,
    ) -> Self {
        let bias = |layer: &str| pad(parameters.get(&format!("{prefix}.{layer}.bias")));
        let matrix = |layer: &str, inputs, outputs| {
            parameters.matrix(&format!("{prefix}.{layer}.weight"), inputs, outputs)
        };
        let mut taps = parameters.get(&format!("{prefix}.conv.weight"));
        let part = |&part: &usize| {
            let (weights, rest) = taps.split_at(part * hidden * hidden);
            taps = rest;
            Matrix::pack(weights, part, hidden, hidden)
        };
        Self {
            dilation,
            conv: parts.iter().map(part).collect(),
            reduce: matrix("reduce", width, hidden),
            reduce_bias: bias("reduce"),
            conv_bias: bias("conv"),
            expand: matrix("expand", hidden, width),
            expand_bias: bias("expand"),
        }
    }

    pub fn multiply_adds(&self) -> usize {
        let conv = self.conv.iter().map(Matrix::multiply_adds).sum::<usize>();
        self.reduce.multiply_adds() + conv + self.expand.multiply_adds()
    }
}
