//! The wasm bundles: crates/web compiled with some of its features, bound and optimised.

use crate::stage::{describe, run};
use crate::{tools, wasm};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The folder of the site, and of the target folder, that has it.
    pub folder: &'static str,
    /// Features of crates/web, separated by commas.
    pub features: &'static str,
    /// The profile of Cargo.toml that it is compiled with.
    pub profile: &'static str,
    /// What wasm-opt makes of it.
    pub optimise: &'static str,
}

/// The sampler alone: what a visitor starts with.
const SAMPLER: Bundle = Bundle { folder: "wasm", features: "", profile: "web", optimise: "-O3" };

/// The bundles of the site.
pub const SITE: [Bundle; 1] = [SAMPLER];

/// The features of wasm that every browser we serve has; relaxed-simd is not among them.
const WASM_FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

impl Bundle {
    /// The sampler's bundle with what `cargo xtask bench` measures beside it.
    pub const fn for_bench(folder: &'static str, features: &'static str) -> Self {
        Self { folder, features, ..SAMPLER }
    }

    /// Compiles the bundle, binds it and optimises it, unless the compiler's output is as before.
    /// Returns the folder with halfdrawn_web.js and halfdrawn_web_bg.wasm.
    pub fn build(&self) -> Result<PathBuf> {
        let (mut cargo, target) = wasm::cargo()?;
        cargo.args(["build", "--quiet", "--profile", self.profile, "--target", wasm::TARGET]);
        cargo.args(["--package", "halfdrawn-web", "--features", self.features]);
        run(&mut cargo)?;
        let compiled = target.join(wasm::TARGET).join(self.profile).join("halfdrawn_web.wasm");
        let folder = tools::target().join("bundles").join(self.folder);
        let files = folder.join("files");

        let bindgen = tools::installed("wasm-bindgen", &tools::wasm_bindgen_version()?)?;
        let mut bind = Command::new(bindgen);
        bind.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&files).arg(&compiled);
        let optimised = files.join("halfdrawn_web_bg.wasm");
        let mut optimise = tools::node_bin("wasm-opt");
        optimise.arg(&optimised).arg("--output").arg(&optimised);
        optimise.arg(self.optimise).args(WASM_FEATURES);

        let stamp = folder.join("made-from");
        let hash = sha256(&read(&compiled)?);
        let made_from = format!("{hash}\n{}\n{}\n", describe(&bind), describe(&optimise));
        if fs::read_to_string(&stamp).is_ok_and(|last| last == made_from) {
            return Ok(files);
        }
        fs::remove_dir_all(&folder).ok();
        run(&mut bind)?;
        run(&mut optimise)?;
        fs::write(stamp, made_from)?;
        Ok(files)
    }
}

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_sixty_four_lower_case_digits() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn bundles_that_share_a_file_name_are_compiled_in_folders_of_their_own() {
        for (index, bundle) in SITE.iter().enumerate() {
            assert!(SITE[..index].iter().all(|other| other.profile != bundle.profile));
        }
    }
}
