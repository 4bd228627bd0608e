//! What JavaScript asks to be played.

use halfdrawn_format::Architecture;
use halfdrawn_models::{AdversarialLoss, GanConfig, Regulariser};
use halfdrawn_training::{GameChange, GameOptions, PlayerOptions};
use serde::Deserialize;

use crate::error::Failure;

/// The size of a critic's weight at which it is cut, where nobody says another: that of Arjovsky et al.
const CLIP: f32 = 0.01;

/// Both players and how they play.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GameSpec {
    preset: String,
    #[serde(default)]
    conditional: bool,
    seed: u32,
    #[serde(default)]
    options: Options,
}

/// What is absent is as the game has it by default.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    batch: Option<usize>,
    beta1: Option<f64>,
    loss: Option<AdversarialLoss>,
    regulariser: Option<Restraint>,
    clip: Option<f32>,
    critic_steps: Option<u64>,
    critic_rate: Option<f64>,
    generator_rate: Option<f64>,
    smoothing: Option<f32>,
    epochs: Option<u64>,
}

/// What may be changed while a game goes on; what is absent stays.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Wish {
    loss: Option<AdversarialLoss>,
    regulariser: Option<Restraint>,
    clip: Option<f32>,
    critic_steps: Option<u64>,
    critic_rate: Option<f64>,
    generator_rate: Option<f64>,
    beta1: Option<f64>,
    smoothing: Option<f32>,
    epochs: Option<u64>,
}

/// The regulariser; the number that clipping needs stands beside it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Restraint {
    None,
    Clip,
    Spectral,
}

/// `wanted` in place of `now`, and `clip` where weights are cut.
fn regulariser(wanted: Option<Restraint>, clip: Option<f32>, now: Regulariser) -> Regulariser {
    match (wanted, now) {
        (Some(Restraint::None), _) => Regulariser::None,
        (Some(Restraint::Spectral), _) => Regulariser::Spectral,
        (Some(Restraint::Clip) | None, Regulariser::Clip(limit)) => {
            Regulariser::Clip(clip.unwrap_or(limit))
        }
        (Some(Restraint::Clip), _) => Regulariser::Clip(clip.unwrap_or(CLIP)),
        (None, now) => now,
    }
}

impl GameSpec {
    /// The sizes of both players.
    pub fn architecture(&self) -> Result<Architecture, Failure> {
        let config = GanConfig::preset(&self.preset, self.conditional);
        config.map(|config| config.architecture()).ok_or_else(|| {
            let message = format!("there is no preset '{}': tiny or full", self.preset);
            Failure::new("option", message)
        })
    }

    /// How they play.
    pub fn options(&self) -> GameOptions {
        self.options.over(GameOptions::default(), self.seed)
    }
}

impl Options {
    /// `default` with what is asked for in its place.
    pub fn over(&self, default: GameOptions, seed: u32) -> GameOptions {
        let player = |player: PlayerOptions, rate: Option<f64>| PlayerOptions {
            learning_rate: rate.unwrap_or(player.learning_rate),
            beta1: self.beta1.unwrap_or(player.beta1),
            ..player
        };
        GameOptions {
            seed: u64::from(seed),
            batch: self.batch.unwrap_or(default.batch),
            epochs: self.epochs.unwrap_or(default.epochs),
            loss: self.loss.unwrap_or(default.loss),
            regulariser: regulariser(self.regulariser, self.clip, default.regulariser),
            critic_steps: self.critic_steps.unwrap_or(default.critic_steps),
            smoothing: self.smoothing.unwrap_or(default.smoothing),
            critic: player(default.critic, self.critic_rate),
            generator: player(default.generator, self.generator_rate),
            ..default
        }
    }
}

impl Wish {
    /// The change of a game that is played under `now`.
    pub fn change(self, now: Regulariser) -> GameChange {
        GameChange {
            loss: self.loss,
            regulariser: Some(regulariser(self.regulariser, self.clip, now)),
            critic_steps: self.critic_steps,
            smoothing: self.smoothing,
            critic_rate: self.critic_rate,
            generator_rate: self.generator_rate,
            beta1: self.beta1,
            epochs: self.epochs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_counts_where_weights_are_cut_and_nowhere_else() {
        let cut = Regulariser::Clip(0.5);
        for (wanted, clip, now, expected) in [
            (None, Some(0.1), Regulariser::None, Regulariser::None),
            (None, Some(0.1), cut, Regulariser::Clip(0.1)),
            (None, None, cut, cut),
            (Some(Restraint::Clip), None, cut, cut),
            (Some(Restraint::Clip), None, Regulariser::Spectral, Regulariser::Clip(CLIP)),
            (Some(Restraint::Clip), Some(0.1), Regulariser::None, Regulariser::Clip(0.1)),
            (Some(Restraint::Spectral), Some(0.1), cut, Regulariser::Spectral),
            (Some(Restraint::None), None, cut, Regulariser::None),
        ] {
            assert_eq!(regulariser(wanted, clip, now), expected);
        }
    }
}
