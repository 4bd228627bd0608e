//! How a game is played, and what a turn of it tells.

use halfdrawn_models::{AdversarialLoss, Regulariser};
use serde::{Deserialize, Serialize};

use super::error::GameError;
use crate::optimiser::OptimiserOptions;

/// How a game is played. The same options, data and device give the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct GameOptions {
    /// Seeds initial weights, the order of pictures and latent variables.
    pub seed: u64,
    /// Real pictures, and generated ones, to a turn.
    pub batch: usize,
    /// Epochs of real pictures after which a game is finished.
    pub epochs: u64,
    /// What the players pay.
    pub loss: AdversarialLoss,
    /// What keeps the critic from becoming steep.
    pub regulariser: Regulariser,
    /// Turns of the critic to one of the generator, k.
    pub critic_steps: u64,
    /// What is taken off the target of real pictures.
    pub smoothing: f32,
    /// The critic's optimiser.
    pub critic: PlayerOptions,
    /// The generator's optimiser.
    pub generator: PlayerOptions,
    /// Decay of the average of the generator's weights.
    pub average_decay: f64,
}

/// A player's optimiser: Adam, of which β₁ = 0.5 as in DCGAN forgets old gradients of an opponent that
/// has moved on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PlayerOptions {
    /// The learning rate.
    pub learning_rate: f64,
    /// Decay of the running mean of gradients, β₁.
    pub beta1: f64,
    /// Decay of the running mean of squared gradients, β₂.
    pub beta2: f64,
}

impl Default for PlayerOptions {
    fn default() -> Self {
        Self { learning_rate: 2e-4, beta1: 0.5, beta2: 0.999 }
    }
}

impl Default for GameOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            batch: 64,
            epochs: 20,
            loss: AdversarialLoss::default(),
            regulariser: Regulariser::None,
            critic_steps: 1,
            smoothing: 0.0,
            critic: PlayerOptions::default(),
            generator: PlayerOptions::default(),
            average_decay: 0.999,
        }
    }
}

impl GameOptions {
    /// What the optimiser of `player` is told. Gradients are not clipped: how long they are is what a
    /// game is watched for.
    pub(crate) fn optimiser(&self, player: Player) -> OptimiserOptions {
        let PlayerOptions { learning_rate, beta1, beta2 } = match player {
            Player::Critic => self.critic,
            Player::Generator => self.generator,
        };
        let average_decay = match player {
            Player::Critic => 0.0,
            Player::Generator => self.average_decay,
        };
        OptimiserOptions { learning_rate, beta1, beta2, clip: f64::INFINITY, average_decay }
    }

    /// These options, changed.
    ///
    /// # Errors
    /// A setting that is out of bounds.
    pub(crate) fn with(&self, change: GameChange) -> Result<Self, GameError> {
        let mut options = self.clone();
        options.loss = change.loss.unwrap_or(options.loss);
        options.regulariser = change.regulariser.unwrap_or(options.regulariser);
        options.critic_steps = change.critic_steps.unwrap_or(options.critic_steps);
        options.smoothing = change.smoothing.unwrap_or(options.smoothing);
        options.epochs = change.epochs.unwrap_or(options.epochs);
        for (player, rate) in [
            (&mut options.critic, change.critic_rate),
            (&mut options.generator, change.generator_rate),
        ] {
            player.learning_rate = rate.unwrap_or(player.learning_rate);
            player.beta1 = change.beta1.unwrap_or(player.beta1);
        }
        options.check()?;
        Ok(options)
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// Names the setting that is out of bounds.
    pub(crate) fn check(&self) -> Result<(), GameError> {
        let error = |setting, value, bounds| Err(GameError::Setting { setting, value, bounds });
        for (names, player) in [
            (["criticRate", "critic beta1"], self.critic),
            (["generatorRate", "generator beta1"], self.generator),
        ] {
            if !(player.learning_rate > 0.0 && player.learning_rate <= 1.0) {
                return error(names[0], player.learning_rate, "above 0 and at most 1");
            }
            if !(0.0..1.0).contains(&player.beta1) {
                return error(names[1], player.beta1, "at least 0 and below 1");
            }
        }
        if !(1..=100).contains(&self.critic_steps) {
            return error("criticSteps", self.critic_steps as f64, "from 1 to 100");
        }
        if !(0.0..=0.5).contains(&self.smoothing) {
            return error("smoothing", f64::from(self.smoothing), "from 0 to 0.5");
        }
        if self.batch < 2 {
            return error("batch", self.batch as f64, "at least 2: a batch has a variance");
        }
        match self.regulariser {
            Regulariser::Clip(limit) if !(limit > 0.0 && limit <= 10.0) => {
                error("clip", f64::from(limit), "above 0 and at most 10")
            }
            _ => Ok(()),
        }
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Player {
    /// Tells real pictures from generated ones.
    Critic,
    /// Makes pictures.
    Generator,
}

/// What may be changed while a game goes on; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GameChange {
    /// What the players pay.
    pub loss: Option<AdversarialLoss>,
    /// What keeps the critic from becoming steep.
    pub regulariser: Option<Regulariser>,
    /// Turns of the critic to one of the generator.
    pub critic_steps: Option<u64>,
    /// What is taken off the target of real pictures.
    pub smoothing: Option<f32>,
    /// The critic's learning rate.
    pub critic_rate: Option<f64>,
    /// The generator's learning rate.
    pub generator_rate: Option<f64>,
    /// β₁ of both.
    pub beta1: Option<f64>,
    /// Epochs in all.
    pub epochs: Option<u64>,
}

/// What a turn did. Where it was the critic's, the generator's figures are those of the same generated
/// pictures and of its last turn, and the other way round.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GameMetrics {
    /// Rounds finished: turns of the generator since the start.
    pub round: u64,
    /// Turns of either since the start.
    pub step: u64,
    /// Epoch of the last real pictures, from zero.
    pub epoch: u64,
    /// Whose turn it was.
    pub player: Player,
    /// What the critic pays for its last batch, real and generated.
    pub critic_loss: f64,
    /// What the generator pays.
    pub generator_loss: f64,
    /// Length of the gradient of the critic's last turn.
    pub critic_norm: f64,
    /// Length of the gradient of the generator's last turn.
    pub generator_norm: f64,
    /// The critic's outputs for the last batch of real pictures.
    pub real: Vec<f32>,
    /// The critic's outputs for the generated pictures of this turn.
    pub fake: Vec<f32>,
    /// Real pictures of the turn, or generated ones where it was the generator's.
    pub pictures: usize,
}
