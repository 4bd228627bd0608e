//! Which compiler builds for wasm32: rustup's where it has the target, else Debian's.

use crate::stage::{output_of, run};
use crate::{packages, tools};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The only target the browser knows.
pub const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "wasm-ld-22";
const DEBIAN_STD: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// A compiler with the wasm32 standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The toolchain that builds everything else.
    Rustup,
    /// Debian's, with the standard library built by [`install`].
    Debian,
}

/// The toolchain that can build for wasm32 now, if any.
pub fn toolchain() -> Option<Toolchain> {
    let libdir = output_of(tools::rustc().args(["--print", "target-libdir", "--target", TARGET]));
    if libdir.is_some_and(|libdir| has_std(Path::new(&libdir))) {
        return Some(Toolchain::Rustup);
    }
    let debian = has_std(Path::new(DEBIAN_STD)) && Path::new(DEBIAN_CARGO).exists();
    (debian && tools::on_path(&[DEBIAN_LINKER]).is_some()).then_some(Toolchain::Debian)
}

fn has_std(libdir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(libdir) else { return false };
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().starts_with("libstd-"))
}

/// A cargo that can build for wasm32, and the target folder it uses.
pub fn cargo() -> Result<(Command, PathBuf)> {
    match toolchain().context("no wasm32 standard library: run `cargo xtask setup`")? {
        Toolchain::Rustup => Ok((tools::cargo(), tools::target())),
        Toolchain::Debian => {
            // Another compiler, another folder: the two would rebuild each other's work for ever.
            let target = tools::target().join("debian");
            Ok((debian_cargo(&target), target))
        }
    }
}

fn debian_cargo(target: &Path) -> Command {
    let mut cargo = Command::new(DEBIAN_CARGO);
    cargo.current_dir(tools::root()).env("CARGO_TARGET_DIR", target);
    cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTDOC", "/usr/bin/rustdoc");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
    cargo
}

/// Gets the standard library: from rustup, or by building Debian's.
pub fn install() -> Result<()> {
    if run(Command::new("rustup").args(["target", "add", TARGET])).is_ok() {
        ensure!(toolchain().is_some(), "rustup added {TARGET}, but not to the toolchain in use");
        return Ok(());
    }
    println!("    rustup cannot add {TARGET}: building the standard library of Debian's Rust");
    packages::install("The wasm32 compiler", &DEBIAN_PACKAGES)?;
    build_debian_std()
        .with_context(|| format!("cannot build the standard library for {TARGET}"))?;
    ensure!(toolchain().is_some(), "the standard library in {DEBIAN_STD} is not usable");
    Ok(())
}

/// Builds an empty crate with `-Zbuild-std` and keeps the libraries that it made.
fn build_debian_std() -> Result<()> {
    let scratch = tools::cache()?.join("wasm-std");
    fs::remove_dir_all(&scratch).ok();
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"nothing\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n",
    )?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    let mut cargo = debian_cargo(&scratch.join("target"));
    cargo.current_dir(&scratch).args(["build", "--release", "--target", TARGET]);
    // `test` is for the wasm tests; the flag is unstable, so the stable compiler must be told.
    cargo.arg("-Zbuild-std=std,panic_abort,test").env("RUSTC_BOOTSTRAP", "1");
    run(&mut cargo)?;
    fs::create_dir_all(DEBIAN_STD).with_context(|| format!("cannot make {DEBIAN_STD}"))?;
    let mut copied = 0;
    for entry in fs::read_dir(scratch.join("target").join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libnothing-") {
            fs::copy(&path, Path::new(DEBIAN_STD).join(name))?;
            copied += 1;
        }
    }
    fs::remove_dir_all(&scratch).ok();
    if copied == 0 {
        bail!("the build made no library");
    }
    Ok(())
}
