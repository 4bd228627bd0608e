//! All of a game on the plane in one file, so that going on equals never having stopped.

use serde::{Deserialize, Serialize};

use super::play::{Moment, PlaneGame, PlaneOptions, spectral};
use crate::checkpoint::CheckpointError;
use crate::fused::plane_tables;
use crate::game::{GameError, GameState};
use crate::vectors::{self, Reader};

const ENTRY: &str = "halfdrawn-plane";

#[derive(Serialize, Deserialize)]
struct Header {
    options: PlaneOptions,
    taken: u64,
    /// Turns of generator and critic.
    steps: [u64; 2],
    sha256: String,
}

impl PlaneGame {
    /// All of the game's state in the bytes of a file.
    ///
    /// # Errors
    /// A serialiser's refusal.
    pub fn snapshot(&self) -> Result<Vec<u8>, GameError> {
        let Moment { state, taken, last } = self.moment();
        let (options, steps) = (self.options.clone(), [state.generator.step, state.critic.step]);
        let bytes = vectors::write(ENTRY, &state.vectors(&last), |sha256| {
            serde_json::to_string(&Header { options, taken, steps, sha256 })
        });
        Ok(bytes?)
    }

    /// Goes on from the bytes of a snapshot as if the game had never stopped; what was before it is
    /// forgotten.
    ///
    /// # Errors
    /// A damaged snapshot.
    pub fn restore(snapshot: &[u8]) -> Result<Self, GameError> {
        let header: Header = serde_json::from_str(&vectors::header(ENTRY, snapshot)?)
            .map_err(|error| CheckpointError::Header(error.to_string()))?;
        let Header { options, taken, steps, sha256 } = header;
        options.check()?;
        let tables = plane_tables(options.width);
        let lengths = [tables[0].len(), tables[1].len(), spectral(&tables).len()];
        let mut reader = Reader::new(snapshot)?;
        let (state, last) = GameState::take(&mut reader, lengths, steps)?;
        reader.finish(&sha256)?;
        Ok(Self::at(options, Moment { state, taken, last }))
    }
}
