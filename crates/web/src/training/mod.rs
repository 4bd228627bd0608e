//! Training and exploring, in the bundles that have burn.

mod arguments;
mod compute;
mod data;
mod explorer;
mod run;
mod spec;

pub use compute::{OpenDevice, open_device};
pub use data::Data;
pub use explorer::Explorer;
pub use run::Run;
