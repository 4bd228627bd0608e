//! `halfdrawn export`: from a run's checkpoint to a folder of pretrained/.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use burn::tensor::Device;
use halfdrawn_data::{Digits, MaskKind, Mnist, PIXELS, binarise_into, picture_rng};
use halfdrawn_format::{Architecture, Weights};
use halfdrawn_metrics::Mean;
use halfdrawn_sampler::{Request, Sampler};
use halfdrawn_training::{Checkpoint, Compute, Explorer, Recogniser};
use serde_json::json;

use crate::dataset::Dataset;
use crate::device::{all_threads, block_on};
use crate::game_export::{self, Exported};
use crate::watch::{checkpoint_of, read_checkpoint};
use crate::{card, files, judge, latent};

/// Digits that the loss of the 16-bit format is measured on.
pub const FORMAT_DIGITS: usize = 1000;

/// What `export` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// Name under which the model is shipped, for example completion-base.
    pub name: String,
    /// The run's folder; runs/<name> by default.
    #[arg(long)]
    run: Option<PathBuf>,
    /// The command that trained it, for the card; by default made from the run's options.
    #[arg(long)]
    pub command: Option<String>,
    /// Pictures that it was trained on.
    #[arg(long, value_enum, default_value = "mnist")]
    pub dataset: Dataset,
    /// Makes it the model that the page starts with.
    #[arg(long)]
    default: bool,
}

/// Writes weights, configuration, golden sample, card and the index of all models.
pub fn run(arguments: &Arguments) -> Result<()> {
    let name = &arguments.name;
    let path = checkpoint_of(arguments.run.as_deref(), name);
    if name.starts_with("gan-") {
        let command = arguments.command.as_deref();
        let exported = game_export::export(name, &path, command, arguments.dataset)?;
        let Exported { weights, golden, card, loss } = exported;
        return write(arguments, &weights, &golden, &card, Some(loss));
    }
    let checkpoint = read_checkpoint(&path, Checkpoint::from_bytes)?;
    let Some(best) = &checkpoint.best else {
        bail!("this run has not finished an epoch: nothing has been validated yet");
    };
    let exact = Weights {
        name: name.clone(),
        architecture: checkpoint.architecture.clone(),
        parameters: best.average.clone(),
    };
    let rounded = exact.rounded()?;
    let (train, validation) = arguments.dataset.single()?.load(None)?;
    let loss = format_loss(&exact, &rounded, &validation);
    println!("16 bits cost {loss:+.4} nats on {FORMAT_DIGITS} validation pictures");
    let golden = match &exact.architecture {
        Architecture::PixelCnn(_) => {
            completions(&rounded, &Mnist::load(&files::root().join("web/data/mnist"))?)?
        }
        Architecture::Classifier(_) => recognitions(&rounded, &validation)?,
        _ => samples(&rounded)?,
    };
    // Figures that eval wrote belong to the weights before these.
    let card = card::text(arguments, &checkpoint, train.len(), loss);
    write(arguments, &exact, &golden, &card, None)
}

/// Writes the folder of a model, and the index; `loss` is what the players of a gan paid.
fn write(
    arguments: &Arguments,
    exact: &Weights,
    golden: &str,
    card: &str,
    loss: Option<&str>,
) -> Result<()> {
    let (config, weights) = exact.write()?;
    let folder = files::root().join("pretrained").join(&arguments.name);
    files::write_whole(&folder.join("config.json"), config.as_bytes())?;
    files::write_whole(&folder.join("model.safetensors"), &weights)?;
    files::write_whole(&folder.join("golden.json"), golden.as_bytes())?;
    files::write_whole(&folder.join("CARD.md"), card.as_bytes())?;
    write_index(arguments, loss)?;
    println!(
        "{}: {} parameters, {} bytes",
        folder.display(),
        exact.parameters.len(),
        weights.len()
    );
    Ok(())
}

/// Nats lost by rounding, on validation pictures with nothing known.
fn format_loss(exact: &Weights, rounded: &Weights, validation: &Digits) -> f64 {
    let mut source = Compute::Threads(all_threads()).source(&exact.architecture);
    let batch = latent::batch(&exact.architecture, validation, FORMAT_DIGITS, 1);
    let mut mean = |parameters: &[f32]| {
        let losses = source.losses(parameters, &batch);
        losses.into_iter().map(|loss| loss.total(1.0)).collect::<Mean>().value()
    };
    mean(&rounded.parameters) - mean(&exact.parameters)
}

/// Four pictures from the prior, p(ink) in 255 steps, two hexadecimal digits a pixel: what every
/// build must reproduce to a step.
fn samples(weights: &Weights) -> Result<String> {
    const SEED: u64 = 7;
    const COUNT: usize = 4;
    let explorer = Explorer::load(weights, &Device::flex())?;
    let labels: Vec<u8> = match weights.architecture.conditional() {
        true => (0..COUNT as u8).collect(),
        false => Vec::new(),
    };
    let probabilities = block_on(explorer.sample(COUNT, SEED, &labels))?;
    let images: Vec<String> = probabilities.chunks(PIXELS).map(hexadecimal).collect();
    let golden = json!({ "seed": SEED, "count": COUNT, "labels": labels, "images": images });
    Ok(serde_json::to_string_pretty(&golden)? + "\n")
}

/// The first four validation pictures, two hexadecimal digits a pixel, and what the classifier says of
/// them, which every build must reproduce to 1e-4.
fn recognitions(weights: &Weights, validation: &Digits) -> Result<String> {
    const COUNT: usize = 4;
    let images = judge::grey(validation, COUNT);
    let said = Recogniser::load(weights)?.classify(&images)?;
    let rows = |values: &[f32]| -> Vec<Vec<f64>> {
        let round = |&value: &f32| (f64::from(value) * 1e6).round() / 1e6;
        let rows = values.chunks(values.len() / COUNT);
        rows.map(|row| row.iter().map(round).collect()).collect()
    };
    let golden = json!({
        "count": COUNT,
        "labels": validation.labels()[..COUNT],
        "images": images.chunks(PIXELS).map(hexadecimal).collect::<Vec<_>>(),
        "probabilities": rows(&said.probabilities),
        "features": rows(&said.features),
    });
    Ok(serde_json::to_string_pretty(&golden)? + "\n")
}

/// 0 to 1 in 255 steps, two hexadecimal digits a pixel.
pub fn hexadecimal(image: &[f32]) -> String {
    image.iter().map(|p| format!("{:02x}", (255.0 * p).round() as u8)).collect()
}

/// Four completions of the first test digit, its bottom half hidden: what every build and every
/// browser must reproduce.
fn completions(weights: &Weights, mnist: &Mnist) -> Result<String> {
    const SEED: u32 = 7;
    const COUNT: usize = 4;
    let mut random = picture_rng(u64::from(SEED), 0, 0);
    let mut pixels = [0; PIXELS];
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

/// The list that the page reads.
fn write_index(arguments: &Arguments, loss: Option<&str>) -> Result<()> {
    let default = arguments.default.then_some(arguments.name.as_str());
    let path = files::root().join("pretrained/index.json");
    let before: serde_json::Value = fs::read(&path)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default();
    let earlier = |name: &str| {
        let mut entries = before.as_array().into_iter().flatten();
        entries.find(|entry| entry["name"] == name)
    };
    let was_default = |name: &str| earlier(name).is_some_and(|entry| entry["default"] == true);
    let mut entries = Vec::new();
    for name in files::names() {
        let weights = files::read_weights(&name)?;
        let file = files::root().join("pretrained").join(&name).join("model.safetensors");
        let mut entry = json!({
            "name": name,
            "kind": weights.architecture.kind(),
            "parameters": weights.parameters.len(),
            "bytes": fs::metadata(file)?.len(),
            "default": default.map_or_else(|| was_default(&name), |default| default == name),
        });
        if weights.architecture.network().is_none() {
            let dataset = match name == arguments.name {
                true => arguments.dataset,
                false => files::dataset(&name)?,
            };
            entry["dataset"] = dataset.name().into();
        }
        if weights.architecture.latent() > 0 {
            entry["latent"] = weights.architecture.latent().into();
            entry["conditional"] = weights.architecture.conditional().into();
        }
        if weights.architecture.gan().is_some() {
            entry["loss"] = match loss {
                Some(loss) if name == arguments.name => loss.into(),
                _ => earlier(&name).map_or(json!(null), |entry| entry["loss"].clone()),
            };
        }
        entries.push(entry);
    }
    let text = serde_json::to_string_pretty(&entries)? + "\n";
    files::write_whole(&path, text.as_bytes())
}
