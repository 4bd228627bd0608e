//! The formulas of `halfdrawn_format::Network` written down as they stand, in double precision, one
//! full forward pass for every pixel.

use halfdrawn_format::{Network, Tap, Weights, causal_taps, local_taps, square_taps, stem_taps};
use halfdrawn_sampler::random::{stream, uniform};

/// A grid of vectors; zero outside.
struct Grid {
    rows: usize,
    columns: usize,
    channels: usize,
    values: Vec<f64>,
}

impl Grid {
    fn new(rows: usize, columns: usize, channels: usize) -> Self {
        Self { rows, columns, channels, values: vec![0.0; rows * columns * channels] }
    }

    fn set(&mut self, row: usize, column: usize, channel: usize, value: f64) {
        self.values[(row * self.columns + column) * self.channels + channel] = value;
    }

    fn get(&self, row: usize, column: usize, channel: usize) -> f64 {
        self.values[(row * self.columns + column) * self.channels + channel]
    }

    fn neighbour(&self, row: usize, column: usize, tap: Tap, channel: usize) -> f64 {
        let (row, column) = (row as isize + tap.row, column as isize + tap.column);
        let inside =
            (0..self.rows as isize).contains(&row) && (0..self.columns as isize).contains(&column);
        if inside { self.get(row as usize, column as usize, channel) } else { 0.0 }
    }

    /// Applies `value(row, column, channel)` everywhere.
    fn map(&self, channels: usize, value: impl Fn(usize, usize, usize) -> f64) -> Self {
        let mut out = Self::new(self.rows, self.columns, channels);
        for row in 0..self.rows {
            for column in 0..self.columns {
                for channel in 0..channels {
                    out.set(row, column, channel, value(row, column, channel));
                }
            }
        }
        out
    }
}

struct Reference<'a> {
    weights: &'a Weights,
}

impl Reference<'_> {
    fn network(&self) -> &Network {
        self.weights.architecture.network().unwrap()
    }

    fn get(&self, name: &str) -> Vec<f64> {
        let table = self.network().parameters();
        let tensor = table.get(name).unwrap();
        self.weights.parameters[tensor.range()].iter().map(|&value| f64::from(value)).collect()
    }

    /// bias + Σₜ Σᵢ weight[t, i]·x[p + t, i]
    fn convolve(&self, x: &Grid, taps: &[Tap], name: &str, outputs: usize) -> Grid {
        let (weight, bias) =
            (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        x.map(outputs, |row, column, output| {
            let mut sum = bias[output];
            for (index, &tap) in taps.iter().enumerate() {
                for input in 0..x.channels {
                    sum += weight[(index * x.channels + input) * outputs + output]
                        * x.neighbour(row, column, tap, input);
                }
            }
            sum
        })
    }

    fn add_positions(&self, x: &Grid, stem: &str) -> Grid {
        let (rows, columns) =
            (self.get(&format!("{stem}.row")), self.get(&format!("{stem}.column")));
        let width = x.channels;
        x.map(width, |row, column, c| {
            x.get(row, column, c) + rows[row * width + c] + columns[column * width + c]
        })
    }

    fn add_context(&self, x: &Grid, ctx: Option<&Grid>, name: &str) -> Grid {
        let Some(ctx) = ctx else { return x.map(x.channels, |r, c, k| x.get(r, c, k)) };
        let weight = self.get(name);
        x.map(x.channels, |row, column, output| {
            let share = (0..ctx.channels)
                .map(|k| weight[k * x.channels + output] * ctx.get(row, column, k));
            x.get(row, column, output) + share.sum::<f64>()
        })
    }

    fn block(&self, x: &Grid, taps: &[Tap], name: &str, hidden: usize, ctx: Option<&Grid>) -> Grid {
        let point = [Tap { row: 0, column: 0 }];
        let h = relu(&self.convolve(x, &point, &format!("{name}.reduce"), hidden));
        let g = self.convolve(&h, taps, &format!("{name}.conv"), hidden);
        let g = relu(&self.add_context(&g, ctx, &format!("{name}.context")));
        let out = self.convolve(&g, &point, &format!("{name}.expand"), x.channels);
        x.map(x.channels, |row, column, c| x.get(row, column, c) + out.get(row, column, c))
    }

    fn context(&self, pixels: &[u8], known: &[u8]) -> Option<Grid> {
        let network = self.network();
        let context = network.context.as_ref()?;
        let (rows, columns) = (network.rows, network.columns);
        let seen = Grid::new(rows, columns, 2).map(2, |row, column, channel| {
            let pixel = row * columns + column;
            let value = 2.0 * f64::from(pixels[pixel]) - 1.0;
            f64::from(known[pixel]) * if channel == 0 { value } else { 1.0 }
        });
        let cells = Grid::new(network.low_rows(), network.low_columns(), 0);
        let folded = cells.map(8, |row, column, channel| {
            let (quarter, channel) = (channel / 2, channel % 2);
            let tap = Tap { row: (quarter / 2) as isize, column: (quarter % 2) as isize };
            seen.neighbour(2 * row, 2 * column, tap, channel)
        });
        let low = self.convolve(&folded, &square_taps(1), "context.stem", context.width);
        let mut low = self.add_positions(&low, "context.stem");
        for (index, &dilation) in context.dilations.iter().enumerate() {
            let name = format!("context.blocks.{index}");
            low = self.block(&low, &square_taps(dilation), &name, context.hidden, None);
        }
        let point = [Tap { row: 0, column: 0 }];
        let up = self.convolve(&relu(&low), &point, "context.up", 4 * context.channels);
        let local = self.convolve(&seen, &local_taps(), "context.local", context.channels);
        let ctx = local.map(context.channels, |row, column, c| {
            let quarter = (row % 2) * 2 + column % 2;
            local.get(row, column, c) + up.get(row / 2, column / 2, quarter * context.channels + c)
        });
        Some(relu(&ctx))
    }

    fn logits(&self, pixels: &[u8], known: &[u8]) -> Vec<f64> {
        let network = self.network();
        let ctx = self.context(pixels, known);
        let v = Grid::new(network.rows, network.columns, 1)
            .map(1, |row, column, _| 2.0 * f64::from(pixels[row * network.columns + column]) - 1.0);
        let x = self.convolve(&v, &stem_taps(), "stem", network.width);
        let x = self.add_positions(&x, "stem");
        let mut x = self.add_context(&x, ctx.as_ref(), "stem.context");
        for (index, &dilation) in network.dilations.iter().enumerate() {
            let (taps, name) = (causal_taps(dilation), format!("blocks.{index}"));
            x = self.block(&x, &taps, &name, network.hidden, ctx.as_ref());
        }
        let point = [Tap { row: 0, column: 0 }];
        let head = relu(&self.convolve(&relu(&x), &point, "head.hidden", network.head));
        self.convolve(&head, &point, "head.output", 1).values
    }
}

fn relu(x: &Grid) -> Grid {
    x.map(x.channels, |row, column, channel| x.get(row, column, channel).max(0.0))
}

/// The logit of every pixel.
pub fn logits(weights: &Weights, pixels: &[u8], known: &[u8]) -> Vec<f64> {
    Reference { weights }.logits(pixels, known)
}

/// One completion by a full forward pass for each hidden pixel, and how near a draw came to its
/// threshold.
pub fn complete(weights: &Weights, pixels: &[u8], known: &[u8], seed: u32) -> (Vec<u8>, f64) {
    let mut random = stream(seed, 0);
    let mut image = pixels.to_vec();
    let mut nearest = f64::INFINITY;
    for pixel in (0..pixels.len()).filter(|&pixel| known[pixel] == 0) {
        let p = 1.0 / (1.0 + (-logits(weights, &image, known)[pixel]).exp());
        let draw = f64::from(uniform(&mut random));
        image[pixel] = u8::from(draw < p);
        nearest = nearest.min((draw - p).abs());
    }
    (image, nearest)
}
