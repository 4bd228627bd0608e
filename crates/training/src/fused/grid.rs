//! Pictures in memory: channels innermost, rows padded with zeros so that a tap is one constant
//! offset and no border needs a branch.

use halfdrawn_format::Tap;

/// The geometry of a padded grid. The zeros after each row serve as the left border of the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub rows: usize,
    pub columns: usize,
    padding: usize,
}

impl Grid {
    /// A grid whose taps reach at most `padding` pixels away.
    pub const fn new(rows: usize, columns: usize, padding: usize) -> Self {
        Self { rows, columns, padding }
    }

    /// Pixels from the start of one row to the start of the next.
    pub fn stride(&self) -> usize {
        self.columns + self.padding
    }

    /// Pixels of the buffer, borders included.
    pub fn len(&self) -> usize {
        self.position(self.rows + self.padding, self.padding)
    }

    /// Index of a pixel in the buffer.
    pub fn position(&self, row: usize, column: usize) -> usize {
        self.padding + (row + self.padding) * self.stride() + column
    }

    /// A tap as a distance in pixels.
    pub fn offset(&self, tap: Tap) -> isize {
        let reach = self.padding as isize;
        assert!(tap.row.abs() <= reach && tap.column.abs() <= reach, "tap {tap:?} outside padding");
        tap.row * self.stride() as isize + tap.column
    }

    /// A zeroed buffer of `channels` a pixel.
    pub fn buffer(&self, channels: usize) -> Vec<f32> {
        vec![0.0; self.len() * channels]
    }
}
