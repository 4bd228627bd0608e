//! What Trunk does not know how to do, as the hook at the end of its build: the wasm bundles under
//! names that are known in advance, what Node makes, the list of files, the service worker that
//! keeps them.

use crate::bundle::{self, read, sha256};
use crate::stage::run;
use crate::tools;
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The line of web/sw.js that a build fills in.
const PLACEHOLDER: &str = "const BUILD = { version: 'development', files: [''] };";

/// The hook: finishes the folder that Trunk is about to move to dist/.
pub fn command() -> Result<()> {
    let staging = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context("assemble is Trunk's hook: run `cargo xtask build`")?;
    for bundle in &bundle::SITE {
        copy_folder(&bundle.build()?, &staging.join(bundle.folder))?;
    }
    run(tools::node().arg("build/site.mjs").arg(&staging))?;
    if env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release") {
        run(tools::node().arg("build/minify.mjs").arg(&staging))?;
    }
    write_lists(&staging)
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
        // Files that are kept when they are used belong to one build as well.
        version.update(format!("{path} {hash}\n"));
        if is_kept_offline(path) {
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
    let version = &bundle::hex(&version.finalize())[..16];
    let build = format!("const BUILD = {{ version: '{version}', files: [{}] }};", kept.join(", "));
    fs::write(site.join("sw.js"), script.replace(PLACEHOLDER, &build))?;
    Ok(())
}

/// The page and the models that finish digits work offline; what only those need who train or explore,
/// and what only developers read, does not cost every visitor a download. web/sw.js keeps what is used.
fn is_kept_offline(path: &str) -> bool {
    let for_developers = path.ends_with(".md") || path.ends_with("/golden.json");
    let for_other_pages = [
        "data/",
        "wasm-train/",
        "wasm-webgpu/",
        "pretrained/vae-",
        "pretrained/autoencoder-",
        "pretrained/gan-",
        "pretrained/classifier",
    ];
    !for_other_pages.iter().any(|start| path.starts_with(start)) && !for_developers
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_weights_are_kept_offline_and_the_training_data_is_not() {
        for kept in ["index.html", "js/engine.js", "pretrained/completion-base/model.safetensors"] {
            assert!(is_kept_offline(kept), "{kept}");
        }
        for not in [
            "data/mnist/train-images.gz",
            "pretrained/pixelcnn-small/golden.json",
            "a/CARD.md",
            "wasm-webgpu/halfdrawn_web_bg.wasm",
            "pretrained/vae-mlp-20/model.safetensors",
        ] {
            assert!(!is_kept_offline(not), "{not}");
        }
    }
}
