//! `halfdrawn train`: steps a trainer, shows how it goes, and keeps everything on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use halfdrawn_data::Digits;
use halfdrawn_format::{Architecture, Reconstruction};
use halfdrawn_models::{
    AutoencoderConfig, ClassifierConfig, CompletionConfig, PixelCnnConfig, VaeConfig,
};
use halfdrawn_training::{Checkpoint, OptimiserOptions, Run, TrainerOptions, Validation};

use crate::dataset::Dataset;
use crate::device::{DeviceChoice, all_threads, block_on};
use crate::game;
use crate::watch::{Watch, check_vacant, checkpoint_of, read_checkpoint};

/// What `train` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// pixelcnn, completion, autoencoder, vae, classifier or gan.
    model: String,
    /// small or tiny (pixelcnn), base (completion), mlp-2d, mlp-20 or conv-32 (autoencoder, vae), small
    /// (classifier).
    #[arg(long)]
    preset: Option<String>,
    /// Tells an autoencoder or vae the digit.
    #[arg(long)]
    conditional: bool,
    /// How an autoencoder's output is compared with the picture.
    #[arg(long, value_enum, default_value = "bernoulli")]
    reconstruction: Compared,
    /// Weight of the KL in the loss of a vae.
    #[arg(long, default_value_t = 1.0)]
    beta: f64,
    /// Steps over which that weight rises from zero.
    #[arg(long, default_value_t = 0)]
    kl_warm_up: u64,
    /// Where to compute.
    #[arg(long, value_enum, default_value = "auto")]
    device: DeviceChoice,
    /// Threads of the fused device; all by default. Other counts sum in another order.
    #[arg(long)]
    threads: Option<usize>,
    /// Seeds weights, order, binarisation and masks.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Epochs, of MNIST 50,000 digits, that the learning rate's schedule spans.
    #[arg(long, default_value_t = 12)]
    epochs: u64,
    /// Pictures to a step.
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// Largest learning rate.
    #[arg(long, default_value_t = 5e-3)]
    learning_rate: f64,
    /// Stop after this many epochs without a better validation loss.
    #[arg(long, default_value_t = 5)]
    patience: u64,
    /// Validation digits looked at after each epoch.
    #[arg(long, default_value_t = 2000)]
    validate: usize,
    /// Go on from the run's checkpoint; --epochs and --learning-rate count anew, the rest is its own.
    #[arg(long)]
    resume: bool,
    /// The run's folder; runs/<model>-<preset> by default.
    #[arg(long)]
    run: Option<PathBuf>,
    /// Pictures to train on; stacked-mnist for a gan alone.
    #[arg(long, value_enum, default_value = "mnist")]
    dataset: Dataset,
    /// The folder of their files; that of web/data by default.
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(flatten)]
    game: game::Arguments,
}

/// What an autoencoder minimises.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Compared {
    /// Nats of the pixels.
    Bernoulli,
    /// The squared error (L2).
    Squared,
}

/// The architecture of a model and preset, and the name it is shipped under.
fn architecture(arguments: &Arguments) -> Result<(String, Architecture)> {
    let (model, conditional) = (arguments.model.as_str(), arguments.conditional);
    let default = match model {
        "pixelcnn" => "small",
        "completion" => "base",
        "autoencoder" | "vae" => "mlp-20",
        "classifier" => "small",
        _ => {
            bail!(
                "no model {model}: there are pixelcnn, completion, autoencoder, vae, classifier, gan"
            )
        }
    };
    let preset = arguments.preset.as_deref().unwrap_or(default);
    let found = match model {
        "pixelcnn" => PixelCnnConfig::preset(preset).map(|config| config.network.into()),
        "completion" => CompletionConfig::preset(preset).map(|config| config.network.into()),
        "autoencoder" => {
            AutoencoderConfig::preset(preset, conditional).map(|config| config.architecture())
        }
        "classifier" => ClassifierConfig::preset(preset).map(|config| config.architecture()),
        _ => VaeConfig::preset(preset, conditional).map(|config| config.architecture()),
    };
    let mut architecture = found.with_context(|| format!("{model} has no preset {preset}"))?;
    let squared = arguments.reconstruction == Compared::Squared;
    match &mut architecture {
        Architecture::Autoencoder(model) if squared => {
            model.reconstruction = Reconstruction::Squared;
        }
        _ if squared => bail!("--reconstruction squared is for an autoencoder, not for {model}"),
        _ => {}
    }
    let data = arguments.dataset.single()?.prefix();
    if model == "classifier" {
        // One size: the name says what it tells apart.
        let fashion = arguments.dataset == Dataset::FashionMnist;
        return Ok((if fashion { "classifier-fashion" } else { model }.into(), architecture));
    }
    let suffix = if architecture.conditional() { "-conditional" } else { "" };
    let compared = if squared { "-squared" } else { "" };
    Ok((format!("{model}-{data}{preset}{suffix}{compared}"), architecture))
}

/// Trains until the schedule ends, patience runs out or Ctrl-C.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.model == "gan" {
        return play(arguments);
    }
    let (name, architecture) = architecture(arguments)?;
    let path = checkpoint_of(arguments.run.as_deref(), &name);
    let (train, validation) = arguments.dataset.load(arguments.data.as_deref())?;
    let train = Arc::new(train);
    let compute = arguments.device.compute(arguments.threads.unwrap_or_else(all_threads))?;
    let optimiser =
        OptimiserOptions { learning_rate: arguments.learning_rate, ..OptimiserOptions::default() };
    let mut run = if arguments.resume {
        let mut checkpoint = read_checkpoint(&path, Checkpoint::from_bytes)?;
        if checkpoint.architecture != architecture {
            bail!("{} holds another model than {name}: name another --run", path.display());
        }
        checkpoint.options.epochs = arguments.epochs;
        checkpoint.options.patience = arguments.patience;
        checkpoint.options.optimiser = optimiser;
        Run::resume(checkpoint, train, compute)?
    } else {
        check_vacant(&path)?;
        let options = TrainerOptions {
            seed: arguments.seed,
            epochs: arguments.epochs,
            batch: arguments.batch,
            beta: arguments.beta,
            kl_warm_up: arguments.kl_warm_up,
            patience: arguments.patience,
            optimiser,
            ..TrainerOptions::default()
        };
        Run::new(architecture, options, train, compute)?
    };
    steps(&mut run, &validation, &path, arguments)
}

/// A gan is played, not trained.
fn play(arguments: &Arguments) -> Result<()> {
    let (digits, _) = arguments.dataset.load(arguments.data.as_deref())?;
    let common = game::Common {
        preset: arguments.preset.as_deref().unwrap_or("full"),
        conditional: arguments.conditional,
        compute: arguments.device.compute(arguments.threads.unwrap_or_else(all_threads))?,
        seed: arguments.seed,
        epochs: arguments.epochs,
        batch: arguments.batch,
        resume: arguments.resume,
        run: arguments.run.as_deref(),
        dataset: arguments.dataset,
    };
    game::train(&arguments.game, &common, digits)
}

fn steps(run: &mut Run, validation: &Digits, path: &Path, arguments: &Arguments) -> Result<()> {
    let mut watch = Watch::begin(path, run.steps(), run.total_steps())?;
    let mut loss: Option<f64> = None;
    while !run.finished() && !watch.stopped() {
        let metrics = match block_on(run.step()) {
            Ok(metrics) => metrics,
            Err(error) => {
                watch.save(&block_on(run.snapshot())?)?;
                return Err(error.into());
            }
        };
        let smooth = loss.map_or(metrics.loss, |loss| 0.99 * loss + 0.01 * metrics.loss);
        loss = Some(smooth);
        watch.bar.set_position(metrics.step);
        watch.bar.set_message(format!(
            "epoch {} train {smooth:.2} nats, gradient {:.1}, rate {:.1e}",
            metrics.epoch + 1,
            metrics.gradient_norm,
            metrics.learning_rate
        ));
        let epoch_over = metrics.step % run.steps_per_epoch() == 0;
        if epoch_over {
            let Validation { loss, reconstruction, kl } =
                block_on(run.validate(validation, arguments.validate));
            let parts = format!("{reconstruction:.2} reconstruction, {kl:.2} KL");
            let line = format!("epoch {}: validation {loss:.3} nats ({parts})", metrics.epoch + 1);
            watch.bar.suspend(|| println!("{line}"));
        }
        if epoch_over || watch.due() {
            watch.save(&block_on(run.snapshot())?)?;
        }
    }
    watch.bar.finish();
    watch.save(&block_on(run.snapshot())?)?;
    println!("{} at step {}; next: halfdrawn export", path.display(), run.steps());
    Ok(())
}
