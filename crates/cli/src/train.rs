//! `halfdrawn train`: steps a trainer, shows how it goes, and keeps everything on disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use halfdrawn_data::Mnist;
use halfdrawn_format::Network;
use halfdrawn_models::{CompletionConfig, PixelCnnConfig};
use halfdrawn_training::{Checkpoint, OptimiserOptions, Trainer, TrainerOptions};
use indicatif::{ProgressBar, ProgressStyle};

use crate::device::{DeviceChoice, all_threads};
use crate::files;

/// Seconds between two checkpoints.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);

/// What `train` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// pixelcnn or completion.
    model: String,
    /// Size of the model: small (pixelcnn), base (completion).
    #[arg(long)]
    preset: Option<String>,
    /// Where to compute.
    #[arg(long, value_enum, default_value = "auto")]
    device: DeviceChoice,
    /// Threads of the fused device; all by default. Other counts sum in another order.
    #[arg(long)]
    threads: Option<usize>,
    /// Seeds weights, order, binarisation and masks.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Epochs of 50,000 digits that the learning rate's schedule spans.
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
    /// MNIST's four files.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// The network of a model and preset, and the name it is shipped under.
fn network(model: &str, preset: Option<&str>) -> Result<(String, Network)> {
    let (preset, network) = match model {
        "pixelcnn" => {
            let preset = preset.unwrap_or("small");
            (preset, PixelCnnConfig::preset(preset).map(|config| config.network))
        }
        "completion" => {
            let preset = preset.unwrap_or("base");
            (preset, CompletionConfig::preset(preset).map(|config| config.network))
        }
        _ => bail!("no model {model}: there are pixelcnn and completion"),
    };
    let network = network.with_context(|| format!("{model} has no preset {preset}"))?;
    Ok((format!("{model}-{preset}"), network))
}

/// Trains until the schedule ends, patience runs out or Ctrl-C.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (name, network) = network(&arguments.model, arguments.preset.as_deref())?;
    let folder = arguments.run.clone().unwrap_or_else(|| files::root().join("runs").join(&name));
    let path = folder.join("checkpoint.safetensors");
    let data = arguments.data.clone().unwrap_or_else(|| files::root().join("web/data/mnist"));
    let mnist = Mnist::load(&data)?;
    let threads = arguments.threads.unwrap_or_else(all_threads);
    let source = arguments.device.source(&network, threads)?;
    let optimiser =
        OptimiserOptions { learning_rate: arguments.learning_rate, ..OptimiserOptions::default() };
    let mut trainer = if arguments.resume {
        let mut checkpoint = read_checkpoint(&path)?;
        if checkpoint.network != network {
            bail!("{} holds another network than {name}: name another --run", path.display());
        }
        checkpoint.options.epochs = arguments.epochs;
        checkpoint.options.optimiser = optimiser;
        Trainer::restore(checkpoint, &mnist.train, source)?
    } else {
        if path.exists() {
            bail!("{} exists: add --resume, or name another --run", path.display());
        }
        let options = TrainerOptions {
            seed: arguments.seed,
            epochs: arguments.epochs,
            batch: arguments.batch,
            optimiser,
            ..TrainerOptions::default()
        };
        Trainer::new(network, options, &mnist.train, source)?
    };
    steps(&mut trainer, &mnist, &path, arguments)
}

/// Reads a run's checkpoint.
pub fn read_checkpoint(path: &Path) -> Result<Checkpoint> {
    let bytes = fs::read(path)
        .with_context(|| format!("no checkpoint {}: train without --resume", path.display()))?;
    Checkpoint::from_bytes(&bytes).with_context(|| path.display().to_string())
}

fn steps(trainer: &mut Trainer, mnist: &Mnist, path: &Path, arguments: &Arguments) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed))?;
    let bar = ProgressBar::new(trainer.total_steps());
    let style = "{bar:30} {pos}/{len} [{elapsed} < {eta}, {per_sec}] {msg}";
    bar.set_style(ProgressStyle::with_template(style)?);
    bar.set_position(trainer.steps());
    bar.reset_eta();
    let save = |trainer: &Trainer| files::write_whole(path, &trainer.checkpoint().to_bytes()?);
    let mut saved = Instant::now();
    let mut nats: Option<f64> = None;
    while trainer.steps() < trainer.total_steps() && !stop.load(Ordering::Relaxed) {
        let metrics = match trainer.step() {
            Ok(metrics) => metrics,
            Err(error) => {
                save(trainer)?;
                return Err(error.into());
            }
        };
        let smooth = nats.map_or(metrics.nats, |nats| 0.99 * nats + 0.01 * metrics.nats);
        nats = Some(smooth);
        bar.set_position(metrics.step);
        bar.set_message(format!(
            "epoch {} train {smooth:.2} nats, gradient {:.1}, rate {:.1e}",
            metrics.epoch + 1,
            metrics.gradient_norm,
            metrics.learning_rate
        ));
        if metrics.step % trainer.steps_per_epoch() == 0 {
            let validation = trainer.validate(&mnist.validation, arguments.validate);
            let line = format!("epoch {}: validation {validation:.3} nats", metrics.epoch + 1);
            bar.suspend(|| println!("{line}"));
            save(trainer)?;
            let best = trainer.best().map_or(0, |best| best.epoch);
            if metrics.epoch >= best + arguments.patience {
                bar.suspend(|| println!("no better for {} epochs: stopping", arguments.patience));
                break;
            }
        } else if saved.elapsed() > CHECKPOINT_EVERY {
            save(trainer)?;
            saved = Instant::now();
        }
    }
    bar.finish();
    save(trainer)?;
    println!("{} at step {}; next: halfdrawn export", path.display(), trainer.steps());
    Ok(())
}
