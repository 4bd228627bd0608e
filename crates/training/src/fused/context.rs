//! The context network: (value·known, known) to one vector a pixel, half resolution inside.

use halfdrawn_format::{Network, ParameterTable, local_taps, square_taps};

use super::block::{Activations, Block, Offsets, Parameters, Place, Slopes};
use super::grid::Grid;
use super::kernels::{Product, multiply, outer, sum_pixels};
use super::pixels::positive;

pub(super) struct ContextNetwork {
    grid: Grid,
    low: Grid,
    width: usize,
    channels: usize,
    local_offsets: Offsets,
    stem_offsets: Offsets,
    local: Place,
    local_bias: Place,
    stem: Place,
    stem_bias: Place,
    row: Place,
    column: Place,
    up: Place,
    up_bias: Place,
    blocks: Vec<Block>,
}

/// Everything that one picture needs on its way through the context network and back.
pub(super) struct ContextWorkspace {
    /// (value·known, known), grid × 2.
    input: Vec<f32>,
    /// The same, 2×2 pixels folded into channels, low grid × 8.
    folded: Vec<f32>,
    streams: Vec<Vec<f32>>,
    kept: Vec<Activations>,
    rectified: Vec<f32>,
    up: Vec<f32>,
    /// The vectors handed to the decoder, grid × channels.
    pub output: Vec<f32>,
    /// The gradient with respect to them.
    pub slope: Vec<f32>,
    up_slope: Vec<f32>,
    stream_slope: Vec<f32>,
    slopes: Slopes,
}

impl ContextNetwork {
    pub fn new(network: &Network, table: &ParameterTable, grid: Grid) -> Option<Self> {
        let context = network.context.as_ref()?;
        let padding = context.dilations.iter().copied().max().unwrap_or(1);
        let low = Grid::new(network.low_rows(), network.low_columns(), padding);
        let place = |name: &str| Place::find(table, &format!("context.{name}"));
        Some(Self {
            grid,
            low,
            width: context.width,
            channels: context.channels,
            local_offsets: Offsets::new(grid, &local_taps()),
            stem_offsets: Offsets::new(low, &square_taps(1)),
            local: place("local.weight"),
            local_bias: place("local.bias"),
            stem: place("stem.weight"),
            stem_bias: place("stem.bias"),
            row: place("stem.row"),
            column: place("stem.column"),
            up: place("up.weight"),
            up_bias: place("up.bias"),
            blocks: (0..context.dilations.len())
                .map(|index| {
                    let prefix = format!("context.blocks.{index}");
                    Block::new(table, &prefix, low, &square_taps(context.dilations[index]))
                })
                .collect(),
        })
    }

    pub fn workspace(&self, hidden: usize) -> ContextWorkspace {
        let low = self.low;
        ContextWorkspace {
            input: self.grid.buffer(2),
            folded: low.buffer(8),
            streams: vec![low.buffer(self.width); self.blocks.len() + 1],
            kept: self.blocks.iter().map(|_| Activations::new(low, hidden)).collect(),
            rectified: low.buffer(self.width),
            up: low.buffer(4 * self.channels),
            output: self.grid.buffer(self.channels),
            slope: self.grid.buffer(self.channels),
            up_slope: low.buffer(4 * self.channels),
            stream_slope: low.buffer(self.width),
            slopes: Slopes::new(low, hidden),
        }
    }

    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        self.up.transpose(parameters, mirror);
        for block in &self.blocks {
            block.transpose(parameters, mirror);
        }
    }

    pub fn forward(
        &self,
        parameters: &[f32],
        picture: &[u8],
        known: &[u8],
        w: &mut ContextWorkspace,
    ) {
        let (grid, low) = (self.grid, self.low);
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let pixel = row * grid.columns + column;
                let seen = f32::from(known[pixel]);
                let pair = [seen * (2.0 * f32::from(picture[pixel]) - 1.0), seen];
                let at = 2 * grid.position(row, column);
                w.input[at..at + 2].copy_from_slice(&pair);
                let at = 8 * low.position(row / 2, column / 2) + 4 * (row % 2) + 2 * (column % 2);
                w.folded[at..at + 2].copy_from_slice(&pair);
            }
        }
        let bias = |place: &Place| -> Option<&[f32]> { Some(&parameters[place.range.clone()]) };
        let product = Product { bias: bias(&self.stem_bias), ..Product::default() };
        let stem = self.stem.of(parameters);
        multiply(low, &w.folded, &self.stem_offsets.forward, stem, product, &mut w.streams[0]);
        add_positions(low, self.row.of(parameters), self.column.of(parameters), &mut w.streams[0]);
        for (index, block) in self.blocks.iter().enumerate() {
            let (before, after) = w.streams.split_at_mut(index + 1);
            block.forward(parameters, &before[index], None, &mut w.kept[index], &mut after[0]);
        }
        relu_into(&w.streams[self.blocks.len()], &mut w.rectified);
        let product = Product { bias: bias(&self.up_bias), ..Product::default() };
        multiply(low, &w.rectified, &[0], self.up.of(parameters), product, &mut w.up);
        self.each_unfolded(|from, to, channels| {
            w.output[to..to + channels].copy_from_slice(&w.up[from..from + channels]);
        });
        let product = Product {
            bias: bias(&self.local_bias),
            accumulate: true,
            relu: true,
            ..Product::default()
        };
        let local = self.local.of(parameters);
        multiply(grid, &w.input, &self.local_offsets.forward, local, product, &mut w.output);
    }

    /// Consumes `w.slope`, the gradient with respect to the output of `forward`.
    pub fn backward(&self, parameters: Parameters, w: &mut ContextWorkspace, gradient: &mut [f32]) {
        let (grid, low) = (self.grid, self.low);
        for (slope, &output) in w.slope.iter_mut().zip(&w.output) {
            *slope = if output > 0.0 { *slope } else { 0.0 };
        }
        let local = self.local.of_mut(gradient);
        outer(grid, &w.input, &self.local_offsets.forward, &w.slope, local);
        sum_pixels(grid, &w.slope, self.local_bias.of_mut(gradient));
        self.each_unfolded(|from, to, channels| {
            w.up_slope[from..from + channels].copy_from_slice(&w.slope[to..to + channels]);
        });
        outer(low, &w.rectified, &[0], &w.up_slope, self.up.of_mut(gradient));
        sum_pixels(low, &w.up_slope, self.up_bias.of_mut(gradient));
        let product = Product { gate: Some(&w.rectified), ..Product::default() };
        let up = self.up.of(parameters.transposed);
        multiply(low, &w.up_slope, &[0], up, product, &mut w.stream_slope);
        for (index, block) in self.blocks.iter().enumerate().rev() {
            let (x, kept) = (&w.streams[index], &w.kept[index]);
            let (slopes, slope) = (&mut w.slopes, &mut w.stream_slope);
            block.backward(parameters, x, None, kept, slopes, slope, gradient);
        }
        let stem = self.stem.of_mut(gradient);
        outer(low, &w.folded, &self.stem_offsets.forward, &w.stream_slope, stem);
        sum_pixels(low, &w.stream_slope, self.stem_bias.of_mut(gradient));
        sum_positions(low, &w.stream_slope, &self.row, &self.column, gradient);
    }

    /// Calls `copy(from, to, channels)` for each pixel of the picture: where its channels lie in
    /// the `up` buffer of the low grid, and where in the output.
    fn each_unfolded(&self, mut copy: impl FnMut(usize, usize, usize)) {
        let channels = self.channels;
        for row in 0..self.grid.rows {
            for column in 0..self.grid.columns {
                let quarter = 2 * (row % 2) + column % 2;
                let from = (4 * self.low.position(row / 2, column / 2) + quarter) * channels;
                copy(from, self.grid.position(row, column) * channels, channels);
            }
        }
    }
}

/// `out = max(x, 0)`.
pub(super) fn relu_into(x: &[f32], out: &mut [f32]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = positive(x);
    }
}

/// Adds the learned vectors of each pixel's row and column.
pub(super) fn add_positions(grid: Grid, rows: &[f32], columns: &[f32], stream: &mut [f32]) {
    let width = rows.len() / grid.rows;
    for row in 0..grid.rows {
        let of_row = &rows[row * width..(row + 1) * width];
        let start = grid.position(row, 0) * width;
        let pixels = stream[start..start + grid.columns * width].chunks_exact_mut(width);
        for (pixel, of_column) in pixels.zip(columns.chunks_exact(width)) {
            for channel in 0..width {
                pixel[channel] += of_row[channel] + of_column[channel];
            }
        }
    }
}

/// Adds the gradients of the row and column vectors.
pub(super) fn sum_positions(
    grid: Grid,
    slope: &[f32],
    rows: &Place,
    columns: &Place,
    gradient: &mut [f32],
) {
    let width = rows.range.len() / grid.rows;
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            let at = grid.position(row, column) * width;
            let pixel = &slope[at..at + width];
            let of_row = &mut rows.of_mut(gradient)[row * width..(row + 1) * width];
            of_row.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
            let of_column = &mut columns.of_mut(gradient)[column * width..(column + 1) * width];
            of_column.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
        }
    }
}
