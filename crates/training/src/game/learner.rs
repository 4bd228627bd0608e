//! Players that learn: in memory with any source of gradients, or on a device of burn.

use halfdrawn_format::Gan;
use halfdrawn_models::Regulariser;

use super::checkpoint::GameState;
use super::device::{KeptState, OnDevice};
use super::host::{Host, Told};
use super::options::{GameOptions, Player};
use super::players::{Draw, Pictures};
use crate::compute::Compute;
use crate::explorer::ExploreError;
use crate::optimiser::Optimiser;

pub(crate) enum Learner {
    Host(Box<Host>),
    Device(Box<OnDevice>),
}

/// A state to return to.
pub(crate) enum Kept {
    Host(Box<GameState>),
    Device(Box<KeptState>),
}

/// What a turn of one player changes.
pub(crate) enum Hand {
    Generator(Box<Optimiser>),
    /// And the directions of spectral normalisation.
    Critic(Box<(Optimiser, Vec<f32>)>),
    Device(Box<KeptState>),
}

impl Learner {
    pub fn new(gan: &Gan, state: GameState, compute: &Compute) -> Self {
        match compute {
            Compute::Device(device) => Self::Device(Box::new(OnDevice::new(gan, &state, device))),
            _ => Self::Host(Box::new(Host::new(gan, state, compute.players(gan)))),
        }
    }

    /// Turns of generator and critic.
    pub fn steps(&self) -> [u64; 2] {
        match self {
            Self::Host(host) => [host.state.generator.step, host.state.critic.step],
            Self::Device(on) => on.steps(),
        }
    }

    /// A turn of the critic. Where the outputs are no numbers, or `sound` says no to them, its weights
    /// stay as they were.
    pub async fn critic(
        &mut self,
        real: Pictures<'_>,
        draw: Draw<'_>,
        options: &GameOptions,
        sound: impl Fn(&Told) -> bool,
    ) -> Result<Told, Told> {
        match self {
            Self::Host(host) => host.critic(real, draw, options, sound),
            Self::Device(on) => on.critic(real, draw, options, sound).await,
        }
    }

    /// A turn of the generator, as [`Learner::critic`].
    pub async fn generator(
        &mut self,
        draw: Draw<'_>,
        options: &GameOptions,
        sound: impl Fn(&Told) -> bool,
    ) -> Result<Told, Told> {
        match self {
            Self::Host(host) => host.generator(draw, options, sound),
            Self::Device(on) => on.generator(draw, options, sound).await,
        }
    }

    /// Everything, in memory.
    pub async fn state(&self) -> GameState {
        match self {
            Self::Host(host) => host.state.clone(),
            Self::Device(on) => on.state().await,
        }
    }

    /// The generator's weights of now.
    pub async fn present(&self) -> Vec<f32> {
        match self {
            Self::Host(host) => host.present().to_vec(),
            Self::Device(on) => on.present().await,
        }
    }

    /// The average of the generator's weights, with moments measured anew.
    pub async fn average(&mut self, seed: u64) -> Vec<f32> {
        match self {
            Self::Host(host) => host.average(seed),
            Self::Device(on) => on.average(seed).await,
        }
    }

    /// The critic's weights as it judges with them.
    pub async fn judging(&mut self, regulariser: Regulariser) -> Vec<f32> {
        match self {
            Self::Host(host) => host.judging(regulariser),
            Self::Device(on) => on.judging(regulariser).await,
        }
    }

    /// Pictures of −1 to 1 by a generator of these weights.
    pub async fn generate(
        &mut self,
        generator: &[f32],
        draw: Draw<'_>,
    ) -> Result<Vec<f32>, ExploreError> {
        match self {
            Self::Host(host) => Ok(host.generate(generator, draw)),
            Self::Device(on) => on.generate(generator, draw).await,
        }
    }

    /// The critic's outputs for pictures of −1 to 1.
    pub async fn judge(
        &mut self,
        regulariser: Regulariser,
        pictures: Pictures<'_>,
    ) -> Result<Vec<f32>, ExploreError> {
        match self {
            Self::Host(host) => Ok(host.judge(regulariser, pictures)),
            Self::Device(on) => on.judge(regulariser, pictures).await,
        }
    }

    /// What a turn of `player` changes, as it is now.
    pub fn hand(&self, player: Player) -> Hand {
        match (self, player) {
            (Self::Device(on), _) => Hand::Device(Box::new(on.keep())),
            (Self::Host(host), Player::Generator) => {
                Hand::Generator(Box::new(host.state.generator.clone()))
            }
            (Self::Host(host), Player::Critic) => {
                let GameState { critic, directions, .. } = &host.state;
                Hand::Critic(Box::new((critic.clone(), directions.clone())))
            }
        }
    }

    /// Takes a turn back: `hand` is what it changed, as it was before.
    pub fn take_back(&mut self, hand: Hand) {
        match (self, hand) {
            (Self::Host(host), Hand::Generator(generator)) => host.state.generator = *generator,
            (Self::Host(host), Hand::Critic(critic)) => {
                (host.state.critic, host.state.directions) = *critic;
            }
            (Self::Device(on), Hand::Device(state)) => on.revert(*state),
            _ => unreachable!("a learner remembers hands of its own kind"),
        }
    }

    /// The present state, to return to.
    pub fn keep(&self) -> Kept {
        match self {
            Self::Host(host) => Kept::Host(Box::new(host.state.clone())),
            Self::Device(on) => Kept::Device(Box::new(on.keep())),
        }
    }

    /// Returns to a state that [`Learner::keep`] gave.
    pub fn revert(&mut self, kept: Kept) {
        match (self, kept) {
            (Self::Host(host), Kept::Host(state)) => host.state = *state,
            (Self::Device(on), Kept::Device(state)) => on.revert(*state),
            _ => unreachable!("a learner keeps states of its own kind"),
        }
    }
}
