//! `cargo xtask check`: what a machine can say about the code without running it, cheapest first.

use crate::setup;
use crate::stage::{Stages, run};
use crate::tools::{self, TYPOS};
use crate::wasm::{self, Toolchain};
use anyhow::Result;
use std::process::Command;

/// Stops at the first check that fails.
pub fn command(stages: &mut Stages) -> Result<()> {
    setup::everything(stages)?;
    let result = checks(stages);
    stages.print_table();
    result
}

fn checks(stages: &mut Stages) -> Result<()> {
    stages.run("spelling", || {
        let mut typos = Command::new(tools::installed("typos", TYPOS)?);
        run(typos.current_dir(tools::root()).args(["--config", "tests/typos.toml"]))
    })?;
    stages.run("Rust formatting", || run(tools::cargo().args(["fmt", "--all", "--check"])))?;
    stages.run("JavaScript lint", || {
        // The configuration lives in tests/, the code beside it: eslint must start above both.
        let mut eslint = tools::node_bin("eslint");
        eslint.current_dir(tools::root()).args(["--config", "tests/eslint.config.mjs"]);
        run(eslint.args(["--max-warnings", "0", "web", "tests"]))
    })?;
    stages.run("JavaScript types", || {
        run(tools::node_bin("tsc").args(["--project", "tsconfig.json"]))?;
        run(tools::node_bin("tsc").args(["--project", "tsconfig.worker.json"]))
    })?;
    stages.run("clippy", || {
        let mut cargo = tools::cargo();
        cargo.args(["clippy", "--quiet", "--workspace", "--all-targets"]);
        // The boundary of the bundle that trains; burn has the features that the others ask of it.
        cargo.args(["--features", "halfdrawn-web/train", "--", "-D", "warnings"]);
        run(&mut cargo)
    })?;
    stages.run("clippy for wasm32", clippy_wasm)
}

fn clippy_wasm() -> Result<()> {
    let (mut cargo, _) = wasm::cargo()?;
    let package = ["--quiet", "--package", "halfdrawn-web", "--target", wasm::TARGET];
    if wasm::toolchain() == Some(Toolchain::Rustup) {
        cargo.arg("clippy").args(package).args(["--", "-D", "warnings"]);
    } else {
        println!("    Debian's Rust for wasm has no clippy: only compiling");
        cargo.arg("check").args(package);
    }
    run(&mut cargo)
}
