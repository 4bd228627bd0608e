//! What Trunk does not know how to do, as the hook at the end of its build: the wasm bundle under a
//! name that is known in advance, the list of files, the service worker that keeps them.

use crate::stage::{describe, run};
use crate::{tools, wasm};
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The line of web/sw.js that a build fills in.
const PLACEHOLDER: &str = "const BUILD = { version: 'development', files: [''] };";

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

/// The hook: finishes the folder that Trunk is about to move to dist/.
pub fn command() -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context("assemble is Trunk's hook: run `cargo xtask build`")?;
    let bundle = bundle(&["halfdrawn-web"], &tools::target().join("wasm-bundle"))?;
    copy_folder(&bundle, &staging.join("wasm"))?;
    write_lists(&staging)
}

/// Compiles the wasm bundle, binds it and optimises it, unless the compiler's output is as before.
/// Returns the folder with halfdrawn_web.js and halfdrawn_web_bg.wasm.
pub fn bundle(package_and_features: &[&str], folder: &Path) -> Result<PathBuf> {
    let (mut cargo, target) = wasm::cargo()?;
    cargo.args(["build", "--quiet", "--profile", "web", "--target", wasm::TARGET, "--package"]);
    cargo.args(package_and_features);
    run(&mut cargo)?;
    let compiled = target.join(wasm::TARGET).join("web/halfdrawn_web.wasm");
    let files = folder.join("files");

    let mut bind = Command::new(tools::installed("wasm-bindgen", &tools::wasm_bindgen_version()?)?);
    bind.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&files).arg(&compiled);
    let optimised = files.join("halfdrawn_web_bg.wasm");
    let mut optimise = tools::node_bin("wasm-opt");
    optimise.arg(&optimised).arg("--output").arg(&optimised).arg("-O3").args(WASM_FEATURES);

    let stamp = folder.join("made-from");
    let made_from =
        format!("{}\n{}\n{}\n", sha256(&read(&compiled)?), describe(&bind), describe(&optimise));
    if fs::read_to_string(&stamp).is_ok_and(|last| last == made_from) {
        return Ok(files);
    }
    fs::remove_dir_all(folder).ok();
    run(&mut bind)?;
    run(&mut optimise)?;
    fs::write(stamp, made_from)?;
    Ok(files)
}

/// Writes files.json, and into sw.js the version and the files that it keeps for offline use.
fn write_lists(site: &Path) -> Result<()> {
    let mut files = Vec::new();
    list(site, "", &mut files)?;
    files.sort();
    let mut entries = Vec::new();
    let mut kept = Vec::new();
    let mut version = Sha256::new();
    for path in files.iter().filter(|path| *path != "sw.js" && *path != "files.json") {
        let bytes = read(&site.join(path))?;
        let hash = sha256(&bytes);
        if is_kept_offline(path) {
            version.update(format!("{path} {hash}\n"));
            kept.push(format!("\"{path}\""));
        }
        let size = bytes.len();
        entries.push(format!(
            "  {{ \"path\": \"{path}\", \"bytes\": {size}, \"sha256\": \"{hash}\" }}"
        ));
    }
    fs::write(site.join("files.json"), format!("[\n{}\n]\n", entries.join(",\n")))?;

    let source = tools::root().join("web/sw.js");
    let script =
        fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    ensure!(script.contains(PLACEHOLDER), "web/sw.js must have the line {PLACEHOLDER}");
    let version = &hex(&version.finalize())[..16];
    let build = format!("const BUILD = {{ version: '{version}', files: [{}] }};", kept.join(", "));
    fs::write(site.join("sw.js"), script.replace(PLACEHOLDER, &build))?;
    Ok(())
}

/// The page and its models work offline; the training data and what only developers read do not
/// cost every visitor a download.
fn is_kept_offline(path: &str) -> bool {
    let for_developers = path.ends_with(".md") || path.ends_with("/golden.json");
    !path.starts_with("data/") && !for_developers
}

/// Every file below `folder`, as paths with slashes from the site's root.
fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().ok();
        let name = name
            .filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
        let name = name.with_context(|| {
            format!(
                "{}: a file of the site has letters, digits, '.', '_' and '-' in its name",
                entry.path().display()
            )
        })?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_weights_are_kept_offline_and_the_training_data_is_not() {
        for kept in ["index.html", "js/engine.js", "pretrained/completion-base/model.safetensors"] {
            assert!(is_kept_offline(kept), "{kept}");
        }
        for not in
            ["data/mnist/train-images.gz", "pretrained/pixelcnn-small/golden.json", "a/CARD.md"]
        {
            assert!(!is_kept_offline(not), "{not}");
        }
    }

    #[test]
    fn a_hash_is_written_as_sixty_four_lower_case_digits() {
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
