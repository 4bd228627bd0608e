//! All of a game in one file, so that going on equals never having stopped.

use halfdrawn_format::{Architecture, Gan};
use serde::{Deserialize, Serialize};

use super::options::GameOptions;
use super::spectral::Spectral;
use crate::checkpoint::CheckpointError;
use crate::optimiser::Optimiser;
use crate::vectors::{self, Reader};

/// What a game is made of apart from the data and the code.
#[derive(Clone, Debug, PartialEq)]
pub struct GameCheckpoint {
    /// Both players.
    pub gan: Gan,
    /// How they play.
    pub options: GameOptions,
    /// Epochs finished before the present one.
    pub epoch: u64,
    /// Batches of the present epoch already taken.
    pub position: usize,
    /// Turns that the critic has taken in the present round.
    pub taken: u64,
    /// The players.
    pub state: GameState,
    /// What the last turns told.
    pub last: Last,
}

/// The weights of both players, and all that learning remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct GameState {
    /// The generator and its optimiser.
    pub generator: Optimiser,
    /// The critic and its optimiser; its average is its weights.
    pub critic: Optimiser,
    /// The directions of spectral normalisation.
    pub directions: Vec<f32>,
}

/// What the last turns told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Last {
    /// Losses of critic and generator, then the lengths of their gradients.
    pub figures: [f32; 4],
    /// The critic's outputs for the last real pictures.
    pub real: Vec<f32>,
    /// The critic's outputs for the last generated pictures.
    pub fake: Vec<f32>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    network: Architecture,
    options: GameOptions,
    epoch: u64,
    position: usize,
    taken: u64,
    /// Turns of generator and critic.
    steps: [u64; 2],
    sha256: String,
}

const ENTRY: &str = "halfdrawn-game";

impl GameCheckpoint {
    /// Turns of either player.
    pub fn steps(&self) -> u64 {
        self.state.generator.step + self.state.critic.step
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Never for a checkpoint that a game made; a serialiser's refusal is passed on.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let GameState { generator, critic, .. } = &self.state;
        vectors::write(ENTRY, &self.state.vectors(&self.last), |sha256| {
            serde_json::to_string(&Header {
                network: Architecture::Gan(self.gan.clone()),
                options: self.options.clone(),
                epoch: self.epoch,
                position: self.position,
                taken: self.taken,
                steps: [generator.step, critic.step],
                sha256,
            })
        })
    }

    /// Reads what [`GameCheckpoint::to_bytes`] wrote.
    ///
    /// # Errors
    /// Any damage: see [`CheckpointError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let header: Header = serde_json::from_str(&vectors::header(ENTRY, bytes)?)
            .map_err(|error| CheckpointError::Header(error.to_string()))?;
        let Architecture::Gan(gan) = header.network else {
            return Err(CheckpointError::Header("not a game's network".into()));
        };
        gan.validate()?;
        let ours = gan.generator_len();
        let theirs = gan.parameters().len() - ours;
        let mut reader = Reader::new(bytes)?;
        let lengths = [ours, theirs, Spectral::new(&gan).len()];
        let (state, last) = GameState::take(&mut reader, lengths, header.steps)?;
        reader.finish(&header.sha256)?;
        Ok(Self {
            gan,
            options: header.options,
            epoch: header.epoch,
            position: header.position,
            taken: header.taken,
            state,
            last,
        })
    }
}

impl GameState {
    /// What a file holds of it, and of what the last turns told.
    pub(crate) fn vectors<'a>(&'a self, last: &'a Last) -> [(&'static str, &'a [f32]); 11] {
        let Self { generator, critic, directions } = self;
        [
            ("generator", &generator.parameters),
            ("generator_average", &generator.average),
            ("generator_first_moment", &generator.first_moment),
            ("generator_second_moment", &generator.second_moment),
            ("critic", &critic.parameters),
            ("critic_first_moment", &critic.first_moment),
            ("critic_second_moment", &critic.second_moment),
            ("directions", directions),
            ("figures", &last.figures),
            ("real", &last.real),
            ("fake", &last.fake),
        ]
    }

    /// Reads [`GameState::vectors`]: `lengths` are those of generator, critic and directions, `steps`
    /// the turns of generator and critic.
    pub(crate) fn take(
        reader: &mut Reader,
        [ours, theirs, directions]: [usize; 3],
        steps: [u64; 2],
    ) -> Result<(Self, Last), CheckpointError> {
        let generator = Optimiser {
            parameters: reader.take("generator", Some(ours))?,
            average: reader.take("generator_average", Some(ours))?,
            first_moment: reader.take("generator_first_moment", Some(ours))?,
            second_moment: reader.take("generator_second_moment", Some(ours))?,
            step: steps[0],
        };
        let parameters = reader.take("critic", Some(theirs))?;
        let critic = Optimiser {
            average: parameters.clone(),
            parameters,
            first_moment: reader.take("critic_first_moment", Some(theirs))?,
            second_moment: reader.take("critic_second_moment", Some(theirs))?,
            step: steps[1],
        };
        let directions = reader.take("directions", Some(directions))?;
        let figures = reader.take("figures", Some(4))?;
        let last = Last {
            figures: [figures[0], figures[1], figures[2], figures[3]],
            real: reader.take("real", None)?,
            fake: reader.take("fake", None)?,
        };
        Ok((Self { generator, critic, directions }, last))
    }
}
