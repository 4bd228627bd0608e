//! Where things lie, and how they are written: whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;
use halfdrawn_format::Weights;

use crate::dataset::Dataset;

/// The repository's root: commands work from any folder of it, and elsewhere in the clone that
/// they were built in. A build cache may be shared by several clones, so the present folder counts first.
pub fn root() -> PathBuf {
    let present = std::env::current_dir().unwrap_or_default();
    let is_root = |folder: &&Path| folder.join("crates/cli/Cargo.toml").exists();
    match present.ancestors().find(is_root) {
        Some(root) => root.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
    }
}

/// Writes a file under another name first, so that a kill at any moment leaves the old or the new.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let temporary = path.with_extension("tmp");
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().with_context(|| format!("cannot write {}: is the disk full?", path.display()))
}

/// Reads `pretrained/<name>`.
pub fn read_weights(name: &str) -> Result<Weights> {
    let folder = root().join("pretrained").join(name);
    let read = |file: &str| {
        let path = folder.join(file);
        fs::read(&path).with_context(|| {
            format!("cannot read {}; the models are: {}", path.display(), names().join(", "))
        })
    };
    Ok(Weights::read(&read("config.json")?, &read("model.safetensors")?)?)
}

/// The pictures that a model of pretrained/ learned from, by the index of all models.
pub fn dataset(name: &str) -> Result<Dataset> {
    let path = root().join("pretrained/index.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let index: serde_json::Value = serde_json::from_slice(&text)?;
    let entry = index.as_array().into_iter().flatten().find(|entry| entry["name"] == name);
    let dataset = entry.and_then(|entry| entry["dataset"].as_str()).unwrap_or("mnist");
    Dataset::from_str(dataset, false).map_err(anyhow::Error::msg)
}

/// The names of all models in pretrained/.
pub fn names() -> Vec<String> {
    let Ok(entries) = fs::read_dir(root().join("pretrained")) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("config.json").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`, or adds it at the end.
pub fn replace_section(text: &str, name: &str, body: &str) -> String {
    let (begin, end) = (format!("<!-- {name}:begin -->"), format!("<!-- {name}:end -->"));
    let section = format!("{begin}\n{}\n{end}", body.trim_end());
    if let (Some(start), Some(stop)) = (text.find(&begin), text.find(&end)) {
        return format!("{}{section}{}", &text[..start], &text[stop + end.len()..]);
    }
    format!("{}\n\n{section}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_where_it_stands_and_the_rest_is_kept() {
        let text = "# Title\n\n<!-- a:begin -->\nold\n<!-- a:end -->\n\nrest\n";
        let new = replace_section(text, "a", "new");
        assert_eq!(new, "# Title\n\n<!-- a:begin -->\nnew\n<!-- a:end -->\n\nrest\n");
        assert!(
            replace_section(&new, "b", "more")
                .ends_with("<!-- b:begin -->\nmore\n<!-- b:end -->\n")
        );
    }
}
