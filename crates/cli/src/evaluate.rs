//! `halfdrawn eval`: the figures of docs/results.md, on the test digits.

use std::fmt::Write as _;
use std::fs;

use anyhow::Result;
use halfdrawn_data::{Digits, MaskKind, Mnist, PIXELS, binarise_into, picture_rng, scribbles};
use halfdrawn_format::Weights;
use halfdrawn_metrics::{Mean, bits_per_dim};
use halfdrawn_training::{Batch, GradientSource};
use indicatif::{ProgressBar, ProgressStyle};

use crate::device::{DeviceChoice, all_threads};
use crate::files;

/// The published scribbles: `scribbles(1000, 1)`, digit i behind mask i modulo 1000.
const SCRIBBLES: usize = 1000;
const SCRIBBLE_SEED: u64 = 1;
const BATCH: usize = 64;

/// What `eval` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// Models of pretrained/; all by default.
    models: Vec<String>,
    /// Test digits, the first of the file; all by default.
    #[arg(long, default_value_t = 10_000)]
    digits: usize,
    /// Seeds the binarisation.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to compute.
    #[arg(long, value_enum, default_value = "auto")]
    device: DeviceChoice,
    /// Threads of the fused device; all by default.
    #[arg(long)]
    threads: Option<usize>,
    /// Only print: leave docs/results.md and the cards as they are.
    #[arg(long)]
    dry_run: bool,
}

/// One task: what is hidden.
struct Task {
    name: &'static str,
    mask: fn(usize, &[[u8; PIXELS]]) -> [u8; PIXELS],
}

const TASKS: [Task; 5] = [
    Task { name: "whole picture", mask: |_, _| [0; PIXELS] },
    Task { name: "top half hidden", mask: |_, _| half(MaskKind::Top) },
    Task { name: "left half hidden", mask: |_, _| half(MaskKind::Left) },
    Task { name: "bottom half hidden", mask: |_, _| half(MaskKind::Bottom) },
    Task { name: "1,000 scribbles hidden", mask: |digit, masks| masks[digit % masks.len()] },
];

fn half(kind: MaskKind) -> [u8; PIXELS] {
    // Halves draw nothing at random and look at no picture.
    kind.sample(&[0; PIXELS], &mut picture_rng(0, 0, 0))
}

/// The first `count` digits, binarised with `seed`, each with its mask.
pub fn batch_of(
    digits: &Digits,
    count: usize,
    seed: u64,
    mask: impl Fn(usize, &[u8]) -> [u8; PIXELS],
) -> Batch {
    let mut batch = Batch::new(PIXELS);
    let mut picture = [0; PIXELS];
    for index in 0..count.min(digits.len()) {
        binarise_into(digits.grey(index), &mut picture_rng(seed, 0, index as u64), &mut picture);
        batch.push(&picture, &mask(index, &picture));
    }
    batch
}

/// Measures each model on each task.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mnist = Mnist::load(&files::root().join("web/data/mnist"))?;
    let masks = scribbles(SCRIBBLES, SCRIBBLE_SEED);
    let names = if arguments.models.is_empty() { files::names() } else { arguments.models.clone() };
    let threads = arguments.threads.unwrap_or_else(all_threads);
    for name in &names {
        let weights = files::read_weights(name)?;
        let mut source = arguments.device.compute(threads)?.source(&weights.architecture);
        let count = arguments.digits.min(mnist.test.len());
        let bar = ProgressBar::new((TASKS.len() * count) as u64);
        bar.set_style(ProgressStyle::with_template(
            "{bar:30} {pos}/{len} [{elapsed} < {eta}] {msg}",
        )?);
        let mut means = Vec::new();
        for task in &TASKS {
            bar.set_message(format!("{name}: {}", task.name));
            let batch =
                batch_of(&mnist.test, count, arguments.seed, |digit, _| (task.mask)(digit, &masks));
            means.push(measure(source.as_mut(), &weights, &batch, &bar));
        }
        bar.finish_and_clear();
        let table = table(&weights, &means, count, arguments);
        println!("{table}");
        if !arguments.dry_run {
            let results = files::root().join("docs/results.md");
            write_section(&results, &format!("eval-{name}"), &table)?;
            let card = files::root().join("pretrained").join(name).join("CARD.md");
            write_section(&card, "eval", &table)?;
        }
    }
    Ok(())
}

fn measure(
    source: &mut dyn GradientSource,
    weights: &Weights,
    batch: &Batch,
    bar: &ProgressBar,
) -> Mean {
    let mut mean = Mean::default();
    for start in (0..batch.len()).step_by(BATCH) {
        let mut part = Batch::new(PIXELS);
        for index in start..(start + BATCH).min(batch.len()) {
            let (picture, known) = batch.get(index);
            part.push(picture, known);
        }
        let losses = source.losses(&weights.parameters, &part);
        losses.into_iter().for_each(|loss| mean.add(loss.reconstruction));
        bar.inc(part.len() as u64);
    }
    mean
}

fn table(weights: &Weights, means: &[Mean], count: usize, arguments: &Arguments) -> String {
    let (name, parameters) = (&weights.name, weights.parameters.len());
    let kind = match weights.architecture.kind() {
        "completion" => "sees the known pixels wherever they lie",
        _ => "raster order: sees the earlier pixels only",
    };
    let mut text = format!("### {name}\n\n{parameters} parameters; {kind}.\n\n");
    text += "| nats of the hidden pixels | mean | standard error | bits a picture pixel |\n|---|---|---|---|\n";
    for (task, mean) in TASKS.iter().zip(means) {
        let bits = bits_per_dim(mean.value(), PIXELS);
        let (value, error) = (mean.value(), mean.standard_error());
        let _ = writeln!(text, "| {} | {value:.2} | {error:.2} | {bits:.4} |", task.name);
    }
    let halves = means[1..4].iter().map(Mean::value).sum::<f64>() / 3.0;
    let _ = writeln!(text, "| three halves, average | {halves:.2} | | |");
    let mut command = format!("halfdrawn eval {name}");
    if arguments.digits != 10_000 {
        let _ = write!(command, " --digits {}", arguments.digits);
    }
    if arguments.seed != 1 {
        let _ = write!(command, " --seed {}", arguments.seed);
    }
    let seed = arguments.seed;
    let _ = write!(
        text,
        "\nThe first {count} MNIST test digits, dynamic binarisation, seed {seed}; scribbles: seed \
         {SCRIBBLE_SEED}, digit i behind mask i modulo {SCRIBBLES}. Command: \
         `cargo run --release -p halfdrawn-cli -- {}`.",
        command.trim_start_matches("halfdrawn ")
    );
    text
}

fn write_section(path: &std::path::Path, name: &str, body: &str) -> Result<()> {
    let before = fs::read_to_string(path).unwrap_or_else(|_| "# Results\n".into());
    files::write_whole(path, files::replace_section(&before, name, body).as_bytes())
}
