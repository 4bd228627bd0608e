//! Set-up: installs what is missing and says so; does nothing where nothing is.

use crate::stage::{Stages, output_of, run};
use crate::tools::{self, TRUNK, TYPOS};
use crate::{packages, wasm};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Everything that any of the commands needs.
pub fn everything(stages: &mut Stages) -> Result<()> {
    // Root's share first: whoever has no root learns it before the long builds, not after.
    if tools::chromium().is_none() || tools::firefox().is_none() {
        stages.run("install Chromium and Firefox ESR", || {
            packages::install("The browsers of the tests", &["chromium", "firefox-esr"])
        })?;
    }
    if tools::versioned("typos", TYPOS).is_none() {
        stages.run("install typos", typos)?;
    }
    site(stages)
}

/// What it takes to build and serve the site; no browser.
pub fn site(stages: &mut Stages) -> Result<()> {
    node_is_new_enough()?;
    if wasm::toolchain().is_none() {
        stages.run("install the wasm32 standard library", wasm::install)?;
    }
    if !node_modules_are_current()? {
        stages.run("install node modules", node_modules)?;
    }
    if tools::versioned("trunk", TRUNK).is_none() {
        stages.run("install trunk", || cargo_install("trunk", "trunk", TRUNK))?;
    }
    let version = tools::wasm_bindgen_version()?;
    if tools::versioned("wasm-bindgen", &version).is_none() {
        stages.run("install wasm-bindgen", || {
            cargo_install("wasm-bindgen-cli", "wasm-bindgen", &version)
        })?;
    }
    println!("set-up: everything is there");
    Ok(())
}

fn node_is_new_enough() -> Result<()> {
    let Some(version) = output_of(Command::new("node").arg("--version")) else {
        bail!("node is not on the path: install Node 20.19 or newer");
    };
    let mut numbers = version.trim_start_matches('v').split('.').map(|number| number.parse().ok());
    let found: [Option<u32>; 2] = [numbers.next().flatten(), numbers.next().flatten()];
    if found < [Some(20), Some(19)] {
        bail!("node {version} is too old: install Node 20.19 or newer");
    }
    Ok(())
}

/// The lock file as it was when node modules were last installed from it.
fn node_modules_stamp() -> PathBuf {
    tools::root().join("tests/node_modules/.installed-from.json")
}

fn node_modules_are_current() -> Result<bool> {
    let lock = tools::root().join("tests/package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    Ok(fs::read(node_modules_stamp()).is_ok_and(|found| found == wanted))
}

fn node_modules() -> Result<()> {
    // A registry that stops answering in the middle keeps npm waiting for ever, deaf to being asked to
    // end: kill it, try again.
    let install = || {
        let mut npm = Command::new("timeout");
        npm.current_dir(tools::root().join("tests")).args(["--kill-after=10", "300", "npm", "ci"]);
        run(npm.args(["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]))
    };
    install().or_else(|_| install())?;
    fs::copy(tools::root().join("tests/package-lock.json"), node_modules_stamp())?;
    Ok(())
}

/// The Python wheel holds the same program and takes seconds; building it takes minutes.
fn typos() -> Result<()> {
    let folder = tools::tools()?.join("typos");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"]).arg(&folder);
    pip.arg(format!("typos=={TYPOS}"));
    let wheel = folder.join("bin/typos");
    if run(&mut pip).is_ok() && wheel.is_file() {
        let bin = tools::tools()?.join("bin");
        fs::create_dir_all(&bin)?;
        fs::copy(wheel, bin.join("typos"))?;
        fs::remove_dir_all(folder)?;
        return Ok(());
    }
    println!("    no wheel could be had: building from source");
    cargo_install("typos-cli", "typos", TYPOS)
}

/// Builds a tool from crates.io. Debug builds: these tools copy files, compiling them is the wait.
fn cargo_install(package: &str, binary: &str, version: &str) -> Result<()> {
    println!("    building {package} {version}; this takes some minutes, once");
    // A registry that lags behind may lack a version that the tool's own lock file names.
    if cargo_install_with(&["--locked"], package, version).is_err() {
        println!("    its locked dependencies cannot be had: taking the newest that fit");
        cargo_install_with(&[], package, version)?;
    }
    fs::remove_dir_all(build_folder()?).ok();
    tools::installed(binary, version).map(drop)
}

fn cargo_install_with(options: &[&str], package: &str, version: &str) -> Result<()> {
    let mut cargo = tools::cargo();
    cargo.args(["install", package, "--version", version, "--debug", "--force"]).args(options);
    cargo.arg("--root").arg(tools::tools()?);
    // The project's own target folder and profile must not leak into the tool.
    cargo.env("CARGO_TARGET_DIR", build_folder()?).env("CARGO_PROFILE_DEV_DEBUG", "0");
    run(&mut cargo)
}

/// Where a tool is compiled; gone when it is installed.
fn build_folder() -> Result<PathBuf> {
    Ok(tools::cache()?.join("build"))
}
