//! A game on the plane: a state that is stepped, taken back, saved and restored.

use std::collections::VecDeque;

use halfdrawn_data::uniform_into;
use halfdrawn_format::{ParameterTable, initialise_table};
use serde::{Deserialize, Serialize};

use super::cloud::Cloud;
use crate::fused::{FusedPlane, plane_tables};
use crate::game::{
    Draw, GameChange, GameError, GameOptions, GameState, Host, Last, Pictures, Player, Spectral,
    diverged, sound,
};
use crate::optimiser::Optimiser;

/// Turns that can be taken back.
const REMEMBERED: usize = 50;
/// Turns that a game which diverges goes back.
const BACK: usize = 32;

/// How a game on the plane is played. The same options give the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PlaneOptions {
    /// What is learned.
    pub cloud: Cloud,
    /// Units of each of the two hidden layers of each player.
    pub width: usize,
    /// What a game on pictures is told as well. A cloud is drawn anew for each turn, so it knows no
    /// epochs and never ends.
    pub game: GameOptions,
}

impl Default for PlaneOptions {
    fn default() -> Self {
        let mut game = GameOptions { batch: 128, average_decay: 0.0, ..GameOptions::default() };
        (game.critic.learning_rate, game.generator.learning_rate) = (1e-3, 5e-4);
        Self { cloud: Cloud::Ring, width: 64, game }
    }
}

impl PlaneOptions {
    /// Checks every setting.
    ///
    /// # Errors
    /// Names the setting that is out of bounds.
    pub(super) fn check(&self) -> Result<(), GameError> {
        if !(1..=512).contains(&self.width) {
            let (setting, bounds) = ("width", "from 1 to 512");
            return Err(GameError::Setting { setting, value: self.width as f64, bounds });
        }
        self.cloud.check()?;
        self.game.check()
    }
}

/// What a turn did. The figures of the player who did not move are as in
/// [`GameMetrics`](crate::GameMetrics).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaneMetrics {
    /// Rounds finished.
    pub round: u64,
    /// Turns of either player.
    pub step: u64,
    /// Whose turn it was.
    pub player: Player,
    /// What the critic pays for its last batch, real and generated.
    pub critic_loss: f32,
    /// What the generator pays.
    pub generator_loss: f32,
    /// Length of the gradient of the critic's last turn.
    pub critic_norm: f32,
    /// Length of the gradient of the generator's last turn.
    pub generator_norm: f32,
    /// Points of the turn.
    pub pictures: usize,
}

/// Where a game is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    pub state: GameState,
    /// Turns that the critic has taken in this round.
    pub taken: u64,
    pub last: Last,
}

/// A game on a cloud of points. It knows no clock and no file.
pub struct PlaneGame {
    pub(super) options: PlaneOptions,
    pub(super) tables: [ParameterTable; 2],
    host: Host,
    taken: u64,
    last: Last,
    past: VecDeque<Moment>,
    /// For who looks at the game.
    pub(super) onlooker: FusedPlane,
}

impl PlaneGame {
    /// Starts with fresh weights.
    ///
    /// # Errors
    /// Options that are out of bounds.
    pub fn new(options: PlaneOptions) -> Result<Self, GameError> {
        options.check()?;
        let seed = options.game.seed;
        let tables = plane_tables(options.width);
        // Streams are counted from zero in each table: another seed keeps the players apart.
        let [generator, critic] = [(&tables[0], seed), (&tables[1], !seed)]
            .map(|(table, seed)| initialise_table(table, seed, |_| 1.0));
        let directions = spectral(&tables).start(&critic, seed);
        let [generator, critic] = [generator, critic].map(Optimiser::new);
        let state = GameState { generator, critic, directions };
        Ok(Self::at(options, Moment { state, taken: 0, last: Last::default() }))
    }

    /// A game that has come so far.
    pub(super) fn at(options: PlaneOptions, moment: Moment) -> Self {
        let tables = plane_tables(options.width);
        let players = Box::new(FusedPlane::new(&tables));
        let Moment { state, taken, last } = moment;
        let host = Host::plain(spectral(&tables), state, players);
        let onlooker = FusedPlane::new(&tables);
        Self { options, tables, host, taken, last, past: VecDeque::new(), onlooker }
    }

    /// How it is played.
    pub fn options(&self) -> &PlaneOptions {
        &self.options
    }

    /// Changes what may be changed in flight, and what is learned, where another cloud is given.
    ///
    /// # Errors
    /// A setting that is out of bounds; then nothing is changed.
    pub fn set_options(
        &mut self,
        change: GameChange,
        cloud: Option<Cloud>,
    ) -> Result<(), GameError> {
        let cloud = cloud.unwrap_or_else(|| self.options.cloud.clone());
        cloud.check()?;
        let game = self.options.game.with(change)?;
        self.options = PlaneOptions { cloud, game, width: self.options.width };
        Ok(())
    }

    /// Rounds finished.
    pub fn rounds(&self) -> u64 {
        self.host.state.generator.step
    }

    /// Turns of either player.
    pub fn steps(&self) -> u64 {
        self.rounds() + self.host.state.critic.step
    }

    /// Parameters of both players.
    pub fn parameters(&self) -> usize {
        self.tables.iter().map(ParameterTable::len).sum()
    }

    /// Turns that can be taken back.
    pub fn undoable(&self) -> usize {
        self.past.len()
    }

    /// Whose turn it is: the critic's until it has had k, then the generator's.
    pub fn next_player(&self) -> Player {
        match self.taken < self.options.game.critic_steps {
            true => Player::Critic,
            false => Player::Generator,
        }
    }

    /// The turn of `player`, whoever is next; that of the generator ends the round.
    ///
    /// # Errors
    /// [`GameError::Diverged`]; the game has then gone back some turns.
    pub fn step(&mut self, player: Player) -> Result<PlaneMetrics, GameError> {
        let GameOptions { seed, batch, .. } = self.options.game;
        let before = self.moment();
        let step = self.steps();
        let latents = latents(seed, step, batch);
        let draw = Draw { latents: &latents, labels: &[] };
        let told = match player {
            Player::Critic => {
                let mut points = vec![0.0; 2 * batch];
                self.options.cloud.draw(seed, step, &mut points);
                let real = Pictures { values: &points, labels: &[] };
                self.host.critic(real, draw, &self.options.game, sound)
            }
            Player::Generator => self.host.generator(draw, &self.options.game, sound),
        };
        match told {
            Ok(told) => {
                self.taken = if player == Player::Critic { self.taken + 1 } else { 0 };
                self.last.remember(&told, player, &self.options.game);
                self.past.push_back(before);
                if self.past.len() > REMEMBERED {
                    self.past.pop_front();
                }
                Ok(self.metrics(player))
            }
            Err(told) => {
                self.past.push_back(before);
                self.past.truncate(self.past.len().saturating_sub(BACK).max(1));
                self.undo();
                Err(diverged(&self.options.game, player, &told, step + 1, self.steps()))
            }
        }
    }

    /// What is left of a round: turns of the critic, then the generator's, whose metrics it returns.
    ///
    /// # Errors
    /// As [`PlaneGame::step`].
    pub fn round(&mut self) -> Result<PlaneMetrics, GameError> {
        while self.next_player() == Player::Critic {
            self.step(Player::Critic)?;
        }
        self.step(Player::Generator)
    }

    /// Takes the last turn back; options stay as they are. Returns whether there was one in memory.
    pub fn undo(&mut self) -> bool {
        let Some(Moment { state, taken, last }) = self.past.pop_back() else { return false };
        self.host.state = state;
        self.taken = taken;
        self.last = last;
        true
    }

    /// Where the game is.
    pub(super) fn moment(&self) -> Moment {
        Moment { state: self.host.state.clone(), taken: self.taken, last: self.last.clone() }
    }

    /// The weights of the generator, and of the critic as it judges with them.
    pub(super) fn weights(&mut self) -> [Vec<f32>; 2] {
        let judging = self.host.judging(self.options.game.regulariser);
        [self.host.present().to_vec(), judging]
    }

    fn metrics(&self, player: Player) -> PlaneMetrics {
        let [critic_loss, generator_loss, critic_norm, generator_norm] = self.last.figures;
        PlaneMetrics {
            round: self.rounds(),
            step: self.steps(),
            player,
            critic_loss,
            generator_loss,
            critic_norm,
            generator_norm,
            pictures: self.last.fake.len(),
        }
    }
}

/// The matrices of a critic that spectral normalisation divides.
pub(crate) fn spectral([_, critic]: &[ParameterTable; 2]) -> Spectral {
    Spectral::of(critic.tensors().iter().filter(|tensor| tensor.name.ends_with("weight")))
}

/// Points of the square of −1 to 1, a pure function of `seed` and `step`.
pub(super) fn latents(seed: u64, step: u64, count: usize) -> Vec<f32> {
    let mut latents = vec![0.0; 2 * count];
    // Those of a cloud are of the seed itself.
    uniform_into(!seed, step, &mut latents);
    latents.iter_mut().for_each(|z| *z = 2.0 * *z - 1.0);
    latents
}
