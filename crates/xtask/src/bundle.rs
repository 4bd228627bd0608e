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
    /// Flags of the compiler that it calls unstable.
    pub flags: &'static [&'static str],
    /// Passes of wasm-opt; none where they are not worth it.
    pub optimise: &'static [&'static str],
}

/// The sampler alone: what a visitor starts with.
const SAMPLER: Bundle =
    Bundle { folder: "wasm", features: "sample", profile: "web", flags: &[], optimise: &["-O3"] };

/// The bundles of the site. wasm-opt does the second no good: by -O3 it would grow from 696 kB gzipped to
/// 753 kB and slow down by a twentieth. docs/architecture.md says what each step took off the third.
pub const SITE: [Bundle; 3] = [
    SAMPLER,
    Bundle {
        folder: "wasm-train",
        features: "train",
        profile: "web-train",
        flags: &[],
        optimise: &[],
    },
    Bundle {
        folder: "wasm-webgpu",
        features: "webgpu",
        profile: "web-gpu",
        // Where a panic comes from is a name and a line in some library, thousands of times.
        flags: &["-Zlocation-detail=none"],
        optimise: &SMALLER,
    },
];

/// What makes code smaller before gzip and after it; -Oz does only the first.
const SMALLER: [&str; 11] = [
    "--strip-debug",
    "--remove-unused-module-elements",
    "--duplicate-function-elimination",
    "--optimize-instructions",
    "--vacuum",
    "--precompute",
    "--remove-unused-brs",
    "--code-folding",
    "--vacuum",
    "--duplicate-function-elimination",
    "--simplify-globals-optimizing",
];

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
        cargo.args(["--package", "halfdrawn-web", "--no-default-features"]);
        cargo.args(["--features", self.features]);
        if !self.flags.is_empty() {
            let flags = format!("target.{}.rustflags={:?}", wasm::TARGET, self.flags);
            // The stable compiler takes unstable flags where it is told that we know.
            cargo.args(["--config", &flags]).env("RUSTC_BOOTSTRAP", "1");
        }
        run(&mut cargo)?;
        let compiled = target.join(wasm::TARGET).join(self.profile).join("halfdrawn_web.wasm");
        let folder = tools::target().join("bundles").join(self.folder);
        let files = folder.join("files");

        let bindgen = tools::installed("wasm-bindgen", &tools::wasm_bindgen_version()?)?;
        let mut bind = Command::new(bindgen);
        bind.args(["--target", "web", "--no-typescript", "--remove-name-section", "--out-dir"]);
        bind.arg(&files).arg(&compiled);
        let mut commands = vec![bind];
        if !self.optimise.is_empty() {
            let bound = files.join("halfdrawn_web_bg.wasm");
            let mut optimise = tools::node_bin("wasm-opt");
            optimise.arg(&bound).arg("--output").arg(&bound).args(WASM_FEATURES);
            optimise.args(self.optimise);
            commands.push(optimise);
        }

        let stamp = folder.join("made-from");
        let commands_text: String = commands.iter().map(|each| describe(each) + "\n").collect();
        let made_from = format!("{}\n{commands_text}", sha256(&read(&compiled)?));
        if fs::read_to_string(&stamp).is_ok_and(|last| last == made_from) {
            return Ok(files);
        }
        fs::remove_dir_all(&folder).ok();
        for command in &mut commands {
            run(command)?;
        }
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
