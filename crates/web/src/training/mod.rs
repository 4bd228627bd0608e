//! Training and exploring, in the bundles that have burn.

mod arguments;
mod compute;
mod data;
mod explorer;
mod game;
mod game_spec;
#[cfg(feature = "train")]
mod plane;
#[cfg(feature = "train")]
mod pretrained;
mod run;
mod spec;

pub use compute::{OpenDevice, open_device};
pub use data::Data;
pub use explorer::Explorer;
pub use game::Game;
#[cfg(feature = "train")]
pub use plane::PlaneGame;
#[cfg(feature = "train")]
pub use pretrained::{Classifier, GanExplorer, open_model};
pub use run::Run;
