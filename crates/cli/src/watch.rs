//! What every run in a terminal has: a bar, Ctrl-C, and a checkpoint now and then.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use halfdrawn_training::CheckpointError;
use indicatif::{ProgressBar, ProgressStyle};

use crate::files;

/// Time between two checkpoints.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);

/// Where a run's folder, or the one of `runs/` that has its name, keeps the checkpoint.
pub fn checkpoint_of(run: Option<&Path>, name: &str) -> PathBuf {
    let own = || files::root().join("runs").join(name);
    run.map_or_else(own, Path::to_path_buf).join("checkpoint.safetensors")
}

/// Reads a checkpoint by what understands its bytes.
pub fn read_checkpoint<T>(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Result<T, CheckpointError>,
) -> Result<T> {
    let bytes = fs::read(path)
        .with_context(|| format!("no checkpoint {}: train without --resume", path.display()))?;
    read(&bytes).with_context(|| path.display().to_string())
}

/// Refuses to begin where a run has left its checkpoint.
pub fn check_vacant(path: &Path) -> Result<()> {
    if path.exists() {
        bail!("{} exists: add --resume, or name another --run", path.display());
    }
    Ok(())
}

/// A run that is watched.
pub struct Watch<'a> {
    pub bar: ProgressBar,
    path: &'a Path,
    stop: Arc<AtomicBool>,
    saved: Instant,
}

impl<'a> Watch<'a> {
    /// Of a run of `total` steps that keeps its checkpoint at `path`.
    pub fn begin(path: &'a Path, done: u64, total: u64) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed))?;
        let bar = ProgressBar::new(total);
        let style = "{bar:30} {pos}/{len} [{elapsed} < {eta}, {per_sec}] {msg}";
        bar.set_style(ProgressStyle::with_template(style)?);
        bar.set_position(done);
        bar.reset_eta();
        Ok(Self { bar, path, stop, saved: Instant::now() })
    }

    /// Whether Ctrl-C was pressed.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether a checkpoint is due.
    pub fn due(&self) -> bool {
        self.saved.elapsed() > CHECKPOINT_EVERY
    }

    /// Writes a checkpoint.
    pub fn save(&mut self, snapshot: &[u8]) -> Result<()> {
        self.saved = Instant::now();
        files::write_whole(self.path, snapshot)
    }
}
