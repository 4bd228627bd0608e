//! `halfdrawn train gan`: plays a game, shows how it goes, and keeps everything on disk.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use halfdrawn_data::{Digits, PLANES};
use halfdrawn_format::Architecture;
use halfdrawn_models::{AdversarialLoss, GanConfig, Regulariser};
use halfdrawn_training::{
    Compute, Game, GameCheckpoint, GameMetrics, GameOptions, Player, PlayerOptions,
};

use crate::dataset::Dataset;
use crate::device::block_on;
use crate::watch::{Watch, check_vacant, checkpoint_of, read_checkpoint};

/// What `train gan` takes besides what every model does.
#[derive(clap::Args)]
#[group(id = "game")]
pub struct Arguments {
    /// What the players of a gan pay.
    #[arg(long, value_enum, default_value = "non-saturating")]
    loss: LossChoice,
    /// Keeps a gan's critic from becoming steep: none, spectral, or clip:0.01 with any bound.
    #[arg(long, default_value = "none", value_parser = regulariser)]
    regulariser: Regulariser,
    /// Turns of the critic to one of the generator.
    #[arg(long, default_value_t = 1)]
    critic_steps: u64,
    /// Taken off the target of real pictures.
    #[arg(long, default_value_t = 0.0)]
    smoothing: f32,
    /// The critic's learning rate.
    #[arg(long, default_value_t = 2e-4)]
    critic_rate: f64,
    /// The generator's learning rate.
    #[arg(long, default_value_t = 2e-4)]
    generator_rate: f64,
    /// How long both players remember gradients.
    #[arg(long, default_value_t = 0.5)]
    beta1: f64,
    /// How long the average of the generator's weights remembers.
    #[arg(long, default_value_t = 0.999)]
    average_decay: f64,
    /// Stop a gan after so many rounds in all, if its epochs are not over before.
    #[arg(long)]
    rounds: Option<u64>,
}

/// The losses by their names.
#[derive(Clone, Copy, ValueEnum)]
enum LossChoice {
    Minimax,
    NonSaturating,
    LeastSquares,
    Wasserstein,
}

impl LossChoice {
    fn loss(self) -> AdversarialLoss {
        match self {
            Self::Minimax => AdversarialLoss::Minimax,
            Self::NonSaturating => AdversarialLoss::NonSaturating,
            Self::LeastSquares => AdversarialLoss::LeastSquares,
            Self::Wasserstein => AdversarialLoss::Wasserstein,
        }
    }
}

fn regulariser(text: &str) -> Result<Regulariser> {
    match text.split_once(':') {
        None if text == "none" => Ok(Regulariser::None),
        None if text == "spectral" => Ok(Regulariser::Spectral),
        Some(("clip", limit)) => Ok(Regulariser::Clip(limit.parse()?)),
        _ => bail!("there are none, spectral and clip:0.01 with any bound"),
    }
}

/// What every model's run takes.
pub struct Common<'a> {
    pub preset: &'a str,
    pub conditional: bool,
    pub compute: Compute,
    pub seed: u64,
    pub epochs: u64,
    pub batch: usize,
    pub resume: bool,
    pub run: Option<&'a Path>,
    pub dataset: Dataset,
}

/// The name that a gan is shipped under.
fn name(common: &Common, loss: AdversarialLoss) -> String {
    let data = common.dataset.prefix();
    let kind = match (loss, common.conditional) {
        (AdversarialLoss::NonSaturating, true) => "conditional",
        (AdversarialLoss::NonSaturating, false) => "dcgan",
        (AdversarialLoss::LeastSquares, _) => "lsgan",
        (AdversarialLoss::Wasserstein, _) => "wgan",
        (AdversarialLoss::Minimax, _) => "minimax",
    };
    let told = common.conditional && loss != AdversarialLoss::NonSaturating;
    let told = if told { "-conditional" } else { "" };
    let size = if common.preset == "full" { String::new() } else { format!("-{}", common.preset) };
    format!("gan-{data}{kind}{told}{size}")
}

/// Starts a game, or goes on with one.
pub fn train(arguments: &Arguments, common: &Common, digits: Digits) -> Result<()> {
    let loss = arguments.loss.loss();
    let mut config = GanConfig::preset(common.preset, common.conditional)
        .with_context(|| format!("gan has no preset {}", common.preset))?;
    if common.dataset == Dataset::StackedMnist {
        if common.conditional {
            bail!("a stack shows three digits and is told none: leave out --conditional");
        }
        config.config.planes = PLANES;
    }
    let path = checkpoint_of(common.run, &name(common, loss));
    let player = |learning_rate| PlayerOptions {
        learning_rate,
        beta1: arguments.beta1,
        ..PlayerOptions::default()
    };
    let options = GameOptions {
        seed: common.seed,
        batch: common.batch,
        epochs: common.epochs,
        loss,
        regulariser: arguments.regulariser,
        critic_steps: arguments.critic_steps,
        smoothing: arguments.smoothing,
        critic: player(arguments.critic_rate),
        generator: player(arguments.generator_rate),
        average_decay: arguments.average_decay,
    };
    let (digits, compute) = (Arc::new(digits), common.compute.clone());
    let game = if common.resume {
        let mut checkpoint = read_checkpoint(&path, GameCheckpoint::from_bytes)?;
        if checkpoint.gan != config.config {
            bail!("{} holds another gan: name another --run", path.display());
        }
        let GameOptions { seed, batch, .. } = checkpoint.options;
        checkpoint.options = GameOptions { seed, batch, ..options };
        Game::resume(checkpoint, digits, compute)?
    } else {
        check_vacant(&path)?;
        Game::new(Architecture::Gan(config.config), options, digits, compute)?
    };
    play(game, &path, arguments.rounds.unwrap_or(u64::MAX), common.dataset)
}

/// Plays until the epochs end, `limit` rounds are over or Ctrl-C.
fn play(mut game: Game, path: &Path, limit: u64, dataset: Dataset) -> Result<()> {
    let mut watch = Watch::begin(path, game.rounds(), game.total_rounds().min(limit))?;
    let mut epoch = game.epoch();
    let mut smooth: Option<[f64; 4]> = None;
    while !game.finished() && game.rounds() < limit && !watch.stopped() {
        let metrics = match block_on(game.step()) {
            Ok(metrics) => metrics,
            Err(error) => {
                watch.save(&block_on(game.snapshot())?)?;
                return Err(error.into());
            }
        };
        if metrics.player == Player::Critic {
            continue;
        }
        let now = told(&metrics);
        let before = smooth.unwrap_or(now);
        let next = std::array::from_fn(|index| 0.99 * before[index] + 0.01 * now[index]);
        smooth = Some(next);
        let [critic, generator, real, fake] = next;
        let line = format!(
            "epoch {}: critic {critic:.3}, generator {generator:.3}, outputs {real:.2} real, {fake:.2} generated",
            metrics.epoch + 1
        );
        watch.bar.set_position(metrics.round);
        watch.bar.set_message(line.clone());
        if metrics.epoch != epoch {
            epoch = metrics.epoch;
            watch.bar.suspend(|| println!("{line}"));
        }
        if watch.due() {
            watch.save(&block_on(game.snapshot())?)?;
        }
    }
    watch.bar.finish();
    watch.save(&block_on(game.snapshot())?)?;
    let next = if dataset == Dataset::StackedMnist { "eval --run" } else { "export" };
    println!("{} at round {}; next: halfdrawn {next}", path.display(), game.rounds());
    Ok(())
}

/// Losses of both players, and the mean outputs for real and for generated pictures.
fn told(metrics: &GameMetrics) -> [f64; 4] {
    let mean = |outputs: &[f32]| {
        outputs.iter().map(|&a| f64::from(a)).sum::<f64>() / outputs.len().max(1) as f64
    };
    [metrics.critic_loss, metrics.generator_loss, mean(&metrics.real), mean(&metrics.fake)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regulariser_is_named_with_its_bound() {
        assert_eq!(regulariser("spectral").unwrap(), Regulariser::Spectral);
        assert_eq!(regulariser("clip:0.01").unwrap(), Regulariser::Clip(0.01));
        assert!(regulariser("clip").is_err() && regulariser("penalty:1").is_err());
    }
}
