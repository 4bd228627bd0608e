//! What both convolutional sides of a coder are made of: residual blocks at one resolution, and the
//! way from one resolution to the next.

use halfdrawn_format::{Conv, ParameterTable, square_taps};

use super::block::{Activations, Block, Parameters, Place, Slopes};
use super::grid::Grid;

/// One picture: a dense layer is a grid of one pixel.
pub(super) const ONE: Grid = Grid::new(1, 1, 0);

/// Residual blocks at one resolution.
pub(super) struct Stage {
    pub grid: Grid,
    pub width: usize,
    hidden: usize,
    blocks: Vec<Block>,
}

pub(super) struct StageSpace {
    pub streams: Vec<Vec<f32>>,
    kept: Vec<Activations>,
    slopes: Slopes,
    pub slope: Vec<f32>,
}

impl Stage {
    pub fn new(
        table: &ParameterTable,
        prefix: &str,
        grid: Grid,
        conv: &Conv,
        index: usize,
    ) -> Self {
        let block = |block| Block::new(table, &format!("{prefix}.{block}"), grid, &square_taps(1));
        let blocks = (0..conv.blocks[index]).map(block).collect();
        Self { grid, width: conv.width[index], hidden: conv.hidden[index], blocks }
    }

    pub fn space(&self) -> StageSpace {
        StageSpace {
            streams: vec![self.grid.buffer(self.width); self.blocks.len() + 1],
            kept: self.blocks.iter().map(|_| Activations::new(self.grid, self.hidden)).collect(),
            slopes: Slopes::new(self.grid, self.hidden),
            slope: self.grid.buffer(self.width),
        }
    }

    /// From the first stream to the last.
    pub fn forward(&self, p: &[f32], w: &mut StageSpace) {
        for (index, block) in self.blocks.iter().enumerate() {
            let (before, after) = w.streams.split_at_mut(index + 1);
            block.forward(p, &before[index], None, &mut w.kept[index], &mut after[0]);
        }
    }

    /// Turns `slope` of the last stream into that of the first.
    pub fn backward(&self, parameters: Parameters, w: &mut StageSpace, gradient: &mut [f32]) {
        for (index, block) in self.blocks.iter().enumerate().rev() {
            let (x, kept) = (&w.streams[index], &w.kept[index]);
            let (slopes, slope) = (&mut w.slopes, &mut w.slope);
            block.backward(parameters, x, None, kept, slopes, slope, gradient);
        }
    }

    pub fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        self.blocks.iter().for_each(|block| block.transpose(parameters, mirror));
    }
}

impl StageSpace {
    pub fn last(&self) -> &[f32] {
        &self.streams[self.streams.len() - 1]
    }
}

/// Calls `copy(from, to)` with where each pixel's channels lie in a grid, and where those of its
/// quarter lie in the folded one; `channels` to a pixel of the larger.
pub(super) fn each_quarter(
    large: Grid,
    small: Grid,
    channels: usize,
    mut copy: impl FnMut(usize, usize),
) {
    for row in 0..large.rows {
        for column in 0..large.columns {
            let quarter = 2 * (row % 2) + column % 2;
            let folded = 4 * small.position(row / 2, column / 2) + quarter;
            copy(large.position(row, column) * channels, folded * channels);
        }
    }
}

/// Calls `copy(from, to)` for each pixel of a grid and of the same pixels without borders.
pub(super) fn each_pixel(grid: Grid, mut copy: impl FnMut(usize, usize)) {
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            copy(grid.position(row, column), row * grid.columns + column);
        }
    }
}

/// Of a picture of so many rows and columns, of its quarters and of theirs.
pub(super) fn grids([rows, columns]: [usize; 2]) -> [Grid; 3] {
    [
        Grid::new(rows, columns, 0),
        Grid::new(rows / 2, columns / 2, 1),
        Grid::new(rows / 4, columns / 4, 1),
    ]
}

/// Where the rows of the digits lie, if there are any.
pub(super) fn label(table: &ParameterTable, name: &str) -> Option<Place> {
    table.get(name).map(|_| Place::find(table, name))
}
