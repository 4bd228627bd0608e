//! `halfdrawn eval`: the figures of docs/results.md, on the test digits.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use halfdrawn_data::{Digits, MaskKind, PIXELS, PLANES, binarise_into, picture_rng, scribbles};
use halfdrawn_format::Weights;
use halfdrawn_metrics::{Mean, bits_per_dim};
use halfdrawn_training::{Batch, GameCheckpoint, GradientSource};
use indicatif::{ProgressBar, ProgressStyle};

use crate::dataset::Dataset;
use crate::device::{DeviceChoice, all_threads};
use crate::judge::Judge;
use crate::latent::Measured;
use crate::probes::{CLASSIFIED, Features, Probes};
use crate::watch::{checkpoint_of, read_checkpoint};
use crate::{adversarial, classifier, files, game_export};

/// The published scribbles: `scribbles(1000, 1)`, digit i behind mask i modulo 1000.
const SCRIBBLES: usize = 1000;
const SCRIBBLE_SEED: u64 = 1;
const BATCH: usize = 64;
const DIGITS: usize = 10_000;
const BOUND_DIGITS: usize = 1_000;
const SEEDS: u64 = 5;

/// What `eval` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// Models of pretrained/; all by default.
    models: Vec<String>,
    /// The folder of a gan's run on stacked-mnist, in the place of models: such a run is not exported.
    #[arg(long, conflicts_with = "models")]
    run: Option<PathBuf>,
    /// Test digits, the first of the file; all by default.
    #[arg(long, default_value_t = DIGITS)]
    digits: usize,
    /// Of those, how many for the importance-weighted bound with 5,000 samples.
    #[arg(long, default_value_t = BOUND_DIGITS)]
    bound_digits: usize,
    /// Seeds that a generator is measured with, from one.
    #[arg(long, default_value_t = SEEDS)]
    seeds: u64,
    /// Samples of a seed; 10,000 by default, 26,000 of stacked digits.
    #[arg(long)]
    samples: Option<usize>,
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

/// Measures each model: what completions cost, what latent variables are worth, what samples look like.
pub fn run(arguments: &Arguments) -> Result<()> {
    if let Some(folder) = &arguments.run {
        return stacks(folder, arguments);
    }
    let names = if arguments.models.is_empty() { files::names() } else { arguments.models.clone() };
    let threads = arguments.threads.unwrap_or_else(all_threads);
    let bar = progress()?;
    let (mut pixels, mut judges) = (Vec::new(), Vec::new());
    for name in &names {
        let weights = files::read_weights(name)?;
        let table = match weights.architecture.kind() {
            "pixelcnn" | "completion" => completions(&weights, arguments, threads, &bar)?,
            "gan" => samples(&weights, arguments, threads, &bar, &mut judges)?,
            "classifier" => classifier::table(&weights, &command(name, arguments), threads)?,
            _ => latent_variables(&weights, arguments, threads, &bar, &mut pixels)?,
        };
        bar.suspend(|| println!("{table}"));
        if !arguments.dry_run {
            let results = files::root().join("docs/results.md");
            write_section(&results, &format!("eval-{name}"), &table)?;
            let card = files::root().join("pretrained").join(name).join("CARD.md");
            write_section(&card, "eval", &table)?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn progress() -> Result<ProgressBar> {
    let bar = ProgressBar::new(1);
    let style = "{bar:30} {pos}/{len} [{elapsed} < {eta}] {msg}";
    bar.set_style(ProgressStyle::with_template(style)?);
    Ok(bar)
}

/// Counts the kinds of stacks that a run's generator makes.
fn stacks(folder: &Path, arguments: &Arguments) -> Result<()> {
    let name = folder.file_name().context("--run: name the folder")?.to_string_lossy();
    let checkpoint =
        read_checkpoint(&checkpoint_of(Some(folder), &name), GameCheckpoint::from_bytes)?;
    if checkpoint.gan.planes != PLANES {
        bail!("{name} does not make stacks: halfdrawn export {name}, then halfdrawn eval {name}");
    }
    let threads = arguments.threads.unwrap_or_else(all_threads);
    let (digits, _) = Dataset::StackedMnist.load(None)?;
    let weights = game_export::weights(&name, &checkpoint, digits)?;
    let judge = Judge::load(Dataset::StackedMnist, threads)?;
    let (seeds, samples) = (arguments.seeds, arguments.samples);
    let command = command(&format!("--run runs/{name}"), arguments);
    let measured = adversarial::Measured {
        weights: &weights,
        judge: &judge,
        seeds,
        samples,
        threads,
        command: &command,
    };
    let bar = progress()?;
    let table = measured.table(&bar)?;
    bar.finish_and_clear();
    let (rounds, batch) = (checkpoint.state.generator.step, checkpoint.options.batch);
    let training = game_export::own_command(&checkpoint, Dataset::StackedMnist);
    let table = format!("{table} The run: {rounds} rounds of {batch} stacks, by `{training}`.");
    println!("{table}");
    if !arguments.dry_run {
        write_section(&files::root().join("docs/results.md"), &format!("eval-{name}"), &table)?;
    }
    Ok(())
}

fn completions(
    weights: &Weights,
    arguments: &Arguments,
    threads: usize,
    bar: &ProgressBar,
) -> Result<String> {
    let (_, test) = Dataset::Mnist.measured()?;
    let masks = scribbles(SCRIBBLES, SCRIBBLE_SEED);
    let mut source = arguments.device.compute(threads)?.source(&weights.architecture);
    let count = arguments.digits.min(test.len());
    bar.set_length((TASKS.len() * count) as u64);
    bar.set_position(0);
    let mut means = Vec::new();
    for task in &TASKS {
        bar.set_message(format!("{}: {}", weights.name, task.name));
        let mask = |digit, _: &[u8]| (task.mask)(digit, &masks);
        let batch = batch_of(&test, count, arguments.seed, mask);
        means.push(measure(source.as_mut(), weights, &batch, bar));
    }
    Ok(table(weights, &means, count, arguments))
}

/// `pixels` keeps the probes on raw pixels of each data set for the next model.
fn latent_variables(
    weights: &Weights,
    arguments: &Arguments,
    threads: usize,
    bar: &ProgressBar,
    pixels: &mut Vec<(Dataset, Probes)>,
) -> Result<String> {
    let dataset = files::dataset(&weights.name)?;
    let (train, test) = dataset.measured()?;
    let counts = [arguments.digits, arguments.bound_digits].map(|count| count.min(test.len()));
    if !pixels.iter().any(|(other, _)| *other == dataset) {
        bar.set_message("probes on raw pixels");
        let raw = |digits: &Digits, count| {
            let batch = batch_of(digits, count, arguments.seed, |_, _| [0; PIXELS]);
            let values = batch.parts().0.iter().map(|&pixel| f32::from(pixel)).collect();
            Features { values, labels: digits.labels()[..batch.len()].to_vec() }
        };
        let (train, test) = (raw(&train, train.len()), raw(&test, counts[0].min(CLASSIFIED)));
        pixels.push((dataset, Probes::measure(&train, &test, arguments.seed, threads)));
    }
    let (_, pixels) = pixels.iter().find(|(other, _)| *other == dataset).expect("measured above");
    let command = command(&weights.name, arguments);
    let seed = arguments.seed;
    let (train, test, named) = (&train, &test, dataset.measured_on());
    Measured { weights, train, test, named, counts, seed, threads, command: &command }
        .table(pixels, bar)
}

/// `judges` keeps the judge of each data set for the next model.
fn samples(
    weights: &Weights,
    arguments: &Arguments,
    threads: usize,
    bar: &ProgressBar,
    judges: &mut Vec<Judge>,
) -> Result<String> {
    let dataset = files::dataset(&weights.name)?;
    let place = match judges.iter().position(|judge| judge.dataset == dataset) {
        Some(place) => place,
        None => {
            judges.push(Judge::load(dataset, threads)?);
            judges.len() - 1
        }
    };
    let (judge, seeds, samples) = (&judges[place], arguments.seeds, arguments.samples);
    let command = command(&weights.name, arguments);
    adversarial::Measured { weights, judge, seeds, samples, threads, command: &command }.table(bar)
}

/// The command that measures a model, or `--run` of a folder, again.
fn command(name: &str, arguments: &Arguments) -> String {
    let mut command = format!("eval {name}");
    if arguments.digits != DIGITS {
        let _ = write!(command, " --digits {}", arguments.digits);
    }
    if arguments.bound_digits != BOUND_DIGITS {
        let _ = write!(command, " --bound-digits {}", arguments.bound_digits);
    }
    if arguments.seeds != SEEDS {
        let _ = write!(command, " --seeds {}", arguments.seeds);
    }
    if let Some(samples) = arguments.samples {
        let _ = write!(command, " --samples {samples}");
    }
    if arguments.seed != 1 {
        let _ = write!(command, " --seed {}", arguments.seed);
    }
    command
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
    let command = command(name, arguments);
    let seed = arguments.seed;
    let _ = write!(
        text,
        "\nThe first {count} MNIST test digits, dynamic binarisation, seed {seed}; scribbles: seed \
         {SCRIBBLE_SEED}, digit i behind mask i modulo {SCRIBBLES}. Command: \
         `cargo run --release -p halfdrawn-cli -- {command}`."
    );
    text
}

fn write_section(path: &Path, name: &str, body: &str) -> Result<()> {
    let before = fs::read_to_string(path).unwrap_or_else(|_| "# Results\n".into());
    files::write_whole(path, files::replace_section(&before, name, body).as_bytes())
}
