//! The card of a shipped model: data, seed, command and figures.

use halfdrawn_format::Architecture;
use halfdrawn_training::{Checkpoint, TrainerOptions};

use crate::dataset::Dataset;
use crate::export::{Arguments, FORMAT_DIGITS};

/// The text of `CARD.md`, for a run on so many `pictures`; `loss` is what rounding costs, in nats.
pub fn text(arguments: &Arguments, checkpoint: &Checkpoint, pictures: usize, loss: f64) -> String {
    let (name, options) = (&arguments.name, &checkpoint.options);
    let command = arguments.command.clone().unwrap_or_else(|| command(name, options));
    let best = checkpoint.best.as_ref().map_or(f64::NAN, |best| best.nats);
    let (steps, count) = (checkpoint.optimiser.step, checkpoint.architecture.parameters().len());
    let epochs = steps as f64 * options.batch as f64 / pictures as f64;
    let data = arguments.dataset.learned();
    let (seen, validated, golden) = match &checkpoint.architecture {
        Architecture::PixelCnn(network) if network.context.is_some() => (
            "binarised anew each epoch; random masks, 22 % of them with nothing known",
            "masks as in training",
            "completions that every build must reproduce to the bit",
        ),
        Architecture::PixelCnn(_) => (
            "binarised anew each epoch; nothing known",
            "masks as in training",
            "completions that every build must reproduce to the bit",
        ),
        Architecture::Autoencoder(_) => (
            "binarised anew each epoch; whole pictures",
            "reconstruction",
            "pictures of codes drawn from N(0, I), which every build must reproduce to 1/255",
        ),
        Architecture::Vae(_) => (
            "binarised anew each epoch; whole pictures",
            "−ELBO, one sample of the latent variables",
            "pictures from the prior, which every build must reproduce to 1/255",
        ),
        Architecture::Classifier(_) => (
            "grey; turned by up to 10°, stretched by up to 10 % and moved by up to 2 pixels anew each epoch",
            "−ln p(class), not distorted",
            "what it says of the first validation pictures, which every build must reproduce to 1e-4",
        ),
        Architecture::Gan(_) => unreachable!("a game has a card of its own"),
    };
    let classifier = matches!(checkpoint.architecture, Architecture::Classifier(_));
    // One class costs little beside 784 pixels.
    let digits = if classifier { 4 } else { 2 };
    let held_out = match arguments.dataset {
        Dataset::FashionMnist => "the 1,000 held-out pictures",
        _ if classifier => "the 10,000 held-out training digits",
        _ => "first 2,000 of the 10,000 held-out training digits",
    };
    format!(
        "# {name}\n\n\
         | | |\n|---|---|\n\
         | parameters | {count} |\n\
         | data | {data}, {seen} |\n\
         | seed | {} |\n\
         | trained for | {steps} steps of {} pictures, {epochs:.1} epochs; average of the weights, best of its epochs by validation |\n\
         | command | `{command}` then `halfdrawn export {name}` |\n\
         | validation loss | {best:.digits$} nats ({held_out}, {validated}) |\n\
         | lost by 16-bit storage | {loss:.4} nats ({FORMAT_DIGITS} validation pictures) |\n\n\
         Weights: `model.safetensors`, half precision, in the order of `config.json`'s network. \
         `golden.json`: {golden}.\n",
        options.seed, options.batch
    )
}

/// The command that a run's options say it was started with.
fn command(name: &str, options: &TrainerOptions) -> String {
    let (model, preset) = match name.strip_prefix("classifier") {
        // The only preset, and a name that says no more than the data.
        Some(data) => ("classifier", if data.is_empty() { "small" } else { "fashion-small" }),
        None => name.split_once('-').unwrap_or((name, "custom")),
    };
    let (preset, conditional) = match preset.strip_suffix("-conditional") {
        Some(preset) => (preset, " --conditional"),
        None => (preset, ""),
    };
    let (preset, dataset) = match preset.strip_prefix("fashion-") {
        Some(preset) => (preset, " --dataset fashion-mnist"),
        None => (preset, ""),
    };
    let warm_up = match options.kl_warm_up {
        0 => String::new(),
        steps => format!(" --kl-warm-up {steps}"),
    };
    format!(
        "halfdrawn train {model} --preset {preset}{conditional}{dataset} --seed {} --epochs {} --batch {} --learning-rate {}{warm_up}",
        options.seed, options.epochs, options.batch, options.optimiser.learning_rate
    )
}
