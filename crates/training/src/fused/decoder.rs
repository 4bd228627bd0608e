//! The whole network: context, stem, blocks, head and loss, forward and backward for one picture.

use halfdrawn_format::{LOGIT_LIMIT, Network, causal_taps, stem_taps};

use super::block::{Activations, Block, Offsets, Parameters, Place, Slopes};
use super::context::{ContextNetwork, ContextWorkspace, add_positions, relu_into, sum_positions};
use super::grid::Grid;
use super::kernels::{Product, multiply, outer, sum_pixels};
use crate::gradient::{Batch, GradientSource, Loss};

/// The reach of the 7×7 stem.
const STEM_REACH: usize = 3;

/// A PixelCNN's loss and gradient on the processor, several threads each with pictures of its own.
pub struct Fused {
    plan: Plan,
    mirror: Vec<f32>,
    workers: Vec<Worker>,
}

struct Plan {
    grid: Grid,
    width: usize,
    stem_offsets: Offsets,
    stem: Place,
    stem_bias: Place,
    row: Place,
    column: Place,
    stem_context: Option<Place>,
    blocks: Vec<Block>,
    head: Place,
    head_bias: Place,
    output: Place,
    output_bias: Place,
    context: Option<ContextNetwork>,
}

struct Worker {
    space: Workspace,
    gradient: Vec<f32>,
    nats: Vec<f64>,
}

struct Workspace {
    values: Vec<f32>,
    streams: Vec<Vec<f32>>,
    kept: Vec<Activations>,
    rectified: Vec<f32>,
    head: Vec<f32>,
    head_slope: Vec<f32>,
    slope: Vec<f32>,
    slopes: Slopes,
    /// Before they are clamped.
    logits: Vec<f32>,
    context: Option<ContextWorkspace>,
}

impl Fused {
    /// Plans the passes of `network` for `threads` threads.
    pub fn new(network: &Network, threads: usize) -> Self {
        let table = network.parameters();
        let reach = network.dilations.iter().copied().max().unwrap_or(1).max(STEM_REACH);
        let grid = Grid::new(network.rows, network.columns, reach);
        let place = |name: &str| Place::find(&table, name);
        let plan = Plan {
            grid,
            width: network.width,
            stem_offsets: Offsets::new(grid, &stem_taps()),
            stem: place("stem.weight"),
            stem_bias: place("stem.bias"),
            row: place("stem.row"),
            column: place("stem.column"),
            stem_context: network.context.as_ref().map(|_| place("stem.context")),
            blocks: (0..network.dilations.len())
                .map(|index| {
                    let taps = causal_taps(network.dilations[index]);
                    Block::new(&table, &format!("blocks.{index}"), grid, &taps)
                })
                .collect(),
            head: place("head.hidden.weight"),
            head_bias: place("head.hidden.bias"),
            output: place("head.output.weight"),
            output_bias: place("head.output.bias"),
            context: ContextNetwork::new(network, &table, grid),
        };
        let worker = || Worker {
            space: plan.workspace(network),
            gradient: vec![0.0; table.len()],
            nats: Vec::new(),
        };
        let workers = (0..threads.max(1)).map(|_| worker()).collect();
        Self { mirror: vec![0.0; table.len()], workers, plan }
    }

    /// Runs `work` on every worker at once, each with the indices of its own pictures.
    fn share(&mut self, count: usize, work: impl Fn(&Plan, &[f32], &mut Worker, usize) + Sync) {
        let (plan, mirror, threads) = (&self.plan, &self.mirror, self.workers.len());
        if let [worker] = self.workers.as_mut_slice() {
            // Without a thread: a browser has none to give.
            return (0..count).for_each(|index| work(plan, mirror, worker, index));
        }
        std::thread::scope(|scope| {
            for (first, worker) in self.workers.iter_mut().enumerate() {
                let work = &work;
                scope.spawn(move || {
                    for index in (first..count).step_by(threads) {
                        work(plan, mirror, worker, index);
                    }
                });
            }
        });
    }
}

impl GradientSource for Fused {
    fn gradient(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        _beta: f32,
        gradient: &mut [f32],
    ) -> Loss {
        self.plan.transpose(parameters, &mut self.mirror);
        for worker in &mut self.workers {
            worker.gradient.fill(0.0);
            worker.nats.clear();
        }
        self.share(batch.len(), |plan, mirror, worker, index| {
            let parameters = Parameters { forward: parameters, transposed: mirror };
            let (picture, known) = batch.get(index);
            let nats = plan.forward(parameters.forward, picture, known, &mut worker.space);
            plan.backward(parameters, picture, known, &mut worker.space, &mut worker.gradient);
            worker.nats.push(nats);
        });
        let scale = 1.0 / batch.len() as f32;
        gradient.fill(0.0);
        for worker in &self.workers {
            for (sum, &value) in gradient.iter_mut().zip(&worker.gradient) {
                *sum += scale * value;
            }
        }
        let total: f64 = self.workers.iter().flat_map(|worker| &worker.nats).sum();
        Loss { reconstruction: total / batch.len() as f64, kl: 0.0 }
    }

    fn losses(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Loss> {
        for worker in &mut self.workers {
            worker.nats.clear();
        }
        self.share(batch.len(), |plan, _, worker, index| {
            let (picture, known) = batch.get(index);
            let nats = plan.forward(parameters, picture, known, &mut worker.space);
            worker.nats.push(nats);
        });
        let threads = self.workers.len();
        let nats = |index: usize| self.workers[index % threads].nats[index / threads];
        (0..batch.len()).map(|index| Loss { reconstruction: nats(index), kl: 0.0 }).collect()
    }
}

impl Plan {
    fn workspace(&self, network: &Network) -> Workspace {
        let (grid, width, hidden) = (self.grid, self.width, network.hidden);
        Workspace {
            values: grid.buffer(1),
            streams: vec![grid.buffer(width); self.blocks.len() + 1],
            kept: self.blocks.iter().map(|_| Activations::new(grid, hidden)).collect(),
            rectified: grid.buffer(width),
            head: grid.buffer(network.head),
            head_slope: grid.buffer(network.head),
            slope: grid.buffer(width),
            slopes: Slopes::new(grid, hidden),
            logits: vec![0.0; network.pixels()],
            context: network
                .context
                .as_ref()
                .zip(self.context.as_ref())
                .map(|(config, context)| context.workspace(config.hidden)),
        }
    }

    fn transpose(&self, parameters: &[f32], mirror: &mut [f32]) {
        for block in &self.blocks {
            block.transpose(parameters, mirror);
        }
        for place in self.stem_context.iter().chain([&self.head]) {
            place.transpose(parameters, mirror);
        }
        if let Some(context) = &self.context {
            context.transpose(parameters, mirror);
        }
    }

    /// Returns the nats of the hidden pixels.
    fn forward(&self, parameters: &[f32], picture: &[u8], known: &[u8], w: &mut Workspace) -> f64 {
        let grid = self.grid;
        let bias = |place: &Place| -> Option<&[f32]> { Some(&parameters[place.range.clone()]) };
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let ink = f32::from(picture[row * grid.columns + column]);
                w.values[grid.position(row, column)] = 2.0 * ink - 1.0;
            }
        }
        let mut stem = Product { bias: bias(&self.stem_bias), ..Product::default() };
        let mut context_output = None;
        if let (Some(context), Some(space), Some(place)) =
            (&self.context, &mut w.context, &self.stem_context)
        {
            context.forward(parameters, picture, known, space);
            let weights = place.of(parameters);
            multiply(grid, &space.output, &[0], weights, Product::default(), &mut w.streams[0]);
            stem.accumulate = true;
            context_output = Some(space.output.as_slice());
        }
        let weights = self.stem.of(parameters);
        multiply(grid, &w.values, &self.stem_offsets.forward, weights, stem, &mut w.streams[0]);
        add_positions(grid, self.row.of(parameters), self.column.of(parameters), &mut w.streams[0]);
        for (index, block) in self.blocks.iter().enumerate() {
            let (before, after) = w.streams.split_at_mut(index + 1);
            let (x, kept) = (&before[index], &mut w.kept[index]);
            block.forward(parameters, x, context_output, kept, &mut after[0]);
        }
        relu_into(&w.streams[self.blocks.len()], &mut w.rectified);
        let product = Product { bias: bias(&self.head_bias), relu: true, ..Product::default() };
        multiply(grid, &w.rectified, &[0], self.head.of(parameters), product, &mut w.head);
        let output = self.output.of(parameters);
        let output_bias = self.output_bias.of(parameters)[0];
        let mut nats = 0.0;
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let at = grid.position(row, column) * output.len();
                let hidden = &w.head[at..at + output.len()];
                let logit =
                    output_bias + hidden.iter().zip(output).map(|(a, b)| a * b).sum::<f32>();
                let pixel = row * grid.columns + column;
                w.logits[pixel] = logit;
                let logit = logit.clamp(-LOGIT_LIMIT, LOGIT_LIMIT);
                if known[pixel] == 0 {
                    nats +=
                        halfdrawn_metrics::bernoulli_nats(f64::from(logit), picture[pixel] == 1);
                }
            }
        }
        nats
    }

    /// Adds the gradient of the nats that `forward` just returned.
    fn backward(
        &self,
        parameters: Parameters,
        picture: &[u8],
        known: &[u8],
        w: &mut Workspace,
        gradient: &mut [f32],
    ) {
        let (grid, mirror) = (self.grid, parameters.transposed);
        let output = self.output.of(parameters.forward);
        let channels = output.len();
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let pixel = row * grid.columns + column;
                let logit = w.logits[pixel];
                let error = 1.0 / (1.0 + (-logit).exp()) - f32::from(picture[pixel]);
                let passes = known[pixel] == 0 && logit.abs() <= LOGIT_LIMIT;
                let error = if passes { error } else { 0.0 };
                let at = grid.position(row, column) * channels;
                let hidden = &w.head[at..at + channels];
                let slope = &mut w.head_slope[at..at + channels];
                let sums = self.output.of_mut(gradient);
                for channel in 0..channels {
                    let gate = if hidden[channel] > 0.0 { error } else { 0.0 };
                    slope[channel] = gate * output[channel];
                    sums[channel] += error * hidden[channel];
                }
                self.output_bias.of_mut(gradient)[0] += error;
            }
        }
        outer(grid, &w.rectified, &[0], &w.head_slope, self.head.of_mut(gradient));
        sum_pixels(grid, &w.head_slope, self.head_bias.of_mut(gradient));
        let product = Product { gate: Some(&w.rectified), ..Product::default() };
        multiply(grid, &w.head_slope, &[0], self.head.of(mirror), product, &mut w.slope);
        if let Some(space) = &mut w.context {
            space.slope.fill(0.0);
        }
        for (index, block) in self.blocks.iter().enumerate().rev() {
            let context = w.context.as_mut().map(|space| (&space.output[..], &mut space.slope[..]));
            let (x, kept) = (&w.streams[index], &w.kept[index]);
            block.backward(parameters, x, context, kept, &mut w.slopes, &mut w.slope, gradient);
        }
        let stem = self.stem.of_mut(gradient);
        outer(grid, &w.values, &self.stem_offsets.forward, &w.slope, stem);
        sum_pixels(grid, &w.slope, self.stem_bias.of_mut(gradient));
        sum_positions(grid, &w.slope, &self.row, &self.column, gradient);
        if let (Some(context), Some(space), Some(place)) =
            (&self.context, &mut w.context, &self.stem_context)
        {
            outer(grid, &space.output, &[0], &w.slope, place.of_mut(gradient));
            let added = Product { accumulate: true, ..Product::default() };
            multiply(grid, &w.slope, &[0], place.of(mirror), added, &mut space.slope);
            context.backward(parameters, space, gradient);
        }
    }
}
