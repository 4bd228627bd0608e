//! The context network: non-causal, run once for each picture to be completed.

use halfdrawn_format::{Context, Network, local_taps, square_taps};

use crate::error::{SamplerError, zeros};
use crate::layers::{Block, Parameters};
use crate::matrix::{Finish, Matrix, Rows, pad, padded, relu};

/// (value·known, known) of the 2×2 pixels that one cell of the lower resolution stands for.
const FOLDED: usize = 8;
/// How far the local kernel reaches.
const RADIUS: usize = 2;

/// The packed context network.
#[derive(Clone, Debug)]
pub(crate) struct ContextNetwork {
    rows: usize,
    columns: usize,
    low_rows: usize,
    low_columns: usize,
    width: usize,
    hidden: usize,
    channels: usize,
    stem: Matrix,
    stem_start: Vec<f32>,
    blocks: Vec<Block>,
    /// One matrix for each of the 2×2 pixels of a cell.
    up: [Matrix; 4],
    /// The bias of `up` plus the local kernel's: what `ctx` starts from.
    up_bias: [Vec<f32>; 4],
    local: Matrix,
}

impl ContextNetwork {
    pub fn new(network: &Network, context: &Context, parameters: Parameters<'_>) -> Self {
        let Context { width, hidden, channels, ref dilations } = *context;
        let (low_rows, low_columns) = (network.low_rows(), network.low_columns());
        let block = |(index, &dilation): (usize, &usize)| {
            let name = format!("context.blocks.{index}");
            Block::new(parameters, &name, dilation, &[9], width, hidden)
        };
        let up_weight = parameters.get("context.up.weight");
        let up_bias = parameters.get("context.up.bias");
        let local_bias = parameters.get("context.local.bias");
        let quarter = |index: usize| {
            let columns = index * channels..(index + 1) * channels;
            let weight: Vec<f32> = up_weight
                .chunks_exact(4 * channels)
                .flat_map(|row| &row[columns.clone()])
                .copied()
                .collect();
            Matrix::pack(&weight, 1, width, channels)
        };
        let quarter_bias = |index: usize| {
            let bias = &up_bias[index * channels..(index + 1) * channels];
            pad(&bias.iter().zip(local_bias).map(|(up, local)| up + local).collect::<Vec<_>>())
        };
        Self {
            rows: network.rows,
            columns: network.columns,
            low_rows,
            low_columns,
            width: padded(width),
            hidden: padded(hidden),
            channels: padded(channels),
            stem: parameters.matrix("context.stem.weight", FOLDED, width),
            stem_start: parameters.positions("context.stem", low_rows, low_columns, width),
            blocks: dilations.iter().enumerate().map(block).collect(),
            up: std::array::from_fn(quarter),
            up_bias: std::array::from_fn(quarter_bias),
            local: parameters.matrix("context.local.weight", local_taps().len() * 2, channels),
        }
    }

    /// Channels of `ctx`, padded.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Multiply-adds for a whole picture.
    pub fn multiply_adds(&self) -> usize {
        let cell = self.stem.multiply_adds()
            + self.blocks.iter().map(Block::multiply_adds).sum::<usize>()
            + self.up.iter().map(Matrix::multiply_adds).sum::<usize>();
        cell * self.low_rows * self.low_columns
            + self.local.multiply_adds() * self.rows * self.columns
    }

    /// `ctx` of the first `limit` pixels.
    ///
    /// # Shapes
    /// `[limit, channels]`
    pub fn run(&self, pixels: &[u8], known: &[u8], limit: usize) -> Result<Vec<f32>, SamplerError> {
        let low = self.low(pixels, known)?; // [cells, width]
        let cells = self.low_rows * self.low_columns;
        let mut up = zeros(4 * cells * self.channels)?; // [4, cells, channels]
        for (index, out) in up.chunks_exact_mut(cells * self.channels).enumerate() {
            let input = Rows::Every(&low, self.width);
            let start = Rows::Every(&self.up_bias[index], 0);
            self.up[index].multiply(cells, input, start, Finish::Store, out);
        }
        let (patches, patch) = self.patches(pixels, known, limit)?; // [limit, patch]
        let mut ctx = zeros(limit * self.channels)?; // [limit, channels]
        let quarter = |pixel: usize| {
            let (row, column) = (pixel / self.columns, pixel % self.columns);
            let quarter = (row % 2) * 2 + column % 2;
            (quarter * cells + (row / 2) * self.low_columns + column / 2) * self.channels
        };
        let quarters: Vec<usize> = (0..limit).map(quarter).collect();
        let (input, start) = (Rows::Every(&patches, patch), Rows::At(&up, &quarters));
        self.local.multiply(limit, input, start, Finish::Relu, &mut ctx);
        Ok(ctx)
    }

    /// relu(low): the residual stream at half resolution.
    fn low(&self, pixels: &[u8], known: &[u8]) -> Result<Vec<f32>, SamplerError> {
        let cells = self.low_rows * self.low_columns;
        // A vector of zeros stands first, for the neighbours outside the picture.
        let mut folded = zeros((cells + 1) * FOLDED)?;
        for pixel in 0..self.rows * self.columns {
            let (row, column) = (pixel / self.columns, pixel % self.columns);
            let cell = (row / 2) * self.low_columns + column / 2;
            let at = (cell + 1) * FOLDED + ((row % 2) * 2 + column % 2) * 2;
            folded[at..at + 2].copy_from_slice(&seen(pixels[pixel], known[pixel]));
        }
        let mut x = zeros(cells * self.width)?;
        let neighbours = self.neighbours(1, FOLDED);
        let input = Rows::At(&folded, &neighbours);
        let start = Rows::Every(&self.stem_start, self.width);
        self.stem.multiply(cells, input, start, Finish::Store, &mut x);
        let mut h = zeros((cells + 1) * self.hidden)?;
        let mut g = zeros(cells * self.hidden)?;
        for block in &self.blocks {
            let input = Rows::Every(&x, self.width);
            let (start, out) = (Rows::Every(&block.reduce_bias, 0), &mut h[self.hidden..]);
            block.reduce.multiply(cells, input, start, Finish::Relu, out);
            let neighbours = self.neighbours(block.dilation, self.hidden);
            let input = Rows::At(&h, &neighbours);
            let start = Rows::Every(&block.conv_bias, 0);
            block.conv[0].multiply(cells, input, start, Finish::Relu, &mut g);
            let input = Rows::Every(&g, self.hidden);
            let start = Rows::Every(&block.expand_bias, 0);
            block.expand.multiply(cells, input, start, Finish::Add, &mut x);
        }
        x.iter_mut().for_each(|value| *value = relu(*value));
        Ok(x)
    }

    /// Where each cell's and tap's neighbour lies, behind a vector of zeros for those outside the
    /// picture.
    fn neighbours(&self, dilation: usize, stride: usize) -> Vec<usize> {
        let taps = square_taps(dilation);
        let mut neighbours = Vec::with_capacity(self.low_rows * self.low_columns * taps.len());
        for row in 0..self.low_rows {
            for column in 0..self.low_columns {
                neighbours.extend(taps.iter().map(|tap| {
                    let row = row.checked_add_signed(tap.row).filter(|&row| row < self.low_rows);
                    let column = column
                        .checked_add_signed(tap.column)
                        .filter(|&column| column < self.low_columns);
                    match (row, column) {
                        (Some(row), Some(column)) => (row * self.low_columns + column + 1) * stride,
                        _ => 0,
                    }
                }));
            }
        }
        neighbours
    }

    /// The 5×5 neighbourhood of (value·known, known) around each of the first `limit` pixels, and
    /// the distance from one to the next.
    fn patches(
        &self,
        pixels: &[u8],
        known: &[u8],
        limit: usize,
    ) -> Result<(Vec<f32>, usize), SamplerError> {
        let side = 2 * RADIUS + 1;
        let stride = (self.columns + 2 * RADIUS) * 2;
        let mut plane = zeros((self.rows + 2 * RADIUS) * stride)?;
        for pixel in 0..self.rows * self.columns {
            let (row, column) = (pixel / self.columns + RADIUS, pixel % self.columns + RADIUS);
            let at = row * stride + column * 2;
            plane[at..at + 2].copy_from_slice(&seen(pixels[pixel], known[pixel]));
        }
        let patch = padded(side * side * 2);
        let mut patches = zeros(limit * patch)?;
        for (pixel, out) in patches.chunks_exact_mut(patch).enumerate() {
            let (row, column) = (pixel / self.columns, pixel % self.columns);
            for (down, out) in out.chunks_exact_mut(side * 2).enumerate() {
                let at = (row + down) * stride + column * 2;
                out.copy_from_slice(&plane[at..at + side * 2]);
            }
        }
        Ok((patches, patch))
    }
}

/// (value·known, known) of a pixel, with the value in −1 and 1.
fn seen(pixel: u8, known: u8) -> [f32; 2] {
    if known == 1 { [2.0 * f32::from(pixel) - 1.0, 1.0] } else { [0.0, 0.0] }
}
