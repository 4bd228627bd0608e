//! `cargo xtask bench`: the figures of docs/results.md, measured in a headless browser.

use crate::bundle::Bundle;
use crate::stage::{Stages, run};
use crate::{build, setup, tools};
use anyhow::Result;

/// Builds the site and the bundle with burn in it, and measures both.
pub fn command(stages: &mut Stages) -> Result<()> {
    setup::everything(stages)?;
    build::build(stages, true)?;
    let burn = stages.run("build burn's bundle to compare with", || {
        Bundle::for_bench("wasm-bench-burn", "bench-burn").build()
    })?;
    let own = stages.run("build the bundle that measures the peak", || {
        Bundle::for_bench("wasm-bench", "bench").build()
    })?;
    stages.run("measure in Chromium", || {
        let mut node = tools::node();
        node.arg("bench/main.mjs").arg(own).arg(burn);
        run(&mut node)
    })?;
    stages.print_table();
    Ok(())
}
