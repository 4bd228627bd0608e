//! The two-player game of a generative adversarial network (Goodfellow et al. 2014, algorithm 1):
//! k turns of the critic, then one of the generator.

mod burn_players;
mod checkpoint;
mod device;
mod error;
mod explorer;
mod figures;
mod host;
mod learner;
mod material;
mod options;
mod play;
mod players;
mod spectral;
mod way_back;

pub use burn_players::BurnPlayers;
pub use checkpoint::{GameCheckpoint, GameState, Last};
pub use error::GameError;
pub use explorer::GanExplorer;
pub use options::{GameChange, GameMetrics, GameOptions, Player, PlayerOptions};
pub use play::Game;
pub use players::{Draw, Hands, Pictures, Players, Terms};
pub use spectral::Spectral;
pub use way_back::Mark;

// What a game on the plane has in common with it.
#[cfg(feature = "flex")]
pub(crate) use figures::{diverged, sound};
#[cfg(feature = "flex")]
pub(crate) use host::Host;
