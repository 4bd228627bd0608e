//! A game: a state that is stepped, saved and restored by whoever owns it.

use std::sync::Arc;

use halfdrawn_data::{Digits, SIDE};
use halfdrawn_format::{Architecture, Gan, Weights, initialise};

use super::checkpoint::{GameCheckpoint, GameState, Last};
use super::error::GameError;
use super::explorer::{check_latents, check_pictures, from_ink, to_ink};
use super::figures::{diverged, sound};
use super::learner::Learner;
use super::material::Material;
use super::options::{GameChange, GameMetrics, GameOptions, Player};
use super::players::{Draw, Pictures};
use super::spectral::Spectral;
use super::way_back::Good;
use crate::compute::Compute;
use crate::optimiser::Optimiser;

/// A game on some digits. It knows no clock and no file.
pub struct Game {
    gan: Gan,
    options: GameOptions,
    pub(super) material: Material,
    pub(super) learner: Learner,
    /// Turns that the critic has taken in this round.
    pub(super) taken: u64,
    pub(super) last: Last,
    /// A state that was good.
    pub(super) good: Option<Box<Good>>,
    /// The averaged generator, and the turn it was measured at.
    pub(super) averaged: Option<(u64, Vec<f32>)>,
}

impl Game {
    /// Starts with fresh weights.
    ///
    /// # Errors
    /// An architecture or options that are out of bounds or do not fit the data.
    pub fn new(
        architecture: Architecture,
        options: GameOptions,
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, GameError> {
        architecture.validate()?;
        let parameters = initialise(&architecture, options.seed);
        let weights = Weights { name: String::new(), architecture, parameters };
        Self::from_weights(weights, options, digits, compute)
    }

    /// Starts with given weights, as a visitor's own.
    ///
    /// # Errors
    /// As [`Game::new`].
    pub fn from_weights(
        weights: Weights,
        options: GameOptions,
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, GameError> {
        let kind = weights.architecture.kind();
        let gan = weights.architecture.gan().ok_or(GameError::Kind(kind))?.clone();
        let (generator, critic) = weights.parameters.split_at(gan.generator_len());
        let state = GameState {
            generator: Optimiser::new(generator.to_vec()),
            critic: Optimiser::new(critic.to_vec()),
            directions: Spectral::new(&gan).start(critic, options.seed),
        };
        let last = Last::default();
        let start = GameCheckpoint { gan, options, epoch: 0, position: 0, taken: 0, state, last };
        Self::resume(start, digits, compute)
    }

    /// Goes on from the bytes of a snapshot as if the game had never stopped.
    ///
    /// # Errors
    /// A damaged snapshot, or one of other data.
    pub fn restore(
        snapshot: &[u8],
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, GameError> {
        Self::resume(GameCheckpoint::from_bytes(snapshot)?, digits, compute)
    }

    /// Goes on from a checkpoint as if the game had never stopped.
    ///
    /// # Errors
    /// A place in the data that `digits` does not have.
    pub fn resume(
        checkpoint: GameCheckpoint,
        digits: Arc<Digits>,
        compute: Compute,
    ) -> Result<Self, GameError> {
        let GameCheckpoint { gan, options, epoch, position, taken, state, last } = checkpoint;
        if [gan.rows, gan.columns] != [SIDE, SIDE] {
            return Err(GameError::Pixels(gan.pixels()));
        }
        options.check()?;
        let material = Material::new(&gan, &options, digits, (epoch, position))?;
        let learner = Learner::new(&gan, state, &compute);
        let (good, averaged) = (None, None);
        Ok(Self { gan, options, material, learner, taken, last, good, averaged })
    }

    /// The sizes of both players.
    pub fn gan(&self) -> &Gan {
        &self.gan
    }

    /// Both players as files name them.
    pub fn architecture(&self) -> Architecture {
        Architecture::Gan(self.gan.clone())
    }

    /// How it is played.
    pub fn options(&self) -> &GameOptions {
        &self.options
    }

    /// Changes what may be changed in flight.
    ///
    /// # Errors
    /// A setting that is out of bounds; then nothing is changed.
    pub fn set_options(&mut self, change: GameChange) -> Result<(), GameError> {
        self.options = self.options.with(change)?;
        Ok(())
    }

    /// Turns of the critic in an epoch.
    pub fn turns_per_epoch(&self) -> u64 {
        self.material.per_epoch()
    }

    /// Rounds that the epochs span.
    pub fn total_rounds(&self) -> u64 {
        self.options.epochs * self.turns_per_epoch() / self.options.critic_steps
    }

    /// Rounds finished.
    pub fn rounds(&self) -> u64 {
        self.learner.steps()[0]
    }

    /// Turns of either player.
    pub fn steps(&self) -> u64 {
        self.learner.steps().iter().sum()
    }

    /// Epoch of the last real pictures, from zero.
    pub fn epoch(&self) -> u64 {
        self.material.place().0
    }

    /// Whose turn it is: the critic's until it has had k, then the generator's.
    pub fn next_player(&self) -> Player {
        match self.taken < self.options.critic_steps {
            true => Player::Critic,
            false => Player::Generator,
        }
    }

    /// Whether the epochs are over and the round is finished.
    pub fn finished(&self) -> bool {
        let turns = self.options.epochs * self.turns_per_epoch();
        self.learner.steps()[1] >= turns && self.next_player() == Player::Critic && self.taken == 0
    }

    /// The turn of whoever is next.
    ///
    /// # Errors
    /// As [`Game::critic_step`].
    pub async fn step(&mut self) -> Result<GameMetrics, GameError> {
        match self.next_player() {
            Player::Critic => self.critic_step().await,
            Player::Generator => self.generator_step().await,
        }
    }

    /// What is left of a round: turns of the critic, then the generator's, whose metrics it returns.
    ///
    /// # Errors
    /// As [`Game::critic_step`].
    pub async fn round(&mut self) -> Result<GameMetrics, GameError> {
        while self.next_player() == Player::Critic {
            self.critic_step().await?;
        }
        self.generator_step().await
    }

    /// A turn of the critic, whoever is next.
    ///
    /// # Errors
    /// [`GameError::Diverged`]; the game has then gone back to a turn that was good.
    pub async fn critic_step(&mut self) -> Result<GameMetrics, GameError> {
        self.keep();
        let place = self.material.place();
        let (pictures, labels) = self.material.real();
        let latents = self.material.latents(self.steps());
        let real = Pictures { values: &pictures, labels: &labels };
        let draw = Draw { latents: &latents, labels: &labels };
        let told = self.learner.critic(real, draw, &self.options, sound).await;
        match told {
            Ok(told) => {
                self.taken += 1;
                self.last.remember(&told, Player::Critic, &self.options);
                Ok(self.metrics(Player::Critic))
            }
            Err(told) => {
                let step = self.steps() + 1;
                self.rewind(place)?;
                Err(diverged(&self.options, Player::Critic, &told, step, self.steps()))
            }
        }
    }

    /// A turn of the generator, whoever is next; it ends the round.
    ///
    /// # Errors
    /// As [`Game::critic_step`].
    pub async fn generator_step(&mut self) -> Result<GameMetrics, GameError> {
        self.keep();
        let place = self.material.place();
        let latents = self.material.latents(self.steps());
        let labels = self.material.labels(self.rounds());
        let draw = Draw { latents: &latents, labels: &labels };
        let told = self.learner.generator(draw, &self.options, sound).await;
        match told {
            Ok(told) => {
                self.taken = 0;
                self.last.remember(&told, Player::Generator, &self.options);
                Ok(self.metrics(Player::Generator))
            }
            Err(told) => {
                let step = self.steps() + 1;
                self.rewind(place)?;
                Err(diverged(&self.options, Player::Generator, &told, step, self.steps()))
            }
        }
    }

    /// All of the game's state in the bytes of a file.
    ///
    /// # Errors
    /// A serialiser's refusal.
    pub async fn snapshot(&self) -> Result<Vec<u8>, GameError> {
        Ok(self.checkpoint().await.to_bytes()?)
    }

    /// All of the game's state.
    pub async fn checkpoint(&self) -> GameCheckpoint {
        GameCheckpoint {
            gan: self.gan.clone(),
            options: self.options.clone(),
            epoch: self.material.place().0,
            position: self.material.place().1,
            taken: self.taken,
            state: self.learner.state().await,
            last: self.last.clone(),
        }
    }

    /// The averaged generator and the critic as it judges: divided by its norms, where it is.
    pub async fn weights(&mut self, name: &str) -> Weights {
        let mut parameters = self.averaged().await;
        parameters.extend(self.learner.judging(self.options.regulariser).await);
        Weights { name: name.into(), architecture: self.architecture(), parameters }
    }

    /// Pictures of 0 to 1 by the generator of now, or by the average of its weights.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub async fn generate(
        &mut self,
        latents: &[f32],
        labels: &[u8],
        average: bool,
    ) -> Result<Vec<f32>, GameError> {
        check_latents(&self.gan, latents, labels)?;
        let generator = match average {
            true => self.averaged().await,
            false => self.learner.present().await,
        };
        let draw = Draw { latents, labels };
        let mut pictures = self.learner.generate(&generator, draw).await?;
        to_ink(&mut pictures);
        Ok(pictures)
    }

    /// The critic's outputs for pictures of 0 to 1.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub async fn verdict(
        &mut self,
        pictures: &[f32],
        labels: &[u8],
    ) -> Result<Vec<f32>, GameError> {
        check_pictures(&self.gan, pictures, labels)?;
        let values = from_ink(pictures);
        let pictures = Pictures { values: &values, labels };
        Ok(self.learner.judge(self.options.regulariser, pictures).await?)
    }

    /// The average of the generator's weights with moments of its own, measured once a turn.
    async fn averaged(&mut self) -> Vec<f32> {
        let step = self.steps();
        if let Some((measured, average)) = &self.averaged
            && *measured == step
        {
            return average.clone();
        }
        let average = self.learner.average(self.options.seed).await;
        self.averaged = Some((step, average.clone()));
        average
    }

    fn metrics(&self, player: Player) -> GameMetrics {
        let figure = |index: usize| f64::from(self.last.figures[index]);
        GameMetrics {
            round: self.rounds(),
            step: self.steps(),
            epoch: self.epoch(),
            player,
            critic_loss: figure(0),
            generator_loss: figure(1),
            critic_norm: figure(2),
            generator_norm: figure(3),
            real: self.last.real.clone(),
            fake: self.last.fake.clone(),
            pictures: self.last.fake.len(),
        }
    }
}
