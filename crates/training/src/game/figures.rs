//! What turns tell: losses, outputs and lengths of gradients, and whether they are sound.

use halfdrawn_models::Regulariser;

use super::checkpoint::Last;
use super::error::GameError;
use super::host::Told;
use super::options::{GameOptions, Player};

/// No output of a critic that still learns is as large.
const EXPLODED: f32 = 1e6;

/// Whether a critic that says this still learns.
pub(crate) fn sound(told: &Told) -> bool {
    told.real.iter().chain(&told.fake).all(|a| a.is_finite() && a.abs() < EXPLODED)
}

impl Last {
    /// Takes over what a turn told.
    pub(crate) fn remember(&mut self, told: &Told, player: Player, options: &GameOptions) {
        if player == Player::Critic {
            self.real.clone_from(&told.real);
            self.figures[0] = critic_loss(told, options);
            self.figures[2] = told.norm as f32;
        } else {
            self.figures[3] = told.norm as f32;
        }
        self.fake.clone_from(&told.fake);
        self.figures[1] = generator_loss(told, options);
    }
}

/// The error of a turn that told no sound numbers, where the weights of turn `kept` are kept.
pub(crate) fn diverged(
    options: &GameOptions,
    player: Player,
    told: &Told,
    step: u64,
    kept: u64,
) -> GameError {
    let (player, loss) = match player {
        Player::Critic => ("the critic", critic_loss(told, options)),
        Player::Generator => ("the generator", generator_loss(told, options)),
    };
    let (setting, advice, value) = match (player, options.regulariser) {
        ("the critic", Regulariser::Clip(limit)) => ("clip", "lower the clip", f64::from(limit)),
        ("the critic", _) => {
            ("criticRate", "lower the critic's learning rate", options.critic.learning_rate)
        }
        _ => (
            "generatorRate",
            "lower the generator's learning rate",
            options.generator.learning_rate,
        ),
    };
    GameError::Diverged { step, player, loss: f64::from(loss), kept, setting, advice, value }
}

fn critic_loss(told: &Told, options: &GameOptions) -> f32 {
    let loss = options.loss;
    mean(&told.real, |a| loss.critic(a, options.smoothing).0)
        + mean(&told.fake, |a| loss.critic_fake(a).0)
}

fn generator_loss(told: &Told, options: &GameOptions) -> f32 {
    mean(&told.fake, |a| options.loss.generator(a).0)
}

/// The mean of what each output costs, summed in double precision.
fn mean(outputs: &[f32], paid: impl Fn(f32) -> f32) -> f32 {
    let sum: f64 = outputs.iter().map(|&a| f64::from(paid(a))).sum();
    (sum / outputs.len().max(1) as f64) as f32
}
