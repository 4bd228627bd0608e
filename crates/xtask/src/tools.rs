//! Where things are: the repository, the cache that outlives it, and each tool.

use crate::stage::output_of;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The newest Trunk that builds with the project's Rust.
pub const TRUNK: &str = "0.21.14";
/// The spell checker; a newer one knows other words, so it is pinned.
pub const TYPOS: &str = "1.52.0";

/// The repository's root, two folders above this crate. Cargo says where that is at run time, too:
/// clones that share a target folder share this program.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let crate_folder = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    crate_folder.join("../..").canonicalize().unwrap_or_default()
}

/// Tools live outside the clone, so that a second clone does not build them again.
pub fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let cache = base.context("set HOME or XDG_CACHE_HOME: tools are kept there")?.join("halfdrawn");
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    Ok(cache)
}

/// The folder that `cargo install --root` fills.
pub fn tools() -> Result<PathBuf> {
    Ok(cache()?.join("tools"))
}

/// Cargo's target folder, as the running cargo sees it.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set))
}

/// The cargo that runs this program.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The compiler that the same cargo uses.
pub fn rustc() -> Command {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(root());
    rustc
}

/// A node program in tests/.
pub fn node() -> Command {
    let mut node = Command::new("node");
    node.current_dir(root().join("tests"));
    for (variable, browser) in
        [("HALFDRAWN_CHROMIUM", chromium()), ("HALFDRAWN_FIREFOX", firefox())]
    {
        if let Some(path) = browser {
            node.env(variable, path);
        }
    }
    node
}

/// A script that a node module of tests/ installed.
pub fn node_bin(name: &str) -> Command {
    let mut command = node();
    command.arg(root().join("tests/node_modules/.bin").join(name));
    command
}

/// A tool in our own folder or on the path, whichever has exactly this version.
pub fn versioned(name: &str, version: &str) -> Option<PathBuf> {
    let ours = tools().ok()?.join("bin").join(name);
    [Some(ours), on_path(&[name])].into_iter().flatten().find(|path| {
        let printed = output_of(Command::new(path).arg("--version")).unwrap_or_default();
        printed.split_whitespace().nth(1) == Some(version)
    })
}

/// A tool that set-up has installed.
pub fn installed(name: &str, version: &str) -> Result<PathBuf> {
    versioned(name, version)
        .with_context(|| format!("{name} {version} is missing: run `cargo xtask setup`"))
}

/// wasm-bindgen's command line must be exactly as new as the library in Cargo.lock.
pub fn wasm_bindgen_version() -> Result<String> {
    let lock = root().join("Cargo.lock");
    let text =
        fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    locked_version(&text, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

/// Chromium or a browser like it.
pub fn chromium() -> Option<PathBuf> {
    on_path(&["chromium", "chromium-browser", "google-chrome"])
}

/// Firefox, the extended-support release first: it is what Debian has.
pub fn firefox() -> Option<PathBuf> {
    on_path(&["firefox-esr", "firefox"])
}

/// The first of these programs that is on the path.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut candidates = names.iter().flat_map(|name| folders.iter().map(move |f| f.join(name)));
    candidates.find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_package_and_not_of_a_namesake() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "absent"), None);
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Trunk.toml").is_file());
    }
}
