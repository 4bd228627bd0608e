//! `halfdrawn export`: from a run's checkpoint to a folder of pretrained/.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use halfdrawn_data::{MaskKind, Mnist, binarise_into, picture_rng};
use halfdrawn_format::Weights;
use halfdrawn_metrics::Mean;
use halfdrawn_sampler::{Request, Sampler};
use halfdrawn_training::{Checkpoint, Compute};
use serde_json::json;

use crate::device::all_threads;
use crate::evaluate::batch_of;
use crate::files;
use crate::train::read_checkpoint;

/// Digits that the loss of the 16-bit format is measured on.
const FORMAT_DIGITS: usize = 1000;

/// What `export` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// Name under which the model is shipped, for example completion-base.
    name: String,
    /// The run's folder; runs/<name> by default.
    #[arg(long)]
    run: Option<PathBuf>,
    /// The command that trained it, for the card; by default made from the run's options.
    #[arg(long)]
    command: Option<String>,
    /// Makes it the model that the page starts with.
    #[arg(long)]
    default: bool,
}

/// Writes weights, configuration, golden sample, card and the index of all models.
pub fn run(arguments: &Arguments) -> Result<()> {
    let name = &arguments.name;
    let run = arguments.run.clone().unwrap_or_else(|| files::root().join("runs").join(name));
    let checkpoint = read_checkpoint(&run.join("checkpoint.safetensors"))?;
    let Some(best) = &checkpoint.best else {
        bail!("this run has not finished an epoch: nothing has been validated yet");
    };
    let exact = Weights {
        name: name.clone(),
        architecture: checkpoint.architecture.clone(),
        parameters: best.average.clone(),
    };
    let rounded = exact.rounded()?;
    let mnist = Mnist::load(&files::root().join("web/data/mnist"))?;
    let loss = format_loss(&exact, &rounded, &mnist)?;
    println!("16 bits cost {loss:+.4} nats on {FORMAT_DIGITS} validation digits");
    let (config, weights) = exact.write()?;
    let folder = files::root().join("pretrained").join(name);
    files::write_whole(&folder.join("config.json"), config.as_bytes())?;
    files::write_whole(&folder.join("model.safetensors"), &weights)?;
    files::write_whole(&folder.join("golden.json"), golden(&rounded, &mnist)?.as_bytes())?;
    let card = card(arguments, &checkpoint, loss);
    let path = folder.join("CARD.md");
    // Figures that eval wrote belong to the weights before these.
    files::write_whole(&path, card.as_bytes())?;
    write_index(arguments.default.then_some(name.as_str()))?;
    println!(
        "{}: {} parameters, {} bytes",
        folder.display(),
        exact.parameters.len(),
        weights.len()
    );
    Ok(())
}

/// Nats lost by rounding, on validation digits with nothing known.
fn format_loss(exact: &Weights, rounded: &Weights, mnist: &Mnist) -> Result<f64> {
    let mut source = Compute::Threads(all_threads()).source(&exact.architecture);
    let batch = batch_of(&mnist.validation, FORMAT_DIGITS, 1, |_, _| [0; halfdrawn_data::PIXELS]);
    let mut mean = |parameters: &[f32]| {
        let losses = source.losses(parameters, &batch);
        losses.into_iter().map(|loss| loss.total(1.0)).collect::<Mean>().value()
    };
    Ok(mean(&rounded.parameters) - mean(&exact.parameters))
}

/// Four completions of the first test digit, its bottom half hidden: what every build and every
/// browser must reproduce.
fn golden(weights: &Weights, mnist: &Mnist) -> Result<String> {
    const SEED: u32 = 7;
    const COUNT: usize = 4;
    let mut random = picture_rng(u64::from(SEED), 0, 0);
    let mut pixels = [0; halfdrawn_data::PIXELS];
    binarise_into(mnist.test.grey(0), &mut random, &mut pixels);
    let known = MaskKind::Bottom.sample(&pixels, &mut random);
    let request =
        Request { pixels: &pixels, known: &known, count: COUNT, seed: SEED, temperature: 1.0 };
    let mut completion = Sampler::new(weights)?.complete(&request)?;
    completion.advance(usize::MAX);
    let images: Vec<String> = completion.images().chunks(pixels.len()).map(digits).collect();
    let golden = json!({
        "seed": SEED,
        "count": COUNT,
        "temperature": 1,
        "pixels": digits(&pixels),
        "known": digits(&known),
        "images": images,
        "logLikelihood": completion.log_likelihood(),
    });
    Ok(serde_json::to_string_pretty(&golden)? + "\n")
}

fn digits(bits: &[u8]) -> String {
    bits.iter().map(|&bit| if bit == 1 { '1' } else { '0' }).collect()
}

fn card(arguments: &Arguments, checkpoint: &Checkpoint, loss: f64) -> String {
    let (name, options) = (&arguments.name, &checkpoint.options);
    let (model, preset) = name.split_once('-').unwrap_or((name, "custom"));
    let made = format!(
        "halfdrawn train {model} --preset {preset} --seed {} --epochs {} --batch {} --learning-rate {}",
        options.seed, options.epochs, options.batch, options.optimiser.learning_rate
    );
    let command = arguments.command.clone().unwrap_or(made);
    let best = checkpoint.best.as_ref().map_or(f64::NAN, |best| best.nats);
    let (steps, count) = (checkpoint.optimiser.step, checkpoint.architecture.parameters().len());
    let epochs = steps as f64 * options.batch as f64 / 50_000.0;
    let masks = match checkpoint.architecture.kind() {
        "completion" => "random masks, 22 % of them with nothing known",
        _ => "nothing known",
    };
    format!(
        "# {name}\n\n\
         | | |\n|---|---|\n\
         | parameters | {count} |\n\
         | data | MNIST, the first 50,000 digits of the training file, binarised anew each epoch; {masks} |\n\
         | seed | {} |\n\
         | trained for | {steps} steps of {} pictures, {epochs:.1} epochs; average of the weights, best of its epochs by validation |\n\
         | command | `{command}` then `halfdrawn export {name}` |\n\
         | validation loss | {best:.2} nats (first 2,000 of the 10,000 held-out training digits, masks as in training) |\n\
         | lost by 16-bit storage | {loss:.4} nats ({FORMAT_DIGITS} validation digits) |\n\n\
         Weights: `model.safetensors`, half precision, in the order of `config.json`'s network. \
         `golden.json`: completions that every build must reproduce to the bit.\n",
        options.seed, options.batch
    )
}

/// The list that the page reads; `default` names the model it starts with.
fn write_index(default: Option<&str>) -> Result<()> {
    let path = files::root().join("pretrained/index.json");
    let before: serde_json::Value = fs::read(&path)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default();
    let was_default = |name: &str| {
        let entries = before.as_array().into_iter().flatten();
        entries.into_iter().any(|entry| entry["name"] == name && entry["default"] == true)
    };
    let mut entries = Vec::new();
    for name in files::names() {
        let weights = files::read_weights(&name)?;
        let file = files::root().join("pretrained").join(&name).join("model.safetensors");
        entries.push(json!({
            "name": name,
            "kind": weights.architecture.kind(),
            "parameters": weights.parameters.len(),
            "bytes": fs::metadata(file)?.len(),
            "default": default.map_or_else(|| was_default(&name), |default| default == name),
        }));
    }
    let text = serde_json::to_string_pretty(&entries)? + "\n";
    files::write_whole(&path, text.as_bytes())
}
