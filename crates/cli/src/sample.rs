//! `halfdrawn sample`: pictures in the terminal, by what the browser draws them with.

use anyhow::{Context, Result};
use halfdrawn_data::{MaskKind, Mnist, PIXELS, SIDE, binarise_into, picture_rng};
use halfdrawn_sampler::{Request, Sampler};

use crate::{files, game_export};

/// What `sample` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// A model of pretrained/.
    model: String,
    /// Pictures to draw, 1 to 64.
    #[arg(long, default_value_t = 4)]
    count: usize,
    /// Seeds the pixels.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Divides the logits.
    #[arg(long, default_value_t = 1.0)]
    temperature: f32,
    /// Completes this digit of the test file instead of drawing from nothing.
    #[arg(long)]
    digit: Option<usize>,
    /// What is hidden of it: top, bottom, left, right, centre, strokes, …
    #[arg(long, default_value = "bottom", requires = "digit")]
    hidden: String,
    /// The digit that a conditional gan draws; each in turn by default.
    #[arg(long)]
    label: Option<u8>,
}

/// Draws and prints pictures, each with its log-likelihood.
pub fn run(arguments: &Arguments) -> Result<()> {
    let weights = files::read_weights(&arguments.model)?;
    if weights.architecture.gan().is_some() {
        let (count, seed) = (arguments.count, u64::from(arguments.seed));
        return game_export::sample(&weights, count, seed, arguments.label);
    }
    let sampler = Sampler::new(&weights)?;
    let mut pixels = [0; PIXELS];
    let mut known = [0; PIXELS];
    if let Some(digit) = arguments.digit {
        let mnist = Mnist::load(&files::root().join("web/data/mnist"))?;
        (digit < mnist.test.len()).then_some(()).context("--digit: the test file has 10,000")?;
        let mut random = picture_rng(u64::from(arguments.seed), 0, digit as u64);
        binarise_into(mnist.test.grey(digit), &mut random, &mut pixels);
        known = arguments.hidden.parse::<MaskKind>()?.sample(&pixels, &mut random);
    }
    let request = Request {
        pixels: &pixels,
        known: &known,
        count: arguments.count,
        seed: arguments.seed,
        temperature: arguments.temperature,
    };
    let mut completion = sampler.complete(&request)?;
    completion.advance(usize::MAX);
    for (image, nats) in completion.images().chunks(PIXELS).zip(completion.log_likelihood()) {
        println!("{nats:.2} nats");
        for rows in image.chunks(2 * SIDE) {
            let (upper, lower) = rows.split_at(SIDE);
            let line: String = upper
                .iter()
                .zip(lower)
                .map(|pair| match pair {
                    (1, 1) => '█',
                    (1, _) => '▀',
                    (_, 1) => '▄',
                    _ => ' ',
                })
                .collect();
            println!("{}", line.trim_end());
        }
    }
    Ok(())
}
