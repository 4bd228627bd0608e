//! The site: Trunk builds web/index.html into dist/ and calls [`crate::assemble`] at its end.

use crate::setup;
use crate::stage::{Stages, run};
use crate::tools::{self, TRUNK};
use anyhow::Result;
use std::process::Command;

/// `cargo xtask build`.
pub fn command(stages: &mut Stages, release: bool) -> Result<()> {
    setup::site(stages)?;
    build(stages, release)?;
    stages.print_table();
    println!("The site is in {}: any static host can serve it, a sub-path too.", dist().display());
    Ok(())
}

/// Builds dist/.
pub fn build(stages: &mut Stages, release: bool) -> Result<()> {
    stages.run("build the site", || {
        let mut trunk = trunk()?;
        trunk.arg("build");
        if release {
            trunk.arg("--release");
        }
        run(&mut trunk)
    })
}

/// Trunk in the repository's root, saying only what goes wrong.
pub fn trunk() -> Result<Command> {
    let mut trunk = Command::new(tools::installed("trunk", TRUNK)?);
    trunk.current_dir(tools::root()).args(["--log", "error"]).env("RUST_BACKTRACE", "0");
    Ok(trunk)
}

/// The built site.
pub fn dist() -> std::path::PathBuf {
    tools::root().join("dist")
}
