//! A 4×4 convolution of stride 2, its adjoint, and the gradient of the weights that both share.

use halfdrawn_format::ParameterTable;

use super::block::Place;
use super::grid::Grid;
use super::outer::{Outer, outer};
use super::sums::{End, Sum, dot, sum};

const SIDE: usize = 4;
/// Fewer channels than this at the higher resolution fill no vector.
const FEW: usize = 4;

/// A convolution between pictures of two resolutions, each in a grid with a border.
pub(super) struct Strided {
    pub high: Grid,
    pub low: Grid,
    /// Channels at the higher resolution, and at the lower.
    pub channels: [usize; 2],
    pub weight: Place,
    taps: Vec<isize>,
    rows: Vec<isize>,
    /// Where each pixel of the lower resolution lies, and the first of its four in the higher, picture
    /// after picture.
    low_at: Vec<u32>,
    high_at: Vec<u32>,
}

/// The taps that reach one of the four pixels above each pixel of the lower resolution.
struct Phase {
    shift: usize,
    taps: [isize; 4],
    places: [usize; 4],
}

impl Strided {
    /// The convolution called `name`, from or to pictures of so many rows and columns.
    pub fn new(table: &ParameterTable, name: &str, [rows, columns]: [usize; 2]) -> Self {
        let name = format!("{name}.weight");
        let shape = &table.get(&name).expect("a tensor of the table").shape;
        let channels = [shape[1], shape[2]];
        let (high, low) = (Grid::new(rows, columns, 1), Grid::new(rows / 2, columns / 2, 1));
        let inputs = channels[0] as isize;
        let tap = |tap: usize| {
            let (row, column) = ((tap / SIDE) as isize - 1, (tap % SIDE) as isize - 1);
            (row * high.stride() as isize + column) * inputs
        };
        let taps: Vec<isize> = (0..SIDE * SIDE).map(tap).collect();
        let rows = taps.iter().flat_map(|tap| (0..inputs).map(move |input| tap + input)).collect();
        let weight = Place::find(table, &name);
        Self { high, low, channels, weight, taps, rows, low_at: Vec::new(), high_at: Vec::new() }
    }

    /// Makes the tables long enough for `count` pictures.
    pub fn prepare(&mut self, count: usize) {
        let Self { high, low, channels, .. } = *self;
        let pixels = low.rows * low.columns;
        for index in self.low_at.len() / pixels..count {
            for row in 0..low.rows {
                for column in 0..low.columns {
                    let place = index * low.len() + low.position(row, column);
                    self.low_at.push((place * channels[1]) as u32);
                    let place = index * high.len() + high.position(2 * row, 2 * column);
                    self.high_at.push((place * channels[0]) as u32);
                }
            }
        }
    }

    fn tables(&self, count: usize) -> (&[u32], &[u32]) {
        let pixels = count * self.low.rows * self.low.columns;
        (&self.low_at[..pixels], &self.high_at[..pixels])
    }

    /// Numbers of a picture at the higher resolution, and at the lower.
    pub fn lengths(&self) -> [usize; 2] {
        [self.high.len() * self.channels[0], self.low.len() * self.channels[1]]
    }

    /// `low = conv(high)`, then `end`, whose gate lies as `low`.
    pub fn down(&self, threads: usize, high: &[f32], p: &[f32], end: End, low: &mut [f32]) {
        let [inputs, outputs] = self.channels;
        let places: Vec<usize> = (0..SIDE * SIDE).map(|tap| tap * inputs * outputs).collect();
        let lengths = self.lengths();
        each_part(threads, [lengths[0], lengths[1]], high, end, low, |high, end, low| {
            let (low_at, high_at) = self.tables(high.len() / lengths[0]);
            let product = Sum {
                from: high_at,
                to: low_at,
                taps: &self.taps,
                inputs,
                outputs,
                shift: 0,
                places: &places,
                steps: [outputs, 1],
            };
            sum(&product, high, self.weight.of(p), end, low);
        });
    }

    /// `high = convᵀ(low)`, then `end`, whose gate lies as `high`; of few channels only its bias.
    pub fn up(&self, threads: usize, low: &[f32], p: &[f32], end: End, high: &mut [f32]) {
        let [outputs, inputs] = self.channels;
        let lengths = self.lengths();
        let phases: [Phase; 4] = std::array::from_fn(|index| self.phase(index / 2, index % 2));
        each_part(threads, [lengths[1], lengths[0]], low, end, high, |low, end, high| {
            let (low_at, high_at) = self.tables(low.len() / lengths[1]);
            for Phase { shift, taps, places } in &phases {
                let product = Sum {
                    from: low_at,
                    to: high_at,
                    taps,
                    inputs,
                    outputs,
                    shift: *shift,
                    places,
                    steps: [1, inputs],
                };
                let apply = if outputs < FEW { dot } else { sum };
                apply(&product, low, self.weight.of(p), end, high);
            }
        });
    }

    /// Pixel (2r + row, 2c + column) of the higher resolution, y = 2i + tap − 1, is reached from two rows
    /// and two columns of the lower.
    fn phase(&self, row: usize, column: usize) -> Phase {
        let [channels, inputs] = self.channels;
        let reach = |side: usize| match side {
            0 => [(1, 0), (3, -1)],
            _ => [(2, 0), (0, 1)],
        };
        let (rows, columns) = (reach(row), reach(column));
        let (mut taps, mut places) = ([0; 4], [0; 4]);
        for index in 0..4 {
            let ((tap_row, down), (tap_column, right)) = (rows[index / 2], columns[index % 2]);
            taps[index] = (down * self.low.stride() as isize + right) * inputs as isize;
            places[index] = (tap_row * SIDE + tap_column) * channels * inputs;
        }
        Phase { shift: (row * self.high.stride() + column) * channels, taps, places }
    }

    /// Adds to the gradient of the weights: of [`Strided::down`] from its input `high` and the gradient
    /// of its output, of [`Strided::up`] from the gradient of its output `high` and its input.
    pub fn learn(&self, threads: usize, high: &[f32], low: &[f32], gradient: &mut [f32]) {
        let gradient = self.weight.of_mut(gradient);
        let lengths = self.lengths();
        let work = |high: &[f32], low: &[f32], gradient: &mut [f32]| {
            let (low_at, high_at) = self.tables(high.len() / lengths[0]);
            let product = Outer {
                inputs: high_at,
                slopes: low_at,
                rows: &self.rows,
                outputs: self.channels[1],
                group: self.low.rows * self.low.columns,
            };
            outer(&product, high, low, gradient);
        };
        let count = high.len() / lengths[0];
        if threads <= 1 || count < threads {
            return work(high, low, gradient);
        }
        let each = count.div_ceil(threads);
        let mut parts = high.chunks(each * lengths[0]).zip(low.chunks(each * lengths[1]));
        let (first_high, first_low) = parts.next().expect("at least one part");
        std::thread::scope(|scope| {
            let len = gradient.len();
            let spawn = |(high, low)| {
                scope.spawn(move || {
                    let mut own = vec![0.0; len];
                    work(high, low, &mut own);
                    own
                })
            };
            let others: Vec<_> = parts.map(spawn).collect();
            work(first_high, first_low, gradient);
            for other in others {
                let own = other.join().expect("a product does not panic");
                gradient.iter_mut().zip(own).for_each(|(sum, value)| *sum += value);
            }
        });
    }
}

/// Runs `work` on every thread at once, each with pictures of its own; `lengths` are the numbers of a
/// picture of `input` and of `out`.
fn each_part(
    threads: usize,
    lengths: [usize; 2],
    input: &[f32],
    end: End,
    out: &mut [f32],
    work: impl Fn(&[f32], End, &mut [f32]) + Sync,
) {
    let count = input.len() / lengths[0];
    assert_eq!(out.len(), count * lengths[1]);
    if threads <= 1 || count < threads {
        // Without a thread: a browser has none to give.
        return work(input, end, out);
    }
    let each = count.div_ceil(threads);
    let parts = input.chunks(each * lengths[0]).zip(out.chunks_mut(each * lengths[1]));
    std::thread::scope(|scope| {
        for (index, (input, out)) in parts.enumerate() {
            let work = &work;
            let first = index * each * lengths[1];
            let gate = end.gate.map(|(gate, leak)| (&gate[first..first + out.len()], leak));
            scope.spawn(move || work(input, End { gate, ..end }, out));
        }
    });
}
